"""Labels over the messages in view: letters by which a piece of them is chosen."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tui.markdown.pieces import KINDS, Kind, Piece, piece_of
from tui.widgets.transcript.label_letters import Spot, Target, badges, letters_for, spots
from tui.widgets.transcript.message_list import MessageList
from tui.widgets.transcript.overlays import Overlays
from tui.widgets.transcript.strips import Decorations
from tui.widgets.transcript.viewport import Viewport


class Labels:
    """Lays labels over what is in view, and keeps them on their pieces while a reply grows."""

    def __init__(self, messages: MessageList, viewport: Viewport, overlays: Overlays) -> None:
        self._messages = messages
        self._viewport = viewport
        self._overlays = overlays
        self._letters: dict[Target, str] | None = None
        """Of all pieces in view; `None` while no labels are laid."""
        self._kinds: AbstractSet[Kind] = frozenset()
        self._typed = ""
        self._over: dict[tuple[str, int], Decorations] = {}
        """What is drawn, by message id and row."""
        viewport.listen(self._view_moved)

    @property
    def kinds(self) -> AbstractSet[Kind]:
        """The kinds of all pieces that have a label, whether it is shown or not."""
        return {target.kind for target in self._letters or ()}

    @property
    def shown(self) -> dict[str, Target]:
        """The labels that are shown."""
        return {letters: target for target, letters in self._visible().items()}

    def lay(self) -> AbstractSet[Kind]:
        """Lay a label on every piece in view. Return the kinds that were found; with none, nothing is laid."""
        self.hide()
        letters = letters_for([spot.target for spot in self._spots()])
        if letters:
            self._letters, self._over = letters, {}
            self._overlays.lay(self._layer)
            self.show(KINDS)
        return self.kinds

    def show(self, kinds: AbstractSet[Kind]) -> None:
        """Show the labels of these kinds only, and no letter of them is chosen yet."""
        self._kinds, self._typed = kinds, ""
        self._draw()

    def choose(self, letter: str) -> Target | None:
        """Take the next letter of a label. Return what it stands for once it is complete; others are shown no more."""
        self._typed += letter.lower()
        self._draw()
        return self.shown.get(self._typed)

    def hide(self) -> None:
        """Take all labels away."""
        if self._letters is None:
            return
        self._letters = None
        self._overlays.lift(self._layer)
        for message_id in {message_id for message_id, _row in self._over}:
            self._overlays.repaint(message_id)

    def piece(self, target: Target) -> Piece | None:
        """Return what a label stands for, as it is now: a block that is being written as far as it has come."""
        index = self._messages.position(target.message_id)
        if index is None:
            return None
        if target.kind == "link":
            return Piece("link", target.url)
        blocks = self._messages.blocks(index)
        return piece_of(blocks[target.block]) if target.block < len(blocks) else None

    def _view_moved(self, by_reader: bool) -> None:
        """Keep the letters of what stays in view; a reader who scrolls gets them again, and has typed none."""
        if self._letters is None:
            return
        if by_reader:
            self._typed = ""
        self._letters = letters_for([spot.target for spot in self._spots()], None if by_reader else self._letters)
        self._draw()

    def _spots(self) -> list[Spot]:
        found: list[Spot] = []
        for index in self._viewport.in_view:
            rows, line = self._messages.rows(index), self._viewport.line_of(index)
            shown = range(max(0, -line), min(len(rows), self._viewport.height - line))
            found += spots(self._messages.id_at(index), rows, self._messages.blocks(index), shown)
        return found

    def _visible(self) -> dict[Target, str]:
        return {
            target: letters
            for target, letters in (self._letters or {}).items()
            if target.kind in self._kinds and letters.startswith(self._typed)
        }

    def _draw(self) -> None:
        visible = self._visible()
        by_message: dict[str, list[tuple[Spot, str]]] = {}
        for spot in self._spots():
            if spot.target in visible:
                by_message.setdefault(spot.target.message_id, []).append((spot, visible[spot.target]))
        before, self._over = self._over, {}
        for message_id, found in by_message.items():
            for row, on_row in badges(found, self._messages.draw.margin).items():
                self._over[message_id, row] = Decorations(badges=on_row)
        rows = before.keys() | self._over.keys()
        for message_id in {each for each, row in rows if before.get((each, row)) != self._over.get((each, row))}:
            self._overlays.repaint(message_id)

    def _layer(self, index: int, row: int) -> Decorations | None:
        return self._over.get((self._messages.id_at(index), row))
