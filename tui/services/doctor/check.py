"""The result of a check, and what all checks share."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import NamedTuple, Protocol

from tui.api.address import Address
from tui.api.probe import Reached
from tui.api.transport import ProxyChoice
from tui.domain.models import ModelInfo
from tui.domain.settings import Profile
from tui.services.connections import Connect
from tui.services.gateway import Gateway
from tui.services.services import Services


class State(StrEnum):
    """The result of a check. The words are printed and stay the same in every language."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"
    NOT_CHECKED = "not checked"


class Finding(NamedTuple):
    """The result of one check."""

    state: State
    found: str
    next_step: str = ""
    """What to do if it is not ok."""


class Check(NamedTuple):
    """One check and its result."""

    name: str
    """Stable, for scripts."""
    title: str
    """For people."""
    state: State
    found: str
    next_step: str


def ok(found: str) -> Finding:
    """Return a result for what is as it should be."""
    return Finding(State.OK, found)


def warning(found: str, next_step: str) -> Finding:
    """Return a result for what works, but not well or not safely."""
    return Finding(State.WARNING, found, next_step)


def failure(found: str, next_step: str) -> Finding:
    """Return a result for what does not work."""
    return Finding(State.FAILURE, found, next_step)


def skipped(why: str, next_step: str = "") -> Finding:
    """Return a result for what was not checked."""
    return Finding(State.NOT_CHECKED, why, next_step)


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest that the doctor takes, in seconds."""

    step: float = 4.0
    """One step, except the streamed reply."""
    stream: float = 9.0
    """The streamed reply: a model may have to be loaded."""
    network: float = 16.0
    """All steps to the gateway together."""


class Terminal(Protocol):
    """The terminal that the doctor runs in."""

    @property
    def size(self) -> tuple[int, int] | None:
        """Columns and rows; None without a terminal."""

    async def ask(self, question: bytes) -> bytes | None:
        """Return the terminal's answer to a query that ends with a request for its device attributes.

        Empty if it does not answer in time; None if there is no terminal to ask.
        """


@dataclass(slots=True)
class Case:
    """What is checked, and what has been found so far."""

    services: Services
    profile: Profile | None
    """The gateway; None if none is configured."""
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
    """The terminal's answers."""
    started: float = field(default_factory=monotonic)

    def seconds(self, most: float) -> float:
        """Return `most`, or the time left for the network if that is less."""
        return max(0.0, min(most, self.started + self.limits.network - monotonic()))

    async def aclose(self) -> None:
        """Close the client and the data folder."""
        try:
            if self.gateway is not None:
                await self.gateway.aclose()
        finally:
            await self.services.store.folder.close()


Run = Callable[[Case], Awaitable[Finding]]
"""One check function; anything it raises except TimeoutError is a bug."""
