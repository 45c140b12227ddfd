"""The first screen: the conversation, and the list of the others beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.domain.search import Term
from tui.domain.settings import Profile
from tui.screens.chat.actions import ChatActions, ChatContext
from tui.screens.chat.commands import ChatCommands
from tui.screens.chat.hints import frame_title, hints_of
from tui.screens.chat.modes import Mode, Modes, mode_word
from tui.screens.chat.palette import Palette, PaletteAnswer, rows_of
from tui.screens.chat.pane import ChatPane
from tui.services.services import LaunchOptions, Services
from tui.widgets.conversation_list import ConversationList
from tui.widgets.find_bar import FindBar
from tui.widgets.sidebar import Sidebar
from tui.widgets.transcript import MessageView, Transcript

CONNECT_AFTER = 0.5
"""Seconds from the start until the gateway is asked what it offers, unless a prompt waits. What that has to load would
hold up the list, and the first keys."""
LOOK_EVERY = 2.0
"""Seconds between two looks at what other windows saved."""
SIDEBAR_FROM = 100
"""Columns from which the list stands beside the conversation."""
ROOMY_FROM = 30
"""Rows from which the prompt has a box round it."""


class ChatScreen(Screen[None]):
    """The conversation pane and the sidebar. What keys and commands do is in `actions`."""

    AUTO_FOCUS = "PromptBox.-writing"
    """Coming back from another screen while reading, nothing has the focus, not even for the first key."""

    sidebar = getters.query_one(Sidebar)

    def __init__(self, services: Services, start: LaunchOptions, commands: ChatCommands) -> None:
        super().__init__()
        self._services = services
        self._start = start
        self._commands = commands
        self._recent: list[str] = []
        """Ids of the commands chosen in the palette, newest first."""
        self._modes = Modes(self._mode_changed, self._reading_changed, lambda: self.pane.editing)
        self.pane = ChatPane(services, start.model)
        self._actions = ChatActions(ChatContext(self, services, self.pane, self._modes, self))

    def compose(self) -> ComposeResult:
        """Sidebar left, the conversation right."""
        with Horizontal():
            yield Sidebar()
            yield self.pane

    # -- The start

    def on_mount(self) -> None:
        """Paint first; whatever reads or connects comes after."""
        self.pane.prompt_box.add_class("-writing")
        self.pane.prompt_box.command_keys = self._commands.keys_alive(Mode.WRITE)
        self._actions.gateway.apply_settings()
        self.refresh_mode()
        for name, command_id in (("palette_key", "app.palette"), ("help_key", "chat.help")):
            key = next(iter(self._commands.keys_of(command_id)), "")
            setattr(self.pane.status, name, key)
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
        self.fill_sidebar()
        if services.connections.current is None:
            self._actions.gateway.set_up()
        elif self._start.prompt:
            pane.ask(self._start.prompt)
            self._actions.gateway.connect()
        else:
            self.set_timer(CONNECT_AFTER, self._actions.gateway.connect)

    # -- Keys and modes

    @property
    def mode(self) -> Mode:
        """The mode that the keys belong to."""
        return self._modes.current

    @property
    def is_reading(self) -> bool:
        """Whether READ is on, perhaps below another mode."""
        return self._modes.reading

    async def on_key(self, event: events.Key) -> None:
        """Run the command of a key; this comes before any binding of the widget that has the focus."""
        command = self._commands.at_key(self.mode, event.key)
        if command is None and self.mode is Mode.LABELS:
            if await self._actions.labels.take(event):
                event.stop()
                event.prevent_default()
                return
            command = self._commands.at_key(self.mode, event.key)
        if command is not None:
            event.stop()
            event.prevent_default()
            await self.run_command(command.id)
        elif event.is_printable and self.focused is None and self.mode in (Mode.WRITE, Mode.EDIT):
            event.stop()
            self.pane.prompt_box.post_message(events.Key(event.key, event.character))

    async def run_command(self, command_id: str) -> None:
        """Do what a row of the command table says."""
        done = self._commands[command_id].run(self._actions)
        if done is not None:
            await done

    def action_command(self, command_id: str) -> None:
        """Run a command that was clicked, as the screen: what a widget posts does not go up past its sender."""
        self.call_later(self.run_command, command_id)

    def _mode_changed(self) -> None:
        mode = self.mode
        if mode is not Mode.LABELS:
            self.pane.transcript.labels.hide()
        if mode in (Mode.WRITE, Mode.EDIT):
            self.set_focus(self.pane.prompt_box)
        elif mode is Mode.FIND:
            self.set_focus(self.query_one(FindBar).words)
        else:
            self.set_focus(None)
        self.refresh_mode()

    def _reading_changed(self) -> None:
        reading = self.is_reading
        self.pane.prompt_box.set_class(not reading, "-writing")
        if reading:
            self.pane.transcript.cursor.last()
        else:
            self._actions.find.drop_for_writing()
            self.pane.transcript.cursor.clear()

    def refresh_mode(self) -> None:
        """Say which mode it is, and name the keys that are alive in it."""
        mode = self.mode
        more = {Mode.LABELS: self._actions.labels.word, Mode.READ: self._actions.find.word}.get(mode, str)()
        self.pane.show_mode(
            f"{mode_word(mode)} {more}".rstrip(),
            hints_of(mode, self._commands, self._actions),
            frame_title(mode, self._commands),
            is_reading=self.is_reading,
        )

    def on_descendant_focus(self) -> None:
        """Follow a click: where the prompt has the focus, letters are text."""
        # Of the screen, not of the widget: that does not know yet that it lost the focus again.
        if self.focused is self.pane.prompt_box:
            self._modes.close(Mode.LABELS)
            self._modes.close(Mode.FIND)
            self._modes.write()
        elif (bar := self.query_one(FindBar)).is_open and self.focused is bar.words:
            self._modes.open(Mode.FIND)

    def on_screen_suspend(self) -> None:
        """Another screen has come over this one."""
        self._modes.close(Mode.LABELS)

    def on_screen_resume(self) -> None:
        """Coming back from another screen, the focus is the bar's while that is open."""
        self.call_after_refresh(self._focus_find_bar)

    def _focus_find_bar(self) -> None:
        if self.mode is Mode.FIND:
            self.set_focus(self.query_one(FindBar).words)

    # -- What widgets report

    @on(ChatPane.GatewayWanted)
    def _gateway_wanted(self, event: ChatPane.GatewayWanted) -> None:
        event.stop()
        self._actions.gateway.want_one()

    @on(ChatPane.StateChanged)
    def _state_changed(self, event: ChatPane.StateChanged) -> None:
        event.stop()
        self.refresh_mode()

    @on(FindBar.Typed)
    def _find_typed(self, event: FindBar.Typed) -> None:
        event.stop()
        self._actions.find.typed(event.text)

    @on(Transcript.FindUpdated)
    def _found(self, event: Transcript.FindUpdated) -> None:
        event.stop()
        self._actions.find.changed()

    @on(events.TextSelected)
    def _selected(self) -> None:
        """Selecting with the mouse copies."""
        if self.pane.transcript not in self.selections:
            self._actions.copy.selection()

    @on(Transcript.TextSelected)
    def _transcript_selected(self, event: Transcript.TextSelected) -> None:
        event.stop()
        self._actions.copy.selection()

    @on(MessageView.LinkChosen)
    def _link_chosen(self, event: MessageView.LinkChosen) -> None:
        event.stop()
        self._actions.copy.open_link(event.url)

    @on(ConversationList.Chosen)
    def _chosen(self, event: ConversationList.Chosen) -> None:
        event.stop()
        self.open_conversation(event.conversation_id)

    @on(ChatPane.Saved)
    def _saved(self, event: ChatPane.Saved) -> None:
        event.stop()
        self.fill_sidebar()

    # -- The sidebar

    @work(group="look", exclusive=True)
    async def _look_round(self) -> None:
        try:
            changed = await self._services.store.refresh()
        except StoreError:
            return  # said when something is opened or saved
        if changed:
            self.fill_sidebar()
        await self.pane.look_round()

    @work(group="sidebar", exclusive=True)
    async def fill_sidebar(self) -> None:
        """Bring the list of conversations up to date."""
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

    # -- Orders from outside, and other screens

    def open_conversation(self, conversation_id: str, message_id: str = "", terms: Sequence[Term] = ()) -> None:
        """Show a saved conversation; with a message of it, begin to read there, with the terms highlighted."""
        self._actions.conversation.open(conversation_id, message_id, terms)

    def new_conversation(self) -> None:
        """Begin an empty conversation."""
        self._actions.conversation.new()

    def use_profile(self, profile: Profile) -> None:
        """Answer through this gateway from now on."""
        self._actions.gateway.use_profile(profile)

    def open_help(self) -> None:
        """Show the keys, those of the present mode first."""
        from tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self._commands, self._services.dirs, self.mode))

    def open_list_help(self) -> None:
        """Show the keys, those of the conversation list first."""
        from tui.screens.help import IN_LIST, HelpScreen

        self.app.push_screen(HelpScreen(self._commands, self._services.dirs, IN_LIST))

    def open_palette(self, *, by_slash: bool = False) -> None:
        """List all commands. What is typed after a slash and is no command goes back to the prompt."""
        palette = Palette(rows_of(self._commands), self._recent, gives_back=by_slash)
        self.app.push_screen(palette, self._palette_closed)

    def _palette_closed(self, answer: PaletteAnswer | None) -> None:
        if answer is None:
            return
        if not answer.row_id:
            self.pane.prompt_box.put_back(f"/{answer.text}")
            return
        self._recent = [answer.row_id, *(each for each in self._recent if each != answer.row_id)]
        self.app.call_later(self.run_command, answer.row_id)  # once the focus is back here
