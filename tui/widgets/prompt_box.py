"""The box the user writes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tui.domain.safe_text import clean


class PromptBox(TextArea):
    """A prompt of one or more lines. Its keys are the screen's, who calls what they do.

    The text stays until `accept` says that it is safe elsewhere.
    """

    command_keys: frozenset[str] = frozenset()
    """Keys that the screen acts on: the box lets them pass. Signs are among them only while the box is empty."""

    busy: reactive[bool] = reactive(False, toggle_class="-busy")
    """A reply is arriving. Bound by the screen."""

    @dataclass
    class Submitted(Message):
        """The user sent a prompt. It is still in the box."""

        prompt_box: PromptBox
        text: str

        @property
        def control(self) -> PromptBox:
            """The box."""
            return self.prompt_box

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002, the name Textual gave it
        super().__init__(id=id, soft_wrap=True, compact=True, highlight_cursor_line=False, tab_behavior="focus")
        self._history: list[str] = []
        """Newest first."""
        self._back = 0
        """Steps back in the history; 0 is the draft."""
        self._undo_elsewhere = False
        """What was done last was done outside the box, and ctrl+z means that."""
        self._written: dict[int, str] = {}
        """What was written at a step and then left: the draft, and earlier prompts that were changed."""

    def set_history(self, prompts: Sequence[str]) -> None:
        """The prompts of earlier times, newest first. They come before those of today."""
        self._history.extend(prompts)

    def remember(self, prompt: str) -> None:
        """Add a prompt to the history, after what was written on the way to it and left."""
        for text in (*self._written.values(), prompt):
            if text.strip() and text not in self._history[:1]:
                self._history.insert(0, text)
        self._written.clear()
        self._back = 0

    def accept(self, prompt: str) -> None:
        """The prompt is safe: take it out of the box, but not what was typed after it."""
        text = self.text.lstrip("\n")
        if text.strip() == prompt.strip():
            self.clear()
        elif text.startswith(prompt):
            left = text[len(prompt) :].lstrip("\n")
            lines = self.text[: len(self.text) - len(left)].split("\n")
            # Cut out, not set again: that would put the cursor at the beginning.
            self.replace("", (0, 0), (len(lines) - 1, len(lines[-1])))
        self.remember(prompt)

    @property
    def draft(self) -> str:
        """What is written and not sent: not an earlier prompt that is only being looked at."""
        if self._back == 0:
            return self.text
        recalled = self._history[self._back - 1]
        return self._written.get(0, "") or (self.text if self.text != recalled else "")

    def take_up(self, draft: str) -> None:
        """Go on with another draft, that of another conversation; the walk through the history is over."""
        self._back = 0
        self._written.clear()
        self.put_back(draft)

    def exchange(self, text: str) -> str:
        """Put this text in the place of the draft, and return that. Undo brings it back."""
        draft, self._back = self.draft, 0
        self.history.checkpoint()
        self.replace(text, (0, 0), self.document.end, maintain_selection_offset=False)
        self.history.checkpoint()
        self.move_cursor(self.document.end)
        return draft

    def add_paragraph(self, text: str) -> None:
        """Add a text below what is written, and begin a new line after it. Undo takes it away again."""
        before = self.text.rstrip("\n")
        self.history.checkpoint()
        self.replace(f"\n\n{text}\n\n" if before else f"{text}\n\n", self._end_of(before), self.document.end)
        self.history.checkpoint()
        self.move_cursor(self.document.end)

    def _end_of(self, text: str) -> tuple[int, int]:
        lines = text.split("\n")
        return len(lines) - 1, len(lines[-1])

    def put_back(self, text: str) -> None:
        """Show this text, the cursor at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    def action_submit(self) -> None:
        """Send, or break the line after a backslash."""
        row, column = self.cursor_location
        if self.document[row][:column].endswith("\\") and column == len(self.document[row]):
            self.replace("\n", (row, column - 1), (row, column))
        elif self.text.strip():
            self.post_message(self.Submitted(self, self.text.strip("\n")))

    def action_break_line(self) -> None:
        """Insert a line break."""
        self.replace("\n", *self.selection)

    def undo_elsewhere(self) -> None:
        """Let ctrl+z undo what was just done outside the box, until something is typed."""
        self._undo_elsewhere = True

    def edit(self, edit: Edit) -> EditResult:
        """Make an edit: from here on, ctrl+z is about the text again."""
        self._undo_elsewhere = False
        return super().edit(edit)

    def undo_edit(self) -> bool:
        """Undo the last edit; False if there is none, or something else was done since."""
        if self._undo_elsewhere or not (self.text or self.history.undo_stack):
            self._undo_elsewhere = False
            return False
        self.undo()
        return True

    def action_cursor_up(self, select: bool = False) -> None:
        """Up; on the first line, to the earlier prompt."""
        if select or self.get_cursor_up_location()[0] != self.cursor_location[0] or not self._at_top():
            super().action_cursor_up(select)
        else:
            self._recall(-1)

    def action_cursor_down(self, select: bool = False) -> None:
        """Down; on the last line, to the later prompt."""
        if select or not self._at_bottom():
            super().action_cursor_down(select)
        else:
            self._recall(+1)

    def _at_top(self) -> bool:
        return self.wrapped_document.location_to_offset(self.cursor_location).y == 0

    def _at_bottom(self) -> bool:
        return self.wrapped_document.location_to_offset(self.cursor_location).y == self.wrapped_document.height - 1

    def _recall(self, step: int) -> None:
        back = self._back - step
        if not 0 <= back <= len(self._history):
            return
        if self._back == 0 or self.text != self._history[self._back - 1]:
            self._written[self._back] = self.text
        self._back = back
        self.put_back(self._written.pop(back, self._history[back - 1] if back else ""))

    async def _on_key(self, event: events.Key) -> None:
        if event.key in self.command_keys and not (event.is_printable and self.text):
            event.prevent_default()  # it goes up to the screen; a TextArea would insert a line break or a slash
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        await super()._on_paste(events.Paste(clean(event.text)))
        event.prevent_default()
        event.stop()
