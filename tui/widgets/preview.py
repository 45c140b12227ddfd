"""The end of a conversation, as plain text, beside the list it is chosen from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from tui.domain.chat import ChatMessage, ConversationSummary, Role
from tui.domain.safe_text import clean, one_line
from tui.domain.words import _, plural
from tui.widgets.conversation_list import age

MOST_MESSAGES = 12
"""Messages that are looked at; a screen seldom has room for more."""
LONGEST = 3000
"""Characters of a message that are laid out."""


class Preview(Widget):
    """Title, model and size of a conversation, and as many of its last messages as fit, each cut to its first lines."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002, Textual's name
        super().__init__(id=id, markup=False)
        self._head: list[Content] = []
        self._messages: list[tuple[Content, Content]] = []
        self._word = ""

    def show_summary(self, summary: ConversationSummary, now: float) -> None:
        """Show what the list knows; the messages come later."""
        count = plural("{n} message", "{n} messages", summary.count)
        facts = [one_line(summary.model, 60), count, age(summary.updated, now)]
        self._head = [
            Content.styled(one_line(summary.title) or _("Untitled"), "bold $foreground"),
            Content.styled(" · ".join(fact for fact in facts if fact), "$muted"),
        ]
        self._messages, self._word = [], ""
        self.refresh()

    def show_messages(self, messages: Sequence[ChatMessage]) -> None:
        """Show the end of these messages."""
        spoken = [message for message in messages if message.role is not Role.SYSTEM]
        self._messages = [(_name(message), _words(message)) for message in spoken[-MOST_MESSAGES:]]
        self._word = "" if spoken else _("Nothing has been said here.")
        self.refresh()

    def say(self, sentence: str) -> None:
        """Show a sentence in the place of messages."""
        self._messages, self._word = [], sentence
        self.refresh()

    def clear(self) -> None:
        """Show nothing."""
        self._head, self._messages, self._word = [], [], ""
        self.refresh()

    def render(self) -> Content:
        width, height = self.content_size
        lines = [line.truncate(width, ellipsis=True) for line in self._head]
        if self._word:
            lines += [Content(""), *Content.styled(one_line(self._word, 1000), "$muted").wrap(width)]
        room = height - len(lines)
        blocks: list[Content] = []
        most = max(3, height // 2)
        for name, words in reversed(self._messages):
            wrapped = words.wrap(width)
            if len(wrapped) > most:
                wrapped = [*wrapped[: most - 1], Content.styled("…", "$muted")]
            block = [Content(""), name.truncate(width, ellipsis=True), *wrapped]
            if blocks and len(blocks) + len(block) > room:
                break
            blocks[:0] = block
        return Content("\n").join([*lines, *blocks[:room]])


def _name(message: ChatMessage) -> Content:
    if message.is_reply:
        return Content.styled(one_line(message.model, 60) or _("reply"), "bold $assistant")
    return Content.styled(_("You"), "bold $user")


def _words(message: ChatMessage) -> Content:
    text = clean(message.content[:LONGEST]).strip().expandtabs(4)
    if not text:
        return Content.styled(_("no words"), "$muted")
    return Content.styled(text, "$foreground")
