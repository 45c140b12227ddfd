"""One conversation on the screen: its title, its messages, the prompt and the status line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui.domain.chat import ChatMessage, Conversation
from tui.domain.errors import StoreError
from tui.domain.safe_text import clean, one_line
from tui.domain.words import _, plural
from tui.screens.live_turn import LiveTurn
from tui.screens.notes import can_continue, note_of
from tui.services.chat import Setup
from tui.services.connections import Connection
from tui.services.parts import Parts
from tui.services.setup import model_for, setup_for
from tui.services.turns import Turn
from tui.widgets.prompt_box import PromptBox
from tui.widgets.status_bar import StatusBar
from tui.widgets.transcript import Note, Transcript


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

    @dataclass
    class StreamingChanged(Message):
        """A reply began or ended."""

        chat_pane: ChatPane
        streaming: bool

        @property
        def control(self) -> ChatPane:
            """The pane."""
            return self.chat_pane

    def __init__(self, parts: Parts, picked: str = "") -> None:
        super().__init__(id="main")
        self._parts = parts
        self.conversation = Conversation()
        self._picked = picked
        self._growing: frozenset[str] = frozenset()
        self._live: LiveTurn | None = None
        self._asking = False

    def compose(self) -> ComposeResult:
        """Title, talk, prompt, status."""
        with Horizontal(id="top"):
            yield Static(id="title", markup=False)
            yield Static(id="count", markup=False)
        yield Static(id="welcome", markup=False)
        yield Transcript()
        with Vertical(id="prompt-frame") as frame:
            frame.border_subtitle = _("enter send · ^j new line · / commands")
            yield PromptBox().data_bind(busy=ChatPane.streaming)
        yield StatusBar()

    def on_mount(self) -> None:
        """Start empty."""
        self._show_welcome(True)
        self.refresh_header()

    @property
    def model(self) -> str:
        """The model of the next reply; empty while nothing is known."""
        return model_for(self.conversation, self._parts.connections.current, self._picked)

    # -- Which conversation

    async def open(self, conversation_id: str) -> None:
        """Show a saved conversation; a reply on its way there goes on. Failures are told to the user."""
        turn = self._parts.turns.of(conversation_id)
        if turn is not None:
            self.show(turn.conversation)
            return
        try:
            opened = await self._parts.store.load(conversation_id)
        except StoreError as error:
            self.notify(str(error), severity="error")
            return
        if opened.damaged_lines:
            self.notify(
                plural(
                    "{n} line of this conversation was damaged; the rest is here.",
                    "{n} lines of this conversation were damaged; the rest is here.",
                    opened.damaged_lines,
                ),
                severity="warning",
            )
        if opened.read_only:
            self.notify(_("A newer chinwag wrote this conversation. It can be read here, but not continued."))
        self.show(opened.conversation, opened.growing)

    def show(self, conversation: Conversation, growing: frozenset[str] = frozenset()) -> None:
        """Show a conversation, with the replies another window is writing."""
        if self._live is not None:
            self._live.leave()
            self._live = None
        self.conversation, self._growing, self._picked = conversation, growing, ""
        turn = self._parts.turns.of(conversation.id)
        messages = [message for message in conversation.branch() if turn is None or message is not turn.answer]
        self._show_welcome(not messages)
        self.transcript.show(messages, {m.id: note for m in messages if (note := self._note(m)) is not None})
        if turn is None:
            self._set_streaming(False)
        else:
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
        turns, shown = self._parts.turns, self.conversation
        turn = await self._begin(lambda line, setup: turns.ask(shown, prompt, setup, line))
        if turn is None:
            return
        self.prompt_box.accept(prompt)
        if shown is self.conversation:
            self._show_welcome(False)
            self.transcript.add(shown.messages[turn.answer.parent_id or ""])
            self._watch(turn)
            self.refresh_header()
        self.post_message(self.Saved(self))
        await self._remember(prompt)

    @work(group="ask")
    async def retry(self) -> None:
        """Ask again for the last reply; the old one is kept beside the new."""
        turns, shown, reply = self._parts.turns, self.conversation, self.conversation.last_reply()
        if reply is None:
            self.notify(_("There is no reply to retry yet."))
            return
        turn = await self._begin(lambda line, setup: turns.retry(shown, reply, setup, line))
        if turn is not None and shown is self.conversation:
            self.transcript.remove_from(reply.id)
            self._watch(turn)
            self.refresh_header()

    @work(group="ask")
    async def resume(self) -> None:
        """Have the last reply go on where it was cut off."""
        turns, shown, reply = self._parts.turns, self.conversation, self.conversation.last_reply()
        if reply is None or not can_continue(reply) or reply.id in self._growing:
            self.notify(_("There is no reply that was cut off."))
            return
        turn = await self._begin(lambda line, setup: turns.resume(shown, reply, setup, line))
        if turn is not None and shown is self.conversation:
            self._watch(turn)
            self.refresh_header()

    async def _begin(self, start: Callable[[Connection, Setup], Awaitable[Turn]]) -> Turn | None:
        if self.streaming or self._asking:
            self.notify(_("A reply is still arriving. Press escape to stop it; your text stays in the box."))
            return None
        connection = self._parts.connections.current
        if connection is None:
            self.post_message(self.GatewayWanted(self))
            return None
        setup = setup_for(self.conversation, connection, self._parts.preferences.settings, self._picked)
        self._asking = True
        try:
            return await start(connection, setup)
        except StoreError as error:
            said = _("Not sent, your text is still in the box. {why}").format(why=error)
            self.notify(said, severity="error", timeout=12)
            self.refresh_header()
            return None
        finally:
            self._asking = False

    def stop(self) -> bool:
        """Stop the reply on its way and keep its text; whether there was one."""
        turn = self._parts.turns.of(self.conversation.id)
        if turn is not None:
            turn.stop()
        return turn is not None

    def use_model(self, model: str) -> None:
        """Answer with this model from now on."""
        self._picked = self.conversation.model = model
        self.refresh_header()

    def refresh_header(self) -> None:
        """Show title, model and state again."""
        connection = self._parts.connections.current
        model = self.model
        self.status.model = model
        self.status.warning = self._parts.store.read_only
        if connection is None:
            self.status.gateway, self.status.health = _("no gateway"), "unknown"
        else:
            self.status.gateway = connection.label
            self.status.health = "offline" if connection.trouble else ("ready" if connection.models else "busy")
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
        self.query_one("#welcome", Static).update(_welcome(demo, "" if connection is None else connection.trouble))

    def _watch(self, turn: Turn) -> None:
        self._set_streaming(True)
        self._live = LiveTurn(turn, self.transcript, self._turn_changed)
        self._follow_turn(turn, self._live)

    @work(group="turn")
    async def _follow_turn(self, turn: Turn, live: LiveTurn) -> None:
        await turn.wait()
        if self._live is live:
            await live.finish()
            self._live = None
            self.transcript.finish_live(turn.answer, self._note(turn.answer))
            self._set_streaming(False)
            self.refresh_header()
        self.post_message(self.Saved(self))

    def _turn_changed(self, turn: Turn) -> None:
        self.status.warning = (
            _("not saved: {why}").format(why=turn.saving_failed) if turn.saving_failed else self._parts.store.read_only
        )

    def _set_streaming(self, streaming: bool) -> None:
        self.streaming = streaming
        self.post_message(self.StreamingChanged(self, streaming))

    async def _remember(self, prompt: str) -> None:
        try:
            await self._parts.history.add(prompt)
        except StoreError as error:
            self.notify(str(error), severity="warning")

    def _note(self, message: ChatMessage) -> Note | None:
        return note_of(message, growing_elsewhere=message.id in self._growing)

    def _show_welcome(self, shown: bool) -> None:
        self.query_one("#welcome", Static).display = shown
        self.transcript.display = not shown


def _welcome(demo: bool, trouble: str) -> Content:
    return Content.assemble(
        (_("Ask anything."), "bold $foreground"),
        "\n\n",
        (f"{clean(trouble)}\n\n" if trouble else "", "$warning"),
        (
            _("The tiny demo model answers on this machine; nothing leaves it. It knows short facts, little more.")
            if demo
            else _("Every word is saved as it arrives."),
            "$muted",
        ),
        "\n\n",
        ("ctrl+o", "$accent"),
        ("  " + _("saved conversations") + "\n", "$muted"),
        ("ctrl+l", "$accent"),
        ("  " + _("choose a model") + "\n", "$muted"),
        ("ctrl+p", "$accent"),
        ("  " + _("all commands"), "$muted"),
    )
