"""The application: themes, the first screen, and an orderly exit."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events, on, work
from textual.app import App
from textual.binding import Binding, BindingType
from textual.notifications import Notify, SeverityLevel
from textual.theme import Theme
from textual.worker import WorkerFailed

from tui import gc_tuning
from tui.domain.chat import Conversation
from tui.domain.errors import SettingsError
from tui.domain.i18n import _
from tui.domain.safe_text import clean, one_line
from tui.paths import STYLES
from tui.rendering.code import warm_up
from tui.screens.chat.command_table import ANYWHERE, CommandTable
from tui.screens.chat.commands import chat_commands
from tui.screens.chat.palette import Palette, PaletteAnswer, PaletteRow
from tui.screens.chat.screen import ChatScreen
from tui.screens.chat.user_keys import with_user_keys
from tui.screens.result_screen import KeepsOnQuit
from tui.services.rescue import Unsaved
from tui.services.services import LaunchOptions, Services
from tui.themes import DUSK, HOUSE_THEMES, HOUSE_VARIABLES
from tui.widgets.key_gate import KeyGate
from tui.widgets.resting_cursor import RestingCursor

if TYPE_CHECKING:
    from tui.screens.unsaved_dialog import Leaving

IDLE_AFTER = 1.5
"""Seconds after the start when background work begins."""
MOST_NOTICES = 3
"""Notices shown at a time."""
SHORTEST_NOTICE, LONGEST_NOTICE = 2.0, 8.0
"""Seconds that a notice is shown by default."""
READ_PER_SECOND = 25
"""Characters that a user reads in a second."""
LOOK_AT_CURSOR = 1.0
"""Seconds between two checks whether the cursor may rest."""


class ChinwagApp(App[None]):
    """Opens the chat and closes everything in order. It knows nothing of replies."""

    TITLE = "chinwag"
    CSS_PATH: ClassVar[list[str | PurePath] | None] = [
        STYLES / f"{name}.tcss" for name in ("app", "chat", "transcript")
    ]
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit"),
        Binding("ctrl+p", "palette", "Commands", show=False, id="app.palette"),
    ]

    def __init__(self, services: Services, start: LaunchOptions) -> None:
        super().__init__()
        self._services = services
        self._start = start
        self._cursor = RestingCursor()
        commands, self._key_problems = with_user_keys(chat_commands(), services.keymap)
        self._commands = CommandTable(commands)
        self.set_keymap(
            {each: ",".join(self._commands[each].keys_in(ANYWHERE)) for each in ("app.quit", "app.palette")}
        )
        self._key_gate = KeyGate(self, super().on_event)
        for theme in HOUSE_THEMES:
            self.register_theme(theme)
        wanted = self.get_theme(services.preferences.settings.theme) or DUSK
        if wanted in HOUSE_THEMES:
            self._begin_with(wanted)
        else:
            self.theme = wanted.name

    def _begin_with(self, theme: Theme) -> None:
        """Set the theme before anything is drawn: setting it as usual would parse every style sheet a second time."""
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        for name, holds in (
            ("-dark-mode", theme.dark),
            ("-light-mode", not theme.dark),
            (f"-theme-{theme.name}", True),
        ):
            self.set_class(holds, name, update=False)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return our own variables, for every theme."""
        return HOUSE_VARIABLES

    def get_default_screen(self) -> ChatScreen:
        """Return the chat. Its style sheet is the app's: one pushed later would cause all sheets to be parsed twice."""
        return ChatScreen(self._services, self._start, self._commands)

    def on_mount(self) -> None:
        """Report an unknown theme in the settings, save a theme chosen from now on, and schedule the work after the
        start."""
        wanted = self._services.preferences.settings.theme
        if self.get_theme(wanted) is None:
            sentence = _("There is no theme named {name}, so {used} is used. Choose one with /theme.")
            said = sentence.format(name=one_line(wanted, 40), used=self.theme)
            self.notify(said, title=_("Settings"), severity="warning", timeout=20)
        if self._key_problems:
            self.notify("\n".join(self._key_problems), title=_("Keys"), severity="warning", timeout=20)
        self.theme_changed_signal.subscribe(self, self._keep_theme)
        self.set_timer(IDLE_AFTER, self._warm_up)
        self.set_interval(LOOK_AT_CURSOR, lambda: self._cursor.look(self.focused))

    async def on_event(self, event: events.Event) -> None:
        """Note every key, whatever has the focus."""
        if isinstance(event, events.Key | events.Paste | events.MouseDown | events.AppFocus):
            self._cursor.touched()
        await self._key_gate.on_event(event)

    @work(group="theme")
    async def _keep_theme(self, theme: Theme) -> None:
        preferences = self._services.preferences
        if theme.name == preferences.settings.theme:
            return
        try:
            await preferences.save(replace(preferences.settings, theme=theme.name))
        except SettingsError as error:
            self.notify(_("Changed for this run only: {why}").format(why=error), severity="warning", timeout=12)

    @work
    async def _warm_up(self) -> None:
        await asyncio.to_thread(warm_up)
        await self._read_sheets()
        gc_tuning.freeze_heap()

    async def _read_sheets(self) -> None:
        """Parse the style sheets of all screens now; otherwise all are parsed again when a screen is first opened."""
        before = self.stylesheet
        sheets, known = before.copy(), len(before.source)

        def parse() -> None:
            sheets.read_all(sorted(STYLES.glob("*.tcss")))
            sheets.parse()

        await asyncio.to_thread(parse)
        if self.stylesheet is before and len(before.source) == known:
            self.stylesheet = sheets

    def on_app_blur(self) -> None:
        """Collect garbage while the user is in another window."""
        if not self._services.turns.running:
            gc_tuning.collect_when_idle()

    def copy_to_clipboard(self, text: str) -> None:
        """Send text to the terminal, through a multiplexer if there is one. Terminals do not confirm it."""
        super().copy_to_clipboard(text)
        if self._driver is not None and (packed := self._services.clipboard.wrapped_osc52(text)):
            self._driver.write(packed)

    def action_palette(self) -> None:
        """List what can be done from every screen; the chat has more."""
        if isinstance(self.screen, ChatScreen):
            self.screen.open_palette()
            return
        rows = [
            PaletteRow("theme", _("Theme: change the colours"), _("EVERYWHERE"), "theme"),
            PaletteRow("quit", _("Quit; nothing is lost"), _("EVERYWHERE"), "quit", "ctrl+q"),
        ]
        self.push_screen(Palette(rows), self._chosen)

    async def _chosen(self, answer: PaletteAnswer | None) -> None:
        if answer is not None and answer.row_id:
            await self.run_action({"theme": "change_theme", "quit": "quit"}[answer.row_id])

    def action_change_theme(self) -> None:
        """Choose a theme."""
        rows = [PaletteRow(name, name, "") for name in sorted(self.available_themes) if name != "textual-ansi"]
        self.push_screen(Palette(rows, title=_("Theme")), self._theme_chosen)

    def _theme_chosen(self, answer: PaletteAnswer | None) -> None:
        if answer is not None and answer.row_id:
            self.theme = answer.row_id

    async def action_quit(self) -> None:
        """Stop all replies, wait for their last saves, and exit."""
        self._quit()

    @work(exclusive=True, group="quit")
    async def _quit(self) -> None:
        services = self._services
        for screen in reversed(self.screen_stack):
            if isinstance(screen, KeepsOnQuit):
                await screen.before_quit()
        if services.turns.running:
            self.notify(_("Saving…"))
        await services.turns.close()
        if unsaved := await self._unsaved():
            from tui.screens.unsaved_dialog import UnsavedDialog  # on first use: not needed to start

            suggested = await services.rescue.suggest()
            if not any(isinstance(screen, UnsavedDialog) for screen in self.screen_stack):
                self.push_screen(UnsavedDialog(unsaved, suggested, self._unsaved, services.rescue.save), self._answered)
        else:
            await self._leave()

    async def _unsaved(self) -> Unsaved:
        """Return what is only in memory, after one more attempt to save it."""
        drafts: dict[str, str] = {}
        of_drafts: list[Conversation] = []
        why = ""
        for screen in self.screen_stack:
            if isinstance(screen, ChatScreen) and not await screen.pane.drafts.keep():
                drafts, why = screen.pane.drafts.unsaved, screen.pane.drafts.trouble
                of_drafts = [each for each in (screen.pane.conversation,) if each.id in drafts]
        turns = self._services.turns.running
        conversations = {each.id: each for each in (*(turn.conversation for turn in turns), *of_drafts)}
        why = next((turn.saving_failed for turn in turns if turn.saving_failed), why)
        return Unsaved(len(turns), list(conversations.values()), drafts, why or _("The disk does not respond."))

    async def _answered(self, answer: Leaving | None) -> None:
        if answer is None:
            self.notify(_("Saving is retried until it works; then press ctrl+q to quit."))
        else:
            await self._leave(answer.told)

    async def _shutdown(self) -> None:
        """Mark the app as exiting first: a worker that ends while screens are removed would look for widgets that are
        gone."""
        self._exit = True  # no widget counts as attached any more: see `is_attached`
        self.workers.cancel_all()
        await super()._shutdown()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a notice for `timeout` seconds, or as long as it takes to read."""
        said = clean(message)
        if timeout is None:
            timeout = min(LONGEST_NOTICE, SHORTEST_NOTICE + len(said) / READ_PER_SECOND)
        super().notify(said, title=one_line(title), severity=severity, timeout=timeout, markup=False)

    @on(Notify)
    def _make_room(self, event: Notify) -> None:
        """Remove older notices, since they cover the text.

        A new information replaces the last one, nothing is shown twice at a time, and of many warnings the newest are
        shown.
        """
        new, shown = event.notification, list(self._notifications)
        too_many = shown[: max(0, len(shown) + 1 - MOST_NOTICES)]
        for notice in shown:
            is_overtaken = new.severity == notice.severity == "information" or new.message == notice.message
            if is_overtaken or notice in too_many:
                self._unnotify(notice, refresh=False)

    async def _leave(self, told: str = "") -> None:
        await self._services.connections.aclose()
        await self._services.store.close()
        self.exit(message=Text(clean(told)) if told else None)

    def _fatal_error(self) -> None:
        """Report a bug. Textual would print a traceback with local variables, which hold keys and conversations."""
        error = self._exception
        if error is None or self._exit_renderables:  # only the first error is reported
            self._close_messages_no_wait()
        else:
            self.panic(Text(self._crash_sentence(error)))

    def _crash_sentence(self, error: Exception) -> str:
        from tui.services.crash_report import write_report

        cause = error.error if isinstance(error, WorkerFailed) else error
        report = write_report(cause, self._services.dirs.logs)
        kept = _("chinwag stopped because of a bug. Everything up to the last half second was saved.")
        where = (
            _("The report {path} contains no API keys or messages.").format(path=report)
            if report is not None
            else _("The crash report could not be written.")
        )
        return f"{kept}\n{where}"
