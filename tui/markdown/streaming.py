"""A Markdown document that grows at its end.

When text arrives, only the tail is parsed again: the last top-level block, or the last item, block or row of an open
list, quote or table. Everything before it is committed: it is parsed again only if a definition of a link or footnote
changes that it refers to, or if the gaps or the width of its list change.
"""

from __future__ import annotations

import re
from typing import Any

from tui.markdown.block_builder import Parsed
from tui.markdown.blocks import Block, Code
from tui.markdown.cleaning import StreamCleaner
from tui.markdown.open_blocks import Stub, cut_inside
from tui.markdown.parser import parse

_FENCE = re.compile(r"(`{3,}|~{3,})[^\n]*\n")
_LINE_STARTS = re.compile(r"\n[ \t>]*|\s+")
_INNER_BLANKS = re.compile(r"(?<=\[) | (?=\])")

_Targets = dict[str, tuple[str, str]]
"""The targets of links by label; the label of a footnote is in brackets."""


class LiveDocument:
    """Append-only Markdown. `blocks` always equals a parse of the whole `source`."""

    def __init__(self) -> None:
        self.committed: list[Block] = []
        self.tail: list[Block] = []
        self.kept = 0
        """Number of blocks at the start that the last change left alone: they are the same objects."""
        self._cleaner = StreamCleaner()
        self._committed_source: list[str] = []
        self._tail_source = ""
        self._references: dict[str, Any] = {}
        self._notes: frozenset[str] = frozenset()
        self._targets: _Targets = {}
        self._fence: _OpenFence | None = None
        self._stub: Stub | None = None
        self._stub_at = (0, 0)
        """Number of blocks, and of pieces of source, committed before the block that the stub stands for."""

    @property
    def source(self) -> str:
        """The cleaned text received so far."""
        return "".join(self._committed_source) + self._tail_source

    @property
    def blocks(self) -> list[Block]:
        """All blocks received so far."""
        return self.committed + self.tail

    def append(self, text: str) -> None:
        """Add raw text, split at any position."""
        self._append(self._cleaner.feed(text))

    def finish(self) -> None:
        """End the document: text that was held back is added."""
        self._append(self._cleaner.finish())

    def _append(self, text: str) -> None:
        self.kept = len(self.committed) + len(self.tail)
        if not text:
            return
        if self._fence is not None and self._fence.takes(text):
            self._tail_source += text
            self._replace_tail([self._fence.block(self._tail_source)])
            return
        self._tail_source += text
        parsed, environment = self._parse(self._tail_source)
        if self._stub is not None and not self._stub.fits(parsed):
            self._reopen()
            parsed, environment = self._parse(self._tail_source)
        targets = _targets(environment)
        changed = {label for label in targets | self._targets if targets.get(label) != self._targets.get(label)}
        if changed and self._is_committed_with(changed):
            self._parse_again()
            return
        self._targets = targets
        parsed = self._behind_stub(parsed)
        self._replace_tail(parsed.blocks)
        if "\n" in text:
            self._commit(parsed)
        self._fence = _OpenFence.at(self._tail_source, self.tail) if self._stub is None else None

    def _parse(self, source: str) -> tuple[Parsed, dict[str, Any]]:
        """Return a parse of the stub and the tail, or the beginning of the tail, and its environment."""
        environment: dict[str, Any] = {
            "references": dict(self._references),
            "footnotes": {"refs": dict.fromkeys(self._notes, -1)},
        }
        stub = "" if self._stub is None else self._stub.source
        return parse(stub + source, environment), environment

    def _behind_stub(self, parsed: Parsed) -> Parsed:
        return parsed if self._stub is None else self._stub.removed(parsed)

    def _replace_tail(self, blocks: list[Block]) -> None:
        """Take the blocks of a new parse, and keep the old objects as long as they are equal."""
        same = 0
        for old, new in zip(self.tail, blocks, strict=False):
            if old != new:
                break
            same += 1
        self.kept = min(self.kept, len(self.committed) + same)
        self.tail = self.tail[:same] + blocks[same:]

    def _commit(self, drawn: Parsed) -> None:
        """Commit the blocks that the complete lines finish: an incomplete last line can still change its meaning."""
        parsed, complete = drawn, self._tail_source
        if not complete.endswith("\n"):
            complete = complete[: complete.rfind("\n") + 1]
            parsed = self._behind_stub(self._parse(complete)[0])
        if len(parsed.starts) < 2:
            cut = cut_inside(complete, parsed, drawn, self._stub, lambda source: self._parse(source)[0])
            if cut is not None:
                self._cut(cut.line, cut.blocks, cut.stub)
            return
        line, committed = parsed.starts[-1]
        lines = complete.split("\n", line)
        while line > parsed.last_end and lines[line - 1].strip():
            line -= 1  # a definition, which the next lines may still continue
        self._cut(line, committed, None)

    def _cut(self, line: int, blocks: int, stub: Stub | None) -> None:
        """Commit the first lines and blocks of the tail; `stub` stands for the open block that they are part of."""
        end = sum(len(one) + 1 for one in self._tail_source.split("\n", line)[:line])
        source = self._tail_source[:end]
        if "]:" in source:
            environment = self._parse(source)[1]
            self._references, self._notes = environment["references"], frozenset(environment["footnotes"]["refs"])
        if self._stub is None:
            self._stub_at = (len(self.committed), len(self._committed_source))
        self._committed_source.append(source)
        self._tail_source = self._tail_source[end:]
        self.committed += self.tail[:blocks]
        self.tail = self.tail[blocks:]
        self._stub = stub

    def _reopen(self) -> None:
        """Take the committed part of the open block back into the tail: it would look different now."""
        blocks, sources = self._stub_at
        self._tail_source = "".join(self._committed_source[sources:]) + self._tail_source
        self.tail = self.committed[blocks:] + self.tail
        del self.committed[blocks:], self._committed_source[sources:]
        self._stub = None

    def _is_committed_with(self, labels: set[str]) -> bool:
        """Return whether committed text may refer to one of these labels."""
        for source in self._committed_source:
            if "[" in source:
                folded = _INNER_BLANKS.sub("", _LINE_STARTS.sub(" ", source).lower().upper())
                if any(label in source if label.startswith("[") else f"[{label}]" in folded for label in labels):
                    return True
        return False

    def _parse_again(self) -> None:
        """Parse everything again: a definition that committed blocks refer to has come, gone or changed."""
        source, old = self.source, self.blocks
        self._references, self._notes, self._fence, self._stub = {}, frozenset(), None, None
        parsed, environment = self._parse(source)
        self._targets = _targets(environment)
        self._committed_source, self._tail_source = [], source
        self.committed, self.tail = [], old
        self._replace_tail(parsed.blocks)
        self._commit(parsed)


class _OpenFence:
    """An open fence at the top level: its lines need no parser."""

    def __init__(self, mark: str, begins: int, block: Code, line: str) -> None:
        self._closing = re.compile(rf" {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*")
        self._begins = begins
        self._block = block
        self._line = line

    @classmethod
    def at(cls, source: str, blocks: list[Block]) -> _OpenFence | None:
        """Return the open fence if `source`, parsed into `blocks`, is nothing else."""
        if len(blocks) != 1 or not isinstance(block := blocks[0], Code) or not block.open or block.first:
            return None
        fence = _FENCE.match(source)
        return cls(fence[1], fence.end(), block, source[source.rfind("\n") + 1 :]) if fence else None

    def takes(self, text: str) -> bool:
        """Return whether `text` is only code of the fence. Where it may close the fence, the parser decides."""
        lines = (self._line + text).split("\n")
        if any(self._closing.fullmatch(line) for line in lines):
            return False
        self._line = lines[-1]
        return True

    def block(self, source: str) -> Code:
        """Return the fence with the code of `source`. A last line of blanks is left out, as by the parser."""
        code = (
            source[self._begins :] if self._line.strip(" \t") else source[self._begins : len(source) - len(self._line)]
        )
        return Code(code=code.removesuffix("\n"), language=self._block.language, open=True)


def _targets(environment: dict[str, Any]) -> _Targets:
    found = {label: (one["href"], one["title"]) for label, one in environment["references"].items()}
    return found | {f"[^{label[1:]}]": ("", "") for label in environment["footnotes"]["refs"]}
