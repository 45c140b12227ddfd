r"""Rules for markdown-it that find formulas: `$..$`, `$$..$$`, `\(..\)`, `\[..\]` and environments on their own lines.

Amounts of money, shell variables and escaped brackets look similar, so only plausible formulas count. The plugins for
markdown-it take "$HOME/$USER" for a formula, or know only one kind of delimiter.

A block starts with its first line and ends at its closing delimiter or before an empty line, so later text never
changes the text before it. An unclosed block is shown as its source.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.markdown.math.formula import LONGEST
from tui.markdown.math.symbols import ALIGNED, FENCES

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_DOLLARS = re.compile(
    r"\$\$(?!\$)(?P<display>(?:[^$\\]|\\.)++)\$\$(?!\$)|\$(?![\s$])(?P<inline>(?:[^$\\]|\\.)++)(?<!\s)\$(?![\w$({])",
    re.DOTALL,
)
_BRACKETS = re.compile(r"\\\((?P<round>(?:[^\\]|\\[^()])++)\\\)|\\\[(?P<square>(?:[^\\]|\\[^\[\]])++)\\\]", re.DOTALL)
_OPENING = re.compile(r"\$\$(?!\$)|\\\[|\\begin\{([a-zA-Z]+\*?)\}")
_ENVIRONMENTS = frozenset(name + star for name in (*ALIGNED, *FENCES) for star in ("", "*"))
_TRAILING = " \t.,;:"

_NAMES = re.compile(r"\\(?:text|mathrm|operatorname|textbf|textit|mbox)\w*\s*\{[^{}]*\}|\\[a-zA-Z]+")
_WORDS = re.compile(r"[A-Za-z]{2,}[,;:]?\s+[A-Za-z]{2,}|\ba\s+[A-Za-z]{3,}|\b(?:an|and|for|of|or|per|the|to|vs)\b\s")
_WORD = re.compile(r"[A-Za-z]{4,}")
_OPENED, _CLOSED = re.compile(r"[(\[]"), re.compile(r"[)\]]")


def add_formula_rules(parser: MarkdownIt) -> None:
    """Add the rules to a parser: they give tokens "formula" within a line and "formula_block" on lines of their own."""
    parser.inline.ruler.before("escape", "formula", _formula)
    parser.block.ruler.before(
        "fence", "formula_block", _formula_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def is_plausible(content: str) -> bool:
    """Return whether the text between two delimiters reads like a formula, not like words or amounts of money."""
    bare = _NAMES.sub(" ", content)
    if _WORDS.search(bare) or not content.strip():
        return False
    opened, closed = _OPENED.search(bare), _CLOSED.search(bare)
    if closed and (opened is None or closed.start() < opened.start()):
        return False
    return len(_OPENED.findall(bare)) == len(_CLOSED.findall(bare))


def _formula(state: StateInline, silent: bool) -> bool:
    character = state.src[state.pos]
    if character == "$":
        if state.pos and (state.src[state.pos - 1].isalnum() or state.src[state.pos - 1] in "$_"):
            return False
        found = _DOLLARS.match(state.src, state.pos, state.posMax)
    elif character == "\\":
        found = _BRACKETS.match(state.src, state.pos, state.posMax)
    else:
        return False
    if found is None or found.end() - found.start() > LONGEST:
        return False
    content = found[found.lastgroup or 0]
    if not is_plausible(content) or (character == "\\" and _WORD.fullmatch(content)):
        return False
    if not silent:
        token = state.push("formula", "", 0)
        token.content = content
        token.meta = {"source": found[0]}
    state.pos = found.end()
    return True


def _formula_block(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    if state.is_code_block(first):
        return False
    line = _line(state, first)
    opening = _OPENING.match(line)
    if opening is None or (opening[1] is not None and opening[1] not in _ENVIRONMENTS):
        return False
    rest = line[opening.end() :]
    closing = "$$" if line[0] == "$" else "\\]" if opening[1] is None else f"\\end{{{opening[1]}}}"
    at = rest.find(closing)
    if at >= 0 and (rest[at + len(closing) :].strip(_TRAILING) or not rest[:at].strip()):
        return False
    if at < 0 and opening[0] == "\\[" and rest.strip():
        return False
    if at >= 0 and opening[1] is None and not is_plausible(rest[:at]):
        return False
    if silent:
        return True
    lines = [line]
    closed = at >= 0
    number = first + 1
    size = len(line)
    while not closed and number < end and not state.isEmpty(number) and state.sCount[number] >= state.blkIndent:
        line = _line(state, number)
        size += len(line)
        if size > LONGEST:
            break
        lines.append(line)
        number += 1
        at = line.find(closing)
        if at >= 0:
            closed = not line[at + len(closing) :].strip(_TRAILING)
            break
    source = "\n".join(lines)
    state.line = number
    token = state.push("formula_block", "", 0)
    token.map = [first, number]
    if closed:
        token.content = source if opening[1] is not None else source[opening.end() : source.rindex(closing)]
    token.meta = {"source": source, "closed": closed}
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
