"""What there is to say of a conversation that was read from disk."""

from __future__ import annotations

from tui.domain.chat import ChatMessage, Conversation, OpenedConversation
from tui.domain.words import _, plural


def findings(opened: OpenedConversation) -> list[str]:
    """Sentences about damage and newer formats."""
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


def is_news(shown: Conversation, on_disk: Conversation) -> bool:
    """Whether the conversation on disk looks different from the one that is shown."""
    return shown.title != on_disk.title or list(map(look, shown.branch())) != list(map(look, on_disk.branch()))


def look(message: ChatMessage) -> tuple[str, str, int, int]:
    """What tells a message from the same one, drawn earlier."""
    return message.id, message.state, len(message.content), len(message.reasoning)
