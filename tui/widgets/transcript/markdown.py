"""Markdown source to a flat list of blocks.

CommonMark with GitHub's tables, strikethrough and task lists, footnotes and formulas. HTML is text like any other, and
no link or image is ever fetched.
"""

from __future__ import annotations

import re
from typing import Any

from tui.widgets.transcript.blocks import Block, Code, Prose, StyledText
from tui.widgets.transcript.parser import parser
from tui.widgets.transcript.reader import Parsed, Reader, language_of

Environment = dict[str, Any]
"""What markdown-it keeps beside the tokens: under "references" the link reference definitions, under "footnotes" and
"refs" the labels of footnotes, each after a colon."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def parse(source: str, environment: Environment | None = None) -> Parsed:
    """Blocks of Markdown that was cleaned already. `environment` gains the definitions found."""
    return Reader().read(parser().parse(source, {} if environment is None else environment))


def markdown_blocks(source: str) -> list[Block]:
    """The blocks of a whole text."""
    return parse(source).blocks


def plain_blocks(source: str) -> list[Block]:
    """A text as its writer typed it, line for line; only fences are recognised."""
    blocks: list[Block] = []
    prose: list[str] = []
    code: list[str] = []
    fence = language = ""

    def end_prose() -> None:
        if text := "\n".join(prose).strip("\n"):
            blocks.append(Prose(text=StyledText(text)))
        prose.clear()

    for line in source.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                blocks.append(Code(code="\n".join(code), language=language))
                fence = ""
                code.clear()
            else:
                code.append(line)
        elif mark and "`" not in line[mark.end() :]:
            end_prose()
            fence, language = mark[1], language_of(line[mark.end() :])
        else:
            prose.append(line)
    end_prose()
    if fence:
        blocks.append(Code(code="\n".join(code), language=language, open=True))
    return blocks
