"""What the user types into a field, as a value; SettingsError with one sentence when it cannot be one."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from tui.domain.errors import SettingsError
from tui.domain.words import _

Number = TypeVar("Number", int, float)


def temperature(text: str) -> float | None:
    """0 to 2; empty is None."""
    return _convert(text, float, Meta(ge=0, le=2), _("Temperature is a number from 0 to 2, like 0.7."))


def top_p(text: str) -> float | None:
    """0 to 1; empty is None."""
    return _convert(text, float, Meta(ge=0, le=1), _("top_p is a number from 0 to 1, like 0.9."))


def max_tokens(text: str) -> int | None:
    """Greater than 0; empty is None."""
    return _convert(text, int, Meta(gt=0), _("max_tokens is a whole number greater than 0."))


def context(text: str) -> int | None:
    """256 to 1048576 tokens; empty is None."""
    return _convert(text, int, Meta(ge=256, le=1_048_576), _("Context is a whole number from 256 to 1048576."))


def threads(text: str) -> int | None:
    """0 or more; empty is None."""
    return _convert(text, int, Meta(ge=0), _("Threads is a whole number, 0 or more."))


def variable(text: str) -> str:
    """The name of an environment variable."""
    text = text.strip()
    if not text:
        raise SettingsError(_("Name the variable that holds the key."))
    if "=" in text or " " in text:
        raise SettingsError(_("Only the name of the variable, like OPENAI_API_KEY; never the key itself."))
    return text


def command(text: str) -> str:
    """A command line that prints a key."""
    if not text.strip():
        raise SettingsError(_("Give the command that prints the key, like: pass show gateway"))
    return text.strip()


def _convert(text: str, kind: type[Number], limits: Meta, sentence: str) -> Number | None:
    text = text.strip()
    if not text:
        return None
    try:
        value: Number = msgspec.convert(text, Annotated[kind, limits], strict=False)
    except msgspec.ValidationError:
        raise SettingsError(sentence) from None
    return value
