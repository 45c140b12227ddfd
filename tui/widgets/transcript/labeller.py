"""Labels over the messages in view: letters by which a piece of them is chosen."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from tui.markdown.pieces import KINDS, Kind, Piece, piece_of
from tui.widgets.transcript.folding import MessageFolder
from tui.widgets.transcript.labels import Spot, Target, badges, letters_for, spots
from tui.widgets.transcript.strips import Decorations


class MessageLabeller(MessageFolder, can_focus=False):
    """Lays labels over what a `MessageFolder` shows, and keeps them on their pieces while a reply grows."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._letters: dict[Target, str] | None = None
        """Of all pieces in view; `None` while no labels are laid."""
        self._kinds: AbstractSet[Kind] = frozenset()
        self._typed = ""
        self._scrolled_since = False
        """The reader has scrolled since labels were laid."""
        self._over: dict[tuple[int, int], Decorations] = {}

    def lay_labels(self) -> AbstractSet[Kind]:
        """Lay a label on every piece in view. Returns the kinds that were found; with none, nothing is laid."""
        self.hide_labels()
        letters = letters_for([spot.target for spot in self._spots()])
        if not letters:
            return frozenset()
        self._letters, self._over = letters, {}
        self._scrolled_since = False
        self.canvas.layers.append(self._labels_over)
        self.show_labels_of(KINDS)
        return self.kinds_in_view

    def show_labels_of(self, kinds: AbstractSet[Kind]) -> None:
        """Show the labels of these kinds only, and no letter of them is chosen yet."""
        self._kinds, self._typed = kinds, ""
        self._draw_labels()

    def choose(self, letter: str) -> Target | None:
        """Take the next letter of a label. Returns what it stands for once it is complete; others are shown no more."""
        self._typed += letter.lower()
        self._draw_labels()
        return self.labelled.get(self._typed)

    def hide_labels(self) -> None:
        """Take all labels away."""
        if self._letters is None:
            return
        self._letters = None
        self.canvas.layers.remove(self._labels_over)
        for index in {index for index, _row in self._over}:
            self.refresh_rows(index)

    @property
    def kinds_in_view(self) -> AbstractSet[Kind]:
        """The kinds of all pieces that have a label, whether it is shown or not."""
        return {target.kind for target in self._letters or ()}

    @property
    def labelled(self) -> dict[str, Target]:
        """The labels that are shown."""
        return {} if self._letters is None else {letters: target for target, letters in self._shown().items()}

    def piece(self, target: Target) -> Piece | None:
        """What a label stands for, as it is now: a block that is being written as far as it has come."""
        index = self.ledger.position(target.message_id)
        if index is None:
            return None
        if target.kind == "link":
            return Piece("link", target.url)
        blocks = self.ledger.blocks(index)
        return piece_of(blocks[target.block]) if target.block < len(blocks) else None

    def view_moved(self) -> None:
        super().view_moved()
        if self._letters is None:
            return
        before: dict[Target, str] | None = self._letters
        if self._scrolled_since:
            self._scrolled_since, self._typed, before = False, "", None
        self._letters = letters_for([spot.target for spot in self._spots()], before)
        self._draw_labels()

    def _scrolled(self) -> None:
        self._scrolled_since = True
        super()._scrolled()

    def _spots(self) -> list[Spot]:
        heights, top = self.ledger.heights, self.scroll_offset.y
        if not len(heights) or not self._is_laid_out:
            return []
        found: list[Spot] = []
        for index in range(heights.at(top), heights.at(top + self.size.height - 1) + 1):
            rows, start = self.ledger.rows(index), heights.start(index)
            shown = range(max(0, top - start), min(len(rows), top + self.size.height - start))
            found += spots(self.ledger.entries[index].message.id, rows, self.ledger.blocks(index), shown)
        return found

    def _shown(self) -> dict[Target, str]:
        return {
            target: letters
            for target, letters in (self._letters or {}).items()
            if target.kind in self._kinds and letters.startswith(self._typed)
        }

    def _draw_labels(self) -> None:
        shown, margin = self._shown(), self.ledger.draw.margin
        by_message: dict[int, list[tuple[Spot, str]]] = {}
        for spot in self._spots():
            index = self.ledger.position(spot.target.message_id)
            if index is not None and spot.target in shown:
                by_message.setdefault(index, []).append((spot, shown[spot.target]))
        before, self._over = self._over, {}
        for index, found in by_message.items():
            for row, on_row in badges(found, margin).items():
                self._over[index, row] = Decorations(badges=on_row)
        rows = before.keys() | self._over.keys()
        for index in {index for index, row in rows if before.get((index, row)) != self._over.get((index, row))}:
            self.refresh_rows(index)

    def _labels_over(self, index: int, row: int) -> Decorations | None:
        return self._over.get((index, row))
