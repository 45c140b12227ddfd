"""What stands round a conversation: its title, the prompt box, and who answers at what price."""

from __future__ import annotations

import asyncio

from textual import getters, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.domain.chat import Conversation
from tui.domain.errors import StoreError
from tui.domain.i18n import _, plural
from tui.domain.safe_text import one_line
from tui.markdown.wrapping import cells
from tui.screens.file_location_notice import FileLocationNotice
from tui.screens.notes import Totals, totals_of
from tui.services.connections import Connection
from tui.services.prices import Prices
from tui.services.reply_options import model_for
from tui.services.services import Services
from tui.widgets.find_bar import FindBar
from tui.widgets.prompt_box import PromptBox
from tui.widgets.status_bar import Health, StatusBar
from tui.widgets.transcript import Transcript
from tui.widgets.welcome import Welcome

WRITING_KEYS = _("enter send · ^j new line · / commands")
READING_KEYS = _("jk move · / find · o outline · c copy code · y copy · z raw · ? keys · i write")
_DOT = " · "
_ROUND_KEYS = 6
"""Cells that the frame takes beside its keys: corners, lines and blanks."""
MANY = 500
"""Messages from which they are counted in a thread, and made ready a few at a time."""


class FramedPane(Vertical):
    """Title above, prompt box and status line below the conversation that is shown."""

    streaming: reactive[bool] = reactive(False)
    """A reply is arriving in the conversation on the screen."""

    transcript = getters.query_one(Transcript)
    prompt_box = getters.query_one(PromptBox)
    status = getters.query_one(StatusBar)

    def __init__(self, services: Services, model: str = "") -> None:
        super().__init__(id="main")
        self._services = services
        self._model = model
        self.conversation = Conversation()
        self._picked = ""
        self._growing: frozenset[str] = frozenset()
        """Replies that another window is writing in it."""
        self._asking: Conversation | None = None
        self._location_notice = FileLocationNotice()
        self._keys = WRITING_KEYS
        self._what_is_written = ""
        """Said above the prompt when that is not a new one."""

    def compose(self) -> ComposeResult:
        """Title, talk, prompt, status."""
        with Horizontal(id="top"):
            yield Static(id="title", markup=False)
            yield Static(id="count", markup=False)
        yield Welcome()
        yield Transcript()
        yield Static(id="place", markup=False)
        yield FindBar()
        with Vertical(id="prompt-frame") as frame:
            frame.border_subtitle = WRITING_KEYS
            yield PromptBox().data_bind(busy=FramedPane.streaming)
        yield StatusBar()

    @property
    def model(self) -> str:
        """The model of the next reply; empty while nothing is known."""
        return model_for(self.conversation, self._services.connections.current, self._picked or self._model)

    @property
    def arriving(self) -> frozenset[str]:
        """The replies on their way, here and in another window."""
        turn = self._services.turns.arriving(self.conversation.id)
        return self._growing if turn is None else self._growing | {turn.reply.id}

    # -- Title and status

    def use_model(self, model: str) -> None:
        """Answer with this model from now on; empty leaves the choice to conversation and gateway."""
        self._picked = model
        connection = self._services.connections.current
        if model and connection is not None:
            connection.choose_model(model)
            self._model = ""  # the one of the command line: the user has chosen since
        self.refresh_header()

    def show_prices(self) -> None:
        """The gateway's prices are known by now, or are others."""
        connection = self._services.connections.current
        self.transcript.price_of = Prices([] if connection is None else connection.models).of
        self.refresh_header()

    def show_mode(self, mode: str, keys: str = READING_KEYS) -> None:
        """Name the mode, and the keys that are alive in it; empty for writing."""
        self.status.mode = mode
        self._keys = keys if mode else WRITING_KEYS
        self._show_keys()

    def on_resize(self) -> None:
        """There is room for other keys."""
        self._show_keys()

    def _show_keys(self) -> None:
        frame = self.query_one("#prompt-frame", Vertical)
        room = self.size.width - frame.styles.margin.width - _ROUND_KEYS
        keys = frame.border_subtitle = keys_within(self._keys, room) if room > 0 else self._keys
        is_low = not frame.styles.border_bottom[0]  # the line above the prompt is all that is left of its box
        frame.border_title = self._what_is_written or (Content.styled(f" {keys} ", "$muted") if is_low else "")

    def refresh_header(self) -> None:
        """Show title, model and state again."""
        connection, settings = self._services.connections.current, self._services.preferences.settings
        model = self.model
        self.status.model = model
        self.status.warning = self._warning()
        self.show_gateway()
        self.prompt_box.placeholder = _("Message {model}").format(model=one_line(model, 60)) if model else _("Message")
        demo = connection is not None and connection.profile.is_demo
        title = one_line(self.conversation.title) or _("New conversation")
        self.query_one("#title", Static).update(title)
        last = self.conversation.last_reply()
        self.status.tokens = last.usage.total_tokens if last is not None and last.usage is not None else 0
        self.status.colour = settings.colour_of(connection.profile) if connection is not None else ""
        self.query_one(Welcome).show(demo=demo, trouble="" if connection is None else connection.trouble)
        prices = Prices([] if connection is None else connection.models)
        if len(self.conversation.messages) > MANY:
            self._count_in_thread(prices, demo=demo)
        else:
            self._show_totals(totals_of(self.conversation, prices, self.arriving), demo=demo)

    @work(group="totals", exclusive=True)
    async def _count_in_thread(self, prices: Prices, *, demo: bool) -> None:
        conversation = self.conversation  # no argument: those are written out for a log, and kept for long
        totals = await asyncio.to_thread(totals_of, conversation.snapshot(), prices, self.arriving)
        if self.conversation is conversation:
            self._show_totals(totals, demo=demo)

    def _show_totals(self, totals: Totals, *, demo: bool) -> None:
        count = plural("{n} message", "{n} messages", totals.count) if totals.count else ""
        self.query_one("#count", Static).update(
            Content.assemble((_("demo model, f2 to choose another"), "$warning")) if demo else count
        )
        self.status.money = totals.money
        self.transcript.marks = totals.marks

    def show_gateway(self) -> None:
        """Show which gateway answers, and how it was when last asked."""
        connection = self._services.connections.current
        if connection is None:
            self.status.gateway, self.status.health = _("no gateway"), "unknown"
        else:
            self.status.gateway, self.status.health = connection.label, _health(connection)

    def _warning(self) -> str:
        for turn in self._services.turns.running:
            if turn.saving_failed:
                return _("not saved: {why}").format(why=turn.saving_failed_brief)
        why = self._services.store.read_only_brief
        return _("{why}, nothing is saved").format(why=why) if why else ""

    # -- Its file

    async def look_for_file(self) -> None:
        shown = self.conversation
        if not shown.messages or self._asking is shown:
            self._say_place("")
            return
        try:
            place = await self._services.store.place(shown.id)
        except StoreError:
            return  # said when something is saved
        if self.conversation.id == shown.id and self.is_attached:
            here = shown.id in self._services.changes.trashed
            said = self._location_notice.sentence(shown.id, place, arriving=self.streaming, trashed_here=here)
            self._say_place(said)

    def _say_place(self, sentence: str) -> None:
        line = self.query_one("#place", Static)
        if line.content != sentence:  # each update lays out the whole screen, and this is called every two seconds
            line.update(sentence)
            line.display = bool(sentence)


def keys_within(keys: str, room: int) -> str:
    """As many of some keys, set apart by dots, as so many cells hold: those in the middle go first, the last two stay."""
    parts = keys.split(_DOT)
    while len(parts) > 2 and cells(_DOT.join(parts)) > room:
        del parts[-3]
    return _DOT.join(parts)


def _health(connection: Connection) -> Health:
    if connection.trouble:
        return "offline"
    return "ready" if connection.models or connection.fetched is not None else "busy"
