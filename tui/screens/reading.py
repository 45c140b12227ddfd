"""Reading: the prompt rests, and single letters move between messages."""

from __future__ import annotations

from typing import ClassVar

from textual import events, getters
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.screen import Screen

from tui.domain.i18n import _
from tui.widgets.transcript import Transcript

READING_ACTIONS = frozenset(
    {
        "cursor_move",
        "cursor_first",
        "cursor_last",
        "half_page",
        "copy_message",
        "write",
        "edit_here",
        "delete_here",
        "undo_here",
        "version_here",
        "retry_here",
        "resume_here",
        "help_here",
        "save_here",
        "fold_here",
        "open_here",
        "close_here",
        "raw_here",
        "quote_here",
        "labels_here",
        "find_here",
        "find_step_here",
        "outline_here",
        "mark_here",
        "next_mark_here",
    }
)


class ReadingScreen(Screen[None]):
    """Moves through a transcript. The single letters are alive only while `reading`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+tab", "read", "Read", show=False, id="read.enter"),
        Binding("j,down", "cursor_move(1)", "Next message", show=False, id="read.next"),
        Binding("k,up", "cursor_move(-1)", "Previous message", show=False, id="read.previous"),
        Binding("g,home", "cursor_first", "First message", show=False, id="read.first"),
        Binding("G,shift+g,end", "cursor_last", "Last message", show=False, id="read.last"),
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, id="read.half_down"),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, id="read.half_up"),
        Binding("space", "fold_here", "Fold or open the message", show=False, id="read.fold"),
        Binding("h,left", "close_here", "Show less of it", show=False, id="read.less"),
        Binding("l,right", "open_here", "Show more of it", show=False, id="read.more"),
        Binding("z", "raw_here", "As it was written", show=False, id="read.raw"),
        Binding("slash,ctrl+f", "find_here", "Find", show=False, id="read.find"),
        Binding("n", "find_step_here(1)", "Next hit", show=False, id="read.find_next"),
        Binding("N,shift+n", "find_step_here(-1)", "Hit before", show=False, id="read.find_previous"),
        Binding("o", "outline_here", "Outline", show=False, id="read.outline"),
        Binding("m", "mark_here", "Mark the message", show=False, id="read.mark"),
        Binding("apostrophe", "next_mark_here", "To the next mark", show=False, id="read.next_mark"),
        Binding("y", "copy_message", "Copy the message", show=False, id="read.copy"),
        Binding("c", "labels_here", "Copy code, a link, a table", show=False, id="read.labels"),
        Binding("q", "quote_here", "Quote in the prompt", show=False, id="read.quote"),
        Binding("e", "edit_here", "Edit the prompt, ask again", show=False, id="read.edit"),
        Binding("left_square_bracket", "version_here(-1)", "Earlier version", show=False, id="read.version_before"),
        Binding("right_square_bracket", "version_here(1)", "Later version", show=False, id="read.version_after"),
        Binding("ctrl+x", "delete_here", "Delete the message", show=False, id="read.delete"),
        Binding("ctrl+z", "undo_here", "Undo the last change", show=False, id="read.undo"),
        Binding("r", "retry_here", "Retry the last reply", show=False, id="read.retry"),
        Binding("plus", "resume_here", "Continue the last reply", show=False, id="read.continue"),
        Binding("w", "save_here", "Save to a file", show=False, id="read.save"),
        Binding("question_mark", "help_here", "Keys and help", show=False, id="read.help"),
        Binding("i,enter", "write", "Write", show=False, id="read.leave"),
        Binding("pageup", "page_up", "Scroll up", show=False, id="chat.page_up"),
        Binding("pagedown", "page_down", "Scroll down", show=False, id="chat.page_down"),
        Binding("ctrl+end", "follow", "Follow the reply", show=False, id="chat.follow"),
    ]

    reading: reactive[bool] = reactive(False, bindings=True)
    """READ is on: the prompt has no focus, and letters are commands."""

    transcript = getters.query_one(Transcript)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The letters are dead while writing."""
        if action in READING_ACTIONS:
            return self.reading
        return True

    async def on_key(self, event: events.Key) -> None:
        """Deal with the keys of READ in their order.

        A binding runs when the key has bubbled up to the app, and in a burst of keys those after it would be too early.
        """
        if not self.reading:
            if event.is_printable or event.key == "enter":  # it came before the prompt had the focus
                event.stop()
                self.take_typed(events.Key(event.key, event.character))
            return
        for binding in ReadingScreen.BINDINGS:
            if isinstance(binding, Binding) and event.key in binding.key.split(","):
                if binding.action.partition("(")[0] in READING_ACTIONS:
                    event.stop()
                    event.prevent_default()
                    await self.run_action(binding.action)
                return

    def take_typed(self, event: events.Key) -> None:
        """A key that belongs to the prompt."""

    def action_read(self) -> None:
        """Begin to read."""
        self.reading = True

    def action_write(self) -> None:
        """Back to the prompt."""
        self.reading = False

    def action_cursor_move(self, step: int) -> None:
        """To the next or previous message."""
        self.transcript.cursor.move(step)

    def action_cursor_first(self) -> None:
        """To the first message."""
        self.transcript.cursor.first()

    def action_cursor_last(self) -> None:
        """To the last message."""
        self.transcript.cursor.last()

    def action_fold_here(self) -> None:
        """Fold or open the message under the cursor."""
        if self.transcript.cursor.message_id is not None:
            self.transcript.folding.toggle(self.transcript.cursor.message_id)

    def action_open_here(self) -> None:
        """Show more of the message under the cursor."""
        if self.transcript.cursor.message_id is not None:
            self.transcript.folding.open(self.transcript.cursor.message_id)

    def action_close_here(self) -> None:
        """Show less of the message under the cursor."""
        if self.transcript.cursor.message_id is not None:
            self.transcript.folding.close(self.transcript.cursor.message_id)

    def action_raw_here(self) -> None:
        """Show the message under the cursor as it was written, or drawn again."""
        if self.transcript.cursor.message_id is not None:
            self.transcript.folding.toggle_source(self.transcript.cursor.message_id)

    def action_half_page(self, direction: int) -> None:
        """Scroll by half a page."""
        self.transcript.scroll_relative(y=direction * self.transcript.size.height // 2, animate=False)
        self.transcript.cursor.bring()

    def action_page_up(self) -> None:
        """A page up."""
        self.transcript.viewport.turn_page(-1)
        self.transcript.cursor.bring()

    def action_page_down(self) -> None:
        """A page down."""
        self.transcript.viewport.turn_page(1)
        self.transcript.cursor.bring()

    def action_follow(self) -> None:
        """To the end, and stay there while the reply grows."""
        self.transcript.follow()

    def mode_word(self) -> str:
        """The mode as the status bar names it."""
        return _("READ") if self.reading else ""
