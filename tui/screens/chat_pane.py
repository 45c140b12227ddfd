"""One conversation on the screen: its title, its messages, the prompt and the status line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import Static

from tui.domain.chat import ChatMessage, Conversation
from tui.domain.errors import StoreError
from tui.domain.safe_text import one_line
from tui.domain.words import _, plural
from tui.screens.drafting import NEW, DraftKeeper
from tui.screens.live_turn import LiveTurn
from tui.screens.notes import can_continue, note_of
from tui.screens.opening import findings, is_news
from tui.services.chat import Setup
from tui.services.connections import Connection
from tui.services.parts import Parts
from tui.services.prices import Prices
from tui.services.setup import model_for, setup_for
from tui.services.turns import Turn
from tui.widgets.prompt_box import PromptBox
from tui.widgets.status_bar import Health, StatusBar
from tui.widgets.transcript import Note, Transcript
from tui.widgets.welcome import Welcome

WRITING_KEYS = _("enter send · ^j new line · / commands")
READING_KEYS = _("j k move · y copy · r retry · ? keys · i write")
KEEP_AFTER = 0.5
"""Seconds without a key until the draft is written down."""


class ChatPane(Vertical):
    """Shows one conversation, asks `Turns` to start and stop, and hands what arrives to the transcript."""

    streaming: reactive[bool] = reactive(False)
    """A reply is arriving in the conversation on the screen."""

    transcript = getters.query_one(Transcript)
    prompt_box = getters.query_one(PromptBox)
    status = getters.query_one(StatusBar)

    @dataclass
    class Saved(Message):
        """Something of a conversation was saved: the lists are out of date."""

        chat_pane: ChatPane

        @property
        def control(self) -> ChatPane:
            """The pane."""
            return self.chat_pane

    @dataclass
    class GatewayWanted(Message):
        """The user wants to send, but no gateway is chosen."""

        chat_pane: ChatPane

        @property
        def control(self) -> ChatPane:
            """The pane."""
            return self.chat_pane

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
        self._typed: Timer | None = None
        self.store_opened = asyncio.Event()
        """Set once saving can be tried; a prompt that is sent before waits for it."""

    def compose(self) -> ComposeResult:
        """Title, talk, prompt, status."""
        with Horizontal(id="top"):
            yield Static(id="title", markup=False)
            yield Static(id="count", markup=False)
        yield Welcome()
        yield Transcript()
        with Vertical(id="prompt-frame") as frame:
            frame.border_subtitle = WRITING_KEYS
            yield PromptBox().data_bind(busy=ChatPane.streaming)
        yield StatusBar()

    def on_mount(self) -> None:
        """Start empty."""
        self.drafts = DraftKeeper(self._parts.drafts, self.prompt_box)
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
            at = self.transcript.cursor
            self._draw(opened.conversation, opened.growing)
            self.transcript.cursor = at

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

    # -- A turn

    @on(PromptBox.Submitted)
    def _submitted(self, event: PromptBox.Submitted) -> None:
        event.stop()
        self.ask(event.text)

    @work(group="ask")
    async def ask(self, prompt: str) -> None:
        """Send a prompt. It leaves the box only when it is on disk."""
        turns, conversation, shown = self._parts.turns, self.conversation, self._shown
        turn = await self._begin(
            lambda line, setup: turns.ask(conversation, prompt, setup, line),
            _("Not sent, your text is still in the box. {why}"),
        )
        if turn is None:
            return
        self.prompt_box.accept(prompt)
        if shown != self._shown and conversation is self.conversation:
            self._draw(conversation, frozenset())
        elif conversation is self.conversation:
            self._show_welcome(False)
            self.transcript.add(conversation.messages[turn.answer.parent_id or ""])
            self._watch(turn)
            self.refresh_header()
        self.post_message(self.Saved(self))
        await self.drafts.sent(conversation.id)
        await self.remember(prompt)

    @work(group="ask")
    async def retry(self) -> None:
        """Ask again for the last reply; the old one is kept beside the new."""
        turns, conversation, reply = self._parts.turns, self.conversation, self.conversation.last_reply()
        if reply is None:
            self.notify(_("There is no reply to retry yet."))
            return
        turn = await self._begin(lambda line, setup: turns.retry(conversation, reply, setup, line))
        if turn is not None and conversation is self.conversation:
            self.transcript.remove_from(reply.id)
            self._watch(turn)
            self.refresh_header()

    @work(group="ask")
    async def resume(self) -> None:
        """Have the last reply go on where it was cut off."""
        turns, conversation, reply = self._parts.turns, self.conversation, self.conversation.last_reply()
        if reply is None or not can_continue(reply) or reply.id in self._growing:
            self.notify(_("There is no reply that was cut off."))
            return
        turn = await self._begin(lambda line, setup: turns.resume(conversation, reply, setup, line))
        if turn is not None and conversation is self.conversation:
            self._watch(turn)
            self.refresh_header()

    async def _begin(
        self,
        start: Callable[[Connection, Setup], Awaitable[Turn]],
        refusal: str = _("Nothing was sent. {why}"),
    ) -> Turn | None:
        if self.streaming or self._asking is not None:
            self.notify(_("A reply is still arriving. Press escape to stop it."))
            return None
        connection = self._parts.connections.current
        if connection is None:
            self.post_message(self.GatewayWanted(self))
            return None
        picked = self._picked or self._model
        setup = setup_for(self.conversation, connection, self._parts.preferences.settings, picked)
        self._asking = self.conversation
        try:
            await self.store_opened.wait()
            return await start(connection, setup)
        except StoreError as error:
            self.notify(refusal.format(why=error), severity="error", timeout=12)
            self.refresh_header()
            return None
        finally:
            self._asking = None

    def stop(self) -> bool:
        """Stop the reply on its way and keep its text; whether there was one."""
        turn = self._parts.turns.of(self.conversation.id)
        if turn is not None:
            turn.stop()
        return turn is not None

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

    def _turn_changed(self, turn: Turn) -> None:
        self.status.warning = self._warning()

    def _warning(self) -> str:
        for turn in self._parts.turns.running:
            if turn.saving_failed:
                return _("not saved: {why}").format(why=turn.saving_failed)
        return self._parts.store.read_only

    async def remember(self, prompt: str) -> None:
        """Put a prompt into the history, here and on disk."""
        self.prompt_box.remember(prompt)
        try:
            await self._parts.history.add(prompt)
        except StoreError as error:
            self.notify(str(error), severity="warning")

    @on(PromptBox.Changed)
    def _changed(self, event: PromptBox.Changed) -> None:
        event.stop()
        if self._typed is not None:
            self._typed.stop()
        self._typed = self.set_timer(KEEP_AFTER, self._keep_draft)

    @work(group="draft")
    async def _keep_draft(self) -> None:
        await self.drafts.keep()

    def _note(self, message: ChatMessage) -> Note | None:
        return note_of(message, growing_elsewhere=message.id in self._growing)

    def _show_welcome(self, shown: bool) -> None:
        self.query_one(Welcome).display = shown
        self.transcript.display = not shown


def _health(connection: Connection) -> Health:
    if connection.trouble:
        return "offline"
    return "ready" if connection.models or connection.fetched is not None else "busy"
