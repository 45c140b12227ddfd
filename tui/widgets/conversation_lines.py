"""How the rows of a list of conversations are drawn, each on one line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from tui.domain.chat import ConversationSummary, Role
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.domain.search import SearchHit, Span, Term, marks_in_title
from tui.markdown.plain import plain_text
from tui.widgets.conversation_rows import Fold, Heading, Row, age

MARK = "bold underline $accent"
"""The style of what was looked for: seen without colours too."""
MODEL_CELLS = 16
"""Of the longest name that is not cut."""
MODEL_FROM = 61
"""Columns from which a detailed row has room for the model."""
TITLE_AT = 3
"""Cells left of a title."""
HIT_AT = 6
"""Cells left of a line that was found."""


@dataclass(frozen=True, slots=True)
class RowPainter:
    """Draws rows for one width, in cells, and one moment, in Unix seconds."""

    width: int
    now: float
    current: str = ""
    """The conversation that is open."""
    live: frozenset[str] = frozenset()
    """Conversations in which a reply is on its way."""
    terms: tuple[Term, ...] = ()
    """What was looked for."""
    details: bool = False
    """Say the model and the number of messages where there is room."""
    model_cells: int = 0
    """Of the column of models."""
    facts_cells: int = 0
    """Of the column of counts and ages."""

    def for_rows(self, width: int, conversations: Iterable[ConversationSummary]) -> RowPainter:
        """The same for another width, with columns as wide as these conversations need."""
        known = list(conversations)
        model = max((cell_len(one_line(each.model)) for each in known), default=0)
        facts = max((cell_len(self._short_facts(each)) for each in known), default=0)
        return replace(self, width=width, model_cells=min(model, MODEL_CELLS), facts_cells=facts)

    def draws_as(self, other: RowPainter) -> bool:
        """Whether rows look the same, drawn by another: ages are told by the minute."""
        return int(self.now // 60) == int(other.now // 60) and replace(self, now=other.now) == other

    def draw(self, row: Row) -> Content:
        """One line as wide as the list."""
        if isinstance(row, Heading):
            return Content.styled(f" {row.text}", "bold $muted").truncate(max(1, self.width), ellipsis=True)
        if isinstance(row, Fold):
            return Content.styled(" " * (HIT_AT if row.deep else TITLE_AT) + row.text, "$accent")
        return self._title(row.conversation) if row.hit is None else self._hit(row.hit)

    def _title(self, conversation: ConversationSummary) -> Content:
        live = conversation.id in self.live
        mark = "⣷ " if live else ("★ " if conversation.pinned else "  ")
        room = max(8, self.width - cell_len(self._facts(conversation)) - TITLE_AT - 2)
        title = one_line(conversation.title) or _("Untitled")
        style = "bold $foreground" if conversation.id == self.current else "$foreground"
        return Content.assemble(
            (f" {mark}", "$success" if live else "$muted"),
            _fitted(title, marks_in_title(title, self.terms), room, style),
            " ",
            (self._facts(conversation), "$muted"),
        )

    def _hit(self, hit: SearchHit) -> Content:
        when = age(hit.created, self.now)
        room = max(8, self.width - cell_len(when) - HIT_AT - 2)
        you = hit.role is Role.USER
        line, marks = plain_text(hit.line, hit.marks)
        return Content.assemble(
            (" " * (HIT_AT - 2) + ("› " if you else "  "), "bold $user"),
            _fitted(line, marks, room, "$muted"),
            " ",
            (when, "$muted"),
        )

    def _facts(self, conversation: ConversationSummary) -> str:
        """Model, messages and age in columns; the model only where the title keeps most of the line."""
        facts = self._short_facts(conversation)
        if not self.details or self.width < MODEL_FROM:
            return facts
        model = one_line(conversation.model)
        model = model if cell_len(model) <= self.model_cells else set_cell_size(model, self.model_cells - 1) + "…"
        return f"{set_cell_size(model, self.model_cells)}  {facts:>{self.facts_cells}}"

    def _short_facts(self, conversation: ConversationSummary) -> str:
        when = age(conversation.updated, self.now)
        return f"{conversation.count:,} · {when}" if self.details else when


class DrawnLater(Visual):
    """A row that is laid out when it comes into sight: of hundreds, a screen shows a few."""

    def __init__(self, painter: RowPainter, row: Row, gap: int = 0) -> None:
        """`gap` is the number of empty lines above it."""
        self._painter = painter
        self._row = row
        self._gap = gap

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """The row, below its gap."""
        content = Content.assemble("\n" * self._gap, self._painter.draw(self._row))
        return content.render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """The width of the list."""
        return self._painter.width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Lines."""
        return 1 + self._gap


def _fitted(text: str, marks: tuple[Span, ...], room: int, style: str) -> Content:
    """Exactly `room` cells of a text, with its first mark among them."""
    content = Content.styled(text, style)
    for mark in marks:
        content = content.stylize(MARK, mark.start, mark.end)
    if marks and cell_len(text) > room:
        cells = [cell_len(sign) for sign in text]
        start = _start(cells, marks[0], room)
        if start:
            content = Content.styled("…", style) + content[start:]
    content = content.truncate(room, ellipsis=True)
    return content.pad_right(room - content.cell_length)


def _start(cells: list[int], mark: Span, room: int) -> int:
    """Where a text, of signs so wide, begins so that the mark is in sight: 0, or with some words ahead of the mark."""
    if sum(cells[: mark.end]) < room:
        return 0
    most = max(0, min(room // 4, room - sum(cells[mark.start : mark.end]) - 2))
    start, ahead, behind = mark.start, 0, sum(cells[mark.start :])
    while start and (ahead + cells[start - 1] <= most or ahead + behind + cells[start - 1] < room):
        start -= 1
        ahead += cells[start]
    return start
