"""Folding: reasoning, long code, whole messages; and their text as it was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from tui.rendering.message_renderer import REASONING_ROW
from tui.rendering.painter import is_long
from tui.rendering.shape import Shape
from tui.widgets.transcript.message_list import MessageList
from tui.widgets.transcript.viewport import Free, Viewport


class Folding:
    """How much of each message is shown. What is being read stays where it is, if it is still there."""

    def __init__(self, messages: MessageList, viewport: Viewport) -> None:
        self._messages = messages
        self._viewport = viewport

    # Reasoning

    @property
    def show_reasoning(self) -> bool:
        """Whether the reasoning of all messages is shown, but for those that were toggled since."""
        return self._messages.show_reasoning

    @show_reasoning.setter
    def show_reasoning(self, shown: bool) -> None:
        self._refold(lambda: self._messages.unfold_all(shown))

    def toggle_reasoning(self, message_id: str) -> None:
        """Show the reasoning of a message, or fold it. Nothing happens for one that is not shown, or has none."""
        index = self._messages.position(message_id)
        if index is not None and self._messages.has_reasoning(index):
            self._toggle(index)

    def _toggle(self, index: int) -> None:
        if self._viewport.is_laid_out and self._viewport.line_of(index) + REASONING_ROW > 0:
            self._viewport.stop_following()  # it would take away what is asked for
        shape = replace(self._shape(index), reasoning=not self._messages.is_unfolded(index))
        self._refold(lambda: self._messages.reshape(index, shape))

    # Whole messages

    def press(self, message_id: str, what: Literal["reasoning", "code", "message"]) -> None:
        """Open or fold what a line stands for that was clicked."""
        index = self._messages.position(message_id)
        if index is None:
            return
        shape = self._shape(index)
        if what == "reasoning":
            self._toggle(index)
        elif what == "code":
            self.reshape(index, replace(shape, all_code=not shape.all_code))
        else:
            self.reshape(index, replace(shape, folded=not shape.folded))

    def open(self, message_id: str) -> None:
        """Show more of a message: all of it when it is folded, else its reasoning and long code to the end."""
        if (index := self._ended(message_id)) is not None:
            shape = self._shape(index)
            opened = replace(shape, reasoning=True, all_code=True)
            self.reshape(index, replace(shape, folded=False) if shape.folded else opened)

    def close(self, message_id: str) -> None:
        """Show less of a message: fold what is open in it, else the message itself to one line."""
        if (index := self._ended(message_id)) is not None:
            shape = self._shape(index)
            if self._is_opened(index):
                self.reshape(index, replace(shape, reasoning=False, all_code=False))
            else:
                self.reshape(index, replace(shape, folded=True))

    def toggle(self, message_id: str) -> None:
        """Open what is folded in a message, or fold it; of one with neither reasoning nor long code, the whole."""
        index = self._messages.position(message_id)
        if index is None:
            return
        shape = self._shape(index)
        if index == self._messages.live_index:
            self._toggle(index)
        elif shape.folded:
            self.open(message_id)
        elif self._is_opened(index):
            self.reshape(index, replace(shape, reasoning=False, all_code=False))
        elif self._messages.has_reasoning(index) or self._has_long_code(index):
            self.reshape(index, replace(shape, reasoning=True, all_code=True))
        else:
            self.reshape(index, replace(shape, folded=True))

    def toggle_source(self, message_id: str) -> bool | None:
        """Show the Markdown of a message, or draw it again; return whether its source is shown now, `None` for a live one."""
        index = self._ended(message_id)
        if index is None:
            return None
        shape = self._shape(index)
        self.reshape(index, replace(shape, raw=not shape.raw, folded=False))
        return not shape.raw

    def reshape(self, index: int, shape: Shape) -> None:
        """Show a message in another way."""
        if not self._viewport.is_laid_out:
            self._messages.reshape(index, shape)
            return
        place = self._block_in_view(index)
        self._messages.reshape(index, shape)
        self._viewport.show_at(index, self._line_for(index, place))

    def _shape(self, index: int) -> Shape:
        return self._messages.entries[index].shape

    def _ended(self, message_id: str) -> int | None:
        """The index of a message that is not being written."""
        index = self._messages.position(message_id)
        return None if index == self._messages.live_index else index

    def _is_opened(self, index: int) -> bool:
        """Whether something of a message is shown that is folded as a rule."""
        has_open_code = self._shape(index).all_code and self._has_long_code(index)
        return has_open_code or (self._messages.is_unfolded(index) and self._messages.has_reasoning(index))

    def _has_long_code(self, index: int) -> bool:
        return any(is_long(block) for block in self._messages.blocks(index))

    def _block_in_view(self, index: int) -> tuple[int, int, int]:
        """The first block of a message that is in view, how many of its rows are above, and the line it is on.

        Block -1 where the message begins in view, or below it: then the line is that of its header.
        """
        line = self._viewport.line_of(index)
        if line >= 0:
            return -1, 0, line
        rows = self._messages.rows(index)
        for number in range(-line, len(rows)):
            if (block := rows[number].block) >= 0:
                first = next(n for n, row in enumerate(rows) if row.block == block)
                return block, number - first, line + number
        return -1, 0, 0

    def _line_for(self, index: int, place: tuple[int, int, int]) -> int:
        """The line on which a message has to begin to leave a block where it was."""
        block, above, line = place
        numbers = [number for number, row in enumerate(self._messages.rows(index)) if row.block == block >= 0]
        return line - numbers[min(above, len(numbers) - 1)] if numbers else max(0, line)

    # Where the reader was

    def _refold(self, change: Callable[[], object]) -> None:
        """Do what folds or unfolds reasoning, with the place being read where it was."""
        if not self._viewport.is_laid_out or not len(self._messages):
            change()
            return
        viewport, heights = self._viewport, self._messages.heights
        before = [(index, viewport.line_of(index), heights[index]) for index in viewport.in_view]
        change()
        index, line = self._same_place(before)
        self._viewport.restore_anchor(Free(self._messages.id_at(index), line))

    def _same_place(self, before: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
        """A message, and the line on which it must begin to leave the first row in view that is still there alone.

        `before` are the messages in view: index, the line where each began, rows.
        """
        for index, line, rows in before:
            self._messages.measure(index)
            gone = rows - self._messages.heights[index]
            first = max(0, -line)
            if first < REASONING_ROW:
                return index, line
            if gone <= 0 or first >= REASONING_ROW + gone:
                return index, line + gone
            if REASONING_ROW + gone < rows and line + REASONING_ROW + gone < self._viewport.height:
                return index, line + gone
        return before[0][0], 1 - REASONING_ROW  # it was all reasoning: what stands for it comes to the top
