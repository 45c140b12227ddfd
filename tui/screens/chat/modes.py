"""Which mode of the chat the keys belong to."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from tui.domain.i18n import _


class Mode(Enum):
    """What the keys do now. The values are the names that `keys.toml` uses."""

    WRITE = "write"
    """The prompt has the focus, and letters are text."""
    EDIT = "edit"
    """Like WRITE, with an earlier prompt in the box."""
    READ = "read"
    """The prompt rests, and letters are commands."""
    FIND = "find"
    """The find bar has the focus."""
    LABELS = "labels"
    """Letters choose pieces of the messages in view."""
    OUTLINE = "outline"
    """The outline is on its way or open."""


_OVER = frozenset({Mode.FIND, Mode.LABELS, Mode.OUTLINE})


class Modes:
    """The mode machine: WRITE or READ below, and at most a few modes over it. It alone writes them."""

    def __init__(
        self, changed: Callable[[], None], reading_changed: Callable[[], None], is_editing: Callable[[], bool]
    ) -> None:
        """`changed` is called after the mode is another, `reading_changed` before that; `is_editing` tells EDIT."""
        self._changed = changed
        self._reading_changed = reading_changed
        self._is_editing = is_editing
        self._reading = False
        self._over: list[Mode] = []

    @property
    def current(self) -> Mode:
        """The mode that the keys belong to."""
        if self._over:
            return self._over[-1]
        if self._reading:
            return Mode.READ
        return Mode.EDIT if self._is_editing() else Mode.WRITE

    @property
    def reading(self) -> bool:
        """Whether READ is on, perhaps below another mode."""
        return self._reading

    def __contains__(self, mode: Mode) -> bool:
        """Return whether a mode is on, perhaps below another."""
        return mode in self._over or mode is self.current

    def read(self) -> None:
        """Switch from WRITE to READ."""
        self._set(reading=True)

    def write(self) -> None:
        """Switch from READ to WRITE."""
        self._set(reading=False)

    def open(self, mode: Mode) -> None:
        """Lay a mode over the present one."""
        assert mode in _OVER
        self._set(over=[*(each for each in self._over if each is not mode), mode])

    def close(self, mode: Mode) -> None:
        """Take a mode away; nothing happens if it is not on."""
        self._set(over=[each for each in self._over if each is not mode])

    def _set(self, *, reading: bool | None = None, over: list[Mode] | None = None) -> None:
        before, was_reading = self.current, self._reading
        self._reading = was_reading if reading is None else reading
        self._over = self._over if over is None else over
        if self._reading is not was_reading:
            self._reading_changed()
        if self.current is not before:
            self._changed()


def mode_word(mode: Mode) -> str:
    """Return what the status bar calls a mode; nothing while a new prompt is written."""
    return {
        Mode.WRITE: "",
        Mode.EDIT: _("EDIT"),
        Mode.READ: _("READ"),
        Mode.FIND: _("FIND"),
        Mode.LABELS: _("LABELS"),
        Mode.OUTLINE: _("OUTLINE"),
    }[mode]
