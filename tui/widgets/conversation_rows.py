"""The rows of a list of conversations: which there are, in which order, under which heading."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tui.domain.chat import ConversationSummary
from tui.domain.i18n import _, plural
from tui.domain.search import SearchHit, Term

MOST_LINES = 3
"""Messages of one conversation that are shown at first."""
MOST_TITLES = 5
"""Titles that are shown at first where messages were found too."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Stands above rows and cannot be chosen."""

    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that can be chosen: a conversation, or a message that was found in it."""

    conversation: ConversationSummary
    hit: SearchHit | None = None
    above_hits: bool = False
    """It stands above what was found in it."""

    @property
    def key(self) -> str:
        """Tells it from all other rows of the list."""
        if self.hit is not None:
            return f"{self.conversation.id}/{self.hit.message_id}"
        return f"{self.conversation.id}/" if self.above_hits else self.conversation.id


@dataclass(frozen=True, slots=True)
class Fold:
    """A row that stands for others, and shows them when it is chosen."""

    key: str
    text: str
    deep: bool
    """It belongs to the conversation above it."""


Row = Heading | Entry | Fold


@dataclass(frozen=True, slots=True)
class Chosen:
    """Where the user wants to go: a conversation, or a message in it. No id stands for a new conversation."""

    conversation_id: str
    message_id: str = ""
    terms: tuple[Term, ...] = ()
    """What was looked for, to be marked there."""


def age(then: float, now: float) -> str:
    """How long ago, short: now, 4 m, 2 h, 1 d, then the date."""
    seconds = max(0.0, now - then)
    if seconds < 60:
        return _("now")
    if seconds < 3600:
        return _("{n} m").format(n=int(seconds // 60))
    if seconds < 86_400:
        return _("{n} h").format(n=int(seconds // 3600))
    if seconds < 14 * 86_400:
        return _("{n} d").format(n=int(seconds // 86_400))
    date, today = (datetime.fromtimestamp(t).astimezone() for t in (then, now))
    return date.strftime("%d %b" if date.year == today.year else "%b %Y").lstrip("0")


def day_group(then: float, now: float) -> str:
    """The heading a conversation stands under."""
    day, today = (datetime.fromtimestamp(t).astimezone().date() for t in (then, now))
    days = (today - day).days
    if days <= 0:
        return _("Today")
    if days == 1:
        return _("Yesterday")
    if days < 7:
        return _("This week")
    return day.strftime("%B" if day.year == today.year else "%B %Y")


def rows_by_day(conversations: Iterable[ConversationSummary], now: float) -> list[Row]:
    """Conversations in the given order, under the day they were last touched on."""
    rows: list[Row] = []
    heading = ""
    for conversation in conversations:
        group = _("Pinned") if conversation.pinned else day_group(conversation.updated, now)
        if group != heading:
            heading = group
            rows.append(Heading(group))
        rows.append(Entry(conversation))
    return rows


def rows_found(
    conversations: Sequence[ConversationSummary], total: int, hits: Iterable[SearchHit], unfolded: Collection[str]
) -> list[Row]:
    """Conversations found by their title, then messages under theirs.

    `total` counts the conversations, those that are not given too; `unfolded` holds the keys of the folds that were
    opened.
    """
    by_conversation: dict[str, list[Entry]] = {}
    for hit in hits:
        by_conversation.setdefault(hit.conversation.id, []).append(Entry(hit.conversation, hit))
    rows: list[Row] = []
    if conversations:
        rows.append(Heading(_("In titles")))
        shown = conversations
        fold = Fold("titles", "", deep=False)
        if by_conversation and len(conversations) > MOST_TITLES + 1 and fold.key not in unfolded:
            shown = conversations[:MOST_TITLES]
            more = total - len(shown)
            fold = Fold(fold.key, plural("+{n} more title", "+{n} more titles", more), deep=False)
        rows += map(Entry, shown)
        if fold.text:
            rows.append(fold)
        elif total > len(shown) and by_conversation:
            more = total - len(shown)
            rows.append(Heading(plural("and {n} more: type on", "and {n} more: type on", more)))
    if by_conversation:
        rows.append(Heading(_("In messages")))
    for conversation_id, entries in by_conversation.items():
        rows.append(Entry(entries[0].conversation, above_hits=True))
        key = f"{conversation_id}+"
        if len(entries) <= MOST_LINES + 1 or key in unfolded:
            rows += entries
            continue
        more = len(entries) - MOST_LINES
        rows += [*entries[:MOST_LINES], Fold(key, _("+{n} more").format(n=more), deep=True)]
    return rows
