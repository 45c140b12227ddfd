"""All saved conversations: find, open, rename, pin, put into the trash and take out of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import ClassVar, Literal

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.geometry import Region

from tui.domain.chat import ConversationSummary
from tui.domain.errors import ChangeError, StoreError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.domain.search import trash_toggled
from tui.paths import STYLES
from tui.screens.browsing import BrowsingScreen
from tui.services.services import Services
from tui.widgets.conversation_list import ConversationList
from tui.widgets.conversation_rows import Chosen
from tui.widgets.key_line import Hint
from tui.widgets.title_editor import TitleEditor


class ConversationsScreen(BrowsingScreen):
    """The browser of conversations.

    Dismissed with where to go, or None to leave everything as it is. `current` is returned when it was renamed, and a
    new conversation when it was put into the trash, so that it is not shown as it was before.
    """

    CSS_PATH = STYLES / "conversations.tcss"
    AUTO_FOCUS = "ListFilter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", id="list.open"),
        Binding("escape,ctrl+o,f3", "back", "Back", id="list.back"),
        Binding("ctrl+n", "new", "New conversation", id="list.new"),
        Binding("f2", "rename", "Rename", id="list.rename"),
        Binding("ctrl+x,f8", "trash", "To the trash, or out of it", id="list.trash"),
        Binding("tab,f7", "toggle_trash", "Show the trash, or no longer", id="list.show_trash"),
        Binding("ctrl+z", "undo", "Undo", id="list.undo"),
        Binding("ctrl+t,f6", "pin", "Pin, or no longer", id="list.pin"),
        Binding("f1", "help", "Keys", id="list.help"),
        Binding("down,ctrl+j", "move('cursor_down')", "Down", show=False, id="list.down"),
        Binding("up,ctrl+k", "move('cursor_up')", "Up", show=False, id="list.up"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="list.page_down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="list.page_up"),
        Binding("ctrl+home", "move('first')", "First", show=False, id="list.first"),
        Binding("ctrl+end", "move('last')", "Last", show=False, id="list.last"),
    ]

    def __init__(self, services: Services, current: str, looking_for: str = "") -> None:
        """`current` is the id of the conversation on the chat screen; `looking_for` is typed already."""
        super().__init__(services, current, looking_for)
        self._changes = services.changes
        self._was_trashed = current in self._changes.trashed
        self._titled = self._changes.titles.get(current)

    def on_mount(self) -> None:
        """The title that is being written stays in its row."""
        super().on_mount()
        self.watch(self.rows, "scroll_y", self._follow_title, init=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a title is written the keys of the list rest."""
        return super().check_action(action, parameters) and not (self.is_mounted and self.editor.asking)

    def key_hints(self) -> tuple[list[Hint], list[Hint]]:
        """The keys at the foot."""
        undo, out = ("ctrl+z", _("undo")), [("esc", _("back"))]
        if self.asked.in_trash:
            return [("enter", _("read")), ("ctrl+x", _("bring back")), ("tab", _("conversations")), undo], out
        return [
            ("enter", _("open")),
            ("f2", _("rename")),
            ("ctrl+x", _("trash")),
            ("ctrl+t", _("pin")),
            ("tab", _("see trash")),
            ("ctrl+n", _("new")),
            undo,
            ("f1", _("keys")),
        ], out

    # -- Leaving

    async def before_quit(self) -> None:
        """Keep the title that is being written."""
        self.editor.finish()
        async with self.one_at_a_time:
            pass  # every change is made

    @on(ConversationList.Chosen)
    def _clicked(self, event: ConversationList.Chosen) -> None:
        event.stop()
        if self.editor.asking:
            self.editor.finish()
        else:
            self._go_to(Chosen(event.conversation_id, event.message_id))

    @work(group="change")
    async def action_back(self) -> None:
        """Leave, once every change is made."""
        async with self.one_at_a_time:
            if self.current in self._changes.trashed and not self._was_trashed:
                self.dismiss(Chosen(""))
            elif self._changes.titles.get(self.current) != self._titled:
                self.dismiss(Chosen(self.current))
            else:
                self.dismiss(None)

    @work(group="change")
    async def action_new(self) -> None:
        """Begin a new conversation."""
        async with self.one_at_a_time:
            self.dismiss(Chosen(""))

    # -- Moving and opening

    def action_open(self) -> None:
        """Open what is under the cursor; a row that stands for others shows them."""
        self._on_rows(self.filter.value, self._open)

    def action_move(self, how: Literal["cursor_up", "cursor_down", "page_up", "page_down", "first", "last"]) -> None:
        """Move the cursor."""
        self._on_rows(self.filter.value, partial(self._move, how))

    async def action_toggle_trash(self) -> None:
        """Type `in:trash`, or take it away."""
        self.filter.value = trash_toggled(self.filter.value)
        self.filter.action_end()

    @work(group="change")
    async def _on_rows(self, text: str, act: Callable[[], Awaitable[None]]) -> None:
        """Do this once the rows are those of the filter as it was when the key came."""
        async with self.one_at_a_time:
            if text != self.text:
                await self.fetch(text)
            with self._told():
                await act()

    async def _open(self) -> None:
        if (chosen := self.rows.choose()) is not None:
            self._go_to(chosen)

    def _go_to(self, chosen: Chosen) -> None:
        self.dismiss(replace(chosen, terms=self.asked.terms) if chosen.message_id else chosen)

    async def _move(self, how: Literal["cursor_up", "cursor_down", "page_up", "page_down", "first", "last"]) -> None:
        self.rows.move(how)

    # -- What is done with the conversation under the cursor

    def action_rename(self) -> None:
        """Write a new title in the row."""
        self.filter.hold()
        self._on_rows(self.filter.value, self._rename)

    def action_trash(self) -> None:
        """Put the conversation into the trash, or take it out."""
        self._on_rows(self.filter.value, partial(self._with_chosen, self._trash_or_restore))

    def action_pin(self) -> None:
        """Keep the conversation at the top, or no longer."""
        self._on_rows(self.filter.value, partial(self._with_chosen, self._pin))

    async def _with_chosen(self, act: Callable[[ConversationSummary], Awaitable[None]]) -> None:
        if (entry := self.entry) is not None:
            await act(entry.conversation)

    async def _rename(self) -> None:
        entry = self.entry
        if entry is None or self._is_in_trash(entry.conversation):
            self.filter.release(self.filter)
            return
        conversation = entry.conversation
        self.editor.begin(conversation.title, self._title_place(), self.filter)
        self.filter.release(self.editor)
        title = await self.editor.answer()
        self.say(self.asked.problem)
        if title is not None and title != conversation.title:
            await self._changes.rename(conversation, title)
            await self.fetch(self.text, entry.key)

    def _is_in_trash(self, conversation: ConversationSummary) -> bool:
        if conversation.trashed:
            self.notify(_("It is in the trash. ctrl+x brings it back; then it can be changed."), severity="warning")
        return conversation.trashed

    async def _trash_or_restore(self, conversation: ConversationSummary) -> None:
        beside = self.rows.neighbour(conversation.id)
        if conversation.trashed:
            await self._changes.restore(conversation)
            said = _("Brought back. ctrl+z puts it into the trash again.")
        else:
            await self._changes.trash(conversation)
            said = _("Moved to trash. ctrl+z brings it back.")
        self._report(said, one_line(conversation.title, 60))
        await self.fetch(self.text, beside)

    async def _pin(self, conversation: ConversationSummary) -> None:
        key = self.rows.key
        if not self._is_in_trash(conversation):
            await self._changes.set_pinned(conversation, not conversation.pinned)
            await self.fetch(self.text, key)

    def action_undo(self) -> None:
        """Take the last change back."""
        self._on_rows(self.filter.value, self._undo)

    async def _undo(self) -> None:
        undone = await self._changes.undo()
        if undone is None:
            self._report(_("There is nothing to undo."))
            return
        self._report(undone.sentence)
        await self.fetch(self.text, undone.conversation_id)

    def action_help(self) -> None:
        """The keys."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.services.dirs))

    # -- The title that is being written

    def _title_place(self) -> Region:
        return self.rows.reveal_title().translate(self.rows.region.offset - self.query_one("#body").region.offset)

    def _follow_title(self) -> None:
        if self.editor.asking:
            self.editor.place(self._title_place())

    @on(TitleEditor.Refused)
    def _refused(self, event: TitleEditor.Refused) -> None:
        event.stop()
        self.say(_("A title needs at least one letter. escape keeps the old one."))

    def on_resize(self, event: events.Resize) -> None:
        """The title that is being written stays in its row."""
        super().on_resize(event)
        self.call_after_refresh(self._follow_title)

    @on(events.DescendantFocus)
    def _left(self, event: events.DescendantFocus) -> None:
        """A click elsewhere ends the writing of a title."""
        if event.widget is self.filter:
            self.editor.finish()

    def _report(self, sentence: str, title: str = "") -> None:
        """Say what was done, in the place of what was said before: notices lie over the list."""
        self.app.clear_notifications()
        self.notify(sentence, title=title)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A change that fails is told to the user."""
        try:
            yield
        except ChangeError as error:
            self.notify(str(error), severity="warning")
        except StoreError as error:
            self.notify(str(error), severity="error", timeout=12)
