"""The first screen: the conversation, and the list of the others beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from tui.domain.chat import Conversation
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.domain.search import Term
from tui.screens.chat.pane import ChatPane
from tui.screens.writing import WritingScreen
from tui.services.services import LaunchOptions, Services
from tui.widgets.conversation_list import ConversationList
from tui.widgets.conversation_rows import Chosen
from tui.widgets.find_bar import FindBar
from tui.widgets.sidebar import Sidebar

CONNECT_AFTER = 0.5
"""Seconds from the start until the gateway is asked what it offers, unless a prompt waits. What that has to load would
hold up the list, and the first keys."""
LOOK_EVERY = 2.0
"""Seconds between two looks at what other windows saved."""
SIDEBAR_FROM = 100
"""Columns from which the list stands beside the talk."""
ROOMY_FROM = 30
"""Rows from which the prompt has a box round it."""


class ChatScreen(WritingScreen):
    """The conversation pane and the sidebar; opens the other screens."""

    AUTO_FOCUS = "PromptBox.-writing"
    """Coming back from another screen while reading, nothing has the focus, not even for the first key."""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "new_conversation", "New", id="chat.new"),
        Binding("ctrl+o,f3", "conversations", "Conversations", id="chat.conversations"),
        Binding("shift+f5", "resume", "Continue the last reply", id="chat.continue"),
        Binding("f5", "retry", "Retry", id="chat.retry"),
        Binding("f6", "copy_reply", "Copy", id="chat.copy"),
        Binding("ctrl+t", "fold_reasoning", "Fold or show reasoning", show=False, id="chat.reasoning"),
        Binding("f9", "toggle_sidebar", "Sidebar", id="chat.sidebar"),
        Binding("f1", "help", "Help", id="chat.help"),
        Binding("escape", "escape", "Stop or read", show=False, id="chat.escape"),
        Binding("ctrl+home", "reply_start", "Start of the reply", show=False, id="chat.reply_start"),
    ]

    sidebar = getters.query_one(Sidebar)

    def __init__(self, services: Services, start: LaunchOptions) -> None:
        super().__init__(services)
        self._start = start

    def compose(self) -> ComposeResult:
        """Sidebar left, the talk right."""
        with Horizontal():
            yield Sidebar()
            yield ChatPane(self._services, self._start.model)

    def on_mount(self) -> None:
        """Paint first; whatever reads or connects comes after."""
        self._apply_settings()
        if self._start.profile is not None:
            self._services.connections.use(self._start.profile)
        if self._start.prompt:
            self.pane.prompt_box.put_back(self._start.prompt)
        self.call_after_refresh(self._begin)

    @work(group="begin")
    async def _begin(self) -> None:
        services, pane = self._services, self.pane
        if services.preferences.problem:
            self.notify(services.preferences.problem, title=_("Settings"), severity="warning", timeout=20)
        try:
            await services.store.start()
            if services.store.read_only:
                self.notify(services.store.read_only, title=_("Nothing is saved"), severity="warning", timeout=20)
            pane.session.store_opened.set()
            await pane.drafts.begin()
            pane.prompt_box.set_history(await services.history.recent())
            newest = await services.store.newest() if self._start.last else ""
        except StoreError as error:
            newest = ""
            self.notify(str(error), title=_("Saved conversations"), severity="error", timeout=20)
        pane.session.store_opened.set()
        if wanted := self._start.conversation or newest:
            await pane.open(wanted)
        pane.refresh_header()
        self.set_interval(LOOK_EVERY, self._look_round)
        self._fill_sidebar()
        if services.connections.current is None:
            self.action_onboarding()
            return
        if self._start.prompt:
            pane.ask(self._start.prompt)
            self._connect_first()
        else:
            self.set_timer(CONNECT_AFTER, self._connect_first)

    def _connect_first(self) -> None:
        connection = self._services.connections.current
        if connection is not None:
            self._connect(connection)

    # -- The sidebar

    @on(ConversationList.Chosen)
    def _chosen(self, event: ConversationList.Chosen) -> None:
        event.stop()
        self.open_conversation(event.conversation_id)

    @on(ChatPane.Saved)
    def _saved(self, event: ChatPane.Saved) -> None:
        event.stop()
        self._fill_sidebar()

    @work(group="look", exclusive=True)
    async def _look_round(self) -> None:
        try:
            changed = await self._services.store.refresh()
        except StoreError:
            return  # said when something is opened or saved
        if changed:
            self._fill_sidebar()
        await self.pane.look_round()

    @work(group="sidebar", exclusive=True)
    async def _fill_sidebar(self) -> None:
        try:
            rows = await self._services.store.recent(100)
        except StoreError as error:
            self.notify(str(error), severity="error")
            return
        if not self.is_attached:
            return
        live = frozenset(turn.conversation.id for turn in self._services.turns.running if not turn.ended.is_set())
        self.sidebar.show(rows, time.time(), self.pane.conversation.id, live)

    def on_resize(self, event: events.Resize) -> None:
        """Narrow terminals hide the sidebar, low ones the box round the prompt."""
        self.set_class(event.size.width < SIDEBAR_FROM, "-narrow")
        self.set_class(event.size.height < ROOMY_FROM, "-low")

    # -- Reading and writing

    def watch_reading(self, reading: bool) -> None:
        """Move the focus, and say which mode it is."""
        self.pane.show_mode(self.mode_word())
        self.pane.prompt_box.set_class(not reading, "-writing")
        if reading:
            self.set_focus(None)
            self.transcript.cursor.last()
        else:
            self.transcript.cursor.clear()
            self.pane.prompt_box.focus()

    def take_typed(self, event: events.Key) -> None:
        """A key that came right behind the one that leads back to writing."""
        self.pane.prompt_box.post_message(event)

    def action_read(self) -> None:
        """Read, where there is something to read."""
        if self.pane.conversation.branch():
            super().action_read()

    def action_help_here(self) -> None:
        """The keys."""
        self.action_help()

    # -- Actions

    @work(group="open", exclusive=True)
    async def open_conversation(self, conversation_id: str, message_id: str = "", terms: Sequence[Term] = ()) -> None:
        """Show a saved conversation; with a message of it, begin to read there, with the terms marked."""
        self.leave_find()
        self.reading = self.labelling = False
        if await self.pane.open(conversation_id, message_id) and message_id:
            self.reading = True
            self.transcript.cursor.to(message_id)
            self.transcript.viewport.to_top(message_id)
            self.find_terms(message_id, terms)
        self._fill_sidebar()

    @work(group="open", exclusive=True)
    async def action_new_conversation(self) -> None:
        """An empty conversation; it is saved with its first prompt."""
        self.leave_find()
        self.reading = self.labelling = False
        await self.pane.show(Conversation())
        self._fill_sidebar()

    def action_conversations(self, looking_for: str = "") -> None:
        """Browse all conversations, or those that hold something."""
        from tui.screens.conversations import ConversationsScreen

        browser = ConversationsScreen(self._services, self.pane.conversation.id, looking_for)
        self.app.push_screen(browser, self._browsed)

    @on(FindBar.EverywhereWanted)
    def _everywhere(self, event: FindBar.EverywhereWanted) -> None:
        event.stop()
        self.action_conversations(event.text)

    def _browsed(self, chosen: Chosen | None) -> None:
        if chosen is None:
            self._fill_sidebar()
        elif chosen.conversation_id:
            self.open_conversation(chosen.conversation_id, chosen.message_id, chosen.terms)
        else:
            self.action_new_conversation()

    def action_help(self) -> None:
        """The keys."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self._services.dirs))

    def action_retry(self) -> None:
        """Ask again for the last reply."""
        self.pane.retry()

    def action_resume(self) -> None:
        """Have the last reply go on where it was cut off."""
        self.pane.continue_reply()

    def action_stop(self) -> None:
        """Stop the reply and keep its text."""
        if not self.pane.stop():
            self.notify(_("No reply is arriving."))

    def action_escape(self) -> None:
        """Stop the reply; else leave an edit; else begin to read, or go back to writing."""
        if self.drop_marks():
            return
        if self.reading:
            self.reading = False
        elif self.pane.stop():
            return
        elif self.pane.editing:
            self.leave_edit()
        else:
            self.action_read()

    def action_reply_start(self) -> None:
        """To the first line of the last reply."""
        reply = self.pane.conversation.last_reply()
        if reply is not None:
            self.transcript.viewport.to_top(reply.id)
            self.transcript.cursor.bring()

    def action_fold_reasoning(self) -> None:
        """Fold or show what the models thought, everywhere."""
        self.transcript.folding.show_reasoning = not self.transcript.folding.show_reasoning

    def action_toggle_sidebar(self) -> None:
        """Show or hide the list."""
        self.toggle_class("-sidebar-shown" if self.has_class("-narrow") else "-no-sidebar")
