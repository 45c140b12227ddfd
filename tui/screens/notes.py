"""What is said of messages besides their text: how a reply ended, what became of a prompt, and the keys that help."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.i18n import _
from tui.services.prices import Prices
from tui.widgets.transcript import HeaderMark, Note

_CLASSES = {
    "auth": _("key not accepted"),
    "payment": _("credit used up"),
    "forbidden": _("not allowed"),
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
}
"""What kind of failure it is, before the sentence."""

_KEYS = {
    "auth": _("shift+f4 settings · f5 retry"),
    "settings": _("shift+f4 settings · f5 retry"),
    "payment": _("ctrl+l another model · shift+f4 another key · f5 retry"),
    "forbidden": _("ctrl+l another model · shift+f4 another key · f5 retry"),
    "not_found": _("ctrl+l another model · shift+f4 settings · f5 retry"),
    "protocol": _("shift+f4 settings · f5 retry"),
    "redirect": _("shift+f4 settings · f5 retry"),
    "network": _("shift+f4 settings · f5 retry"),
    "tls": _("shift+f4 settings · f5 retry"),
    "context_length": _("ctrl+n new conversation · f5 retry"),
    "too_large": _("ctrl+n new conversation · f5 retry"),
}

NOT_SENT, NOT_ACCEPTED, NOT_ANSWERED = _("not sent"), _("not accepted"), _("not answered")

_FATES = {
    "network": NOT_SENT,
    "tls": NOT_SENT,
    "engine": NOT_SENT,
    "settings": NOT_SENT,
    "auth": NOT_ACCEPTED,
    "payment": NOT_ACCEPTED,
    "forbidden": NOT_ACCEPTED,
    "not_found": NOT_ACCEPTED,
    "bad_request": NOT_ACCEPTED,
    "too_large": NOT_ACCEPTED,
    "context_length": NOT_ACCEPTED,
    "rate_limit": NOT_ACCEPTED,
}
"""What became of a prompt whose reply failed before its first word. In all other failures the server may have read it,
or a part of it: it was not answered, which is all that can be said."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What is told of a conversation as a whole."""

    count: int
    """Messages on screen."""
    money: str
    marks: dict[str, HeaderMark]
    """What the headers say, by message id."""


def note_of(message: ChatMessage, *, growing_elsewhere: bool = False, now: float = 0.0) -> Note | None:
    """The note under a message that is not on its way in this window. `now` is in Unix seconds."""
    if not message.is_reply:
        return None
    more = " · " + (_("shift+f5 continue") if can_continue(message) else _("esc e edit"))
    if message.state is MessageState.STREAMING:
        if growing_elsewhere:
            said = _("This reply has been arriving in another window for {time}.")
            return Note(said.format(time=_lasting(message, now)), severity="info")
        return Note(
            _("Interrupted: chinwag ended while this reply was arriving. What had come is kept."),
            keys=_("f5 retry") + more,
            severity="warning",
        )
    if message.state is MessageState.FAILED and message.error is not None:
        told = message.error.kind in {"interrupted", "stalled", "network"}  # their sentences say it themselves
        kept = " " + _("What had come is kept.") if message.content and not told else ""
        kind = _CLASSES.get(message.error.kind)
        return Note(
            (f"{kind} · " if kind else "") + message.error.sentence + kept,
            keys=_KEYS.get(message.error.kind, _("f5 retry")) + more,
            severity="error",
        )
    if message.state is MessageState.STOPPED:
        said = _("Stopped. What had come is kept.") if message.content else _("Stopped before the first word.")
        return Note(said, keys=_("f5 retry") + more, severity="info")
    if message.notice:
        keys = _("shift+f5 continue") if can_continue(message) else ""
        return Note(message.notice, keys=keys, severity="warning")
    return None


def _lasting(message: ChatMessage, now: float) -> str:
    seconds = max(0, int(now - message.created))
    return _("{n} s").format(n=seconds) if seconds < 120 else _("{n} min").format(n=seconds // 60)


def can_continue(message: ChatMessage) -> bool:
    """Whether a reply has text and was cut: by the token limit, a stop, a broken stream, the end of the program."""
    if not message.is_reply or not message.content:
        return False
    return message.state is not MessageState.COMPLETE or message.finish_reason == "length"


def totals_of(conversation: Conversation, prices: Prices, arriving: Container[str]) -> Totals:
    """Count what is on screen. In a long conversation that takes a while: it may be done in a thread, on a snapshot."""
    branch = conversation.branch()
    return Totals(len(branch), prices.total(branch), marks_of(conversation, arriving))


def marks_of(conversation: Conversation, arriving: Container[str] = ()) -> dict[str, HeaderMark]:
    """What the headers of the branch on screen say, by message id. `arriving` are replies that somebody is writing."""
    versions = {
        message_id: _("‹ {n}/{of} ›").format(n=1 + [each.id for each in beside].index(message_id), of=len(beside))
        for message_id, beside in conversation.versions().items()
    }
    branch = conversation.branch()
    fates = _fates(branch, arriving)
    marked = {message.id for message in branch if message.marked}
    return {
        message_id: HeaderMark(versions.get(message_id, ""), fates.get(message_id, ""), message_id in marked)
        for message_id in versions.keys() | fates.keys() | marked
    }


def _fates(branch: list[ChatMessage], arriving: Container[str]) -> dict[str, str]:
    """What became of the prompts that were not answered. One that went out with a later one is no longer "not sent"."""
    found = {}
    sent_since = False
    for question, reply in zip(reversed(branch[:-1]), reversed(branch[1:]), strict=True):
        if not reply.is_reply or reply.id in arriving:
            continue
        fate = _fate(reply)
        if fate and question.role is Role.USER:
            found[question.id] = NOT_ANSWERED if sent_since else fate
        sent_since = sent_since or fate != NOT_SENT
    return found


def _fate(reply: ChatMessage) -> str:
    """Empty when the prompt was answered, be it only in part."""
    if reply.content.strip() or reply.state is MessageState.COMPLETE:
        return ""
    if reply.state is MessageState.FAILED and reply.error is not None:
        return _FATES.get(reply.error.kind, NOT_ANSWERED)
    return NOT_ANSWERED
