"""What a check finds, and what all checks share."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Protocol

from tui.api.address import Address
from tui.api.probe import Reached
from tui.api.transport import ProxyChoice
from tui.domain.models import ModelInfo
from tui.domain.settings import Profile
from tui.services.connections import Connect
from tui.services.gateway import Gateway
from tui.services.services import Services


class State(StrEnum):
    """How a check went. The words are printed and stay the same in every language."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    """Stable: for scripts."""
    state: State
    found: str
    next_step: str = ""
    """What to do where it is not ok."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check function has to say."""

    state: State
    found: str
    next_step: str = ""


def ok(found: str) -> Finding:
    """As it should be."""
    return Finding(State.OK, found)


def warning(found: str, next_step: str) -> Finding:
    """Works, but not as well as it could, or not safely."""
    return Finding(State.WARNING, found, next_step)


def failure(found: str, next_step: str) -> Finding:
    """Does not work."""
    return Finding(State.FAILURE, found, next_step)


def skipped(why: str, next_step: str = "") -> Finding:
    """There is nothing to look at."""
    return Finding(State.NOT_CHECKED, why, next_step)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the doctor takes at most, in seconds."""

    step: float = 4.0
    """One step, but for the streamed reply."""
    stream: float = 9.0
    """The streamed reply: a model may have to be loaded."""
    network: float = 16.0
    """All steps that lead to the gateway together."""


class Terminal(Protocol):
    """The terminal that the doctor is run in."""

    @property
    def size(self) -> tuple[int, int] | None:
        """Columns and rows; None without a terminal."""

    async def ask(self, question: bytes) -> bytes | None:
        """Return what the terminal answers to a question that ends with a request for its device attributes.

        Empty when it says nothing in time; None where no terminal can be asked.
        """


@dataclass(slots=True)
class Case:
    """What is looked at, and what has been found on the way."""

    services: Services
    profile: Profile | None
    """The gateway; None where none is configured."""
    connect: Connect
    terminal: Terminal
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    limits: Limits = Limits()
    key: str = field(default="", repr=False)
    address: Address | None = None
    proxy: ProxyChoice | None = None
    reached: Reached = field(default_factory=Reached)
    gateway: Gateway | None = None
    models: list[ModelInfo] = field(default_factory=list)
    answers: bytes | None = None
    """What the terminal said."""
    started: float = field(default_factory=monotonic)

    def seconds(self, most: float) -> float:
        """`most`, or what is left of the time for the network."""
        return max(0.0, min(most, self.started + self.limits.network - monotonic()))

    async def aclose(self) -> None:
        """Hang up, and let go of the data folder."""
        try:
            if self.gateway is not None:
                await self.gateway.aclose()
        finally:
            await self.services.store.folder.close()


Look = Callable[[Case], Awaitable[Finding]]
"""One check; what it raises is a bug, but for TimeoutError."""
