"""What is shown round a conversation: title, counts, cost, who answers, and how things stand."""

from __future__ import annotations

import asyncio

from textual.widget import Widget
from textual.worker import WorkType

from tui.domain.i18n import _
from tui.domain.money import Prices
from tui.domain.safe_text import one_line
from tui.screens.chat.composer import Composer
from tui.screens.chat.header import ConversationHeader
from tui.screens.chat.notes import Totals, totals_of
from tui.services.connections import Connection
from tui.services.services import Services
from tui.services.session import MANY, ConversationSession
from tui.widgets.status_bar import Health, StatusBar
from tui.widgets.transcript import Transcript
from tui.widgets.welcome import Welcome


class PaneDetails:
    """Brings the widgets of a pane up to date with its session. Made when they are there."""

    def __init__(self, services: Services, session: ConversationSession, pane: Widget) -> None:
        self._services = services
        self._session = session
        self._pane = pane
        self._header = pane.query_one(ConversationHeader)
        self._composer = pane.query_one(Composer)
        self._bar = pane.query_one(StatusBar)
        self._welcome = pane.query_one(Welcome)
        self._transcript = pane.query_one(Transcript)

    @property
    def prices(self) -> Prices:
        """What the models of the gateway cost."""
        connection = self._connection
        return Prices([] if connection is None else connection.models)

    def refresh(self) -> None:
        """Show everything again."""
        connection, conversation = self._connection, self._session.conversation
        model, last = self._session.model, conversation.last_reply()
        self.show_gateway()
        self.show_warning()
        self._bar.model = model
        self._bar.tokens = last.usage.total_tokens if last is not None and last.usage is not None else 0
        self._composer.show_model(one_line(model, 60))
        self._header.show_title(conversation.title)
        self._welcome.show(demo=self._is_demo, trouble="" if connection is None else connection.trouble)
        if len(conversation.messages) > MANY:
            count: WorkType[None] = self._count_in_thread
            self._pane.run_worker(count, group="totals", exclusive=True)
        else:
            self._show_totals(totals_of(conversation, self.prices, self._session.growing_replies))

    def show_gateway(self) -> None:
        """Show which gateway answers, and how it was when last asked."""
        connection = self._connection
        if connection is None:
            self._bar.gateway, self._bar.health, self._bar.colour = _("no gateway"), "unknown", ""
        else:
            self._bar.gateway, self._bar.health = connection.label, _health(connection)
            self._bar.colour = self._services.preferences.settings.colour_of(connection.profile)

    def show_warning(self) -> None:
        """Show that something is not saved, or nothing can be."""
        unsaved = next((task.saving_failed_brief for task in self._services.turns.running if task.saving_failed), "")
        if unsaved:
            self._bar.warning = _("not saved: {why}").format(why=unsaved)
        else:
            why = self._services.store.read_only_brief
            self._bar.warning = _("{why}, nothing is saved").format(why=why) if why else ""

    @property
    def _connection(self) -> Connection | None:
        return self._services.connections.current

    @property
    def _is_demo(self) -> bool:
        connection = self._connection
        return connection is not None and connection.profile.is_demo

    async def _count_in_thread(self) -> None:
        conversation = self._session.conversation
        snapshot, growing = conversation.snapshot(), self._session.growing_replies
        totals = await asyncio.to_thread(totals_of, snapshot, self.prices, growing)
        if self._session.conversation is conversation:
            self._show_totals(totals)

    def _show_totals(self, totals: Totals) -> None:
        self._header.show_count(totals.count, demo=self._is_demo)
        self._bar.money = totals.money
        self._transcript.headers.statuses = totals.statuses


def _health(connection: Connection) -> Health:
    if connection.trouble:
        return "offline"
    return "ready" if connection.models or connection.fetched is not None else "busy"
