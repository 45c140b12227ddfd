"""Labels: letters over code, tables, formulas and links in view, by which they are copied, saved, quoted, opened."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.reactive import reactive

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.screens.acting import ActingScreen
from tui.services.export.names import size_of
from tui.services.export.pieces import as_csv, code_name, save_text
from tui.services.export.saving import Saved, default_folder
from tui.services.services import Services
from tui.widgets.transcript import KINDS, Kind, Piece, Target

Verb = Literal["copy", "save", "quote", "open"]

_VERBS: dict[Verb, tuple[str, frozenset[Kind]]] = {
    "copy": (_("copy"), KINDS),
    "save": (_("save"), frozenset({"code", "table"})),
    "quote": (_("quote"), KINDS),
    "open": (_("open"), frozenset({"link"})),
}
"""What can be done with which kinds of pieces, in the order of tab."""
_CAPITAL: dict[Kind, Verb] = {"code": "save", "table": "save", "formula": "quote", "link": "quote"}
"""What a capital letter does."""
_SCROLLS = {"j": 3, "down": 3, "k": -3, "up": -3}
"""Lines, as the wheel scrolls them."""
_PAGES = {"pagedown": "page_down", "pageup": "page_up"}


class LabellingScreen(ActingScreen):
    """Acts on a piece of a message. While `labelling`, every key belongs to the labels."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f7", "labels", "Copy code, a table, a link", id="chat.labels"),
    ]

    labelling: reactive[bool] = reactive(False, init=False)
    """LABELS is on: the prompt has no focus, and letters choose."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._verb: Verb = "copy"
        """What a letter does that is not a capital."""

    def mode_word(self) -> str:
        """LABELS, and what a letter does unless it copies."""
        if not self.labelling:
            return super().mode_word()
        verb = "" if self._verb == "copy" else " " + _VERBS[self._verb][0]
        return _("LABELS") + verb

    def action_labels_here(self) -> None:
        """Lay a label on every piece in view."""
        self.action_labels()

    def action_labels(self) -> None:
        """Lay a label on every piece in view, if there is one."""
        if not self.transcript.labels.lay():
            self.notify(_("No code, table or link is in view. Scroll to one, then try again."))
            return
        self.labelling = True
        self._use_verb("copy")

    def watch_labelling(self, labelling: bool) -> None:
        """Take the focus, or give it back to whom it belongs."""
        if labelling:
            self.set_focus(None)
            return
        self.transcript.labels.hide()
        self.pane.show_mode(self.mode_word())
        if not self.reading:
            self.pane.prompt_box.focus()

    def on_descendant_focus(self) -> None:
        """Where something has the focus, letters are text."""
        self.labelling = False

    def on_screen_suspend(self) -> None:
        """Another screen has come over this one."""
        self.labelling = False

    async def on_key(self, event: events.Key) -> None:
        """Choose, scroll, turn to another verb. Any other key leaves the labels; function keys then do their work."""
        if not self.labelling:
            return
        event.prevent_default()
        if event.key in _SCROLLS:
            self.transcript.scroll_relative(y=_SCROLLS[event.key], animate=False)
        elif event.key == "pagedown":
            self.transcript.viewport.turn_page(1)
        elif event.key == "pageup":
            self.transcript.viewport.turn_page(-1)
        elif event.key == "tab":
            self._use_verb(self._next_verb())
        elif event.character is not None and event.character.isalpha():
            await self._choose(event.character)
        else:
            self.labelling = False
            if event.key != "f7" and event.key[0] == "f" and event.key[1:].isdigit():
                return
        event.stop()

    def _use_verb(self, verb: Verb) -> None:
        self._verb = verb
        does, kinds = _VERBS[verb]
        self.transcript.labels.show(kinds)
        keys = [_("letter {verb}").format(verb=does)]
        if verb == "copy":
            keys.append(_("shift save or quote"))
        keys += [_("tab {verb}").format(verb=_VERBS[self._next_verb()][0]), _("esc")]
        self.pane.show_mode(self.mode_word(), " · ".join(keys))

    def _next_verb(self) -> Verb:
        """The verb after the present one that something in view can be done with."""
        found = self.transcript.labels.kinds
        order = list(_VERBS)
        at = order.index(self._verb) + 1
        return next((verb for verb in [*order[at:], *order[:at]] if _VERBS[verb][1] & found), "copy")

    async def _choose(self, letter: str) -> None:
        target = self.transcript.labels.choose(letter)
        if target is not None:
            await self._act_on(target, _CAPITAL[target.kind] if letter.isupper() else self._verb)
        elif not self.transcript.labels.shown:
            self.labelling = False

    async def _act_on(self, target: Target, verb: Verb) -> None:
        piece = self.transcript.labels.piece(target)
        self.labelling = False
        if piece is None:
            return
        if verb == "copy":
            self.copy_text(piece.source, _language(piece))
        elif verb == "save":
            await self._save_piece(piece)
        elif verb == "quote":
            self.quote(piece.quotable)
        elif piece.source.startswith(("http://", "https://")):
            self.open_link(piece.source)
        else:
            self.notify(_("Only addresses that begin with http:// or https:// are opened. Copy this one instead."))

    # -- To a file

    async def _save_piece(self, piece: Piece) -> None:
        """Ask where a piece shall be saved."""
        from tui.screens.save_dialog import SaveDialog

        folder = await asyncio.to_thread(default_folder, self._services.dirs.data)
        if piece.kind == "table":
            texts, name = {"csv": as_csv(piece.table), "md": piece.source}, _("table") + ".csv"
            formats = {"csv": (_("CSV"), _("for a spreadsheet")), "md": (_("Markdown"), _("as it was written"))}
            title = _("Save this table")
        else:
            name = await asyncio.to_thread(code_name, piece.source, piece.language)
            texts, formats, title = {"": piece.source}, {"": ("", "")}, _("Save this code")

        async def save(suffix: str, path: Path) -> Saved:
            return await asyncio.to_thread(save_text, texts[suffix], path, name)

        self.app.push_screen(SaveDialog(folder / name, save, formats, title), self.file_saved)

    def file_saved(self, saved: Saved | None) -> None:
        """Say where a file is that was written."""
        if saved is not None:
            self.notify(
                _("Saved {path}, {size}.").format(path=one_line(str(saved.path), 300), size=size_of(saved.size))
            )


def _language(piece: Piece) -> str:
    """What the notice says was copied; nothing of an address."""
    if piece.kind == "code":
        return one_line(piece.language, 40) or _("code")
    return {"table": _("Markdown"), "formula": _("LaTeX")}.get(piece.kind, "")
