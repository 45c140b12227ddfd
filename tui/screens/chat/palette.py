"""The palette: everything that can be done, on one line each, found by any word for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.domain.i18n import _
from tui.paths import STYLES
from tui.screens.chat.command_table import CommandTable, Group
from tui.screens.chat.modes import Mode
from tui.screens.result_screen import Dialog

WIDEST = 90
"""Columns of the dialog where there is room."""
ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""
RECENT = 5
"""Rows that are shown again at the top."""


@dataclass(frozen=True, slots=True)
class PaletteRow:
    """One line of the palette."""

    id: str
    title: str
    group: str
    word: str = ""
    """What is typed after the slash."""
    keys: str = ""
    old_words: tuple[str, ...] = ()
    """What was typed after the slash in earlier versions."""
    synonyms: tuple[str, ...] = ()
    """Other words by which it is found."""


@dataclass(frozen=True, slots=True)
class PaletteAnswer:
    """The row that was chosen; without one, the text that was typed."""

    row_id: str
    text: str = ""


def matches(rows: Sequence[PaletteRow], typed: str) -> list[PaletteRow]:
    """Return the rows that all typed words fit, the best first."""
    words = typed.lower().split()
    scored = [(sum(scores), row) for row in rows if all(scores := [_fit(row, word) for word in words])]
    return [row for _score, row in sorted(scored, key=lambda each: -each[0])]


def _fit(row: PaletteRow, word: str) -> int:
    """Return how well a row fits a typed word; 0 if it does not."""
    title = row.title.lower()
    title_words = re.findall(r"\w+", title)
    if word == row.word:
        return 100
    if row.word.startswith(word):
        return 80
    if word in row.old_words or word in row.synonyms:
        return 70
    if title_words and title_words[0].startswith(word):
        return 60
    if any(each.startswith(word) for each in title_words):
        return 50
    if any(each.startswith(word) for each in row.synonyms):
        return 40
    if _is_spread_over(word, row.word):
        return 20
    return 10 if _is_spread_over(word, title) else 0


def _is_spread_over(word: str, text: str) -> bool:
    """Return whether the letters come in this order, the first of them at the beginning of a word."""
    return re.search(r"\b" + ".*".join(map(re.escape, word)), text) is not None


class Palette(Dialog[PaletteAnswer | None]):
    """Type to filter, enter runs. A slash word in full needs no choosing.

    Answers with the row that was chosen. With `gives_back`, what was typed and is no command comes back as text.
    """

    CSS_PATH = STYLES / "palette.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", id="palette.back"),
        Binding("down,ctrl+j", "move('cursor_down')", "Down", show=False, priority=True, id="palette.down"),
        Binding("up,ctrl+k", "move('cursor_up')", "Up", show=False, priority=True, id="palette.up"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, priority=True, id="palette.page_down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, priority=True, id="palette.page_up"),
    ]

    filter = getters.query_one(Input)
    rows = getters.query_one(OptionList)

    def __init__(
        self, rows: Sequence[PaletteRow], recent: Sequence[str] = (), *, title: str = "", gives_back: bool = False
    ) -> None:
        """`recent` are the ids of rows that were chosen before, newest first."""
        super().__init__()
        self._all = rows
        self._recent = [row for each in recent[:RECENT] for row in rows if row.id == each]
        self._title = title or _("Commands")
        self._gives_back = gives_back
        self._shown: list[PaletteRow | None] = []
        """What is listed; None for a heading."""

    def compose(self) -> ComposeResult:
        """Filter, list, and what is said when nothing fits."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._title
            dialog.border_subtitle = _("enter run · esc back")
            yield Input(compact=True, placeholder=_("Type a command, or what it is about"))
            yield OptionList(compact=True, markup=False)
            yield Static(_("No matches"), id="nothing", markup=False)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the rows out for the room there is."""
        low = event.size.height < ROOMY_FROM
        self.set_class(low, "-low")
        self.query_one(".dialog").styles.width = min(WIDEST, event.size.width * 96 // 100)
        self.rows.styles.max_height = max(1, event.size.height * 96 // 100 - (3 if low else 6))
        self._fill()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._fill()

    def _fill(self) -> None:
        typed = self.filter.value.strip()
        padding = self.rows.get_component_styles("option-list--option").padding.width
        width = (self.rows.scrollable_content_region.width or WIDEST - 6) - padding
        options: list[Option] = []
        self._shown = []
        for heading, rows in [("", matches(self._all, typed))] if typed else self._groups():
            if heading:
                options.append(Option(Content.styled(heading, "bold $muted"), disabled=True))
                self._shown.append(None)
            options += [Option(_line(row, width)) for row in rows]
            self._shown += rows
        self.rows.clear_options()
        self.rows.add_options(options)
        self.rows.highlighted = next((n for n, row in enumerate(self._shown) if row is not None), None)
        self.call_after_refresh(self.rows.scroll_home, animate=False)  # the heading above the first row too
        self.set_class(not options, "-nothing")

    def _groups(self) -> Sequence[tuple[str, Sequence[PaletteRow]]]:
        """Return the rows as they stand while nothing is typed, under their headings."""
        groups = {_("RECENT"): self._recent} if self._recent else {}
        for row in self._all:
            groups.setdefault(row.group, []).append(row)
        return list(groups.items())

    # -- Choosing

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        typed = event.value.strip()
        named = [row for row in self._all if typed and typed in (row.word, *row.old_words)]
        if named:
            self.dismiss(PaletteAnswer(named[0].id))
        elif self.rows.highlighted is not None:
            self.rows.action_select()
        else:
            self.action_leave()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if (row := self._shown[event.option_index]) is not None:
            self.dismiss(PaletteAnswer(row.id))

    def action_move(self, how: str) -> None:
        """Move the cursor in the list."""
        getattr(self.rows, f"action_{how}")()

    def action_leave(self) -> None:
        """Close without a choice."""
        typed = self.filter.value
        self.dismiss(PaletteAnswer("", typed) if self._gives_back and typed else None)


def rows_of(commands: CommandTable[Any]) -> list[PaletteRow]:
    """Return the lines for all commands that have a slash word, in groups."""
    return [
        PaletteRow(
            command.id,
            command.title,
            command.group.title,
            command.slash,
            _keys_of(commands, command.id),
            command.old_words,
            tuple(command.synonyms.split()),
        )
        for command in sorted(commands, key=lambda each: list(Group).index(each.group))
        if command.slash
    ]


def _keys_of(commands: CommandTable[Any], command_id: str) -> str:
    """Return the keys of a command; for a key of READ, the one that leads there first."""
    if keys := commands.keys_of(command_id):
        return " · ".join(keys)
    read, there = commands.keys_of(command_id, Mode.READ), commands.keys_of("chat.escape")
    return f"{there[0]} {read[0]}" if read and there else ""


def _line(row: PaletteRow, width: int) -> Content:
    keys = Content.styled(row.keys, "$accent")
    name = Content.assemble((row.title, "$foreground"), (f"  /{row.word}" if row.word else "", "$muted"))
    name = name.truncate(max(8, width - keys.cell_length - 2), ellipsis=True)
    return Content.assemble(name, " " * max(1, width - name.cell_length - keys.cell_length), keys)
