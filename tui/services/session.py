"""One open conversation without a widget: opened, kept up to date with the disk, asked in and changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

from tui.domain.chat import ChatMessage, Conversation, OpenedConversation
from tui.domain.errors import ChinwagError, StoreError
from tui.domain.file_location import FileLocation
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.services.connections import Connection
from tui.services.conversation_diff import changed_messages, findings, is_end_of
from tui.services.model_choice import ModelChoice
from tui.services.reply_options import ReplyOptions
from tui.services.reply_task import ReplyTask, noted
from tui.services.services import Services
from tui.services.session_edits import ConversationEdits
from tui.services.session_view import LONG, SessionView

MANY = 500
"""Messages from which a conversation is made ready in a thread."""

NEW = "new"
"""Stands for the conversation that has no prompt yet."""

Start = Callable[[Conversation, ReplyOptions, Connection], Awaitable[ReplyTask]]


class ConversationSession:
    """The conversation that is open, and what is done in it. Failures are told to the view, and nothing is raised."""

    def __init__(self, services: Services, view: SessionView, model: str = "") -> None:
        """`model` answers in this run until the user picks another; empty leaves it to conversation and gateway."""
        self.conversation = Conversation()
        self.growing: frozenset[str] = frozenset()
        """Replies that another window is writing in it."""
        self.whole = asyncio.Event()
        """Unset while the end of a long conversation is shown and the rest is being read."""
        self.whole.set()
        self.store_opened = asyncio.Event()
        """Set once saving can be tried; a prompt that is sent before waits for it."""
        self._services = services
        self._store, self._turns, self._changes = services.store, services.turns, services.changes
        self._view = view
        self._models = ModelChoice(services, model)
        self._asking: Conversation | None = None
        """The conversation in which something is being asked and not yet saved."""
        self.edits = ConversationEdits(services, self, view)
        self._openings = 0

    # -- What it is like

    @property
    def arriving(self) -> ReplyTask | None:
        """The reply that arrives in it, asked for in this window."""
        return self._turns.arriving(self.conversation.id)

    @property
    def growing_replies(self) -> frozenset[str]:
        """The ids of the replies that arrive in it, here and in another window."""
        task = self.arriving
        return self.growing if task is None else self.growing | {task.reply.id}

    @property
    def is_asking(self) -> bool:
        """Whether a reply is being asked for, here or in a conversation that was left, and is not on its way yet."""
        return self._asking is not None

    @property
    def draft_key(self) -> str:
        """What a draft that is written in it is kept under."""
        return self.conversation.id if self.conversation.messages else NEW

    @property
    def model(self) -> str:
        """The model of the next reply; empty while nothing is known."""
        return self._models.model(self.conversation)

    def use_model(self, model: str) -> None:
        """Answer with this model from now on; empty leaves the choice to conversation and gateway."""
        self._models.pick(model)
        self._view.refresh_header()

    # -- Which conversation

    async def open(self, conversation_id: str, message_id: str = "") -> bool:
        """Show a saved conversation, at its end or at this message; return whether that could be done.

        A reply on its way there goes on. Of a long one the end is shown while the rest is read.
        """
        if (held := self._held(conversation_id)) is not None:
            await self.show(held, at=message_id)
            return True
        try:
            if not message_id and (end := await self._store.load_end(conversation_id)) is not None:
                self.whole.clear()
                self._open(end.conversation, end.growing)
                await self._view.painted()  # beside work in another thread, painting takes twice as long
            opened = await self._store.load(conversation_id)
            for sentence in findings(opened):
                self._view.tell(sentence, severity="warning")
            await self.show(opened.conversation, opened.growing, at=message_id)
        except StoreError as error:
            self._view.tell(str(error), severity="error")
            return False
        finally:
            self.whole.set()
        if self._models.is_newly_missing(opened.conversation):
            model = one_line(opened.conversation.model, 60)
            other = one_line(self._models.model(opened.conversation), 60) or _("no model")
            sentence = _("{model} is not available on this gateway; using {other}.")
            self._view.tell(sentence.format(model=model, other=other))
        return True

    async def show(self, conversation: Conversation, growing: frozenset[str] = frozenset(), *, at: str = "") -> None:
        """Show a conversation, at its end or at a message. `growing` are the replies that another window is writing."""
        if at in conversation.messages:
            conversation.show_branch_of(at)
        prepared: list[ChatMessage] = []
        if len(conversation.messages) > MANY:
            prepared = await asyncio.to_thread(conversation.snapshot().branch)
            await self._view.prepare(prepared, growing)
        if (held := self._held(conversation.id)) is not None:  # a reply was asked for meanwhile
            conversation, growing, prepared = held, frozenset(), []
        self._models.forget()
        end = self.conversation.branch() if self.conversation.id == conversation.id else []
        if growing == self.growing and is_end_of(end, prepared):
            self.conversation = conversation
            self._view.beginning_read(prepared[-len(end) :])
        else:
            self._open(conversation, growing, at=at, prepared=bool(prepared))

    async def refresh(self) -> None:
        """Show what another window has added to this conversation."""
        shown = self.conversation
        if not shown.messages or not self.whole.is_set() or self._held(shown.id) is not None:
            return
        try:
            if not self.growing and not await self._store.has_changed_on_disk(shown):
                return
            opened = await self._store.load(shown.id)
        except StoreError:
            return  # moved away or unreadable: said when it is opened
        changed = await asyncio.to_thread(changed_messages, shown, opened.conversation)
        if self.conversation is shown and self._held(shown.id) is None:
            self._catch_up(opened, changed)

    async def reload(self, *, to: Collection[str] = ()) -> None:
        """Show the conversation as it is on disk, with what is read kept in its place.

        A cursor goes to the first message of those in `to`.
        """
        shown = self.conversation
        if self._held(shown.id) is None:
            try:
                opened = await self._store.load(shown.id)
            except StoreError as error:
                self._view.tell(str(error), severity="error")
            else:
                if self.conversation is shown and self._held(shown.id) is None:
                    self.conversation, self.growing = opened.conversation, opened.growing
        if self.conversation.id == shown.id:
            found = (message.id for message in self.conversation.branch() if message.id in to)
            self._view.branch_changed(to=next(found, ""))

    def _open(
        self, conversation: Conversation, growing: frozenset[str], *, at: str = "", prepared: bool = False
    ) -> None:
        self._openings += 1
        self.conversation, self.growing = conversation, growing
        self._view.conversation_shown(at, prepared=prepared)

    def _catch_up(self, opened: OpenedConversation, changed: list[ChatMessage] | None) -> None:
        growing, now = self.growing | opened.growing, opened.conversation
        self.conversation, self.growing = now, opened.growing
        if changed is None:
            self._view.branch_changed(keep_end=True)
            return
        turned = [now.messages[each] for each in growing if each in now.messages]
        self._view.messages_changed(list({each.id: each for each in (*changed, *turned)}.values()))

    def _held(self, conversation_id: str) -> Conversation | None:
        """Return the conversation of that id in which a reply is asked for: the one value that counts."""
        if self._asking is not None and self._asking.id == conversation_id:
            return self._asking
        task = self._turns.of(conversation_id)
        return None if task is None else task.conversation

    # -- Asking

    async def send(self, prompt: str, *, instead_of: str = "") -> ReplyTask | None:
        """Send a prompt, or a new version of the earlier prompt `instead_of`; return the reply to it, if it was sent."""
        openings = self._openings

        def ask(conversation: Conversation, options: ReplyOptions, backend: Connection) -> Awaitable[ReplyTask]:
            if not instead_of:
                return self._turns.ask(conversation, prompt, options, backend)
            return self._turns.edit(conversation, conversation.messages[instead_of], prompt, options, backend)

        task = await self._start(ask, _("Not sent, your text is still in the box. {why}"))
        if task is None or task.conversation is not self.conversation:
            return task
        if openings != self._openings:  # the user turned away and back: what is drawn lacks the question
            self._open(task.conversation, frozenset())
        else:
            question = task.conversation.messages[task.reply.parent_id or ""]
            self._view.reply_started(task, question=question, instead_of=instead_of)
        return task

    async def retry(self) -> bool:
        """Ask again for the last reply; the old one is kept beside the new. Return whether it was asked for."""
        await self.whole.wait()
        reply = self.conversation.last_reply()
        if reply is None:
            self._view.tell(_("There is no reply to retry yet."))
            return False
        if self.conversation.question_of(reply) is None:
            self._view.tell(
                _("The prompt of this reply was deleted, so it cannot be asked again. /undo may bring it back.")
            )
            return False
        task = await self._start(
            lambda conversation, options, backend: self._turns.retry(conversation, reply, options, backend), same=True
        )
        if task is not None and task.conversation is self.conversation:
            self._view.reply_started(task, instead_of=reply.id)
        return task is not None

    async def continue_reply(self) -> bool:
        """Have the last reply go on where it was cut off; return whether it was asked for."""
        await self.whole.wait()
        reply = self.conversation.last_reply()
        if reply is None or not reply.can_continue:
            self._view.tell(_("There is no reply that was cut off."))
            return False
        task = await self._start(
            lambda conversation, options, backend: self._turns.continue_reply(conversation, reply, options, backend),
            same=True,
        )
        if task is not None and task.conversation is self.conversation:
            self._view.reply_started(task)
        return task is not None

    def stop(self) -> bool:
        """Stop the reply on its way and keep its text; return whether there was one."""
        task = self.arriving
        if task is not None:
            task.stop()
        return task is not None

    async def shows_failure(self, error: ChinwagError) -> bool:
        """Return whether the last reply ended with the same kind of failure, told under it; waits for its end."""
        if (task := self.arriving) is not None:
            await task.ended.wait()
        reply = self.conversation.last_reply()
        return reply is not None and reply.error is not None and reply.error.kind == noted(error).kind

    async def _start(self, start: Start, refusal: str = "", *, same: bool = False) -> ReplyTask | None:
        """Start a reply in the conversation as it is on disk; with `same`, only if nobody has added to it."""
        connection = self._services.connections.current
        if self.is_busy():
            return None
        if connection is None:
            self._view.gateway_missing()
            return None
        before = self.conversation
        await self.store_opened.wait()
        await connection.recall()  # what the user chose at this gateway, also in an earlier run
        if not await self.is_up_to_date():
            return None
        if before.id != self.conversation.id:
            sentence = _("Nothing was sent, because you opened another conversation. Your text is kept as a draft.")
            self._view.tell(sentence, severity="warning", timeout=LONG)
            return None
        if same and before is not self.conversation:
            self._view.tell(_("Another window has added to this conversation. Read that first."))
            return None
        options = self._models.options(self.conversation, connection)
        self._asking = asking = self.conversation  # whatever is shown by the time that the disk has answered
        try:
            await self._take_back_from_trash(asking)
            return await start(asking, options, connection)
        except StoreError as error:
            refusal = refusal or _("Nothing was sent. {why}")
            self._view.tell(refusal.format(why=error), severity="error", timeout=LONG)
            self._view.refresh_header()
            return None
        finally:
            self._asking = None

    async def _take_back_from_trash(self, conversation: Conversation) -> None:
        """Whoever goes on with a conversation wants to find it again."""
        if conversation.messages and await self._store.place(conversation.id) is FileLocation.TRASH:
            await self._changes.restore(conversation)
            self._view.tell(_("Taken back from the trash."))

    async def may_change(self) -> bool:
        """Return whether messages may be changed now, after a look at what another window did; the user is told why not."""
        return not self.is_busy() and await self.is_up_to_date()

    async def is_up_to_date(self) -> bool:
        """Take in what another window said by now; return False while more is coming, which the user is told."""
        await self.whole.wait()
        await self.refresh()
        if self.growing:
            self._view.tell(
                _("A reply is arriving here in another window. This conversation is read-only until the reply ends.")
            )
        return not self.growing and not self.is_busy()

    def is_busy(self) -> bool:
        """Return whether a reply is arriving or being asked for; the user is told."""
        if self.arriving is not None or self.is_asking:
            self._view.tell(_("A reply is still arriving. Press escape to stop it."))
            return True
        return False
