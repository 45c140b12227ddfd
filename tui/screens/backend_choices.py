"""The rows of the first screen: the choices, in groups, each with a number."""

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
class BackendChoice:
    """One row."""

    id: str
    title: str
    detail: str
    state: str = ""
    good: bool = False
    """The state is something that was found."""


def gateway_choices(offers: Mapping[str, Offer]) -> list[BackendChoice]:
    """The presets, and any other address."""
    found = [
        BackendChoice(
            choice,
            offer.title,
            short_address(offer.profile.base_url),
            _("{variable} found").format(variable=offer.found) if offer.found else "",
            good=bool(offer.found),
        )
        for choice, offer in offers.items()
    ]
    return [*found, BackendChoice(OTHER, _("Another address"), _("any OpenAI-compatible gateway"))]


def server_choices(found: Mapping[str, Found]) -> list[BackendChoice]:
    """The servers that run on this machine."""
    return [
        BackendChoice(
            choice,
            server.server.title,
            short_address(server.server.base_url),
            plural("{n} model", "{n} models", len(server.models)) if server.models else _("no models yet"),
            good=bool(server.models),
        )
        for choice, server in sorted(found.items())
    ]


def demo_choice(local: EmbeddedModel | None) -> BackendChoice:
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
    return BackendChoice(
        DEMO,
        name or _("Tiny demo model"),
        _("runs on this machine") if name else _("small, runs on this machine"),
        state,
        good=local is not None and local.ready,
    )


class BackendList(OptionList):
    """Shows the choices under their headings."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002, Textual's name
        super().__init__(id=id, markup=False, compact=True)
        self._numbered: list[str] = []

    @property
    def chosen_id(self) -> str | None:
        """The choice under the cursor."""
        return None if self.highlighted_option is None else self.highlighted_option.id

    def show(self, groups: Sequence[tuple[str, Sequence[BackendChoice]]], wanted: str, *, airy: bool) -> None:
        """Show these groups with the cursor on `wanted`; `airy` puts an empty line between them."""
        self._numbered = [choice.id for _heading, choices in groups for choice in choices]
        options: list[Option] = []
        for n, (heading, choices) in enumerate(groups):
            space = "\n" if n and airy else ""
            options.append(Option(Content.styled(f"{space}{heading}", "bold $muted"), disabled=True))
            options += [Option(self._line(choice), id=choice.id) for choice in choices]
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self.add_options(options)
            self.highlighted = self.get_option_index(wanted)

    def point_at(self, number: int) -> str | None:
        """Move the cursor to the row of that number; None where there is no such row."""
        if number > len(self._numbered):
            return None
        choice = self._numbered[number - 1]
        self.highlighted = self.get_option_index(choice)
        return choice

    def _line(self, choice: BackendChoice) -> Content:
        number = self._numbered.index(choice.id) + 1
        left = f" {number if number < 10 else ' '}  "
        room = max(20, self.scrollable_content_region.width) - 2 - len(left) - TITLE_CELLS
        state = cut(choice.state, min(cell_len(choice.state), max(4, room)))
        rest = room - cell_len(state)
        return Content.assemble(
            (left, "$accent"),
            (cut(one_line(choice.title), TITLE_CELLS), "$foreground"),
            (cut(one_line(choice.detail), rest - 2) + "  " if rest >= 12 else "", "$muted"),
            (state, "$success" if choice.good else "$muted"),
        )
