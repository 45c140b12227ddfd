"""One conversation on the screen: opened, brought up to date, followed while a reply arrives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual import work
from textual.message import Message

from tui.domain.chat import ChatMessage, Conversation, OpenedConversation
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.screens.drafting import NEW, DraftKeeper
from tui.screens.framed_pane import MANY, FramedPane
from tui.screens.live_turn import LiveTurn
from tui.screens.notes import note_of
from tui.screens.opening import changed_messages, findings, look
from tui.services.reply_task import ReplyTask
from tui.services.services import Services
from tui.widgets.transcript import Note, Prepared
from tui.widgets.welcome import Welcome


class ConversationPane(FramedPane):
    """Shows one conversation, and a reply on its way in it."""

    @dataclass
    class Saved(Message):
        """Something of a conversation was saved: the lists are out of date."""

        pane: ConversationPane

        @property
        def control(self) -> ConversationPane:
            """The pane."""
            return self.pane

    def __init__(self, services: Services, model: str = "") -> None:
        super().__init__(services, model)
        self._live: LiveTurn | None = None
        self._shown = 0
        self._told: set[tuple[str, str]] = set()
        """Models that are not offered, and those that answer instead, as they were said."""
        self.whole = asyncio.Event()
        """Unset while the end of a long conversation is shown and the rest is being read."""
        self.whole.set()

    def on_mount(self) -> None:
        """Start empty."""
        self.drafts = DraftKeeper(self._services.drafts, self.prompt_box, self.notify)
        self._show_welcome(True)
        self.refresh_header()

    def on_unmount(self) -> None:
        """A reply on its way goes on unseen."""
        if self._live is not None:
            self._live.leave()

    # -- Which conversation

    async def open(self, conversation_id: str, message_id: str = "") -> bool:
        """Show a saved conversation, at its end or at this message; whether that could be done.

        A reply on its way there goes on. Of a long one the end is shown while the rest is read. Failures are told.
        """
        if (held := self._held(conversation_id)) is not None:
            await self.show(held, at=message_id)
            return True
        try:
            if not message_id and (end := await self._services.store.load_end(conversation_id)) is not None:
                self.whole.clear()
                self._draw(end.conversation, end.growing)
                await self._painted()
            opened = await self._services.store.load(conversation_id)
            for sentence in findings(opened):
                self.notify(sentence, severity="warning")
            await self.show(opened.conversation, opened.growing, at=message_id)
        except StoreError as error:
            self.notify(str(error), severity="error")
            return False
        finally:
            self.whole.set()
        self._tell_who_answers(opened.conversation.model)
        return True

    def _tell_who_answers(self, model: str) -> None:
        """Say, once for each, that a conversation's model is not offered by the gateway."""
        if model and self.model != model and (model, self.model) not in self._told:
            self._told.add((model, self.model))
            self.notify(
                _("{model} is not offered here: {other} answers.").format(
                    model=one_line(model, 60), other=one_line(self.model, 60) or _("no model")
                )
            )

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
        self._picked = ""  # for new conversations the gateway remembers it
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
        self.show_gateway()
        await self.look_for_file()
        shown = self.conversation
        if not shown.messages or not self.whole.is_set() or self._held(shown.id) is not None:
            return
        try:
            if not self._growing and not await self._services.store.has_changed_on_disk(shown):
                return
            opened = await self._services.store.load(shown.id)
        except StoreError:
            return  # moved away or unreadable: said when it is opened
        changed = await asyncio.to_thread(changed_messages, shown, opened.conversation)
        if self.conversation is shown and self._held(shown.id) is None:
            self._catch_up(opened, changed)

    def _catch_up(self, opened: OpenedConversation, changed: Sequence[ChatMessage] | None) -> None:
        """Draw what is on disk over what is shown. The reader keeps his place; who is at the end stays at the end."""
        if changed is None:
            was_at_end = self.transcript.is_at_end
            self.conversation, self._growing = opened.conversation, opened.growing
            self._redraw()
            if was_at_end:
                self.transcript.to_end()
            return
        turned = [m for each in self._growing | opened.growing if (m := opened.conversation.messages.get(each))]
        self.conversation, self._growing = opened.conversation, opened.growing
        for message in {each.id: each for each in (*changed, *turned)}.values():
            self.transcript.update(message, self._note(message))
        self.refresh_header()

    def _redraw(self) -> None:
        """Show the branch as it is now, without moving what is read."""
        messages, live = self.conversation.branch(), self.transcript.live
        self._show_welcome(not messages)
        notes = {m.id: note for m in messages if m.id != live and (note := self._note(m)) is not None}
        self.transcript.renew(messages, notes)
        self.refresh_header()

    def _held(self, conversation_id: str) -> Conversation | None:
        """The conversation of that id which is being asked in: the one value that counts."""
        if self._asking is not None and self._asking.id == conversation_id:
            return self._asking
        turn = self._services.turns.of(conversation_id)
        return None if turn is None else turn.conversation

    def _draw(
        self, conversation: Conversation, growing: frozenset[str], *, at: str = "", prepared: Prepared | None = None
    ) -> None:
        if self._live is not None:
            self._live.leave()
            self._live = None
        self._shown += 1
        self.conversation, self._growing = conversation, growing
        turn = self._services.turns.arriving(conversation.id)
        if prepared is not None and turn is None:
            self._show_welcome(False)
            self.transcript.show_prepared(prepared, at=at or None)
        else:
            messages = [message for message in conversation.branch() if turn is None or message is not turn.reply]
            self._show_welcome(not messages)
            notes = {m.id: note for m in messages if (note := self._note(m)) is not None}
            self.transcript.show(messages, notes, at=at or None)
        self.streaming = turn is not None
        if turn is not None:
            self._watch(turn)
        self.refresh_header()

    def _watch(self, turn: ReplyTask) -> None:
        self.streaming = True
        self._live = LiveTurn(turn, self.transcript, self._turn_changed)
        self._follow_turn(turn, self._live)

    @work(group="turn")
    async def _follow_turn(self, turn: ReplyTask, live: LiveTurn) -> None:
        await turn.ended.wait()
        if self._live is live:
            await live.finish()
            await self._painted()  # the last words first: to draw all of a long reply once more takes several frames
        if self._live is live:  # still: the user may have turned to another conversation
            self._live = None
            self.transcript.finish_live(turn.reply, self._note(turn.reply))
            self.streaming = False
            self.refresh_header()
        await turn.wait()
        self.post_message(self.Saved(self))
        await self.look_round()

    def _turn_changed(self, turn: ReplyTask) -> None:
        self.status.warning = self._warning()

    def _note(self, message: ChatMessage) -> Note | None:
        return _note_in(self._growing, message)

    def _show_welcome(self, shown: bool) -> None:
        self.query_one(Welcome).display = shown
        self.transcript.display = not shown


def _note_in(growing: frozenset[str], message: ChatMessage) -> Note | None:
    return note_of(message, growing_elsewhere=message.id in growing, now=time.time())
