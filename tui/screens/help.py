"""The keys, from the command table, and where the user's files lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events, getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.paths import STYLES, AppDirs
from tui.screens.chat.command_table import ANYWHERE, Command, CommandTable, Group, shown_key
from tui.screens.chat.modes import Mode
from tui.screens.conversations import ConversationsScreen
from tui.screens.result_screen import Dialog

TWO_COLUMNS_FROM = 100
"""Columns of the terminal."""
ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""
LONGEST_PAIR = 24
"""Cells of keys that stand on one line."""
IN_LIST = "list"
"""In place of a mode: the help is for the conversation list."""


class KeyLine(NamedTuple):
    """Keys and what they do; or a name and what it stands for."""

    keys: str
    what: str


@dataclass(frozen=True, slots=True)
class KeySection:
    """A heading and the lines below it."""

    title: str
    lines: Sequence[KeyLine]
    home: Mode | str | None = None
    """Where these keys are alive: the help opened there begins with them."""

    def with_words(self, words: Sequence[str]) -> KeySection:
        """Return the same with the lines that hold all of some words."""
        lines = [line for line in self.lines if all(word in f"{line.keys} {line.what}".lower() for word in words)]
        return KeySection(self.title, lines, self.home)


def key_columns(commands: CommandTable[Any], here: Mode | str = Mode.WRITE) -> list[list[KeySection]]:
    """Return all keys in two columns; the first begins with those that are alive `here`."""

    def section(belongs: Callable[[Command[Any]], bool], mode: Mode | None) -> list[KeyLine]:
        rows = sorted(filter(belongs, commands), key=lambda each: each.group is not Group.MESSAGES)
        return _lines(commands, rows, mode)

    def of_group(group: Group, mode: Mode | None = ANYWHERE) -> KeySection:
        lines = section(lambda each: each.group is group and not each.keys_in(Mode.FIND), mode)
        return KeySection(group.title, lines, mode)

    def of_mode(title: str, mode: Mode) -> KeySection:
        return KeySection(title, section(lambda each: bool(each.keys_in(mode)), mode), mode)

    writing, replies = of_group(Group.WRITING, Mode.WRITE), of_group(Group.REPLIES)
    writing = KeySection(writing.title, [*writing.lines, KeyLine("↑", _("Earlier prompts, on line one"))], Mode.WRITE)
    pick = KeyLine(_first(commands, "message.pick") + "  a", _("Copy piece a; A saves or quotes it"))
    mouse = KeyLine(_("mouse"), _("Select to copy; the wheel scrolls"))
    replies = KeySection(replies.title, [*replies.lines, pick, mouse])
    reading = of_mode(
        _("READ MODE ({keys} or {more})").format(
            keys=_first(commands, "mode.read"), more=_first(commands, "chat.escape")
        ),
        Mode.READ,
    )
    columns = [
        [writing, replies, of_group(Group.EVERYWHERE), of_group(Group.CONVERSATIONS), of_mode(_("FIND"), Mode.FIND)],
        [
            reading,
            of_mode(_("LABELS"), Mode.LABELS),
            KeySection(_("In the conversation list"), _list_lines(), IN_LIST),
        ],
    ]
    home = Mode.WRITE if here is Mode.EDIT else here
    for column in columns:
        column.sort(key=lambda each: each.home != home)
    columns.sort(key=lambda column: column[0].home != home)
    return columns


def _lines(commands: CommandTable[Any], rows: Sequence[Command[Any]], mode: Mode | None) -> list[KeyLine]:
    lines: list[KeyLine] = []
    before: Command[Any] | None = None
    order = [command.id for command in commands]
    for command in rows:
        own = [shown_key(key) for key in command.keys_in(mode)] if mode in (Mode.READ, Mode.FIND, Mode.LABELS) else []
        keys = "  ".join([key for key in commands.keys_of(command.id, mode) if not own or key in own])
        if not keys:
            continue
        joined = f"{lines[-1].keys}  {keys}" if lines else ""
        is_pair = before is not None and order.index(before.id) == order.index(command.id) - 1
        if command.both and is_pair and cell_len(joined) <= LONGEST_PAIR:
            lines[-1] = KeyLine(joined, command.both)
        else:
            lines.append(KeyLine(keys, command.title))
        before = command
    return lines


def _first(commands: CommandTable[Any], command_id: str) -> str:
    return next(iter(commands.keys_of(command_id)), "")


def _list_lines() -> list[KeyLine]:
    titles = {
        "list.open": _("Open"),
        "list.back": _("Back"),
        "list.rename": _("Rename"),
        "list.trash": _("Move to the trash, or out of it"),
        "list.show_trash": _("Show or hide the trash"),
        "list.undo": _("Undo"),
        "list.pin": _("Pin or unpin"),
    }
    known = (binding for binding in ConversationsScreen.BINDINGS if isinstance(binding, Binding))
    return [
        KeyLine("  ".join(map(shown_key, binding.key.split(","))), titles[binding.id])
        for binding in known
        if binding.id in titles
    ]


class KeyColumn(Static):
    """Sections below each other: keys left, words right, wrapped under themselves."""

    def __init__(self, sections: Sequence[KeySection], *, key_style: str = "$accent") -> None:
        super().__init__(markup=False)
        self._all = self._sections = sections
        self._key_style = key_style

    def on_resize(self, event: events.Resize) -> None:
        """Lines are laid out for the width."""
        self.update(self._draw(event.size.width))

    def narrow(self, words: Sequence[str]) -> None:
        """Show the lines that hold all of some words."""
        self._sections = [found for each in self._all if (found := each.with_words(words)).lines]
        self.update(self._draw(self.size.width))

    def _draw(self, width: int) -> Content:
        lines: list[Content] = []
        for section in self._sections:
            keys = max(cell_len(line.keys) for line in section.lines) + 2
            lines.append(Content.styled(section.title, "bold $muted").truncate(width, ellipsis=True))
            for line in section.lines:
                first, *more = Content.styled(line.what, "$foreground").wrap(max(8, width - keys))
                lines.append(Content.styled(f"{line.keys:<{keys}}", self._key_style) + first)
                lines += [Content(" " * keys) + rest for rest in more]
            lines.append(Content(""))
        return Content("\n").join(lines[:-1])


class HelpScreen(Dialog[None]):
    """Every key, in sections, and the folders. A slash filters them."""

    CSS_PATH = STYLES / "help.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", id="help.close"),
        Binding("f1", "dismiss(None)", "Close", id="help.close_at_once"),
        Binding("slash", "filter", "Filter", id="help.filter"),
        Binding("j,ctrl+j", "scroll_lines(1)", "Down", show=False, id="help.down"),
        Binding("k,ctrl+k", "scroll_lines(-1)", "Up", show=False, id="help.up"),
    ]

    page = getters.query_one("#page", VerticalScroll)
    words = getters.query_one(Input)

    def __init__(self, commands: CommandTable[Any], dirs: AppDirs, here: Mode | str = Mode.WRITE) -> None:
        """`here` is where the help was asked for: the keys that are alive there come first."""
        super().__init__()
        self._commands = commands
        self._dirs = dirs
        self._here = here

    def compose(self) -> ComposeResult:
        """Two columns of keys, the folders below."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = _("Keys")
            dialog.border_subtitle = _("/ filter · ↑ ↓ scroll · esc close")
            yield Input(compact=True, placeholder=_("Filter"))
            with VerticalScroll(id="page"):
                with Horizontal(id="columns"):
                    for sections in key_columns(self._commands, self._here):
                        yield KeyColumn(sections)
                yield KeyColumn([KeySection(_("FILES"), self._files())], key_style="$muted")

    def on_resize(self, event: events.Resize) -> None:
        """Narrow terminals show one column."""
        self.set_class(event.size.width < TWO_COLUMNS_FROM, "-narrow")
        self.set_class(event.size.height < ROOMY_FROM, "-low")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        for column in self.query(KeyColumn):
            column.narrow(event.value.lower().split())

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.page.focus()

    def action_filter(self) -> None:
        """Ask for words that the lines must hold."""
        self.add_class("-filtered")
        self.words.focus()

    def action_leave(self) -> None:
        """Show all lines again; else close."""
        if self.has_class("-filtered"):
            self.words.value = ""
            self.remove_class("-filtered")
            self.page.focus()
        else:
            self.dismiss(None)

    def action_scroll_lines(self, lines: int) -> None:
        """Scroll by lines."""
        self.page.scroll_relative(y=lines, animate=False)

    def _files(self) -> list[KeyLine]:
        return [
            KeyLine(_("conversations"), _shown(self._dirs.data)),
            KeyLine(_("settings"), _shown(self._dirs.settings)),
            KeyLine(_("models"), _shown(self._dirs.models)),
            KeyLine(_("logs"), _shown(self._dirs.logs)),
        ]


def _shown(path: Path) -> str:
    """Return a path as people write it."""
    home = Path.home()
    return one_line(str(Path("~", path.relative_to(home)) if path.is_relative_to(home) else path), 300)
