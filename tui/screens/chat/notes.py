"""What is shown of messages besides their text: how a reply ended, what became of a prompt, and the keys that help."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import Enum, auto

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.finish import End, end_of
from tui.domain.i18n import _
from tui.domain.money import Prices
from tui.rendering.note import HeaderStatus, Note


class Fate(Enum):
    """What became of a prompt that was not answered."""

    NOT_SENT = auto()
    NOT_ACCEPTED = auto()
    NOT_ANSWERED = auto()

    @property
    def words(self) -> str:
        """What is said of it."""
        match self:
            case Fate.NOT_SENT:
                return _("not sent")
            case Fate.NOT_ACCEPTED:
                return _("not accepted")
            case Fate.NOT_ANSWERED:
                return _("not answered")


_FATES = {
    "network": Fate.NOT_SENT,
    "tls": Fate.NOT_SENT,
    "engine": Fate.NOT_SENT,
    "settings": Fate.NOT_SENT,
    "auth": Fate.NOT_ACCEPTED,
    "payment": Fate.NOT_ACCEPTED,
    "forbidden": Fate.NOT_ACCEPTED,
    "firewall": Fate.NOT_ACCEPTED,
    "region": Fate.NOT_ACCEPTED,
    "filtered": Fate.NOT_ACCEPTED,
    "no_chat": Fate.NOT_ACCEPTED,
    "not_found": Fate.NOT_ACCEPTED,
    "bad_request": Fate.NOT_ACCEPTED,
    "too_large": Fate.NOT_ACCEPTED,
    "context_length": Fate.NOT_ACCEPTED,
    "rate_limit": Fate.NOT_ACCEPTED,
}
"""What became of a prompt whose reply failed before its first word. In all other failures the server may have read it,
or a part of it: it was not answered, which is all that can be said."""
_SAYS_WHAT_IS_KEPT = frozenset({"interrupted", "stalled", "network"})
"""Failures whose sentences say themselves what became of the text."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What is shown of a conversation as a whole."""

    count: int
    """Messages on screen."""
    money: str
    statuses: dict[str, HeaderStatus]
    """What the headers say, by message id."""


def note_of(message: ChatMessage, *, growing_elsewhere: bool = False, now: float = 0.0) -> Note | None:
    """Return the note under a message that is not on its way in this window. `now` is in Unix seconds."""
    if not message.is_reply:
        return None
    more = " · " + (_("shift+f5 continue") if message.can_continue else _("esc e edit"))
    if message.state is MessageState.STREAMING:
        if growing_elsewhere:
            said = _("This reply has been arriving in another window for {time}.")
            return Note(said.format(time=_lasting(message, now)), severity="info")
        return Note(
            _("Interrupted: chinwag ended while this reply was arriving. The partial reply was kept."),
            keys=_("f5 retry") + more,
            severity="warning",
        )
    if message.state is MessageState.FAILED and message.error is not None:
        kind, said = message.error.kind, message.error.sentence
        if message.content and kind not in _SAYS_WHAT_IS_KEPT:
            said += " " + _("The partial reply was kept.")
        if name := _kind_name(kind):
            said = f"{name} · {said}"
        return Note(said, keys=_keys_after(kind) + more, severity="error")
    if message.state is MessageState.STOPPED:
        said = _("Stopped. The partial reply was kept.") if message.content else _("Stopped before the first word.")
        return Note(said, keys=_("f5 retry") + more, severity="info")
    if message.notice:
        return Note(message.notice, keys=_keys_at_the_end(message), severity="warning")
    return None


def _kind_name(kind: str) -> str:
    """Return what kind of failure it is, to stand before the sentence; empty for one that has no name."""
    return {
        "auth": _("key not accepted"),
        "payment": _("credit used up"),
        "forbidden": _("not allowed"),
        "firewall": _("blocked on the way"),
        "region": _("not offered in your region"),
        "filtered": _("content filter"),
        "no_chat": _("model cannot chat"),
        "not_found": _("not found"),
        "bad_request": _("request refused"),
        "too_large": _("too large"),
        "context_length": _("too long for the model"),
        "rate_limit": _("rate limit"),
        "overloaded": _("server busy"),
        "server": _("server error"),
        "timeout": _("no answer in time"),
        "stalled": _("stalled"),
        "interrupted": _("cut off"),
        "upstream": _("provider error"),
        "network": _("no connection"),
        "dropped": _("connection lost"),
        "tls": _("no secure connection"),
        "redirect": _("redirected"),
        "protocol": _("unexpected answer"),
        "empty": _("empty reply"),
        "engine": _("embedded engine"),
        "settings": _("settings"),
    }.get(kind, "")


def _keys_after(kind: str) -> str:
    """Return the keys that help after a failure of that kind."""
    match kind:
        case "auth" | "settings" | "protocol" | "redirect" | "network" | "tls" | "firewall" | "region":
            return _("shift+f4 settings · f5 retry")
        case "payment" | "forbidden":
            return _("ctrl+l another model · shift+f4 another key · f5 retry")
        case "not_found":
            return _("ctrl+l another model · shift+f4 settings · f5 retry")
        case "context_length" | "too_large":
            return _("ctrl+n new conversation · ctrl+l another model · f5 retry")
        case "filtered" | "no_chat":
            return _("ctrl+l another model · f5 retry")
        case _:
            return _("f5 retry")


def _keys_at_the_end(message: ChatMessage) -> str:
    """Return the keys that help after a reply that is complete as far as the server says, but not as it should be."""
    if message.can_continue:
        return _("shift+f5 continue")
    match end_of(message.finish_reason or "stop"):
        case End.CONTEXT:
            return _("ctrl+n new conversation · ctrl+l another model")
        case End.FILTER:
            return _("esc e edit · ctrl+l another model · f5 retry")
        case End.LENGTH:
            return _("shift+f4 settings · f5 retry")
        case _:
            return ""


def _lasting(message: ChatMessage, now: float) -> str:
    seconds = max(0, int(now - message.created))
    return _("{n} s").format(n=seconds) if seconds < 120 else _("{n} min").format(n=seconds // 60)


def totals_of(conversation: Conversation, prices: Prices, arriving: Container[str]) -> Totals:
    """Return what is on screen, counted. In a long conversation that takes a while: it may be done in a thread, on a snapshot."""
    branch = conversation.branch()
    return Totals(len(branch), prices.total(branch), header_statuses(conversation, arriving))


def header_statuses(conversation: Conversation, arriving: Container[str] = ()) -> dict[str, HeaderStatus]:
    """Return what the headers of the branch on screen say, by message id. `arriving` are replies that somebody is writing."""
    versions = {
        message_id: _("‹ {n}/{of} ›").format(n=1 + [each.id for each in beside].index(message_id), of=len(beside))
        for message_id, beside in conversation.versions().items()
    }
    branch = conversation.branch()
    fates = _fates(branch, arriving)
    marked = {message.id for message in branch if message.marked}
    return {
        message_id: HeaderStatus(versions.get(message_id, ""), fates.get(message_id, ""), message_id in marked)
        for message_id in versions.keys() | fates.keys() | marked
    }


def _fates(branch: list[ChatMessage], arriving: Container[str]) -> dict[str, str]:
    """Return what became of the prompts that were not answered. One that went out with a later one is no longer "not sent"."""
    found: dict[str, str] = {}
    sent_since = False
    for question, reply in zip(reversed(branch[:-1]), reversed(branch[1:]), strict=True):
        if not reply.is_reply or reply.id in arriving:
            continue
        fate = _fate(reply)
        if fate and question.role is Role.USER:
            found[question.id] = (Fate.NOT_ANSWERED if sent_since else fate).words
        sent_since = sent_since or fate is not Fate.NOT_SENT
    return found


def _fate(reply: ChatMessage) -> Fate | None:
    """Return what became of a prompt; `None` when it was answered, even if only in part."""
    if reply.content.strip() or reply.state is MessageState.COMPLETE:
        return None
    if reply.state is MessageState.FAILED and reply.error is not None:
        return _FATES.get(reply.error.kind, Fate.NOT_ANSWERED)
    return Fate.NOT_ANSWERED
