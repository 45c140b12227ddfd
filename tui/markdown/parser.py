"""Parses Markdown into a flat list of blocks.

CommonMark with the tables, strikethrough and task lists of GitHub, footnotes and formulas. HTML is plain text, and no
link or image is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from tui.markdown.block_builder import BlockBuilder, Parsed, language_of
from tui.markdown.blocks import Block, Code, Prose, StyledText

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    InlineRule = Callable[[StateInline, bool], bool]

Environment = dict[str, Any]
"""The environment of markdown-it: the definitions of links under "references"; the labels of footnotes, each after a
colon, under "footnotes" and "refs"."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")

_DEEPEST = 30
"""Levels of nesting in the parser; a list takes two. The parser drops text below its own limit, so deeper marks are read
as text before that."""


def parse(source: str, environment: Environment | None = None) -> Parsed:
    """Return the blocks of cleaned Markdown. Definitions are added to `environment`."""
    return BlockBuilder().build(_parser().parse(source, {} if environment is None else environment))


def markdown_blocks(source: str) -> list[Block]:
    """Return the blocks of a complete text of Markdown."""
    return parse(source).blocks


def plain_blocks(source: str) -> list[Block]:
    """Return the blocks of a text shown as it was typed, line for line; only fences are recognised."""
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


@cache
def _parser() -> MarkdownIt:
    """Return the one parser, made for the first message: an empty chat has nothing to parse."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import blockquote, list_block
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.footnote.index import footnote_def

    from tui.markdown.emphasis import EasternInline
    from tui.markdown.formulas import add_formula_rules

    made = MarkdownIt("commonmark", {"html": False, "maxNesting": 2 * _DEEPEST})
    active = made.get_active_rules()
    made.inline = EasternInline()
    made.inline.ruler.enableOnly(active["inline"])
    made.inline.ruler2.enableOnly(active["inline2"])
    made.enable(["table", "strikethrough"]).disable(["html_block", "html_inline"])
    made.use(footnote_plugin, inline=False, move_to_end=False)
    made.block.ruler.at("blockquote", _limited(blockquote), {"alt": ["paragraph", "reference", "blockquote", "list"]})
    made.block.ruler.at("list", _limited(list_block), {"alt": ["paragraph", "reference", "blockquote"]})
    made.block.ruler.at("footnote_def", _limited(footnote_def), {"alt": ["paragraph", "reference"]})
    for rule in made.inline.ruler.__rules__:
        if rule.name in ("link", "image", "footnote_ref"):
            rule.fn = _if_closed(rule.fn)
    made.use(add_formula_rules)
    return made


def _limited(rule: BlockRule) -> BlockRule:
    def limited(state: StateBlock, first: int, end: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, first, end, silent)

    return limited


def _if_closed(rule: InlineRule) -> InlineRule:
    """Return the rule, applied only where a bracket closes later: else each open bracket costs a scan of the whole text."""

    def if_closed(state: StateInline, silent: bool) -> bool:
        return state.src.rfind("]", state.pos) > 0 and rule(state, silent)

    return if_closed
