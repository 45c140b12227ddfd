"""What is done with the messages of the conversation that is shown: edited, hidden, flipped through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import work
from textual.worker import Worker

from tui.domain.chat import Conversation
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.screens.chat_pane import ChatPane
from tui.screens.drafting import NEW
from tui.screens.framed_pane import READING_KEYS
from tui.services.changes import Undone
from tui.services.services import Services

EDITING_KEYS = _("enter send beside the old one · ^j new line")


class MessagePane(ChatPane):
    """A prompt box that can also hold an earlier prompt; messages that go, come back and have versions."""

    def __init__(self, services: Services, model: str = "") -> None:
        super().__init__(services, model)
        self._edited = ""
        """Id of the prompt that is being edited; empty while a new one is written."""
        self._mode = ""
        """The word of the mode that the screen named last; empty while writing."""

    async def show(self, conversation: Conversation, growing: frozenset[str] = frozenset(), *, at: str = "") -> None:
        self._set_edited("")
        await super().show(conversation, growing, at=at)

    async def reload(self, *, to: str = "") -> None:
        """Show the conversation as it is on disk, with the place kept that is being read; a cursor goes to `to`."""
        shown = self.conversation
        if self._held(shown.id) is None:
            try:
                opened = await self._services.store.load(shown.id)
            except StoreError as error:
                self.notify(str(error), severity="error")
            else:
                if self.conversation is shown and self._held(shown.id) is None:
                    self.conversation, self._growing = opened.conversation, opened.growing
        if self.conversation.id == shown.id:
            self._redraw()
            self._go_to(to)

    # -- Editing an earlier prompt

    @property
    def editing(self) -> bool:
        """Whether the box holds an earlier prompt."""
        return bool(self._edited)

    async def edit(self, message_id: str, draft: str) -> bool:
        """Take the prompt that a message is, or answers, into the box; whether there is one and it may be edited now.

        `draft` is what was in the box when the user asked for it: it is put away until the edit is sent or left. What was
        typed since then belongs to the edit.
        """
        if not await self._may_change():
            return False
        message = self.conversation.messages.get(message_id)
        question = None if message is None else self.conversation.question_of(message)
        if question is None:
            self.notify(_("There is no prompt to edit here: it was deleted."))
            return False
        key = f"{self.conversation.id}/{question.id}"
        self._set_edited(question.id)
        try:
            begun = self.drafts.unsaved.get(key) or (await self._services.drafts.get(key)).text
        except StoreError:
            begun = ""
        typed_since = ""
        if self.prompt_box.text.startswith(draft):
            typed_since = self.prompt_box.text.removeprefix(draft)
            self.prompt_box.put_back(draft)
        await self.drafts.turn_to(key)
        if not begun and self._edited == question.id:
            self.prompt_box.take_up(question.content + self.prompt_box.text)
        if typed_since:
            self.prompt_box.put_back(self.prompt_box.text + typed_since)
        return True

    async def leave_edit(self) -> None:
        """Bring back the draft from before. What was changed in the earlier prompt is kept for the next time."""
        question = self.conversation.messages.get(self._edited)
        if question is not None and self.prompt_box.text.strip() in ("", question.content.strip()):
            self.prompt_box.take_up("")
        else:
            self.notify(_("Your edit is kept: e on that message goes on with it."))
        self._set_edited("")
        await self.drafts.turn_to(self.conversation.id if self.conversation.messages else NEW)

    def ask(self, prompt: str) -> Worker[None]:
        """Send what is in the box: a new prompt, or another version of an earlier one."""
        return self._ask_edited(prompt, self._edited) if self._edited else super().ask(prompt)

    @work(group="ask")
    async def _ask_edited(self, prompt: str, question_id: str) -> None:
        turns, shown, key = self._services.turns, self._shown, self.drafts.key
        turn = await self._begin(
            lambda conversation, line, setup: turns.edit(
                conversation, conversation.messages[question_id], prompt, setup, line
            ),
            _("Not sent, your text is still in the box. {why}"),
        )
        if turn is None:
            return
        conversation = turn.conversation
        self.prompt_box.accept(prompt)
        self._show_question(turn, shown, instead_of=question_id)
        if self.drafts.key == key:
            typed_after = self.prompt_box.text
            self.prompt_box.take_up("")
            self._set_edited("")
            await self.drafts.turn_to(conversation.id)
            self.prompt_box.put_back(self.prompt_box.text + typed_after)
        else:
            await self.drafts.sent(prompt, key, conversation.id, shown=False)
        self.post_message(self.Saved(self))
        await self.remember(prompt)

    def show_mode(self, mode: str, keys: str = READING_KEYS) -> None:
        """Name the mode; an edit is one while nothing else is."""
        self._mode = mode
        editing = bool(self._edited) and not mode
        self._what_is_written = _("editing an earlier message · esc back to your draft") if self._edited else ""
        super().show_mode(_("EDIT") if editing else mode, EDITING_KEYS if editing else keys)

    def _set_edited(self, question_id: str) -> None:
        if self._edited != question_id:
            self._edited = question_id
            self.show_mode(self._mode)

    # -- Hiding and bringing back

    async def delete(self, message_id: str) -> bool:
        """Hide a message; a cursor goes to the next. What was said after it stays on screen. Whether it is hidden."""
        if not await self._may_change():
            return False
        branch = self.conversation.branch()
        at = next((n for n, message in enumerate(branch) if message.id == message_id), None)
        if at is None or not await self._try(lambda: self._services.changes.delete(self.conversation, [branch[at]])):
            return False
        self.prompt_box.undo_elsewhere()
        beside = [*branch[at + 1 : at + 2], *branch[max(0, at - 1) : at]]
        await self.reload(to=beside[0].id if beside else "")
        return True

    async def clear(self) -> int:
        """Hide all messages on screen; how many. The conversation stays in the list."""
        if not await self._may_change():
            return 0
        n = len(self.conversation.branch())
        if not n:
            self.notify(_("There is nothing to clear."))
        elif not await self._try(lambda: self._services.changes.clear(self.conversation)):
            return 0
        self.prompt_box.undo_elsewhere()
        await self.reload()
        return n

    async def undo(self) -> Undone | None:
        """Take the last change back, in whatever conversation it was made, and tell the user; what was taken back."""
        if self._asking is not None and self._is_busy():
            return None
        try:
            undone = await self._services.changes.undo()
        except StoreError as error:
            self.notify(str(error), severity="warning", timeout=12)
            return None
        self.notify(_("There is nothing to undo.") if undone is None else undone.sentence)
        if self._services.changes.can_undo:
            self.prompt_box.undo_elsewhere()
        if undone is not None and undone.conversation_id == self.conversation.id:
            await self.reload()
            self._go_to(next((each.id for each in self.conversation.branch() if each.id in undone.messages), ""))
        self.post_message(self.Saved(self))
        return undone

    async def trash(self) -> bool:
        """Put the conversation into the trash; whether it is there. Another has to be shown then."""
        if not await self._may_change() or not self.is_saved():
            return False
        return await self._try(lambda: self._services.changes.trash(self.conversation))

    async def rename(self, title: str) -> None:
        """Give the conversation another title."""
        if await self._try(lambda: self._services.changes.rename(self.conversation, title)):
            self.prompt_box.undo_elsewhere()
            await self.reload()

    async def pin(self) -> None:
        """Keep the conversation at the top of the list, or no longer."""
        pinned = not self.conversation.pinned
        if self.is_saved() and await self._try(lambda: self._services.changes.set_pinned(self.conversation, pinned)):
            self.prompt_box.undo_elsewhere()
            await self.reload()
            self.notify(_("Pinned: it stays at the top of the list.") if pinned else _("No longer pinned."))

    # -- Marks

    async def mark(self, message_id: str) -> bool | None:
        """Mark a message, or no longer; whether it is marked now. `None` where that cannot be done; the user is told why.

        Marks can be set while a reply arrives here.
        """
        await self.whole.wait()
        if not self.streaming and not await self._is_up_to_date():
            return None
        message = self.conversation.messages.get(message_id)
        if message is None:
            return None
        conversation, marked = self.conversation, not message.marked
        if not await self._try(lambda: self._services.changes.mark(conversation, message_id, marked)):
            return None
        self.prompt_box.undo_elsewhere()
        self.refresh_header()
        return marked

    def is_saved(self) -> bool:
        """Whether the conversation is on disk; the user is told if not."""
        if not self.conversation.messages:
            self.notify(_("This conversation is empty: it is saved with its first prompt."))
        return bool(self.conversation.messages)

    # -- Versions

    async def flip(self, message_id: str, step: int) -> None:
        """Show the next or previous version of a message, with what was last said after it."""
        if not await self._may_change():
            return
        message = self.conversation.messages.get(message_id)
        if message is None:
            return
        versions = self.conversation.siblings(message)
        if len(versions) < 2:
            self.notify(_("There is one version of this message. f5 asks for another reply, e edits the prompt."))
            return
        wanted = versions[(versions.index(message) + step) % len(versions)]
        self.conversation.show_branch_of(wanted.id)
        self._redraw()
        self._go_to(wanted.id)
        await self._try(lambda: self._services.store.save(self.conversation))

    # -- What they have in common

    async def _may_change(self) -> bool:
        """Whether messages can be changed now, after a look at what another window did; the user is told why not."""
        if self._is_busy():
            return False
        await self.whole.wait()
        return await self._is_up_to_date()

    async def _try(self, change: Callable[[], Awaitable[None]]) -> bool:
        try:
            await change()
        except StoreError as error:
            self.notify(str(error), severity="error", timeout=12)
            return False
        self.post_message(self.Saved(self))
        return True

    def _go_to(self, message_id: str) -> None:
        if message_id and self._mode:
            self.transcript.cursor = message_id
