"""The palette as a slash opens it: what is typed there is a command, or goes back to the prompt."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual import events, on
from textual.command import CommandInput, CommandList, CommandPalette
from textual.widgets import Input

from tui.screens.commands import Command


class SlashPalette(CommandPalette):
    """Takes over the keys that were typed after the slash, and gives back those that are no command.

    `typed_ahead` returns what was typed while the palette was on its way; a line break in it stands for enter. `run` is
    given a command, and what was typed after it.
    `no_command` is given the text, slash included, when the palette is left without a choice.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        typed_ahead: Callable[[], str],
        run: Callable[[Command, str], Awaitable[None]],
        no_command: Callable[[str], None],
    ) -> None:
        super().__init__(id="--command-palette")
        self._commands = {command.slash: command for command in commands}
        self._typed_ahead = typed_ahead
        self._run = run
        self._no_command = no_command
        self._early = ""
        self._entered = False
        self._taken_over = False

    def on_mount(self) -> None:
        """Take the keys over as soon as there is a place for them."""
        self.call_after_refresh(self._take_over)

    def _take_over(self) -> None:
        box = self.query_one(CommandInput)
        typed, entered, rest = (self._typed_ahead() + self._early + box.value).partition("\n")
        self._taken_over = True
        box.value, box.cursor_position = typed, len(typed)
        if entered or self._entered:
            self._enter(typed, rest)

    def on_key(self, event: events.Key) -> None:
        """Keys that come before the box has the focus."""
        if isinstance(self.focused, CommandInput):
            return
        if event.key == "enter":
            self._early += "\n"
        elif event.character and event.is_printable:
            self._early += event.character

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        """A slash word in full needs no choosing; what nothing matches is text."""
        rows, typed = self.query_one(CommandList), self.query_one(CommandInput).value
        matched = any(not rows.get_option_at_index(n).disabled for n in range(rows.option_count))
        # What the event holds is too old where enter was pressed before the keys were taken over.
        if self._taken_over and matched and typed not in self._commands:
            return  # Textual's own choosing
        event.stop()
        event.prevent_default()
        if self._taken_over:
            self._enter(typed, "")
        else:
            self._entered = True

    def _enter(self, typed: str, rest: str) -> None:
        command = self._commands.get(typed.strip())
        if command is None:
            self._leave(f"{typed}\n{rest}" if rest else typed)
            return
        self.app.post_message(CommandPalette.Closed(option_selected=True))
        self.dismiss()
        self.app.call_later(self._run, command, rest)

    def _leave(self, typed: str) -> None:
        if typed:
            self._no_command(f"/{typed}")
        super()._action_escape()

    def _action_escape(self) -> None:
        self._leave(self.query_one(CommandInput).value)
