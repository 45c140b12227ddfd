"""What the dialogs for a gateway have in common: the draft they return, how it is tried, the field for its address."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tui.domain.i18n import _
from tui.domain.settings import Profile
from tui.services.profiles import Checked, checked_address
from tui.widgets.fields import Field

Check = Callable[[Profile, str | None], Awaitable[Checked]]
"""Tries a gateway, with a key that was typed or with the one it has; failures are ChinwagErrors."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A gateway as it was typed."""

    profile: Profile
    key: str = field(default="", repr=False)
    """A key that was typed, to be saved; empty keeps the saved one."""


def address_field(address: str) -> Field:
    """Return the field for the address of a gateway."""
    return Field(
        _("Address"),
        address,
        checked_address,
        placeholder=_("https://host/v1, or a name: openai, ollama, …"),
        one_word=True,
        id="address",
    )
