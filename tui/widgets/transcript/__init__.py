"""The transcript of a conversation."""

from tui.widgets.transcript.delta_pump import DeltaPump
from tui.widgets.transcript.entry import Prepared
from tui.widgets.transcript.find_query import FindQuery, SearchResults
from tui.widgets.transcript.label_letters import Target
from tui.widgets.transcript.message_view import MessageView
from tui.widgets.transcript.prepare import prepare
from tui.widgets.transcript.transcript import Transcript
from tui.widgets.transcript.viewport import ScrollPosition

__all__ = [
    "DeltaPump",
    "FindQuery",
    "MessageView",
    "Prepared",
    "ScrollPosition",
    "SearchResults",
    "Target",
    "Transcript",
    "prepare",
]
