"""Where prompts are written: the box with its frame, the drafts, and the earlier prompt that is edited in it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import getters, on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer

from tui.domain.chat import ChatMessage
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.screens.chat.draft_keeper import DraftKeeper
from tui.screens.chat.key_hint import KeyHint, hint_line
from tui.services.services import Services
from tui.widgets.prompt_box import PromptBox

KEEP_AFTER = 0.5
"""Seconds from a change in the box until it is written down, also while the user goes on typing."""
KEEP_AGAIN = 2.0
"""Seconds until a draft that could not be written is tried again."""
_ROUND_KEYS = 6
"""Cells that the frame takes beside its keys: corners, lines and blanks."""


class Composer(Vertical):
    """The prompt box in its frame. Its text is kept on disk while it is written."""

    busy: reactive[bool] = reactive(False)
    """A reply is arriving. Bound by the pane."""

    edited: reactive[str] = reactive("")
    """Id of the prompt that is being edited; empty while a new one is written."""

    prompt_box = getters.query_one(PromptBox)

    def __init__(self, services: Services) -> None:
        super().__init__(id="prompt-frame")
        self._services = services
        self._hints: Sequence[KeyHint] = ()
        self._title = ""
        self._keeping: Timer | None = None

    def compose(self) -> ComposeResult:
        """The box alone; the frame is the border."""
        yield PromptBox().data_bind(Composer.busy)

    def on_mount(self) -> None:
        """Begin with the draft of a new conversation."""
        self.drafts = DraftKeeper(self._services.drafts, self.prompt_box, self.notify)
        self._show_keys()

    # -- The frame

    def show_mode(self, hints: Sequence[KeyHint], title: str) -> None:
        """Show the keys that are alive, and what the frame says of the mode."""
        self._hints, self._title = hints, title
        self._show_keys()

    def show_model(self, model: str) -> None:
        """Name the model that a prompt goes to."""
        self.prompt_box.placeholder = _("Message {model}").format(model=model) if model else _("Message")

    def on_resize(self) -> None:
        """There is room for other keys."""
        self._show_keys()

    def _show_keys(self) -> None:
        keys = hint_line(self._hints, self.outer_size.width - _ROUND_KEYS)
        self.border_subtitle = keys
        is_low = not self.styles.border_bottom[0]  # the line above the prompt is all that is left of its box
        shows_keys = is_low and not self.edited
        self.border_title = Content.assemble(" ", keys, " ") if shows_keys else self._title

    # -- An earlier prompt

    async def begin_edit(self, question: ChatMessage, key: str, draft: str) -> None:
        """Take an earlier prompt into the box.

        `key` is what the edit is kept under. `draft` is what was in the box when the user asked for it: it is put away
        until the edit is sent or left. What was typed since then belongs to the edit.
        """
        self.edited = question.id
        try:
            begun = self.drafts.unsaved.get(key) or (await self._services.drafts.get(key)).text
        except StoreError:
            begun = ""
        box, typed_since = self.prompt_box, ""
        if box.text.startswith(draft):
            typed_since = box.text.removeprefix(draft)
            box.put_back(draft)
        await self.drafts.turn_to(key)
        if not begun and self.edited == question.id:
            box.take_up(question.content + box.text)
        if typed_since:
            box.put_back(box.text + typed_since)

    async def leave_edit(self, question: ChatMessage | None, draft_key: str) -> None:
        """Bring back the draft from before. What was changed in the earlier prompt is kept for the next time."""
        if question is not None and self.prompt_box.text.strip() in ("", question.content.strip()):
            self.prompt_box.take_up("")
        else:
            self.notify(_("Edit saved. Press e on that message to continue."))
        self.end_edit()
        await self.drafts.turn_to(draft_key)

    def end_edit(self) -> None:
        """Write a new prompt from here on."""
        self.edited = ""

    # -- Prompts that were sent

    async def sent(self, prompt: str, key: str, conversation_id: str, *, edited: bool, shown: bool) -> None:
        """Take a prompt out of the box that is on disk by now, and remember it; what was typed after it stays.

        `key` is what it was kept under as a draft, and `shown` whether its conversation still is.
        """
        box = self.prompt_box
        box.accept(prompt)
        if edited and self.drafts.key == key:
            typed_after = box.text
            box.take_up("")
            self.end_edit()
            await self.drafts.turn_to(conversation_id)
            box.put_back(box.text + typed_after)
        else:
            await self.drafts.sent(prompt, key, conversation_id, shown=shown and not edited)
        await self.remember(prompt)

    async def remember(self, prompt: str) -> bool:
        """Put a prompt into the history, here and on disk; return whether it is on disk."""
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

    # -- What is not sent

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
