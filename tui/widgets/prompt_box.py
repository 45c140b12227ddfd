"""The box the user writes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tui.domain.safe_text import clean

_SHIFT_ENTER = frozenset({"shift+enter", "shift+\r", "shift+return"})
"""The ways terminals report shift+enter; xterm's own names no key, so no Binding can match it."""


class PromptBox(TextArea):
    """A prompt of one or more lines. Enter sends; ctrl+j, or a backslash at the line's end and enter, breaks the line.

    The text stays until `accept` says that it is safe elsewhere.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Send", id="prompt.send"),
        Binding("ctrl+j", "break_line", "New line", id="prompt.newline"),
        Binding("ctrl+c,super+c", "screen.interrupt", "Copy, stop or quit", show=False, id="prompt.interrupt"),
        Binding("ctrl+d", "delete_or_quit", "Delete or quit", show=False, id="prompt.delete"),
        Binding("f6", "screen.copy_reply", "Copy the last reply", show=False, id="prompt.copy"),
        Binding("f7", "screen.labels", "Copy code, a table, a link", show=False, id="prompt.copy_labels"),
        Binding("pageup", "screen.page_up", "Scroll up", show=False, id="prompt.page_up"),
        Binding("pagedown", "screen.page_down", "Scroll down", show=False, id="prompt.page_down"),
        Binding("ctrl+z,super+z", "undo_here_or_elsewhere", "Undo", show=False, id="prompt.undo"),
    ]

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

    @dataclass
    class SlashPressed(Message):
        """The user began a command: a slash in an empty box."""

        prompt_box: PromptBox

        @property
        def control(self) -> PromptBox:
            """The box."""
            return self.prompt_box

    @dataclass
    class HistoryPressed(Message):
        """The user pressed ctrl+r. What is typed from here on waits for `take_command`."""

        prompt_box: PromptBox

        @property
        def control(self) -> PromptBox:
            """The box."""
            return self.prompt_box

    @dataclass
    class FindPressed(Message):
        """The user pressed ctrl+f. What is typed from here on waits for `take_command`."""

        prompt_box: PromptBox

        @property
        def control(self) -> PromptBox:
            """The box."""
            return self.prompt_box

    @dataclass
    class QuitPressed(Message):
        """The user pressed ctrl+d in an empty box."""

        prompt_box: PromptBox

        @property
        def control(self) -> PromptBox:
            """The box."""
            return self.prompt_box

    @dataclass
    class UndoPressed(Message):
        """The user pressed ctrl+z, and nothing in the box is to be undone."""

        prompt_box: PromptBox

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
        self._command: str | None = None
        """What is typed after a slash in the empty box, or after ctrl+r or ctrl+f, until somebody takes it over."""
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
            # Cut out, not set anew: that would put the cursor at the beginning.
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

    def action_delete_or_quit(self) -> None:
        """Delete to the right; in an empty box, ask to quit."""
        if self.text:
            self.action_delete_right()
        else:
            self.post_message(self.QuitPressed(self))

    def undo_elsewhere(self) -> None:
        """Let ctrl+z undo what was just done outside the box, until something is typed."""
        self._undo_elsewhere = True

    def edit(self, edit: Edit) -> EditResult:
        """Make an edit: from here on, ctrl+z is about the text again."""
        self._undo_elsewhere = False
        return super().edit(edit)

    def action_undo_here_or_elsewhere(self) -> None:
        """Undo the last edit, unless what was done last was done outside the box."""
        if self._undo_elsewhere or not (self.text or self.history.undo_stack):
            self._undo_elsewhere = False
            self.post_message(self.UndoPressed(self))
        else:
            self.undo()

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
        # Keys are dealt with here, in their order: a binding runs when the key has bubbled up to the app, and in a burst
        # of keys the letters around it would have overtaken it by then.
        if self._command is not None:
            self._collect(event)
        elif event.key == "enter":
            self.action_submit()
        elif event.key == "ctrl+j" or event.key in _SHIFT_ENTER:
            self.action_break_line()
        elif event.character == "/" and not self.text:
            self._command = ""
            self.post_message(self.SlashPressed(self))
        elif event.key == "ctrl+r":
            self._command = ""
            self.post_message(self.HistoryPressed(self))
        elif event.key == "ctrl+f":
            self._command = ""
            self.post_message(self.FindPressed(self))
        else:
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()

    def take_command(self) -> str:
        """What was typed after the slash, ctrl+r or ctrl+f until now; from here on, keys are text again.

        A line break stands for enter.
        """
        typed, self._command = self._command or "", None
        return typed

    def _collect(self, event: events.Key) -> None:
        assert self._command is not None
        if event.key == "enter":
            self._command += "\n"
        elif event.key == "backspace":
            self._command = self._command[:-1]
        elif event.character and event.is_printable:
            self._command += event.character

    async def _on_paste(self, event: events.Paste) -> None:
        if self._command is not None:
            self._command += clean(event.text).replace("\n", " ")
            event.prevent_default()
            event.stop()
            return
        await super()._on_paste(events.Paste(clean(event.text)))
        event.prevent_default()
        event.stop()
