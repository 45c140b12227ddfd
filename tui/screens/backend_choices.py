"""The rows of the first screen: the ways on, in groups, each with a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.domain.i18n import _, plural
from tui.domain.safe_text import one_line
from tui.services.discovery import EmbeddedModel, Found
from tui.services.profiles import Offer, short_address
from tui.widgets.fields import cut

DEMO = "demo"
OTHER = "other"
TITLE_CELLS = 18


@dataclass(frozen=True, slots=True)
class Way:
    """One row: a way on."""

    id: str
    title: str
    detail: str
    state: str = ""
    good: bool = False
    """The state is something that was found."""


def gateway_ways(offers: Mapping[str, Offer]) -> list[Way]:
    """The presets, and any other address."""
    found = [
        Way(
            way,
            offer.title,
            short_address(offer.profile.base_url),
            _("{variable} found").format(variable=offer.found) if offer.found else "",
            good=bool(offer.found),
        )
        for way, offer in offers.items()
    ]
    return [*found, Way(OTHER, _("Another address"), _("any OpenAI-compatible gateway"))]


def server_ways(found: Mapping[str, Found]) -> list[Way]:
    """The servers that run on this machine."""
    return [
        Way(
            way,
            server.server.title,
            short_address(server.server.base_url),
            plural("{n} model", "{n} models", len(server.models)) if server.models else _("no models yet"),
            good=bool(server.models),
        )
        for way, server in sorted(found.items())
    ]


def demo_way(local: EmbeddedModel | None) -> Way:
    """Return the row of the built-in demo model; None while nobody has looked yet."""
    if local is None:
        state = ""
    elif local.ready:
        state = _("ready")
    elif local.megabytes:
        state = _("{n} MB to download").format(n=local.megabytes)
    else:
        state = _("not available")
    name = one_line(local.name) if local is not None else ""
    return Way(
        DEMO,
        name or _("Tiny demo model"),
        _("runs on this machine") if name else _("small; runs on this machine, for trying things out"),
        state,
        good=local is not None and local.ready,
    )


class WayList(OptionList):
    """Shows the ways under their headings."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002, Textual's name
        super().__init__(id=id, markup=False, compact=True)
        self._numbered: list[str] = []

    @property
    def chosen_id(self) -> str | None:
        """The way under the cursor."""
        return None if self.highlighted_option is None else self.highlighted_option.id

    def show(self, groups: Sequence[tuple[str, Sequence[Way]]], wanted: str, *, airy: bool) -> None:
        """Show these groups with the cursor on `wanted`; `airy` puts an empty line between them."""
        self._numbered = [way.id for _heading, ways in groups for way in ways]
        options: list[Option] = []
        for n, (heading, ways) in enumerate(groups):
            space = "\n" if n and airy else ""
            options.append(Option(Content.styled(f"{space}{heading}", "bold $muted"), disabled=True))
            options += [Option(self._line(way), id=way.id) for way in ways]
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self.add_options(options)
            self.highlighted = self.get_option_index(wanted)

    def point_at(self, number: int) -> str | None:
        """Move the cursor to the row of that number; None where there is no such row."""
        if number > len(self._numbered):
            return None
        way = self._numbered[number - 1]
        self.highlighted = self.get_option_index(way)
        return way

    def _line(self, way: Way) -> Content:
        number = self._numbered.index(way.id) + 1
        left = f" {number if number < 10 else ' '}  "
        room = max(20, self.scrollable_content_region.width) - 2 - len(left) - TITLE_CELLS
        state = cut(way.state, min(cell_len(way.state), max(4, room)))
        rest = room - cell_len(state)
        return Content.assemble(
            (left, "$accent"),
            (cut(one_line(way.title), TITLE_CELLS), "$foreground"),
            (cut(one_line(way.detail), rest - 2) + "  " if rest >= 12 else "", "$muted"),
            (state, "$success" if way.good else "$muted"),
        )
