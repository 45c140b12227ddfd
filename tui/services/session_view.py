"""What a conversation session tells whoever shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from tui.domain.chat import ChatMessage
from tui.services.reply_task import ReplyTask

LONG = 12.0
"""Seconds that a notice is shown which the user has to act on."""

Severity = Literal["information", "warning", "error"]


class SessionView(Protocol):
    """Shows one `ConversationSession`, whose values it reads. No method of it changes the session."""

    # -- What is shown

    async def prepare(self, messages: Sequence[ChatMessage], growing: frozenset[str]) -> None:
        """Get ready to show so many messages that drawing them takes a while; `growing` in another window."""

    async def painted(self) -> None:
        """Wait until what was drawn is on the screen."""

    def conversation_shown(self, at: str = "", *, prepared: bool = False) -> None:
        """Show the session's conversation in place of the one before, at its end or at a message.

        `prepared`: these are the messages that `prepare` was given.
        """

    def beginning_read(self, end: Sequence[ChatMessage]) -> None:
        """Put what was prepared before the end that is shown already; `end` has the values that stand for it now."""

    def branch_changed(self, *, to: str = "", keep_end: bool = False) -> None:
        """Show the branch as it is now, without moving what is read; a cursor goes to message `to`.

        `keep_end`: who is at its end stays there.
        """

    def messages_changed(self, messages: Sequence[ChatMessage]) -> None:
        """Draw these messages again."""

    def refresh_header(self) -> None:
        """Show title, model and counts again."""

    # -- Replies

    def reply_started(self, task: ReplyTask, *, question: ChatMessage | None = None, instead_of: str = "") -> None:
        """Show a reply that arrives from now on, after a new question, in place of a message and all after it."""

    def gateway_missing(self) -> None:
        """Help to choose a gateway: none is, and the user wants to send."""

    # -- What is said

    def tell(self, sentence: str, *, severity: Severity = "information", timeout: float | None = None) -> None:
        """Show a notice, for so many seconds."""

    def change_made(self) -> None:
        """Note that the last thing the user did can be taken back by `undo`."""

    def saved(self) -> None:
        """Note that something was saved: lists of conversations are out of date."""
