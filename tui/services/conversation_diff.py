"""What there is to say of a conversation that was read from disk, and how it differs from the one that is shown."""

from __future__ import annotations

from collections.abc import Sequence

from tui.domain.chat import ChatMessage, Conversation, OpenedConversation
from tui.domain.i18n import _, plural


def findings(opened: OpenedConversation) -> list[str]:
    """Return sentences about damage and newer formats."""
    found = []
    if opened.damaged_lines:
        found.append(
            plural(
                "{n} line of this conversation was damaged; the rest is here.",
                "{n} lines of this conversation were damaged; the rest is here.",
                opened.damaged_lines,
            )
        )
    if opened.read_only:
        found.append(_("A newer chinwag wrote this conversation. It can be read here, but not continued."))
    return found


def changed_messages(shown: Conversation, on_disk: Conversation) -> list[ChatMessage] | None:
    """Return the messages on disk that look different from those shown; `None` when there are others than those."""
    before, now = shown.branch(), on_disk.branch()
    if [message.id for message in before] != [message.id for message in now]:
        return None
    return [new for old, new in zip(before, now, strict=True) if message_fingerprint(old) != message_fingerprint(new)]


def is_end_of(end: Sequence[ChatMessage], branch: Sequence[ChatMessage]) -> bool:
    """Return whether a branch ends with messages that look like these."""
    if not end or len(end) > len(branch):
        return False
    return list(map(message_fingerprint, branch[-len(end) :])) == list(map(message_fingerprint, end))


def message_fingerprint(message: ChatMessage) -> tuple[str, str, int, int]:
    """Return what tells a message from the same one, drawn earlier."""
    return message.id, message.state, len(message.content), len(message.reasoning)
