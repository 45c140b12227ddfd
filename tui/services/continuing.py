"""Continuing a reply that was cut off, as the same message."""

from __future__ import annotations

from tui.domain.chat import ChatMessage, Conversation, Role

ASK_TO_CONTINUE = "Continue exactly where you stopped. Do not repeat anything, and do not comment."
"""Sent after the part that is there, and never stored."""

LONGEST_OVERLAP = 200
"""Characters that a model may say again before it goes on."""
SHORTEST_OVERLAP = 10
"""Below it, the same characters are a coincidence."""


def messages_to_continue(conversation: Conversation, reply: ChatMessage, *, prefill: bool) -> list[tuple[Role, str]]:
    """Return what is sent to have `reply` go on. With `prefill` the server takes a last assistant message as its start."""
    sent = [(message.role, message.content) for message in conversation.context(before=reply)]
    sent.append((Role.ASSISTANT, reply.content))
    return sent if prefill else [*sent, (Role.USER, ASK_TO_CONTINUE)]


class WithoutOverlap:
    """Drops what the new text says again of the end of the old one.

    The first characters are held back for as long as they may still be such a repetition.
    """

    def __init__(self, before: str) -> None:
        self._tail = before[-LONGEST_OVERLAP:]
        self._held = ""
        self._decided = not self._tail

    @property
    def is_open(self) -> bool:
        """Whether what comes next may still be such a repetition."""
        return not self._decided

    def feed(self, text: str) -> str:
        """Return the part of the new text that may be shown by now."""
        if self._decided:
            return text
        self._held += text
        if len(self._held) < LONGEST_OVERLAP and self._may_grow():
            return ""
        return self.end()

    def end(self) -> str:
        """Return what is left of the text held back: no more comes, or enough has."""
        held, self._held, self._decided = self._held, "", True
        for length in range(min(len(held), len(self._tail)), SHORTEST_OVERLAP - 1, -1):
            if self._tail.endswith(held[:length]):
                return held[length:]
        return held

    def _may_grow(self) -> bool:
        return any(self._tail[at:].startswith(self._held) for at in range(len(self._tail)))
