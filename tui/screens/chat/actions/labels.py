"""LABELS: letters over code, tables, formulas and links in view, which copy, save, quote or open them."""

from __future__ import annotations

from typing import Literal

from textual import events

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.markdown.pieces import KINDS, Kind, Piece
from tui.screens.chat.actions.context import ChatContext
from tui.screens.chat.actions.copy import CopyActions
from tui.screens.chat.actions.export import ExportActions
from tui.screens.chat.actions.messages import MessageActions
from tui.screens.chat.key_hint import KeyHint
from tui.screens.chat.modes import Mode
from tui.widgets.transcript import Target

Verb = Literal["copy", "save", "quote", "open"]

_KINDS: dict[Verb, frozenset[Kind]] = {
    "copy": KINDS,
    "save": frozenset({"code", "table"}),
    "quote": KINDS,
    "open": frozenset({"link"}),
}
"""What can be done with which kinds of pieces, in the order of tab."""
_CAPITAL: dict[Kind, Verb] = {"code": "save", "table": "save", "formula": "quote", "link": "quote"}
"""What a capital letter does."""


class LabelActions:
    """Acts on a piece of a message that a letter chooses."""

    def __init__(
        self, context: ChatContext, copy: CopyActions, messages: MessageActions, export: ExportActions
    ) -> None:
        self._context = context
        self._copy = copy
        self._messages = messages
        self._export = export
        self._verb: Verb = "copy"
        """What a letter does that is not a capital."""

    def show(self) -> None:
        """Lay a label on every piece in view, if there is one."""
        if not self._context.transcript.labels.lay():
            self._context.notify(_("No code, table or link is in view. Scroll to one, then try again."))
            return
        self._context.modes.open(Mode.LABELS)
        self._use_verb("copy")

    def hide(self) -> None:
        """Take the labels away."""
        self._context.modes.close(Mode.LABELS)

    def next_verb(self) -> None:
        """Have the letters do something else."""
        self._use_verb(self._verb_after())

    def scroll(self, lines: int) -> None:
        """Scroll by lines, as the wheel does; the labels follow."""
        self._context.transcript.scroll_relative(y=lines, animate=False)

    def page(self, direction: int) -> None:
        """Scroll by a page."""
        if direction > 0:
            self._context.transcript.viewport.turn_page(1)
        else:
            self._context.transcript.viewport.turn_page(-1)

    async def take(self, event: events.Key) -> bool:
        """Choose by a letter; any other key leaves the labels. Whether the key is dealt with: function keys are not."""
        if event.character is not None and event.character.isalpha():
            await self._choose(event.character)
            return True
        self.hide()
        return not (event.key[0] == "f" and event.key[1:].isdigit())

    def word(self) -> str:
        """Return what the status bar adds to the mode: what a letter does, unless it copies."""
        return "" if self._verb == "copy" else self._verb_word(self._verb)

    def hints(self, verb_key: str) -> list[KeyHint]:
        """Return the keys that are alive, and what each does."""
        keys = [KeyHint(_("letter"), self._verb_word(self._verb))]
        if self._verb == "copy":
            keys.append(KeyHint(_("shift"), _("save or quote")))
        return [*keys, KeyHint(verb_key, self._verb_word(self._verb_after()), "labels.verb")]

    @staticmethod
    def _verb_word(verb: Verb) -> str:
        return {"copy": _("copy"), "save": _("save"), "quote": _("quote"), "open": _("open")}[verb]

    def _use_verb(self, verb: Verb) -> None:
        self._verb = verb
        self._context.transcript.labels.show(_KINDS[verb])
        self._context.calls.refresh_mode()

    def _verb_after(self) -> Verb:
        """Return the next verb that something in view can be done with."""
        found = self._context.transcript.labels.kinds
        order = list(_KINDS)
        at = order.index(self._verb) + 1
        return next((verb for verb in [*order[at:], *order[:at]] if _KINDS[verb] & found), "copy")

    async def _choose(self, letter: str) -> None:
        target = self._context.transcript.labels.choose(letter)
        if target is not None:
            await self._act_on(target, _CAPITAL[target.kind] if letter.isupper() else self._verb)
        elif not self._context.transcript.labels.shown:
            self.hide()

    async def _act_on(self, target: Target, verb: Verb) -> None:
        piece = self._context.transcript.labels.piece(target)
        self.hide()
        if piece is None:
            return
        if verb == "copy":
            self._copy.text(piece.source, _language(piece))
        elif verb == "save":
            await self._export.piece(piece)
        elif verb == "quote":
            self._messages.quote_text(piece.quotable)
        elif piece.source.startswith(("http://", "https://")):
            self._copy.open_link(piece.source)
        else:
            said = _("Only addresses that begin with http:// or https:// are opened. Copy this one instead.")
            self._context.notify(said)


def _language(piece: Piece) -> str:
    """Return what the notice says was copied; nothing of an address."""
    if piece.kind == "code":
        return one_line(piece.language, 40) or _("code")
    return {"table": _("Markdown"), "formula": _("LaTeX")}.get(piece.kind, "")
