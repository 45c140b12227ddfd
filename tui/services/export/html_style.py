"""The style of an exported page: `styles/export.css`, and the colours of its code."""

from __future__ import annotations

from functools import cache

from tui.paths import STYLES

COLOURED = 200_000
"""Characters of code that are highlighted at most."""

LIGHT, DARK = "default", "github-dark"
"""Styles of Pygments."""


@cache
def style_sheet() -> str:
    """Return the style rules of the page and its code, light and dark."""
    page = (STYLES / "export.css").read_text("utf-8")
    return f"{page}{_code_rules(LIGHT)}\n@media (prefers-color-scheme: dark) {{\n{_code_rules(DARK)}\n}}\n"


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
