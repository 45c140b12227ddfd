"""The conversation on the screen: title, transcript, prompt and status, put together around one session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from functools import partial

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from tui.domain.chat import ChatMessage, Conversation
from tui.rendering.note import Note
from tui.screens.chat.composer import Composer
from tui.screens.chat.details import PaneDetails
from tui.screens.chat.draft_keeper import DraftKeeper
from tui.screens.chat.file_location import FileLocationLine
from tui.screens.chat.header import ConversationHeader
from tui.screens.chat.key_hint import KeyHint
from tui.screens.chat.notes import note_of
from tui.screens.chat.reply_feed import ReplyFeed
from tui.services.reply_task import ReplyTask
from tui.services.services import Services
from tui.services.session import ConversationSession
from tui.services.session_view import Severity
from tui.widgets.find_bar import FindBar
from tui.widgets.prompt_box import PromptBox
from tui.widgets.status_bar import StatusBar
from tui.widgets.transcript import Prepared, Transcript, prepare
from tui.widgets.welcome import Welcome


class ChatPane(Vertical):
    """Shows one session, as its `SessionView`, and hands on to it what the user asks for."""

    class Saved(Message):
        """Something of a conversation was saved: the lists are out of date."""

    class GatewayWanted(Message):
        """The user wants to send, but no gateway is chosen."""

    class StateChanged(Message):
        """An earlier prompt is edited, or a reply is arriving, from now on or no longer."""

    streaming: reactive[bool] = reactive(False, init=False)
    """A reply is arriving in the conversation on the screen."""

    header = getters.query_one(ConversationHeader)
    transcript = getters.query_one(Transcript)
    composer = getters.query_one(Composer)
    prompt_box = getters.query_one(PromptBox)
    status = getters.query_one(StatusBar)
    location = getters.query_one(FileLocationLine)
    welcome = getters.query_one(Welcome)

    def __init__(self, services: Services, model: str = "") -> None:
        super().__init__(id="main")
        self._services = services
        self.session = ConversationSession(services, self, model)
        self._prepared: Prepared | None = None
        """What is going to be shown of a long conversation."""
        self._feed: ReplyFeed | None = None
        self._is_reading = False
        """There is a cursor to move."""
        self._end_wanted = False
        """The reply that was just asked for is to be followed from its first line on."""

    def compose(self) -> ComposeResult:
        """Top to bottom."""
        yield ConversationHeader()
        yield Welcome()
        yield Transcript()
        yield FileLocationLine(self._services, self.session)
        yield FindBar()
        yield Composer(self._services).data_bind(busy=ChatPane.streaming)
        yield StatusBar()

    def on_mount(self) -> None:
        """Start empty."""
        self.details = PaneDetails(self._services, self.session, self)
        self._show_welcome(True)
        self.watch(self.composer, "edited", self._mode_may_change, init=False)
        self.refresh_header()

    def on_unmount(self) -> None:
        """A reply on its way goes on unseen."""
        if self._feed is not None:
            self._feed.leave()

    # -- What is open

    @property
    def conversation(self) -> Conversation:
        """The conversation that is shown."""
        return self.session.conversation

    @property
    def drafts(self) -> DraftKeeper:
        """What is written and not sent."""
        return self.composer.drafts

    @property
    def editing(self) -> bool:
        """Whether the box holds an earlier prompt."""
        return bool(self.composer.edited)

    async def open(self, conversation_id: str, message_id: str = "") -> bool:
        """Show a saved conversation and its draft; return whether that could be done. The user is told why not."""
        opened = await self.session.open(conversation_id, message_id)
        if opened:
            self.composer.end_edit()
            await self.drafts.turn_to(self.session.draft_key)
        return opened

    async def show(self, conversation: Conversation) -> None:
        """Show a conversation at its end, and its draft."""
        await self.session.show(conversation)
        self.composer.end_edit()
        await self.drafts.turn_to(self.session.draft_key)

    async def look_round(self) -> None:
        """Show what another window has added, where the file is, and how the gateway is."""
        self.details.show_warning()
        self.details.show_gateway()
        await self.location.look()
        await self.session.refresh()

    # -- Asking

    @on(PromptBox.Submitted)
    def _submitted(self, event: PromptBox.Submitted) -> None:
        event.stop()
        self._end_wanted = False
        self.ask(event.text)

    @work(group="ask")
    async def ask(self, prompt: str) -> None:
        """Send what is in the box: a new prompt, or a new version of an earlier one. It leaves the box once on disk."""
        key, edited = self.drafts.key, self.composer.edited
        task = await self.session.send(prompt, instead_of=edited)
        if task is not None:
            asked = task.conversation
            self.saved()
            shown = asked is self.conversation
            await self.composer.sent(prompt, key, asked.id, edited=bool(edited), shown=shown)

    @work(group="ask")
    async def retry(self) -> bool:
        """Ask again for the last reply; return whether it was asked for."""
        return await self.session.retry()

    @work(group="ask")
    async def continue_reply(self) -> bool:
        """Have the last reply go on where it was cut off; return whether it was asked for."""
        return await self.session.continue_reply()

    def stop(self) -> bool:
        """Stop the reply on its way and keep its text; return whether there was one."""
        return self.session.stop()

    def follow(self) -> None:
        """Go to the end, and with the reply that is arriving, or has just been asked for."""
        is_asking = any(worker.group == "ask" and not worker.is_finished for worker in self.workers)
        self._end_wanted = is_asking and self.transcript.live.message_id is None
        self.transcript.follow()

    # -- Editing a prompt

    async def edit_prompt(self, message_id: str, draft: str) -> bool:
        """Take the prompt that a message is, or answers, into the box; return whether it may be edited.

        `draft` is what was in the box when the user asked for it.
        """
        question = await self.session.edits.prompt_to_edit(message_id)
        if question is None:
            return False
        await self.composer.begin_edit(question, f"{self.conversation.id}/{question.id}", draft)
        return True

    async def leave_edit(self) -> None:
        """Bring back the draft from before. What was changed in the earlier prompt is kept for the next time."""
        question = self.conversation.messages.get(self.composer.edited)
        await self.composer.leave_edit(question, self.session.draft_key)

    # -- The session's view: what is shown

    async def prepare(self, messages: Sequence[ChatMessage], growing: frozenset[str]) -> None:
        self._prepared = await prepare(self.transcript.messages, list(messages), partial(_note_in, growing))

    async def painted(self) -> None:
        painted = asyncio.Event()
        self.call_after_refresh(painted.set)
        await painted.wait()

    def conversation_shown(self, at: str = "", *, prepared: bool = False) -> None:
        if self._feed is not None:
            self._feed.leave()
            self._feed = None
        ready, self._prepared = self._prepared, None
        task = self.session.arriving
        if prepared and ready is not None and task is None:
            self._show_welcome(False)
            self.transcript.show_prepared(ready, at=at or None)
        else:
            messages = [m for m in self.conversation.branch() if task is None or m is not task.reply]
            self._show_welcome(not messages)
            self.transcript.show(messages, self._notes(messages), at=at or None)
        self.streaming = task is not None
        if task is not None:
            self._follow_reply(task)
        self.refresh_header()

    def beginning_read(self, end: Sequence[ChatMessage]) -> None:
        ready, self._prepared = self._prepared, None
        assert ready is not None
        at = len(ready.entries) - len(end)
        self.transcript.messages.stand_for(list(end))
        self.transcript.put_before(Prepared(ready.entries[:at], ready.heights[:at]))
        self.refresh_header()

    def branch_changed(self, *, to: str = "", keep_end: bool = False) -> None:
        was_at_end = self.transcript.viewport.is_at_end
        messages, live = self.conversation.branch(), self.transcript.live.message_id
        self._show_welcome(not messages)
        self.transcript.renew(messages, self._notes(m for m in messages if m.id != live))
        self.refresh_header()
        if keep_end and was_at_end:
            self.transcript.viewport.to_end()
        if to and self._is_reading:
            self.transcript.cursor.to(to)

    def messages_changed(self, messages: Sequence[ChatMessage]) -> None:
        for message in messages:
            self.transcript.update(message, self._note(message))
        self.refresh_header()

    def _note(self, message: ChatMessage) -> Note | None:
        return _note_in(self.session.growing, message)

    def _notes(self, messages: Iterable[ChatMessage]) -> dict[str, Note]:
        return {m.id: note for m in messages if (note := self._note(m)) is not None}

    def _show_welcome(self, shown: bool) -> None:
        self.welcome.display = shown
        self.transcript.display = not shown

    # -- The session's view: replies

    def reply_started(self, task: ReplyTask, *, question: ChatMessage | None = None, instead_of: str = "") -> None:
        if (feed := self._feed) is not None:  # the last words of the reply before are still being drawn
            feed.leave()
            self.transcript.live.finish(feed.task.reply, self._note(feed.task.reply))
        self._show_welcome(False)
        self.transcript.remove_from(instead_of)
        if question is not None:
            self.transcript.add(question)
        self._follow_reply(task)
        self.location.say("")
        self.refresh_header()

    def _follow_reply(self, task: ReplyTask) -> None:
        self.streaming = True
        self._feed = ReplyFeed(task, self.transcript, self.details.show_warning)
        self._await_end(self._feed)
        if self._end_wanted:
            self._end_wanted = False
            self.transcript.follow()

    @work(group="turn")
    async def _await_end(self, feed: ReplyFeed) -> None:
        task = feed.task
        await task.ended.wait()
        if self._feed is feed:
            await feed.finish()
            await self.painted()  # the last words first: to draw all of a long reply once more takes several frames
        if self._feed is feed:  # still: the user may have turned to another conversation
            self._feed = None
            self.transcript.live.finish(task.reply, self._note(task.reply))
            self.streaming = False
            self.refresh_header()
        await task.wait()
        self.saved()
        await self.look_round()

    def gateway_missing(self) -> None:
        self.post_message(self.GatewayWanted())

    # -- The session's view: what is said

    def tell(self, sentence: str, *, severity: Severity = "information", timeout: float | None = None) -> None:
        self.notify(sentence, severity=severity, timeout=timeout)

    def change_made(self) -> None:
        self.prompt_box.undo_elsewhere()

    def saved(self) -> None:
        self.post_message(self.Saved())

    # -- Title, frame and status

    def show_mode(self, mode: str, hints: Sequence[KeyHint], title: str, *, is_reading: bool) -> None:
        """Name the mode, and the keys that are alive in it; `is_reading` if there is a cursor to move."""
        self._is_reading = is_reading
        self.composer.show_mode(hints, title)
        self.status.mode = mode

    def watch_streaming(self) -> None:
        """Another key is the most important while a reply is arriving."""
        self._mode_may_change()

    def _mode_may_change(self) -> None:
        self.post_message(self.StateChanged())

    def show_prices(self) -> None:
        """The gateway's prices are known by now, or are others."""
        self.transcript.headers.price_of = self.details.prices.of
        self.refresh_header()

    def refresh_header(self) -> None:
        """Show title, model and state again."""
        self.details.refresh()


def _note_in(growing: frozenset[str], message: ChatMessage) -> Note | None:
    return note_of(message, growing_elsewhere=message.id in growing, now=time.time())
