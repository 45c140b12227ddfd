"""The commands of the chat. A new one is a row here, and the function it runs."""

from __future__ import annotations

from collections.abc import Sequence

from tui.screens.chat.commands.conversations import conversations, everywhere, find, labels
from tui.screens.chat.commands.messages import messages, replies, writing
from tui.screens.chat.commands.row import ChatCommand, ChatCommands

__all__ = ["ChatCommand", "ChatCommands", "chat_commands"]


def chat_commands() -> Sequence[ChatCommand]:
    """Return all rows, in the order of help and palette, in the language of the user."""
    return (
        *writing(),
        *replies(),
        *messages(),
        *find(),
        *labels(),
        *conversations(),
        *everywhere(),
    )
