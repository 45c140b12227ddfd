"""A doctor's case as the command line makes it, on real files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tui.cli import build_services
from tui.domain.settings import Profile
from tui.paths import AppDirs
from tui.services.doctor.check import Case, Check, Limits
from tui.services.doctor.examination import examine
from tui.services.gateway import Gateway

PLAIN_ENVIRON = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "SSH_TTY": "/dev/pts/0"}


class NoTerminal:
    """Input and output are files."""

    size: tuple[int, int] | None = None

    async def ask(self, question: bytes) -> bytes | None:
        return None


class AnsweringTerminal:
    """Answers with fixed bytes."""

    def __init__(self, answers: bytes, columns: int = 120, rows: int = 40) -> None:
        self.size: tuple[int, int] | None = (columns, rows)
        self._answers = answers

    async def ask(self, question: bytes) -> bytes | None:
        return self._answers


async def connect(profile: Profile, key: str | None) -> Gateway:
    from tui.api.client import GatewayClient

    return GatewayClient(
        profile.base_url,
        key,
        clocks=profile.clocks,
        retry_base=0.01,
        proxy=profile.proxy,
        ca_file=profile.ca_file,
        headers=profile.headers,
    )


def places_in(folder: Path) -> AppDirs:
    return AppDirs(data=folder / "data", config=folder / "config", cache=folder / "cache")


def case_in(
    folder: Path,
    profile: Profile | None = None,
    *,
    terminal: NoTerminal | AnsweringTerminal | None = None,
    environ: Mapping[str, str] = PLAIN_ENVIRON,
    limits: Limits | None = None,
) -> Case:
    return Case(
        build_services(places_in(folder)), profile, connect, terminal or NoTerminal(), environ, limits or Limits()
    )


async def results(case: Case) -> dict[str, Check]:
    return {check.name: check async for check in examine(case)}


def said(checks: Mapping[str, Check]) -> str:
    """Every word of it."""
    return "\n".join(f"{check.name} {check.state} {check.found} {check.next_step}" for check in checks.values())
