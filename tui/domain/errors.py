"""The failures chinwag expects, each with a sentence for the user."""

from __future__ import annotations

from abc import ABC
from typing import Literal

GatewayErrorKind = Literal[
    "auth",
    "payment",
    "forbidden",
    "firewall",
    "region",
    "filtered",
    "no_chat",
    "not_found",
    "bad_request",
    "too_large",
    "context_length",
    "rate_limit",
    "overloaded",
    "server",
    "timeout",
    "stalled",
    "interrupted",
    "upstream",
    "network",
    "dropped",
    "tls",
    "redirect",
    "protocol",
    "empty",
]
"""The class of a failure, for code. The same words are stored with a failed message."""


class ChinwagError(ABC, Exception):
    """A failure that the user can understand, raised as one of its kinds. `str()` is one or two sentences for the screen."""


class GatewayError(ChinwagError):
    """A gateway could not be reached, refused, or broke off. The sentence is cleaned and never holds a key."""

    def __init__(
        self,
        kind: GatewayErrorKind,
        sentence: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(sentence)
        self.kind: GatewayErrorKind = kind
        self.status = status
        """The HTTP status, if there was an answer."""
        self.request_id = request_id
        self.retryable = retryable
        """Whether trying again may help without changing anything first."""
        self.retry_after = retry_after
        """Seconds that the server asks to wait."""


class StoreError(ChinwagError):
    """Conversations could not be read or written."""

    def __init__(self, sentence: str, brief: str = "") -> None:
        super().__init__(sentence)
        self.brief = brief or sentence
        """The reason in a few words, for a line with little room."""


class MissingError(StoreError):
    """A conversation is not where it is expected."""


class ChangeError(StoreError):
    """A saved conversation cannot be changed at the moment, or, where that is `final`, not at all any more."""

    def __init__(self, sentence: str, *, final: bool = False) -> None:
        super().__init__(sentence)
        self.final = final


class SettingsError(ChinwagError):
    """The settings file, or a value in it, is not usable."""


class EngineError(ChinwagError):
    """The embedded engine or its model cannot serve. `kind` is for code, `detail` for the log."""

    def __init__(self, kind: str, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.kind = kind
        self.detail = detail


class ClipboardError(ChinwagError):
    """Nothing could be copied."""
