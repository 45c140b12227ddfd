"""What is said under a message: how a reply ended, and the keys that help."""

from __future__ import annotations

from tui.domain.chat import ChatMessage, MessageState
from tui.domain.words import _
from tui.widgets.transcript import Note

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


def note_of(message: ChatMessage, *, growing_elsewhere: bool = False) -> Note | None:
    """The note under a message that is not on its way in this window."""
    if not message.is_reply:
        return None
    more = " · " + _("shift+f5 continue") if can_continue(message) else ""
    if message.state is MessageState.STREAMING:
        if growing_elsewhere:
            return Note(_("This reply is arriving in another window."), severity="info")
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
        return Note(message.notice, keys=more.removeprefix(" · "), severity="warning")
    return None


def can_continue(message: ChatMessage) -> bool:
    """Whether a reply has text and was cut: by the token limit, a stop, a broken stream, the end of the program."""
    if not message.is_reply or not message.content:
        return False
    return message.state is not MessageState.COMPLETE or message.finish_reason == "length"
