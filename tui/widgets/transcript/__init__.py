"""The transcript of a conversation."""

from tui.markdown.pieces import KINDS, Kind, Piece
from tui.rendering.code import warm_up
from tui.rendering.note import HeaderMark, Note
from tui.widgets.transcript.entry import Prepared
from tui.widgets.transcript.finding import FindState, Sought
from tui.widgets.transcript.labels import Target
from tui.widgets.transcript.message_view import MessageView
from tui.widgets.transcript.pump import LivePump
from tui.widgets.transcript.transcript import Transcript

__all__ = [
    "KINDS",
    "FindState",
    "HeaderMark",
    "Kind",
    "LivePump",
    "MessageView",
    "Note",
    "Piece",
    "Prepared",
    "Sought",
    "Target",
    "Transcript",
    "warm_up",
]
