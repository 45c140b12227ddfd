"""A Markdown document that grows at its end.

Only the open tail, from the last top-level block on, is parsed again when text arrives. The blocks before it are
settled: they are parsed once, and again only if a link reference definition that may concern them turns up.
"""

from __future__ import annotations

import re
from typing import Any

from tui.widgets.transcript.blocks import Block, Code
from tui.widgets.transcript.cleaning import StreamCleaner
from tui.widgets.transcript.markdown import Parsed, parse

_FENCE = re.compile(r"(`{3,}|~{3,})[^\n]*\n")

_Targets = dict[str, tuple[str, str]]


class LiveDocument:
    """Append-only Markdown. `blocks` is always what a parse of the whole `source` gives."""

    def __init__(self) -> None:
        self.settled: list[Block] = []
        self.tail: list[Block] = []
        self.kept = 0
        """How many of the first blocks the last change left alone: they are the very same objects."""
        self._cleaner = StreamCleaner()
        self._settled_source: list[str] = []
        self._tail_source = ""
        self._references: dict[str, Any] = {}
        self._targets: _Targets = {}
        self._fence: _OpenFence | None = None

    @property
    def source(self) -> str:
        """The cleaned text so far."""
        return "".join(self._settled_source) + self._tail_source

    @property
    def blocks(self) -> list[Block]:
        """All blocks so far."""
        return self.settled + self.tail

    def append(self, text: str) -> None:
        """Add raw text, torn anywhere."""
        self._append(self._cleaner.feed(text))

    def finish(self) -> None:
        """Nothing more comes: what was held back is added."""
        self._append(self._cleaner.finish())

    def _append(self, text: str) -> None:
        self.kept = len(self.settled) + len(self.tail)
        if not text:
            return
        if self._fence is not None and self._fence.takes(text):
            self._tail_source += text
            self._replace_tail([self._fence.block(self._tail_source)])
            return
        self._tail_source += text
        parsed, references = self._parse(self._tail_source)
        targets = _targets(references)
        if targets != self._targets and any("[" in source for source in self._settled_source):
            self._parse_again(targets)
            return
        self._targets = targets
        self._replace_tail(parsed.blocks)
        if "\n" in text:
            self._settle(parsed)
        self._fence = _OpenFence.at(self._tail_source, self.tail)

    def _parse(self, source: str) -> tuple[Parsed, dict[str, Any]]:
        environment: dict[str, Any] = {"references": dict(self._references)}
        return parse(source, environment), environment["references"]

    def _replace_tail(self, blocks: list[Block]) -> None:
        """Take over the blocks of a new parse, but keep the old objects as far as they are equal."""
        same = 0
        for old, new in zip(self.tail, blocks, strict=False):
            if old != new:
                break
            same += 1
        self.kept = min(self.kept, len(self.settled) + same)
        self.tail = self.tail[:same] + blocks[same:]

    def _settle(self, parsed: Parsed) -> None:
        """Settle what complete lines alone show to be over: the line being written may still change its meaning."""
        if not self._tail_source.endswith("\n"):
            parsed, _ = self._parse(self._tail_source[: self._tail_source.rfind("\n") + 1])
        if len(parsed.starts) < 2:
            return
        line, settled = parsed.starts[-1]
        lines = self._tail_source.split("\n", line)
        while line > parsed.last_end and lines[line - 1].strip():
            line -= 1  # a reference definition stands here, which the lines below it may still lengthen
        cut = sum(len(one) + 1 for one in lines[:line])
        source = self._tail_source[:cut]
        if "]:" in source:
            _, self._references = self._parse(source)
        self._settled_source.append(source)
        self._tail_source = self._tail_source[cut:]
        self.settled += self.tail[:settled]
        self.tail = self.tail[settled:]

    def _parse_again(self, targets: _Targets) -> None:
        """A definition came, went or changed: links in settled blocks may mean something else now."""
        source, old = self.source, self.blocks
        self._references, self._targets, self._fence = {}, targets, None
        parsed, _ = self._parse(source)
        self._settled_source, self._tail_source = [], source
        self.settled, self.tail = [], old
        self._replace_tail(parsed.blocks)
        self._settle(parsed)


class _OpenFence:
    """A fence at the top level that is still being written: its lines need no parser."""

    def __init__(self, mark: str, begins: int, block: Code, line: str) -> None:
        self._closing = re.compile(rf" {{0,3}}{mark[0]}{{{len(mark)},}}[ \t]*")
        self._begins = begins
        self._block = block
        self._line = line

    @classmethod
    def at(cls, source: str, blocks: list[Block]) -> _OpenFence | None:
        """The open fence that `source`, parsed into `blocks`, consists of."""
        if len(blocks) != 1 or not isinstance(block := blocks[0], Code) or not block.open or block.first:
            return None
        fence = _FENCE.match(source)
        return cls(fence[1], fence.end(), block, source[source.rfind("\n") + 1 :]) if fence else None

    def takes(self, text: str) -> bool:
        """Whether `text` goes into the fence as it is. Where it may close it, the parser decides."""
        lines = (self._line + text).split("\n")
        if any(self._closing.fullmatch(line) for line in lines):
            return False
        self._line = lines[-1]
        return True

    def block(self, source: str) -> Code:
        """The fence, with the code that `source` holds by now. The parser overlooks a last line of blanks, so we do."""
        code = (
            source[self._begins :] if self._line.strip(" \t") else source[self._begins : len(source) - len(self._line)]
        )
        return Code(code=code.removesuffix("\n"), language=self._block.language, open=True)


def _targets(references: dict[str, Any]) -> _Targets:
    return {label: (one["href"], one["title"]) for label, one in references.items()}
