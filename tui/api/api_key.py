"""The key of a gateway, kept out of everything but its header."""

from __future__ import annotations

from collections.abc import Iterable

from tui.domain.errors import GatewayError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line

_MASK = "…"
_SHORTEST_SECRET = 4
"""Shorter "keys" are placeholders for servers that need none; masking them would only garble sentences."""


class ApiKey:
    """A key that never shows itself: not in `repr`, and not in a sentence in which a server repeats it."""

    __slots__ = ("_secrets", "_text", "variable")

    def __init__(self, text: str | None, variable: str = "") -> None:
        """`variable` is the environment variable that holds the key, for sentences; empty if there is none."""
        self.variable = variable
        self._text = (text or "").strip()
        self._secrets: list[str] = []
        self.hide([self._text])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({_MASK if self._text else ''})"

    def header(self) -> str | None:
        """Return the Authorization header, or None without a key; GatewayError ("auth") if no header can hold the key."""
        if not self._text:
            return None
        if not (self._text.isascii() and self._text.isprintable()):
            sentence = _("The API key contains invalid characters. Copy it again and save it in the settings.")
            raise GatewayError("auth", sentence)
        return f"Bearer {self._text}"

    def hide(self, secrets: Iterable[str]) -> None:
        """Mask these as well: secrets that travel with the key, such as the password of a proxy."""
        found = {*self._secrets, *(secret for secret in secrets if len(secret) >= _SHORTEST_SECRET)}
        self._secrets = sorted(found, key=len, reverse=True)  # one may be part of another

    def mask(self, text: str) -> str:
        """Return the text with the key masked."""
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        return text

    def excerpt(self, text: str, limit: int = 300) -> str:
        """Return a server's text for use in a sentence: cleaned, on one line of at most `limit` characters, the key
        masked."""
        # Masked after cleaning, which may join a split key, and before cutting, which could leave half of it.
        return one_line(self.mask(one_line(text, len(text) + 1)), limit)
