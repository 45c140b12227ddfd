"""One conversation on the screen: its title, its messages, the prompt box and the status line."""

from __future__ import annotations

from dataclasses import dataclass

from textual import getters, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui.domain.chat import ChatMessage, Conversation, OpenedConversation
from tui.domain.errors import StoreError
from tui.domain.safe_text import one_line
from tui.domain.words import _, plural
from tui.screens.drafting import NEW, DraftKeeper
from tui.screens.live_turn import LiveTurn
from tui.screens.notes import note_of
from tui.screens.opening import findings, is_news, look
from tui.services.connections import Connection
from tui.services.parts import Parts
from tui.services.prices import Prices
from tui.services.setup import model_for
from tui.services.turns import Turn
from tui.widgets.prompt_box import PromptBox
from tui.widgets.status_bar import Health, StatusBar
from tui.widgets.transcript import Note, Transcript
from tui.widgets.welcome import Welcome

WRITING_KEYS = _("enter send · ^j new line · / commands")
READING_KEYS = _("j k move · y copy · r retry · ? keys · i write")


class ConversationPane(Vertical):
    """Shows one conversation, and a reply on its way in it."""

    streaming: reactive[bool] = reactive(False)
    """A reply is arriving in the conversation on the screen."""

    transcript = getters.query_one(Transcript)
    prompt_box = getters.query_one(PromptBox)
    status = getters.query_one(StatusBar)

    @dataclass
    class Saved(Message):
        """Something of a conversation was saved: the lists are out of date."""

        pane: ConversationPane

        @property
        def control(self) -> ConversationPane:
            """The pane."""
            return self.pane

    def __init__(self, parts: Parts, model: str = "") -> None:
        super().__init__(id="main")
        self._parts = parts
        self._model = model
        self.conversation = Conversation()
        self._picked = ""
        self._growing: frozenset[str] = frozenset()
        self._live: LiveTurn | None = None
        self._asking: Conversation | None = None
        self._shown = 0
        self._signature = ""

    def compose(self) -> ComposeResult:
        """Title, talk, prompt, status."""
        with Horizontal(id="top"):
            yield Static(id="title", markup=False)
            yield Static(id="count", markup=False)
        yield Welcome()
        yield Transcript()
        with Vertical(id="prompt-frame") as frame:
            frame.border_subtitle = WRITING_KEYS
            yield PromptBox().data_bind(busy=ConversationPane.streaming)
        yield StatusBar()

    def on_mount(self) -> None:
        """Start empty."""
        self.drafts = DraftKeeper(self._parts.drafts, self.prompt_box, self.notify)
        self._show_welcome(True)
        self.refresh_header()

    def on_unmount(self) -> None:
        """A reply on its way goes on unseen."""
        if self._live is not None:
            self._live.leave()

    @property
    def model(self) -> str:
        """The model of the next reply; empty while nothing is known."""
        return model_for(self.conversation, self._parts.connections.current, self._picked or self._model)

    # -- Which conversation

    async def open(self, conversation_id: str) -> None:
        """Show a saved conversation; a reply on its way there goes on. Failures are told to the user."""
        if (held := self._held(conversation_id)) is not None:
            await self.show(held)
            return
        try:
            opened = await self._parts.store.load(conversation_id)
        except StoreError as error:
            self.notify(str(error), severity="error")
            return
        if (held := self._held(conversation_id)) is not None:  # a reply was asked for meanwhile
            await self.show(held)
            return
        for sentence in findings(opened):
            self.notify(sentence, severity="warning")
        await self.show(opened.conversation, opened.growing)
        if opened.conversation.model and self.model != opened.conversation.model:
            self.notify(
                _("{model} is not offered here: {other} answers.").format(
                    model=one_line(opened.conversation.model, 60), other=one_line(self.model, 60) or _("no model")
                )
            )

    async def show(self, conversation: Conversation, growing: frozenset[str] = frozenset()) -> None:
        """Show a conversation, with the replies another window is writing. Its draft comes along."""
        if conversation.messages:  # what was picked for a new conversation stays for the next one
            self._picked = ""
        self._draw(conversation, growing)
        await self.drafts.turn_to(conversation.id if conversation.messages else NEW)

    async def look_round(self) -> None:
        """Show what another window has added to this conversation."""
        shown = self.conversation
        if not shown.messages or self._held(shown.id) is not None:
            return
        try:
            signature = await self._parts.store.signature(shown.id)
            if not signature or signature == self._signature:
                return
            opened = await self._parts.store.load(shown.id)
        except StoreError:
            return  # moved away or unreadable: said when it is opened
        if self.conversation is not shown or self._held(shown.id) is not None:
            return
        self._signature = signature
        if opened.growing != self._growing or is_news(shown, opened.conversation):
            self._catch_up(opened)

    def _catch_up(self, opened: OpenedConversation) -> None:
        """Draw what is on disk over what is shown. A reply that only grew leaves the reader's place alone."""
        before, now = self.conversation.branch(), opened.conversation.branch()
        if [m.id for m in before] != [m.id for m in now]:
            at = self.transcript.cursor
            self._draw(opened.conversation, opened.growing)
            self.transcript.cursor = at
            return
        turned = self._growing ^ opened.growing
        self.conversation, self._growing = opened.conversation, opened.growing
        for old, new in zip(before, now, strict=True):
            if new.id in turned or look(old) != look(new):
                self.transcript.update(new, self._note(new))
        self.refresh_header()

    def _held(self, conversation_id: str) -> Conversation | None:
        """The conversation of that id which is being asked in: the one value that counts."""
        if self._asking is not None and self._asking.id == conversation_id:
            return self._asking
        turn = self._parts.turns.of(conversation_id)
        return None if turn is None else turn.conversation

    def _draw(self, conversation: Conversation, growing: frozenset[str]) -> None:
        if self._live is not None:
            self._live.leave()
            self._live = None
        self._shown += 1
        self.conversation, self._growing = conversation, growing
        turn = self._parts.turns.of(conversation.id)
        messages = [message for message in conversation.branch() if turn is None or message is not turn.answer]
        self._show_welcome(not messages)
        self.transcript.show(messages, {m.id: note for m in messages if (note := self._note(m)) is not None})
        self.streaming = turn is not None
        if turn is not None:
            self._watch(turn)
        self.refresh_header()

    def use_model(self, model: str) -> None:
        """Answer with this model from now on; empty leaves the choice to conversation and gateway."""
        self._picked = model
        self.refresh_header()

    def show_prices(self) -> None:
        """The gateway's prices are known by now, or are others."""
        connection = self._parts.connections.current
        self.transcript.price_of = Prices([] if connection is None else connection.models).of
        self.refresh_header()

    def show_mode(self, mode: str) -> None:
        """Name the mode, and the keys that are alive in it; empty for writing."""
        self.status.mode = mode
        self.query_one("#prompt-frame", Vertical).border_subtitle = READING_KEYS if mode else WRITING_KEYS

    def refresh_header(self) -> None:
        """Show title, model and state again."""
        connection, settings = self._parts.connections.current, self._parts.preferences.settings
        model = self.model
        self.status.model = model
        self.status.warning = self._warning()
        if connection is None:
            self.status.gateway, self.status.health = _("no gateway"), "unknown"
        else:
            self.status.gateway = connection.label
            self.status.health = _health(connection)
        self.prompt_box.placeholder = _("Message {model}").format(model=one_line(model, 60)) if model else _("Message")
        demo = connection is not None and connection.profile.is_demo
        title = one_line(self.conversation.title) or _("New conversation")
        self.query_one("#title", Static).update(title)
        shown = len(self.conversation.branch())
        count = plural("{n} message", "{n} messages", shown) if shown else ""
        self.query_one("#count", Static).update(
            Content.assemble((_("not clever · f2 for a real model"), "$warning")) if demo else count
        )
        last = self.conversation.last_reply()
        self.status.tokens = last.usage.total_tokens if last is not None and last.usage is not None else 0
        self.status.money = Prices([] if connection is None else connection.models).total(self.conversation)
        self.status.colour = settings.colour_of(connection.profile) if connection is not None else ""
        self.query_one(Welcome).show(demo=demo, trouble="" if connection is None else connection.trouble)

    def _watch(self, turn: Turn) -> None:
        self.streaming = True
        self._live = LiveTurn(turn, self.transcript, self._turn_changed)
        self._follow_turn(turn, self._live)

    @work(group="turn")
    async def _follow_turn(self, turn: Turn, live: LiveTurn) -> None:
        await turn.wait()
        if self._live is live:
            await live.finish()
        if self._live is live:  # still: the user may have turned to another conversation
            self._live = None
            self.transcript.finish_live(turn.answer, self._note(turn.answer))
            self.streaming = False
            self.refresh_header()
        self.post_message(self.Saved(self))
        await self.look_round()

    def _turn_changed(self, turn: Turn) -> None:
        self.status.warning = self._warning()

    def _warning(self) -> str:
        for turn in self._parts.turns.running:
            if turn.saving_failed:
                return _("not saved: {why}").format(why=turn.saving_failed)
        return self._parts.store.read_only

    def _note(self, message: ChatMessage) -> Note | None:
        return note_of(message, growing_elsewhere=message.id in self._growing)

    def _show_welcome(self, shown: bool) -> None:
        self.query_one(Welcome).display = shown
        self.transcript.display = not shown


def _health(connection: Connection) -> Health:
    if connection.trouble:
        return "offline"
    return "ready" if connection.models or connection.fetched is not None else "busy"
