"""What the commands of the chat do: plain objects that share a context."""

from __future__ import annotations

import asyncio

from tui.screens.chat.actions.context import ChatContext
from tui.screens.chat.actions.conversation import ConversationActions
from tui.screens.chat.actions.copy import CopyActions
from tui.screens.chat.actions.export import ExportActions
from tui.screens.chat.actions.find import FindActions
from tui.screens.chat.actions.gateway import GatewayActions
from tui.screens.chat.actions.labels import LabelActions
from tui.screens.chat.actions.messages import MessageActions
from tui.screens.chat.actions.outline import OutlineActions
from tui.screens.chat.actions.reading import ReadingActions
from tui.screens.chat.actions.writing import WritingActions
from tui.widgets.prompt_box import PromptBox

__all__ = ["ChatActions", "ChatContext"]


class ChatActions:
    """All of them, for the rows of the command table to choose from."""

    def __init__(self, context: ChatContext) -> None:
        one_at_a_time = asyncio.Lock()
        self.context = context
        self.reading = ReadingActions(context)
        self.copy = CopyActions(context)
        self.gateway = GatewayActions(context)
        self.find = FindActions(context)
        self.outline = OutlineActions(context)
        self.export = ExportActions(context)
        self.messages = MessageActions(context, one_at_a_time)
        self.conversation = ConversationActions(context, self.find, one_at_a_time)
        self.labels = LabelActions(context, self.copy, self.messages, self.export)
        self.writing = WritingActions(context, self.copy)

    @property
    def prompt(self) -> PromptBox:
        """The box the user writes in."""
        return self.context.pane.prompt_box

    def escape(self) -> None:
        """Leave what is innermost: highlights, READ, a reply, an edit; with nothing to leave, begin to read."""
        if self.find.drop():
            return
        if self.context.modes.reading:
            self.context.modes.write()
        elif self.context.pane.stop():
            return
        elif self.context.pane.editing:
            self.messages.leave_edit()
        else:
            self.reading.read()

    def undo(self) -> None:
        """Undo the last edit of the prompt, or the last change, whichever came later."""
        if not self.prompt.undo_edit():
            self.conversation.undo_or_suspend()
