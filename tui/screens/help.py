"""The keys, read from the bindings themselves, and where the user's files lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import events, getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.paths import STYLES, AppDirs
from tui.screens.answering import Dialog
from tui.screens.chat.screen import ChatScreen
from tui.screens.commands import CHAT_COMMANDS
from tui.screens.conversations import ConversationsScreen
from tui.screens.finding import FindingScreen
from tui.screens.labelling import LabellingScreen
from tui.screens.reading import ReadingScreen
from tui.screens.switching import SwitchingScreen
from tui.screens.writing import WritingScreen
from tui.widgets.prompt_box import PromptBox

TWO_COLUMNS_FROM = 100
"""Columns of the terminal."""
ROOMY_FROM = 18
"""Rows of the terminal from which there is room for margins."""

_KEY_NAMES = {
    "pageup": "pgup",
    "pagedown": "pgdn",
    "ctrl+comma": "ctrl+,",
    "question_mark": "?",
    "plus": "+",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "apostrophe": "'",
    "escape": "esc",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}
_TWINS = ("super+", "shift+g", "shift+n")
"""Beginnings of keys that only say in another way what the key beside them says."""

_GROUP_OF_AREA = {"prompt": "writing", "read": "read", "list": "list", "chat": "everywhere"}
_GROUP_OF_BINDING = {
    "chat.editor": "writing",
    "chat.retry": "reading",
    "chat.continue": "reading",
    "chat.copy": "reading",
    "chat.labels": "reading",
    "chat.reasoning": "reading",
    "chat.page_up": "reading",
    "chat.page_down": "reading",
    "chat.follow": "reading",
    "chat.reply_start": "reading",
    "chat.find": "reading",
    "chat.new": "conversations",
    "chat.conversations": "conversations",
    "chat.sidebar": "conversations",
}
"""Keys of the chat screen that stand with those they are used with."""
_LEFT_OUT = frozenset(
    {
        "chat.history",
        "prompt.interrupt",
        "prompt.copy",
        "prompt.copy_labels",
        "prompt.page_up",
        "prompt.page_down",
        "list.help",
        "list.down",
        "list.up",
        "list.new",
        "list.page_up",
        "list.page_down",
        "list.first",
        "list.last",
    }
)
"""Bindings that repeat the key of another screen, or what every list has."""


_ONE_LINE = {
    "read.previous": _("Next, previous message"),
    "read.last": _("First, last message"),
    "read.half_up": _("Half a page down, up"),
    "read.more": _("Show less, more of a message"),
    "read.find_previous": _("Next hit, the one before"),
    "read.next_mark": _("Mark a message, go to the next mark"),
    "read.version_after": _("Earlier, later version"),
    "chat.page_down": _("Scroll up, down"),
}
"""Keys that stand on one line with the key before them, and what is said of both."""


class KeyLine(NamedTuple):
    """Keys and what they do; or a name and what it stands for."""

    keys: str
    what: str


def key_groups() -> dict[str, list[KeyLine]]:
    """All keys by group. A binding that is new in one of the classes appears by itself."""
    groups: dict[str, list[KeyLine]] = {
        area: [] for area in ("writing", "reading", "read", "conversations", "list", "everywhere")
    }
    for owner in (
        PromptBox,
        LabellingScreen,
        WritingScreen,
        ChatScreen,
        SwitchingScreen,
        FindingScreen,
        ReadingScreen,
        ConversationsScreen,
    ):
        for binding in owner.BINDINGS:
            if isinstance(binding, Binding) and binding.id and binding.id not in _LEFT_OUT:
                area = binding.id.partition(".")[0]
                group, line = groups[_GROUP_OF_BINDING.get(binding.id, _GROUP_OF_AREA[area])], _line(binding)
                if both := _ONE_LINE.get(binding.id):
                    line = KeyLine(f"{group.pop().keys}  {line.keys}", both)
                group.append(line)
    groups["writing"].append(KeyLine("ctrl+r  ↑", _("Earlier prompts; ↑ on line one")))
    groups["reading"].append(KeyLine(_("mouse"), _("Select to copy; the wheel scrolls")))
    groups["reading"].append(KeyLine("f7  a", _("Copy what has the letter a; A saves or quotes, tab turns to that")))
    groups["everywhere"].append(KeyLine("ctrl+p  /", _("All commands")))
    groups["everywhere"].append(KeyLine("ctrl+q", _("Quit; nothing is lost")))
    return groups


def _line(binding: Binding) -> KeyLine:
    titles = {command.action: command.title for command in CHAT_COMMANDS}
    keys = [_KEY_NAMES.get(key, key) for key in binding.key.split(",") if not key.startswith(_TWINS)]
    return KeyLine("  ".join(keys), titles.get(binding.action) or _(binding.description))


class KeyColumn(Static):
    """Groups below each other: keys left, words right, wrapped under themselves."""

    def __init__(self, groups: Mapping[str, Sequence[KeyLine]], *, key_style: str = "$accent") -> None:
        super().__init__(markup=False)
        self._groups = groups
        self._key_style = key_style

    def on_resize(self, event: events.Resize) -> None:
        """Lines are laid out for the width."""
        self.update(self._draw(event.size.width))

    def _draw(self, width: int) -> Content:
        keys = max(cell_len(line.keys) for lines in self._groups.values() for line in lines) + 2
        lines: list[Content] = []
        for heading, group in self._groups.items():
            lines.append(Content.styled(heading, "bold $muted").truncate(width, ellipsis=True))
            for line in group:
                first, *more = Content.styled(line.what, "$foreground").wrap(max(8, width - keys))
                lines.append(Content.styled(f"{line.keys:<{keys}}", self._key_style) + first)
                lines += [Content(" " * keys) + rest for rest in more]
            lines.append(Content(""))
        return Content("\n").join(lines[:-1])


class HelpScreen(Dialog[None]):
    """Every key, in groups, and the folders."""

    CSS_PATH = STYLES / "help.tcss"
    AUTO_FOCUS = "#page"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1", "dismiss(None)", "Close", id="help.close"),
        Binding("j,ctrl+j", "scroll_lines(1)", "Down", show=False, id="help.down"),
        Binding("k,ctrl+k", "scroll_lines(-1)", "Up", show=False, id="help.up"),
    ]

    page = getters.query_one("#page", VerticalScroll)

    def __init__(self, dirs: AppDirs) -> None:
        super().__init__()
        self._dirs = dirs

    def compose(self) -> ComposeResult:
        """Two columns of keys, the folders below."""
        groups = key_groups()
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = _("Keys")
            dialog.border_subtitle = _("↑ ↓ scroll · esc close")
            with VerticalScroll(id="page"):
                with Horizontal(id="columns"):
                    yield KeyColumn(
                        {
                            _("WRITING"): groups["writing"],
                            _("READING"): groups["reading"],
                            _("EVERYWHERE"): groups["everywhere"],
                        }
                    )
                    yield KeyColumn(
                        {
                            _("READ  (shift+tab, or esc at rest)"): groups["read"],
                            _("CONVERSATIONS"): groups["conversations"],
                            _("IN THEIR LIST"): groups["list"],
                        }
                    )
                yield KeyColumn({_("FILES"): self._files()}, key_style="$muted")

    def on_resize(self, event: events.Resize) -> None:
        """Narrow terminals show one column."""
        self.set_class(event.size.width < TWO_COLUMNS_FROM, "-narrow")
        self.set_class(event.size.height < ROOMY_FROM, "-low")

    def action_scroll_lines(self, lines: int) -> None:
        """Scroll by lines."""
        self.page.scroll_relative(y=lines, animate=False)

    def _files(self) -> list[KeyLine]:
        dirs = self._dirs
        return [
            KeyLine(_("conversations"), _shown(dirs.data)),
            KeyLine(_("settings"), _shown(dirs.settings)),
            KeyLine(_("models"), _shown(dirs.models)),
            KeyLine(_("logs"), _shown(dirs.logs)),
        ]


def _shown(path: Path) -> str:
    """A path as people write it."""
    home = Path.home()
    return one_line(str(Path("~", path.relative_to(home)) if path.is_relative_to(home) else path), 300)
