"""What READ does: moving the cursor, scrolling, and showing more or less of a message."""

from __future__ import annotations

from tui.screens.chat.actions.context import ChatContext


class ReadingActions:
    """Moves through the transcript and folds what is in it."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    # -- The mode

    def read(self) -> None:
        """Switch to READ, if there is something to read."""
        if self._context.pane.conversation.branch():
            self._context.modes.read()

    def write(self) -> None:
        """Go back to the prompt."""
        self._context.modes.write()

    # -- The cursor

    def move(self, step: int) -> None:
        """Move to the next or previous message."""
        self._context.transcript.cursor.move(step)

    def first(self) -> None:
        """Move to the first message."""
        self._context.transcript.cursor.first()

    def last(self) -> None:
        """Move to the last message."""
        self._context.transcript.cursor.last()

    # -- The page

    def half_page(self, direction: int) -> None:
        """Scroll by half a page."""
        transcript = self._context.transcript
        transcript.scroll_relative(y=direction * transcript.size.height // 2, animate=False)
        transcript.cursor.bring()

    def page_up(self) -> None:
        """Scroll up by a page."""
        self._context.transcript.viewport.turn_page(-1)
        self._context.transcript.cursor.bring()

    def page_down(self) -> None:
        """Scroll down by a page."""
        self._context.transcript.viewport.turn_page(1)
        self._context.transcript.cursor.bring()

    def reply_start(self) -> None:
        """Scroll to the first line of the last reply."""
        reply = self._context.pane.conversation.last_reply()
        if reply is not None:
            self._context.transcript.viewport.to_top(reply.id)
            self._context.transcript.cursor.bring()

    def follow(self) -> None:
        """Scroll to the end, and stay there while a reply grows."""
        self._context.pane.follow()

    # -- More and less

    def fold(self) -> None:
        """Fold or open the message under the cursor."""
        transcript = self._context.transcript
        if transcript.cursor.message_id is not None:
            transcript.folding.toggle(transcript.cursor.message_id)

    def more(self) -> None:
        """Show more of the message under the cursor."""
        transcript = self._context.transcript
        if transcript.cursor.message_id is not None:
            transcript.folding.open(transcript.cursor.message_id)

    def less(self) -> None:
        """Show less of the message under the cursor."""
        transcript = self._context.transcript
        if transcript.cursor.message_id is not None:
            transcript.folding.close(transcript.cursor.message_id)

    def source(self) -> None:
        """Show the Markdown source of the message under the cursor, or the message drawn again."""
        transcript = self._context.transcript
        if transcript.cursor.message_id is not None:
            transcript.folding.toggle_source(transcript.cursor.message_id)

    def fold_reasoning(self) -> None:
        """Fold or show what the models thought, everywhere."""
        transcript = self._context.transcript
        transcript.folding.show_reasoning = not transcript.folding.show_reasoning
