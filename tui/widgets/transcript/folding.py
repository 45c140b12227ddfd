"""Folding: reasoning, long code, whole messages; and their text as it was written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual import on

from tui.rendering.message_renderer import REASONING_ROW
from tui.rendering.painter import is_long
from tui.rendering.shape import Shape
from tui.widgets.transcript.browser import MessageBrowser
from tui.widgets.transcript.message_view import MessageView


class MessageFolder(MessageBrowser, can_focus=False):
    """How much of each message of a `MessageBrowser` is shown."""

    # Reasoning

    @property
    def show_reasoning(self) -> bool:
        """Whether the reasoning of all messages is shown, but for those that were toggled since."""
        return self.ledger.show_reasoning

    @show_reasoning.setter
    def show_reasoning(self, shown: bool) -> None:
        self._refold(lambda: self.ledger.unfold_all(shown))

    def toggle_reasoning(self, message_id: str) -> None:
        """Show the reasoning of a message, or fold it. Nothing happens for one that is not shown, or has none."""
        index = self.ledger.position(message_id)
        if index is not None and self.ledger.has_reasoning(index):
            self._toggle(index)

    @on(MessageView.FoldPressed)
    def _fold_pressed(self, event: MessageView.FoldPressed) -> None:
        event.stop()
        index = event.view.index
        if index is None or self.canvas.has_selection:  # the end of a selection is not meant
            return
        shape = self.ledger.entries[index].shape
        if event.what == "reasoning":
            self._toggle(index)
        elif event.what == "code":
            self._reshape(index, replace(shape, all_code=not shape.all_code))
        else:
            self._reshape(index, replace(shape, folded=not shape.folded))

    def _toggle(self, index: int) -> None:
        if self._is_laid_out and self.ledger.heights.start(index) + REASONING_ROW > self.scroll_offset.y:
            self.following = False  # it would take away what is asked for
        shape = replace(self.ledger.entries[index].shape, reasoning=not self.ledger.is_unfolded(index))
        self._refold(lambda: self.ledger.reshape(index, shape))

    # Whole messages

    def open_message(self, message_id: str) -> None:
        """Show more of a message: all of it when it is folded, else its reasoning and long code to the end."""
        if (index := self._settled(message_id)) is not None:
            shape = self.ledger.entries[index].shape
            opened = replace(shape, reasoning=True, all_code=True)
            self._reshape(index, replace(shape, folded=False) if shape.folded else opened)

    def close_message(self, message_id: str) -> None:
        """Show less of a message: fold what is open in it, else the message itself to one line."""
        if (index := self._settled(message_id)) is not None:
            shape = self.ledger.entries[index].shape
            if self._opened(index):
                self._reshape(index, replace(shape, reasoning=False, all_code=False))
            else:
                self._reshape(index, replace(shape, folded=True))

    def toggle_message(self, message_id: str) -> None:
        """Open what is folded in a message, or fold it; of one with neither reasoning nor long code, the whole."""
        index = self.ledger.position(message_id)
        if index is None:
            return
        shape = self.ledger.entries[index].shape
        if index == self.ledger.live_index:
            self._toggle(index)
        elif shape.folded:
            self.open_message(message_id)
        elif self._opened(index):
            self._reshape(index, replace(shape, reasoning=False, all_code=False))
        elif self.ledger.has_reasoning(index) or self._has_long_code(index):
            self._reshape(index, replace(shape, reasoning=True, all_code=True))
        else:
            self._reshape(index, replace(shape, folded=True))

    def toggle_raw(self, message_id: str) -> bool | None:
        """Show the text of a message as it was written, or drawn again; whether it is raw now, `None` for a live one."""
        index = self._settled(message_id)
        if index is None:
            return None
        shape = self.ledger.entries[index].shape
        self._reshape(index, replace(shape, raw=not shape.raw, folded=False))
        return not shape.raw

    def _settled(self, message_id: str) -> int | None:
        index = self.ledger.position(message_id)
        return None if index == self.ledger.live_index else index

    def _opened(self, index: int) -> bool:
        """Whether something of a message is shown that is folded as a rule."""
        shape = self.ledger.entries[index].shape
        has_open_code = shape.all_code and self._has_long_code(index)
        return has_open_code or (self.ledger.is_unfolded(index) and self.ledger.has_reasoning(index))

    def _has_long_code(self, index: int) -> bool:
        return any(is_long(block) for block in self.ledger.blocks(index))

    def _reshape(self, index: int, shape: Shape) -> None:
        """Show a message in another way; what is read of it stays where it is, if it is still there."""
        if not self._is_laid_out:
            self.ledger.reshape(index, shape)
            return
        self.drop_selection()
        place = self._block_in_view(index)
        self.ledger.reshape(index, shape)
        self.following = self._holding = False
        self._settle(index, self._line_for(index, place))
        for view in self.pool.views:
            view.refresh()

    def _block_in_view(self, index: int) -> tuple[int, int, int]:
        """The first block of a message that is in view, how many of its rows are above, and the line it is on.

        Block -1 where the message begins in view, or below it: then the line is that of its header.
        """
        line = self.ledger.heights.start(index) - self.scroll_offset.y
        if line >= 0:
            return -1, 0, line
        rows = self.ledger.rows(index)
        for number in range(-line, len(rows)):
            if (block := rows[number].block) >= 0:
                first = next(n for n, row in enumerate(rows) if row.block == block)
                return block, number - first, line + number
        return -1, 0, 0

    def _line_for(self, index: int, place: tuple[int, int, int]) -> int:
        """The line on which a message has to begin to leave a block where it was."""
        block, above, line = place
        numbers = [number for number, row in enumerate(self.ledger.rows(index)) if row.block == block >= 0]
        return line - numbers[min(above, len(numbers) - 1)] if numbers else max(0, line)

    # Where the reader was

    def _refold(self, change: Callable[[], object]) -> None:
        """Do what folds or unfolds reasoning, with the place being read where it was."""
        if not self._is_laid_out or not len(self.ledger):
            change()
            return
        self.drop_selection()
        before = self._whole_in_view()
        change()
        if self.following:
            self.to_end()
        elif self._holding and self.held is not None:
            self.hold(self.held)
        else:
            self._settle(*self._same_place(before))
        for view in self.pool.views:
            view.refresh()

    def _whole_in_view(self) -> list[tuple[int, int, int]]:
        """The messages in view: position, line of the viewport where each begins, rows."""
        heights, top = self.ledger.heights, self.scroll_offset.y
        in_view = range(heights.at(top), heights.at(top + self.size.height - 1) + 1)
        return [(index, heights.start(index) - top, heights[index]) for index in in_view]

    def _same_place(self, before: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
        """A message, and the line on which it must begin to leave the first row in view that is still there alone."""
        for index, line, rows in before:
            self.ledger.measure(index)
            gone = rows - self.ledger.heights[index]
            first = max(0, -line)
            if first < REASONING_ROW:
                return index, line
            if gone <= 0 or first >= REASONING_ROW + gone:
                return index, line + gone
            if REASONING_ROW + gone < rows and line + REASONING_ROW + gone < self.size.height:
                return index, line + gone
        return before[0][0], 1 - REASONING_ROW  # it was all reasoning: what stands for it comes to the top
