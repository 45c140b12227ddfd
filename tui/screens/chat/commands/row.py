"""What a row of the table is for the chat."""

from __future__ import annotations

from typing import TypeAlias

from tui.screens.chat.actions import ChatActions
from tui.screens.chat.command_table import Command, CommandTable

ChatCommand: TypeAlias = Command[ChatActions]
ChatCommands: TypeAlias = CommandTable[ChatActions]
