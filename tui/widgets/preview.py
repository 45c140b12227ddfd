"""A part of a conversation, as plain text, beside the list it is chosen from."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from tui.domain.chat import ChatMessage, ConversationSummary, Role
from tui.domain.i18n import _, plural
from tui.domain.safe_text import clean, one_line
from tui.domain.search import Span
from tui.markdown.plain import plain_text
from tui.widgets.conversation_lines import MARK
from tui.widgets.conversation_rows import age

MOST_MESSAGES = 12
"""Messages that are looked at; a screen seldom has room for more."""
LONGEST = 3000
"""Characters of a message that are laid out."""


class Preview(Widget):
    """Title, model and size of a conversation; below, as many of its last messages as fit, or the one that was found."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002, Textual's name
        super().__init__(id=id, markup=False)
        self._head: list[Content] = []
        self._messages: list[tuple[Content, Content]] = []
        self._found: tuple[Content, Content] | None = None
        self._word = ""

    def show_summary(self, summary: ConversationSummary, now: float) -> None:
        """Show what the list knows; the messages come later."""
        count = plural("{n} message", "{n} messages", summary.count)
        place = _("in the trash") if summary.trashed else ""
        facts = [one_line(summary.model, 60), count, age(summary.updated, now), place]
        self._head = [
            Content.styled(one_line(summary.title) or _("Untitled"), "bold $foreground"),
            Content.styled(" · ".join(fact for fact in facts if fact), "$muted"),
        ]
        self._show(word="")

    def show_messages(self, messages: Sequence[ChatMessage]) -> None:
        """Show the end of these messages."""
        spoken = [message for message in messages if message.role is not Role.SYSTEM]
        last = [_block(message) for message in spoken[-MOST_MESSAGES:]]
        self._show(last, word="" if spoken else _("No messages yet."))

    def show_found(
        self, message: ChatMessage, part: str, marks: Sequence[Span], after: Sequence[ChatMessage] = ()
    ) -> None:
        """Show a part of a message, safe to draw, around the first of the marks in it; then the messages after it."""
        part, marks = plain_text(part, marks)
        words = _words(part, keep_spaces=True)
        for mark in marks:
            words = words.stylize(MARK, mark.start, mark.end)
        following = [_block(message) for message in after[:MOST_MESSAGES]]
        self._show(following, found=(_name(message), words), word="")

    def say(self, sentence: str) -> None:
        """Show a sentence in the place of messages."""
        self._show(word=sentence)

    def clear(self) -> None:
        """Show nothing."""
        self._head = []
        self._show(word="")

    def _show(
        self,
        messages: Sequence[tuple[Content, Content]] = (),
        found: tuple[Content, Content] | None = None,
        *,
        word: str,
    ) -> None:
        self._messages, self._found, self._word = list(messages), found, word
        self.refresh()

    def render(self) -> Content:
        width, height = self.content_size
        lines = [line.truncate(width, ellipsis=True) for line in self._head]
        if self._word:
            lines += [Content(""), *Content.styled(one_line(self._word, 1000), "$muted").wrap(width)]
        room = height - len(lines)
        if self._found is not None:
            lines += _around_mark(*self._found, width, room)
            for name, words in self._messages:
                lines += [Content(""), name.truncate(width, ellipsis=True), *words.wrap(width)]
            return Content("\n").join(lines[:height])
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


def _around_mark(name: Content, words: Content, width: int, room: int) -> list[Content]:
    """The name, then the lines around the first marked one: as many as there is room for, a third of them above it."""
    wrapped = words.wrap(width)
    room = max(1, room - 2)
    marked = next((n for n, line in enumerate(wrapped) if any(span.style == MARK for span in line.spans)), 0)
    start = max(0, min(marked - room // 3, len(wrapped) - room))
    return [Content(""), name.truncate(width, ellipsis=True), *wrapped[start : start + room]]


def _block(message: ChatMessage) -> tuple[Content, Content]:
    return _name(message), _words(plain_text(clean(message.content[:LONGEST]))[0])


def _name(message: ChatMessage) -> Content:
    if message.is_reply:
        return Content.styled(one_line(message.model, 60) or _("reply"), "bold $assistant")
    return Content.styled(_("You"), "bold $user")


def _words(text: str, *, keep_spaces: bool = False) -> Content:
    """Text that is safe to draw; `keep_spaces` for text that positions are known in."""
    if not text.strip():
        return Content.styled(_("empty"), "$muted")
    return Content.styled(text if keep_spaces else text.strip().expandtabs(4), "$foreground")
