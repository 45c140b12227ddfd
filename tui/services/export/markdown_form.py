"""A conversation as Markdown: the branch on screen, as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from tui.domain.chat import ChatMessage, Conversation
from tui.domain.i18n import _
from tui.domain.safe_text import clean
from tui.services.export.names import moment
from tui.services.export.wording import ending, facts, settings_of, speaker, title_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_SPECIAL = re.compile(r"([\\`*_\[\]<>#])")
_FENCE = re.compile(r"```|~~~")


def as_markdown(conversation: Conversation, arriving: AbstractSet[str] = frozenset()) -> str:
    """Return title, model and date, then a heading and the text of each message. `arriving`: see `wording.ending`."""
    branch = conversation.branch()
    parts = [f"# {_plain(title_of(conversation))}", " · ".join(map(_plain, facts(conversation, len(branch))))]
    if settings := settings_of(conversation):
        parts.append(_plain(", ".join(settings)))
    if conversation.system:
        parts += [f"## {_('System prompt')}", _closed(clean(conversation.system))]
    for message in branch:
        parts += _message(message, arriving)
    return "\n\n".join(part.strip("\n") for part in parts if part.strip()) + "\n"


def _message(message: ChatMessage, arriving: AbstractSet[str]) -> Iterator[str]:
    written = moment(message.created)
    yield f"## {_plain(speaker(message))}" + (f" · {written}" if written else "")
    if message.reasoning.strip():
        yield f"<details>\n<summary>{_('Reasoning')}</summary>"
        yield _closed(clean(message.reasoning))
        yield "</details>"
    yield _closed(clean(message.content))
    if said := ending(message, arriving):
        yield f"> *{_plain(said)}*"


def _plain(text: str) -> str:
    """Return text with Markdown's special characters escaped."""
    return _SPECIAL.sub(r"\\\1", text)


def _closed(text: str) -> str:
    """Return the text with its last fence closed: an open one would swallow the messages below."""
    if not _FENCE.search(text):
        return text
    fences = [token for token in _parser().parse(text) if token.type == "fence" and token.level == 0]
    if not fences or fences[-1].map is None:
        return text
    last, (begin, end) = fences[-1], fences[-1].map
    lines = text.split("\n")
    closing = lines[end - 1].strip()
    if end - 1 > begin and closing.startswith(last.markup) and not closing.strip(last.markup[0]):
        return text
    return text.rstrip("\n") + "\n" + last.markup


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # rarely needed

    return MarkdownIt("commonmark")
