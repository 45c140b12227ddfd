"""Asking in the conversation that is shown."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual import on, work
from textual.message import Message
from textual.timer import Timer

from tui.domain.chat import Conversation
from tui.domain.errors import ChinwagError, StoreError
from tui.domain.file_location import FileLocation
from tui.domain.i18n import _
from tui.screens.conversation_pane import ConversationPane
from tui.screens.notes import can_continue
from tui.services.connections import Connection
from tui.services.reply_options import ReplyOptions, options_for
from tui.services.reply_task import ReplyTask, noted
from tui.services.services import Services
from tui.widgets.prompt_box import PromptBox

KEEP_AFTER = 0.5
"""Seconds from a change in the box until it is written down, also while the user goes on typing."""
KEEP_AGAIN = 2.0
"""Seconds until a draft that could not be written is tried again."""


class ChatPane(ConversationPane):
    """Takes prompts and asks `Turns` to start and stop."""

    @dataclass
    class GatewayWanted(Message):
        """The user wants to send, but no gateway is chosen."""

        chat_pane: ChatPane

        @property
        def control(self) -> ChatPane:
            """The pane."""
            return self.chat_pane

    def __init__(self, services: Services, model: str = "") -> None:
        super().__init__(services, model)
        self._keeping: Timer | None = None
        self._end_wanted = False
        """The reply that was just asked for is to be followed from its first line on."""
        self.store_opened = asyncio.Event()
        """Set once saving can be tried; a prompt that is sent before waits for it."""

    @on(PromptBox.Submitted)
    def _submitted(self, event: PromptBox.Submitted) -> None:
        event.stop()
        self._end_wanted = False
        self.ask(event.text)

    @work(group="ask")
    async def ask(self, prompt: str) -> None:
        """Send a prompt. It leaves the box only when it is on disk."""
        turns, shown, began = self._services.turns, self._shown, self.drafts.key
        turn = await self._begin(
            lambda conversation, line, setup: turns.ask(conversation, prompt, setup, line),
            _("Not sent, your text is still in the box. {why}"),
        )
        if turn is None:
            return
        conversation = turn.conversation
        self.prompt_box.accept(prompt)
        self._show_question(turn, shown)
        self.post_message(self.Saved(self))
        await self.drafts.sent(prompt, began, conversation.id, shown=conversation is self.conversation)
        await self.remember(prompt)

    def _show_question(self, turn: ReplyTask, shown: int, *, instead_of: str = "") -> None:
        """Show a question and the reply to it, in the place of another message and all after it.

        `shown` tells what was drawn when it was asked: where that is another by now, all is drawn.
        """
        if turn.conversation is not self.conversation:
            return
        if shown != self._shown:
            self._draw(turn.conversation, frozenset())
            return
        self._show_welcome(False)
        self.transcript.remove_from(instead_of)
        self.transcript.add(turn.conversation.messages[turn.reply.parent_id or ""])
        self._watch(turn)
        self.refresh_header()

    @work(group="ask")
    async def retry(self) -> bool:
        """Ask again for the last reply; the old one is kept beside the new. Whether it is asked."""
        await self.whole.wait()
        turns, reply = self._services.turns, self.conversation.last_reply()
        if reply is None:
            self.notify(_("There is no reply to retry yet."))
            return False
        if self.conversation.question_of(reply) is None:
            self.notify(
                _("The prompt of this reply was deleted, so it cannot be asked again. /undo may bring it back.")
            )
            return False
        turn = await self._begin(
            lambda conversation, line, setup: turns.retry(conversation, reply, setup, line), same=True
        )
        if turn is not None and turn.conversation is self.conversation:
            self.transcript.remove_from(reply.id)
            self._watch(turn)
            self.refresh_header()
        return turn is not None

    @work(group="ask")
    async def resume(self) -> bool:
        """Have the last reply go on where it was cut off; whether it is asked to."""
        await self.whole.wait()
        turns, reply = self._services.turns, self.conversation.last_reply()
        if reply is None or not can_continue(reply):
            self.notify(_("There is no reply that was cut off."))
            return False
        turn = await self._begin(
            lambda conversation, line, setup: turns.continue_reply(conversation, reply, setup, line), same=True
        )
        if turn is not None and turn.conversation is self.conversation:
            self._watch(turn)
            self.refresh_header()
        return turn is not None

    async def _begin(
        self,
        start: Callable[[Conversation, Connection, ReplyOptions], Awaitable[ReplyTask]],
        refusal: str = _("Nothing was sent. {why}"),
        *,
        same: bool = False,
    ) -> ReplyTask | None:
        """Start a turn in the conversation as it is on disk; with `same`, only if nobody has added to it."""
        connection = self._services.connections.current
        if self._is_busy():
            return None
        if connection is None:
            self.post_message(self.GatewayWanted(self))
            return None
        before = self.conversation
        await self.store_opened.wait()
        await self.whole.wait()
        if not await self._is_up_to_date():
            return None
        if before.id != self.conversation.id:
            self.notify(
                _("Nothing was sent: you turned to another conversation first. What you wrote waits in its box."),
                severity="warning",
                timeout=12,
            )
            return None
        if same and before is not self.conversation:
            self.notify(_("Another window has added to this conversation. Look at it first."))
            return None
        await connection.recall()  # what the user chose at this gateway, also in an earlier run
        picked = self._picked or self._model
        setup = options_for(self.conversation, connection, self._services.preferences.settings, picked)
        self._asking = asking = self.conversation  # whatever is shown by the time that the disk has answered
        try:
            await self._take_back_from_trash(asking)
            turn = await start(asking, connection, setup)
        except StoreError as error:
            self.notify(refusal.format(why=error), severity="error", timeout=12)
            self.refresh_header()
            return None
        finally:
            self._asking = None
        self._say_place("")
        return turn

    async def _take_back_from_trash(self, conversation: Conversation) -> None:
        """Whoever goes on with a conversation wants to find it again."""
        if conversation.messages and await self._services.store.place(conversation.id) is FileLocation.TRASH:
            await self._services.changes.restore(conversation)
            self.notify(_("Taken back from the trash."))

    async def _is_up_to_date(self) -> bool:
        """Look at what another window said by now: it comes first, and is answered to. False while more is coming."""
        await self.look_round()
        if self._growing:
            self.notify(_("A reply is arriving here in another window. Until it ends, this talk can only be read."))
        return not self._growing and not self._is_busy()

    def _is_busy(self) -> bool:
        if self.streaming or self._asking is not None:
            self.notify(_("A reply is still arriving. Press escape to stop it."))
            return True
        return False

    def stop(self) -> bool:
        """Stop the reply on its way and keep its text; whether there was one."""
        turn = self._services.turns.arriving(self.conversation.id)
        if turn is not None:
            turn.stop()
        return turn is not None

    async def shows_failure(self, error: ChinwagError) -> bool:
        """Return whether the last reply ended with the same kind of failure, which stands under it; waits for its end."""
        turn = self._services.turns.arriving(self.conversation.id)
        if turn is not None:
            await turn.ended.wait()
        reply = self.conversation.last_reply()
        return reply is not None and reply.error is not None and reply.error.kind == noted(error).kind

    def follow(self) -> None:
        """Go to the end, and with the reply that is arriving, or has just been asked for."""
        is_asking = any(worker.group == "ask" and not worker.is_finished for worker in self.workers)
        self._end_wanted = is_asking and self.transcript.live is None
        self.transcript.follow()

    def _watch(self, turn: ReplyTask) -> None:
        super()._watch(turn)
        if self._end_wanted:
            self._end_wanted = False
            self.transcript.follow()

    async def remember(self, prompt: str) -> bool:
        """Put a prompt into the history, here and on disk; whether it is on disk."""
        self.prompt_box.remember(prompt)
        try:
            await self._services.history.add(prompt)
        except StoreError as error:
            self.notify(str(error), severity="warning")
            return False
        return True

    async def take_earlier(self, prompt: str) -> None:
        """Put an earlier prompt into the box. What was written there goes to the history; undo brings it back too."""
        draft = self.prompt_box.exchange(prompt)
        self.prompt_box.focus()
        if draft != prompt:
            await self.remember(draft)

    @on(PromptBox.Changed)
    def _changed(self, event: PromptBox.Changed) -> None:
        event.stop()
        if self._keeping is None:
            self._keeping = self.set_timer(KEEP_AFTER, self._keep_draft)

    @work(group="draft")
    async def _keep_draft(self) -> None:
        kept = await self.drafts.keep()
        again = KEEP_AFTER if kept else KEEP_AGAIN
        self._keeping = self.set_timer(again, self._keep_draft) if self.drafts.behind or not kept else None
