"""The models on offer, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.domain.i18n import _
from tui.domain.models import ModelInfo, by_id
from tui.domain.safe_text import one_line

MOST_ROWS = 200
"""Rows that are laid out; to see others the user types."""
LONGEST_ID = 120
"""Characters of an id that are drawn at most."""


def short_count(tokens: int) -> str:
    """A context length as people say it: 8k, 128k, 1M. Both thousands and powers of two are in use."""
    unit = 1024 if tokens % 1024 == 0 and tokens % 1000 else 1000
    if tokens < unit:
        return str(tokens)
    thousands = round(tokens / unit)
    if thousands < 1000:
        return f"{thousands}k"
    return f"{tokens / unit**2:.1f}".removesuffix(".0") + "M"


def price_per_million(price: float) -> str:
    """The price of a million tokens, from that of one."""
    million = price * 1_000_000
    return f"${million:.2f}" if million == 0 or million >= 0.01 else f"${million:.4f}"


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cells of each column; 0 where there is no room or nothing to say."""

    model: int
    owner: int
    context: int
    price: int

    @classmethod
    def fit(cls, cells: Sequence[tuple[str, str, str, str]], width: int) -> _Columns:
        """Share `width` out: the id first, then context, prices and owner as far as they go."""
        model, owner, context, price = (max((cell_len(row[n]) for row in cells), default=0) for n in range(4))
        owner = min(owner, 28)
        left = width - min(model, max(width // 2, 24))
        kept = [0, 0, 0]
        for place, wanted in ((1, context), (2, price), (0, owner)):
            if wanted and wanted + 2 <= left:
                kept[place] = wanted
                left -= wanted + 2
        taken = sum(column + 2 for column in kept if column)
        return cls(max(0, min(model, width - taken)), *kept)

    def line(self, cells: tuple[str, str, str, str], styles: tuple[str, str, str, str]) -> Content:
        """One row."""
        parts: list[tuple[str, str]] = []
        for n, (text, column, style) in enumerate(
            zip(cells, (self.model, self.owner, self.context, self.price), styles, strict=True)
        ):
            if column:
                parts.append(("  " if n else "", ""))
                parts.append((_right(text, column) if n >= 2 else _left(text, column), style))
        return Content.assemble(*parts)


class ModelList(Vertical):
    """Rows of models under their headings. It shows what it is given and says what was chosen; the focus is elsewhere."""

    DEFAULT_CSS = """
    ModelList { height: auto; }
    ModelList > Static { height: 1; }
    ModelList > OptionList { height: auto; border: none; }
    """

    @dataclass
    class Chosen(Message):
        """The user chose a model, by its exact id."""

        model_list: ModelList
        model_id: str

        @property
        def control(self) -> ModelList:
            """The list."""
            return self.model_list

    @dataclass
    class Highlighted(Message):
        """The cursor moved to a model."""

        model_list: ModelList
        model_id: str

        @property
        def control(self) -> ModelList:
            """The list."""
            return self.model_list

    def __init__(self, current: str, *, owner: str = "") -> None:
        """`current` is marked; `owner` stands in the place of every model's own."""
        super().__init__()
        self._current = current
        self._owner = owner
        self._models: Sequence[ModelInfo] = ()
        self._typed = ""
        self._ids: list[str] = []
        self._width = 0
        self.options = OptionList(compact=True, markup=False)
        self.options.can_focus = False

    def compose(self) -> ComposeResult:
        """Headings that stay, rows that scroll."""
        yield Static(markup=False)
        yield self.options

    @property
    def chosen_id(self) -> str | None:
        """The exact id under the cursor."""
        at = self.options.highlighted
        return None if at is None or at >= len(self._ids) else self._ids[at]

    def show(self, models: Sequence[ModelInfo], typed: str = "", keep: str = "") -> None:
        """Show these models, and what was typed where no model has that very id. The cursor goes to `keep`, or to the top."""
        self._models, self._typed = models, typed
        self._fill(keep)

    def move(self, step: int) -> None:
        """Move the cursor by so many rows; by more than one it stays on the first and the last, else it goes round."""
        if abs(step) == 1:
            (self.options.action_cursor_down if step > 0 else self.options.action_cursor_up)()
        elif self._ids:
            self.options.highlighted = max(0, min((self.options.highlighted or 0) + step, len(self._ids) - 1))

    def choose(self) -> None:
        """Choose the row under the cursor."""
        if (model_id := self.chosen_id) is not None:
            self.post_message(self.Chosen(self, model_id))

    def on_resize(self, _event: events.Resize) -> None:
        """Columns are laid out for the width."""
        if self.size.width != self._width:
            self._fill(self.chosen_id or "")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The cursor moved."""
        event.stop()
        if (model_id := self.chosen_id) is not None:
            self.post_message(self.Highlighted(self, model_id))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A row was clicked."""
        event.stop()
        self.choose()

    def _fill(self, keep: str) -> None:
        self._width = self.size.width
        shown = self._models[:MOST_ROWS]
        self._ids = [model.id for model in shown]
        headings = (_("MODEL"), _("OWNER"), _("CONTEXT"), _("$/M IN / OUT"))
        cells = [self._cells(model) for model in shown]
        known = [column if any(row[n] for row in cells) else "" for n, column in enumerate(headings)]
        columns = _Columns.fit([(known[0], known[1], known[2], known[3]), *cells], max(0, self._width - 3))
        muted = ("$muted", "$muted", "$muted", "$muted")
        self.query_one(Static).update(Content("  ") + columns.line(headings, muted) if shown else "")
        options = [Option(self._line(model, row, columns)) for model, row in zip(shown, cells, strict=True)]
        if self._typed and by_id(self._models, self._typed) is None:
            self._ids.append(self._typed)
            options.append(Option(self._as_typed()))
        if len(self._models) > len(shown):
            more = _("…and {n} more: type to narrow").format(n=f"{len(self._models) - len(shown):,}")
            options.append(Option(Content.styled(f"  {more}", "$muted"), disabled=True))
        self.options.clear_options()
        self.options.add_options(options)
        if self._ids:
            self.options.highlighted = self._ids.index(keep) if keep in self._ids else 0

    def _cells(self, model: ModelInfo) -> tuple[str, str, str, str]:
        owner = self._owner or one_line(model.owner or model.name, 60)
        prices = (model.price_in, model.price_out)
        return (
            one_line(model.id, LONGEST_ID),
            owner,
            short_count(model.context) if model.context else "",
            "" if prices == (None, None) else " / ".join("?" if p is None else price_per_million(p) for p in prices),
        )

    def _line(self, model: ModelInfo, cells: tuple[str, str, str, str], columns: _Columns) -> Content:
        mark = Content.styled("● " if model.id == self._current else "  ", "$success")
        return mark + columns.line(cells, ("bold $foreground", "$muted", "$primary", "$success"))

    def _as_typed(self) -> Content:
        use = _("use `{id}` as typed").format(id=one_line(self._typed, LONGEST_ID))
        return Content.styled(f"  {use}", "$foreground").truncate(max(1, self._width - 1), ellipsis=True)


def _left(text: str, width: int) -> str:
    return set_cell_size(text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…", width)


def _right(text: str, width: int) -> str:
    return " " * max(0, width - cell_len(text)) + text
