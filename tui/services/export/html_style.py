"""The style sheet of an exported page, and the colours of its code."""

from __future__ import annotations

from functools import cache

COLOURED = 200_000
"""Characters of code that are highlighted at most."""

LIGHT, DARK = "default", "github-dark"
"""Styles of Pygments."""

_PAGE = """
:root {
  color-scheme: light dark;
  --ground: #faf8f5; --card: #ffffff; --text: #26221e; --muted: #6f675e; --line: #e4ded5;
  --accent: #a8481f; --asked: #f1ece4; --code: #f6f3ee; --note: #8a4b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #171513; --card: #1f1c1a; --text: #e8e2da; --muted: #a39a8f; --line: #37322d;
    --accent: #f0956a; --asked: #2a2622; --code: #141210; --note: #e8b06a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 50rem; background: var(--ground); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", "PingFang SC", "Microsoft YaHei", sans-serif;
  overflow-wrap: break-word;
}
header { border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; }
header p { color: var(--muted); margin: .4rem 0 1.2rem; font-size: .9rem; }
article { margin: 0 0 1.25rem; padding: .9rem 1.15rem; border-radius: .6rem; background: var(--card);
  border: 1px solid var(--line); }
article.asked { background: var(--asked); }
article > h2 { font-size: .85rem; font-weight: 600; color: var(--accent); margin: 0 0 .5rem; }
article > h2 time { color: var(--muted); font-weight: 400; margin-left: .5rem; }
.plain { white-space: pre-wrap; }
.text > :first-child { margin-top: 0; }
.text > :last-child { margin-bottom: 0; }
.text h1, .text h2, .text h3, .text h4 { line-height: 1.3; margin: 1.4em 0 .5em; }
.text h1 { font-size: 1.35rem; } .text h2 { font-size: 1.2rem; } .text h3 { font-size: 1.05rem; }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
code { background: var(--code); border-radius: .25rem; padding: .1em .3em; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem 1rem;
  overflow-x: auto; line-height: 1.45; }
pre code { background: none; padding: 0; font-size: inherit; }
blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--muted); }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .35rem .7rem; text-align: left; }
th { background: var(--code); }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.5em 0; }
details { margin: 0 0 .9rem; color: var(--muted); border-left: 3px solid var(--line); padding-left: .9rem; }
main > details { margin-bottom: 1.25rem; }
summary { cursor: pointer; font-size: .9rem; }
details .text { margin-top: .5rem; }
.note { color: var(--note); font-size: .9rem; margin: .7rem 0 0; }
@media print {
  body { max-width: none; padding: 0; }
  article { break-inside: auto; }
  pre { white-space: pre-wrap; }
}
"""


@cache
def style_sheet() -> str:
    """Return the style rules of the page and its code, light and dark."""
    return f"{_PAGE}{_code_rules(LIGHT)}\n@media (prefers-color-scheme: dark) {{\n{_code_rules(DARK)}\n}}\n"


def coloured(code: str, language: str, attributes: str) -> str:
    """Return highlighted code as HTML; empty, which leaves it plain, if the language is unknown."""
    if not language or len(code) > COLOURED:
        return ""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return ""
    return highlight(code, lexer, HtmlFormatter(nowrap=True))


def _code_rules(style: str) -> str:
    from pygments.formatters import HtmlFormatter

    rules = str(HtmlFormatter(style=style).get_style_defs("pre code")).splitlines()  # type: ignore[no-untyped-call]
    return "\n".join(rule.partition(" /*")[0] for rule in rules if rule.startswith("pre code ."))
