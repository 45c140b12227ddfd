"""One conversation on the screen: its title, its messages, the prompt box and the status line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

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
from tui.screens.notes import Totals, note_of, totals_of
from tui.screens.opening import changed_messages, findings, look
from tui.screens.whereabouts import Whereabouts
from tui.services.connections import Connection
from tui.services.parts import Parts
from tui.services.prices import Prices
from tui.services.setup import model_for
from tui.services.turns import Turn
from tui.widgets.prompt_box import PromptBox
from tui.widgets.status_bar import Health, StatusBar
from tui.widgets.transcript import Note, Prepared, Transcript
from tui.widgets.welcome import Welcome

WRITING_KEYS = _("enter send · ^j new line · / commands")
MANY = 500
"""Messages from which they are made ready a few at a time."""
READING_KEYS = _("j k move · y copy · e edit · ^x delete · ? keys · i write")


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
        self._whereabouts = Whereabouts()
        self._asking: Conversation | None = None
        self._shown = 0
        self.whole = asyncio.Event()
        """Unset while the end of a long conversation is shown and the rest is being read."""
        self.whole.set()

    def compose(self) -> ComposeResult:
        """Title, talk, prompt, status."""
        with Horizontal(id="top"):
            yield Static(id="title", markup=False)
            yield Static(id="count", markup=False)
        yield Welcome()
        yield Transcript()
        yield Static(id="place", markup=False)
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

    @property
    def arriving(self) -> frozenset[str]:
        """The replies on their way, here and in another window."""
        turn = self._parts.turns.arriving(self.conversation.id)
        return self._growing if turn is None else self._growing | {turn.answer.id}

    # -- Which conversation

    async def open(self, conversation_id: str, message_id: str = "") -> bool:
        """Show a saved conversation, at its end or at this message; whether that could be done.

        A reply on its way there goes on. Of a long one the end is shown while the rest is read. Failures are told.
        """
        if (held := self._held(conversation_id)) is not None:
            await self.show(held, at=message_id)
            return True
        try:
            if not message_id and (end := await self._parts.store.load_end(conversation_id)) is not None:
                self.whole.clear()
                self._draw(end.conversation, end.growing)
                await self._painted()
            opened = await self._parts.store.load(conversation_id)
            for sentence in findings(opened):
                self.notify(sentence, severity="warning")
            await self.show(opened.conversation, opened.growing, at=message_id)
        except StoreError as error:
            self.notify(str(error), severity="error")
            return False
        finally:
            self.whole.set()
        if opened.conversation.model and self.model != opened.conversation.model:
            self.notify(
                _("{model} is not offered here: {other} answers.").format(
                    model=one_line(opened.conversation.model, 60), other=one_line(self.model, 60) or _("no model")
                )
            )
        return True

    async def _painted(self) -> None:
        """Until what was drawn is on the screen: beside work in another thread, painting takes twice as long."""
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        await painted.wait()

    async def show(self, conversation: Conversation, growing: frozenset[str] = frozenset(), *, at: str = "") -> None:
        """Show a conversation, with the replies another window is writing, at its end or at a message.

        Its draft comes along.
        """
        if at in conversation.messages:
            conversation.show_branch_of(at)
        prepared = None
        if len(conversation.messages) > MANY:
            messages = await asyncio.to_thread(conversation.snapshot().branch)
            prepared = await self.transcript.prepare(messages, partial(_note_in, growing))
        if (held := self._held(conversation.id)) is not None:  # a reply was asked for meanwhile
            conversation, growing, prepared = held, frozenset(), None
        if conversation.messages:  # what was picked for a new conversation stays for the next one
            self._picked = ""
        if prepared is None or not self._complete(conversation, growing, prepared):
            self._draw(conversation, growing, at=at, prepared=prepared)
        await self.drafts.turn_to(conversation.id if conversation.messages else NEW)

    def _complete(self, conversation: Conversation, growing: frozenset[str], prepared: Prepared) -> bool:
        """Where the end of a conversation is shown, put the rest before it; whether that could be done."""
        end = self.conversation.branch() if self.conversation.id == conversation.id else []
        at = len(prepared.entries) - len(end)
        same = [entry.message for entry in prepared.entries[at:]]
        if not end or at < 0 or list(map(look, same)) != list(map(look, end)) or growing != self._growing:
            return False
        self.conversation = conversation
        self.transcript.stand_for(same)
        self.transcript.put_before(Prepared(prepared.entries[:at], prepared.heights[:at]))
        self.refresh_header()
        return True

    async def look_round(self) -> None:
        """Show what another window has added to this conversation."""
        self.status.warning = self._warning()
        await self._look_for_file()
        shown = self.conversation
        if not shown.messages or not self.whole.is_set() or self._held(shown.id) is not None:
            return
        try:
            if not self._growing and not await self._parts.store.has_news(shown):
                return
            opened = await self._parts.store.load(shown.id)
        except StoreError:
            return  # moved away or unreadable: said when it is opened
        changed = await asyncio.to_thread(changed_messages, shown, opened.conversation)
        if self.conversation is shown and self._held(shown.id) is None:
            self._catch_up(opened, changed)

    def _catch_up(self, opened: OpenedConversation, changed: Sequence[ChatMessage] | None) -> None:
        """Draw what is on disk over what is shown. A reply that only grew leaves the reader's place alone."""
        if changed is None:
            at = self.transcript.cursor
            self._draw(opened.conversation, opened.growing)
            self.transcript.cursor = at
            return
        turned = [m for each in self._growing | opened.growing if (m := opened.conversation.messages.get(each))]
        self.conversation, self._growing = opened.conversation, opened.growing
        for message in {each.id: each for each in (*changed, *turned)}.values():
            self.transcript.update(message, self._note(message))
        self.refresh_header()

    async def _look_for_file(self) -> None:
        shown = self.conversation
        if not shown.messages or self._asking is shown:
            self._say_place("")
            return
        try:
            place = await self._parts.store.place(shown.id)
        except StoreError:
            return  # said when something is saved
        if self.conversation.id == shown.id and self.is_attached:
            here = shown.id in self._parts.changes.trashed
            said = self._whereabouts.sentence(shown.id, place, arriving=self.streaming, trashed_here=here)
            self._say_place(said)

    def _say_place(self, sentence: str) -> None:
        line = self.query_one("#place", Static)
        line.update(sentence)
        line.display = bool(sentence)

    def _held(self, conversation_id: str) -> Conversation | None:
        """The conversation of that id which is being asked in: the one value that counts."""
        if self._asking is not None and self._asking.id == conversation_id:
            return self._asking
        turn = self._parts.turns.of(conversation_id)
        return None if turn is None else turn.conversation

    def _draw(
        self, conversation: Conversation, growing: frozenset[str], *, at: str = "", prepared: Prepared | None = None
    ) -> None:
        if self._live is not None:
            self._live.leave()
            self._live = None
        self._shown += 1
        self.conversation, self._growing = conversation, growing
        turn = self._parts.turns.arriving(conversation.id)
        if prepared is not None and turn is None:
            self._show_welcome(False)
            self.transcript.show_prepared(prepared, at=at or None)
        else:
            messages = [message for message in conversation.branch() if turn is None or message is not turn.answer]
            self._show_welcome(not messages)
            notes = {m.id: note for m in messages if (note := self._note(m)) is not None}
            self.transcript.show(messages, notes, at=at or None)
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
            Content.assemble((_("not clever · f2 for a real model"), "$warning")) if demo else count
        )
        self.status.money = totals.money
        self.transcript.marks = totals.marks

    def _watch(self, turn: Turn) -> None:
        self.streaming = True
        self._live = LiveTurn(turn, self.transcript, self._turn_changed)
        self._follow_turn(turn, self._live)

    @work(group="turn")
    async def _follow_turn(self, turn: Turn, live: LiveTurn) -> None:
        await turn.ended.wait()
        if self._live is live:
            await live.finish()
        if self._live is live:  # still: the user may have turned to another conversation
            self._live = None
            self.transcript.finish_live(turn.answer, self._note(turn.answer))
            self.streaming = False
            self.refresh_header()
        await turn.wait()
        self.post_message(self.Saved(self))
        await self.look_round()

    def _turn_changed(self, turn: Turn) -> None:
        self.status.warning = self._warning()

    def _warning(self) -> str:
        for turn in self._parts.turns.running:
            if turn.saving_failed:
                return _("not saved: {why}").format(why=turn.saving_failed_brief)
        why = self._parts.store.read_only_brief
        return _("{why}, nothing is saved").format(why=why) if why else ""

    def _note(self, message: ChatMessage) -> Note | None:
        return _note_in(self._growing, message)

    def _show_welcome(self, shown: bool) -> None:
        self.query_one(Welcome).display = shown
        self.transcript.display = not shown


def _health(connection: Connection) -> Health:
    if connection.trouble:
        return "offline"
    return "ready" if connection.models or connection.fetched is not None else "busy"


def _note_in(growing: frozenset[str], message: ChatMessage) -> Note | None:
    return note_of(message, growing_elsewhere=message.id in growing, now=time.time())
