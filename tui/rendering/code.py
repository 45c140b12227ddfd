"""Code coloured by Pygments."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from tui.markdown.blocks import Code, Span, StyledText
from tui.markdown.parser import parse

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_COLOURED = 40_000
"""Characters of code that are coloured, in less than a tenth of a second; the rest stays plain."""

_TAB_SIZE = 4

_ALIASES = {
    "cfg": "ini",
    "cjs": "js",
    "cmd": "bat",
    "conf": "ini",
    "dotenv": "ini",
    "env": "ini",
    "jsonc": "json",
    "jsonl": "json",
    "kt": "kotlin",
    "mdx": "md",
    "mjs": "js",
    "ndjson": "json",
    "node": "js",
    "patch": "diff",
    "svelte": "html",
    "svg": "xml",
    "terminal": "console",
    "vb": "vb.net",
}
"""Names of languages that models use and Pygments does not know."""

_DIFF = re.compile(r"diff --git |--- \S.*\n\+\+\+ \S|@@ -\d+(,\d+)? \+\d+(,\d+)? @@")
_PROMPTS = {"python": (">>> ", "pycon"), "py": (">>> ", "pycon")} | dict.fromkeys(
    ("sh", "bash", "zsh", "shell"), ("$ ", "console")
)
"""By language: the prompt that shows that code is a shell session, and the lexer for that."""


def shown_language(block: Code) -> str:
    """Return the language of a block, as named or as its code clearly shows; empty if unknown."""
    if block.language:
        return block.language
    if _DIFF.match(block.code):
        return "diff"
    return "json" if not block.open and _is_json(block.code) else ""


def code_lines(code: str, language: str) -> list[StyledText]:
    """Return the lines of `code`, coloured if the language is known."""
    code = code.expandtabs(_TAB_SIZE)
    lexer = _lexer_for(code, language.lower())
    if lexer is None:
        return [StyledText(line) for line in code.split("\n")]
    if len(code) > _COLOURED:
        cut = code.rfind("\n", 0, _COLOURED)
        rest = [StyledText(line) for line in code[cut + 1 :].split("\n")]
        return [*_coloured(code[:cut], lexer), *rest] if cut > 0 else rest
    return _coloured(code, lexer)


def warm_up() -> None:
    """Load the parser and the lexers before the first message needs them."""
    parse("warm")
    code_lines("def warm(): pass", "python")


def _is_json(code: str) -> bool:
    if not code.lstrip().startswith(("{", "[")) or len(code) > _COLOURED:
        return False
    try:
        return bool(json.loads(code))
    except (ValueError, RecursionError):
        return False


def _lexer_for(code: str, language: str) -> Lexer | None:
    prompt, session = _PROMPTS.get(language, ("", ""))
    name = session if prompt and code.startswith(prompt) else _ALIASES.get(language, language)
    return _lexer(name) if name else None


@lru_cache(maxsize=32)
def _lexer(name: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(name)
    except ClassNotFound:
        return None


def _coloured(code: str, lexer: Lexer) -> list[StyledText]:
    lines = code.split("\n")
    spans: list[list[Span]] = [[] for _line in lines]
    line = begins = at = 0
    for index, token, text in lexer.get_tokens_unprocessed(code + "\n"):
        if index < at:
            continue
        at = index + len(text)
        style = _style(token)
        if not style:
            if newlines := text.count("\n"):
                line, begins = line + newlines, index + text.rindex("\n") + 1
            continue
        start = index
        for number, part in enumerate(text.split("\n")):
            if number:
                line, begins = line + 1, start
            if part and line < len(spans):
                _add(spans[line], start - begins, start - begins + len(part), style)
            start += len(part) + 1
    return [StyledText(text, tuple(found)) for text, found in zip(lines, spans, strict=True)]


def _add(spans: list[Span], start: int, end: int, style: str) -> None:
    if spans and spans[-1].end == start and spans[-1].style == style:
        start = spans.pop().start
    spans.append(Span(start, end, style))


@lru_cache(maxsize=512)
def _style(token: _TokenType) -> str:
    """Return the component class of a token, so that the style sheet decides its look; empty for none."""
    name = str(token).removeprefix("Token.")
    while name:
        if style := _STYLES.get(name):
            return style
        name = name.rpartition(".")[0]
    return ""


_STYLES = {
    "Comment": "code-comment",
    "Error": "code-wrong",
    "Generic.Deleted": "code-wrong",
    "Generic.Error": "code-wrong",
    "Generic.Heading": "code-function",
    "Generic.Inserted": "code-added",
    "Generic.Prompt": "code-comment",
    "Generic.Subheading": "code-keyword",
    "Generic.Traceback": "code-wrong",
    "Keyword": "code-keyword",
    "Keyword.Constant": "code-number",
    "Literal.Number": "code-number",
    "Literal.String": "code-string",
    "Name.Attribute": "code-name",
    "Name.Builtin": "code-name",
    "Name.Class": "code-function",
    "Name.Constant": "code-number",
    "Name.Decorator": "code-keyword",
    "Name.Exception": "code-name",
    "Name.Function": "code-function",
    "Name.Tag": "code-keyword",
    "Operator.Word": "code-keyword",
}
