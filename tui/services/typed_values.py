"""What the user types into a field, as a value; SettingsError with a sentence if it is not valid."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from tui.domain.errors import SettingsError
from tui.domain.headers import header_problem, is_secret
from tui.domain.i18n import _
from tui.domain.settings import Profile

Number = TypeVar("Number", int, float)
Headers = tuple[tuple[str, str], ...]

MASK = "••••"
"""Stands for a secret that stays unchanged."""

_PASSWORD = re.compile(r"(//[^:/@]*:)(.*)(?=@)")
"""The part of a URL before its password, and the password."""


def temperature(text: str) -> float | None:
    """Return a number from 0 to 2; None if empty."""
    return _convert(text, float, Meta(ge=0, le=2), _("Temperature must be from 0 to 2, such as 0.7."))


def top_p(text: str) -> float | None:
    """Return a number from 0 to 1; None if empty."""
    return _convert(text, float, Meta(ge=0, le=1), _("top_p must be from 0 to 1, such as 0.9."))


def max_tokens(text: str) -> int | None:
    """Return a whole number greater than 0; None if empty."""
    return _convert(text, int, Meta(gt=0), _("max_tokens must be a whole number greater than 0."))


def context(text: str) -> int | None:
    """Return a number of tokens from 256 to 1048576; None if empty."""
    return _convert(text, int, Meta(ge=256, le=1_048_576), _("Context must be from 256 to 1048576 tokens."))


def threads(text: str) -> int | None:
    """Return 0 or more; None if empty."""
    return _convert(text, int, Meta(ge=0), _("Threads must be a whole number, 0 or more."))


def variable(text: str) -> str:
    """Return the name of an environment variable."""
    text = text.strip()
    if not text:
        raise SettingsError(_("Enter the name of the variable that contains the key."))
    if "=" in text or " " in text:
        raise SettingsError(_("Enter only the name of the variable, such as OPENAI_API_KEY, not the key itself."))
    return text


def command(text: str) -> str:
    """Return a command line that prints a key."""
    if not text.strip():
        raise SettingsError(_("Enter the command that prints the key, such as: pass show gateway"))
    return text.strip()


def shown_proxy(url: str) -> str:
    """Return a proxy for display and editing, with its password masked."""
    return _PASSWORD.sub(rf"\1{MASK}", url)


def proxy(text: str, before: str = "") -> str:
    """Return the URL of a proxy, "none", or empty; a masked password means that of `before`."""
    text = text.strip()
    if kept := _PASSWORD.search(before):
        text = text.replace(MASK, kept[2])
    try:
        if MASK not in text:
            return Profile("", "", proxy=text).proxy
    except ValueError:
        pass
    raise SettingsError(
        _("A proxy must be an address such as http://host:port or socks5://host:port, or the word none.")
    )


def ca_file(text: str) -> str:
    """Return the path of a file of certificates, or empty."""
    text = text.strip()
    if text and not (text.startswith("~") or PurePath(text).is_absolute()):
        raise SettingsError(_("Enter the full path of the file, such as ~/certificates/office.pem"))
    return text


def shown_headers(headers: Headers) -> str:
    """Return headers for display and editing, with secrets masked."""
    return "; ".join(f"{name}: {MASK if is_secret(name) else value}" for name, value in headers)


def headers(text: str, before: Headers = ()) -> Headers:
    """Return headers separated by semicolons, as in "X-Title: chinwag; X-Team: blue"; a masked value means that of
    `before`."""
    if text == shown_headers(before):  # a value in the file may contain a semicolon
        return before
    kept = {name.lower(): value for name, value in before}
    found: dict[str, tuple[str, str]] = {}
    for part in filter(str.strip, text.split(";")):
        name, colon, value = (word.strip() for word in part.partition(":"))
        if not colon:
            raise SettingsError(
                _("A header is a name, a colon and a value, such as X-Title: chinwag; separate headers with ;")
            )
        if value == MASK:
            value = kept.get(name.lower(), value)
        if problem := header_problem(name, value):
            raise SettingsError(_("This header cannot be sent: {problem}.").format(problem=problem))
        if name.lower() in found:
            raise SettingsError(_("The header {name} appears twice.").format(name=name))
        found[name.lower()] = name, value
    return tuple(found.values())


def _convert(text: str, kind: type[Number], limits: Meta, sentence: str) -> Number | None:
    text = text.strip()
    if not text:
        return None
    try:
        value: Number = msgspec.convert(text, Annotated[kind, limits], strict=False)
    except msgspec.ValidationError:
        raise SettingsError(sentence) from None
    return value
