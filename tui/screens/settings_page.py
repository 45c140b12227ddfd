"""A page of the settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, TextArea

from tui.domain.i18n import _
from tui.domain.settings import Settings
from tui.widgets.fields import FIELD_KEYS, Field
from tui.widgets.key_line import Hint

Change = Callable[[Settings], Settings]
"""From the settings in force to the ones wanted."""


class SettingsPage(VerticalScroll, can_focus=False):
    """One page of the settings. What is valid on it is posted when the focus leaves a field, and when asked."""

    BINDINGS: ClassVar[list[BindingType]] = [*FIELD_KEYS]

    @dataclass
    class Edited(Message):
        """The user changed something that may be saved."""

        page: SettingsPage
        change: Change

        @property
        def control(self) -> SettingsPage:
            """The page."""
            return self.page

    @dataclass
    class Said(Message):
        """Something the user should read at the bottom of the screen."""

        page: SettingsPage
        sentence: str
        failed: bool = False

        @property
        def control(self) -> SettingsPage:
            """The page."""
            return self.page

    def hints(self) -> Sequence[Hint]:
        """Return the keys of this page for the line at the bottom."""
        return [("↑↓", _("move")), ("←→", _("choose"))]

    def change(self) -> Change:
        """What is valid on the page, as a change to the settings."""
        return _nothing

    def escape(self) -> bool:
        """Take the escape key for something under way on the page; False where there is nothing."""
        return False

    def commit(self) -> None:
        """Have what is valid saved."""
        self.post_message(self.Edited(self, self.change()))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """A field was left."""
        if isinstance(event.widget, Input | TextArea):
            self.commit()

    @on(Field.Entered)
    def _entered(self, event: Field.Entered) -> None:
        event.stop()
        self.screen.focus_next()


def _nothing(settings: Settings) -> Settings:
    return settings
