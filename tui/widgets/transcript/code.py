"""Colours for code, by Pygments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.transcript.blocks import Span, StyledText
from tui.widgets.transcript.markdown import parse

if TYPE_CHECKING:
    from textual.highlight import HighlightTheme

_HIGHLIGHT_LIMIT = 40_000
"""Characters of code that are coloured at most: about a tenth of a second of work."""

_TAB_SIZE = 4


def code_lines(code: str, language: str) -> list[StyledText]:
    """The lines of `code`, coloured where the language is known."""
    code = code.expandtabs(_TAB_SIZE)
    if not language or len(code) > _HIGHLIGHT_LIMIT:
        return [StyledText(line) for line in code.split("\n")]
    from textual.highlight import highlight

    spans = sorted(
        (start, end, str(style)) for start, end, style in highlight(code, language=language, theme=_theme()).spans
    )
    return _split(code, [span for span in spans if span[2].startswith("code-")])


def warm_up() -> None:
    """Load what the first message with code needs, at a time when nobody waits."""
    parse("warm")
    code_lines("def warm(): pass", "python")


def _split(code: str, spans: list[tuple[int, int, str]]) -> list[StyledText]:
    lines: list[StyledText] = []
    start = first = 0
    for line in code.split("\n"):
        end = start + len(line)
        while first < len(spans) and spans[first][1] <= start:
            first += 1
        found: list[Span] = []
        for begins, ends, style in spans[first:]:
            if begins >= end:
                break
            if ends > start:
                found.append(Span(max(begins, start) - start, min(ends, end) - start, style))
        lines.append(StyledText(line, tuple(found)))
        start = end + 1
    return lines


def _theme() -> type[HighlightTheme]:
    global _house_theme
    if _house_theme is None:
        from pygments.token import Token
        from textual.highlight import HighlightTheme

        class HouseTheme(HighlightTheme):
            """Names of our own component classes, so that the style sheet decides."""

            STYLES = {  # noqa: RUF012
                Token.Comment: "code-comment",
                Token.Error: "code-wrong",
                Token.Generic.Deleted: "code-wrong",
                Token.Generic.Error: "code-wrong",
                Token.Generic.Heading: "code-function",
                Token.Generic.Inserted: "code-added",
                Token.Generic.Subheading: "code-keyword",
                Token.Keyword: "code-keyword",
                Token.Keyword.Constant: "code-number",
                Token.Literal.Number: "code-number",
                Token.Literal.String: "code-string",
                Token.Name.Attribute: "code-name",
                Token.Name.Builtin: "code-name",
                Token.Name.Class: "code-function",
                Token.Name.Constant: "code-number",
                Token.Name.Decorator: "code-keyword",
                Token.Name.Exception: "code-name",
                Token.Name.Function: "code-function",
                Token.Name.Tag: "code-keyword",
                Token.Operator.Word: "code-keyword",
            }

        _house_theme = HouseTheme
    return _house_theme


_house_theme: type[HighlightTheme] | None = None
