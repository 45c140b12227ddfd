"""markdown-it, set up: CommonMark with GitHub's tables and strikethrough, footnotes and formulas. HTML is text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

    BlockRule = Callable[[StateBlock, int, int, bool], bool]
    InlineRule = Callable[[StateInline, bool], bool]

_DEEPEST = 30
"""Levels of the parser: half as many lists in lists. It drops the text of what is deeper than its own limit, so beyond
ours a mark is no mark, and the text stays."""


@cache
def parser() -> MarkdownIt:
    """The one parser, made with the first message: an empty chat has nothing to parse."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import blockquote, list_block
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.footnote.index import footnote_def

    from tui.widgets.transcript.emphasis import EasternInline
    from tui.widgets.transcript.formulas import find_formulas

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
    made.use(find_formulas)
    return made


def _limited(rule: BlockRule) -> BlockRule:
    def limited(state: StateBlock, first: int, end: int, silent: bool) -> bool:
        return state.level < _DEEPEST and rule(state, first, end, silent)

    return limited


def _if_closed(rule: InlineRule) -> InlineRule:
    """The rule where a bracket is closed at all: of many open ones, each would be read to the end of the text."""

    def if_closed(state: StateInline, silent: bool) -> bool:
        return state.src.rfind("]", state.pos) > 0 and rule(state, silent)

    return if_closed
