"""The embedded engine, seen from the app: a child process that serves a small model on loopback."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tui.domain.errors import EngineError
from tui.domain.i18n import _
from tui.domain.settings import DEMO_MODEL, LocalSettings
from tui.local import failures
from tui.local.demo import DEMO_DRY, DEMO_NAME, DEMO_WEIGHTS
from tui.local.gguf import trained_context
from tui.local.process import ServerProcess, end_of, open_log
from tui.local.weights import Weights, check

# -P prevents importing a json.py next to the script. (-I would also hide the user's site folder.)
CHILD = (sys.executable, "-P", str(Path(__file__).with_name("child.py")))
MOST_THREADS = 8


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What is served, and how."""

    model: Path
    alias: str
    """The model's id on the wire."""
    name: str
    """Its name for people."""
    context: int = 4096
    """Tokens; more than the model was trained for is cut off."""
    threads: int = 0
    """0 leaves one core to the terminal."""
    gpu_layers: int = 0
    dry: float = 0.0
    """Strength of the penalty on repeated runs of tokens (DRY); 0 is none."""
    weights: Weights | None = None
    """What the file must be, if that is known."""

    @classmethod
    def of(cls, settings: LocalSettings, folder: Path) -> EngineSettings:
        """Return settings for the model file that the user's settings name, else for the demo model in `folder`."""
        custom = Path(settings.model).expanduser().absolute() if settings.model else None
        return cls(
            model=custom or DEMO_WEIGHTS.path(folder).absolute(),
            alias=custom.stem if custom else DEMO_MODEL,
            name=custom.name if custom else _(DEMO_NAME),
            context=settings.context,
            threads=settings.threads,
            gpu_layers=settings.gpu_layers,
            dry=0.0 if custom else DEMO_DRY,
            weights=None if custom else DEMO_WEIGHTS,
        )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the running engine answers, like any gateway.

    Its server sometimes closes a kept-alive connection: use a new connection each time, and no proxy.
    """

    base_url: str
    key: str = field(repr=False)
    model: str


class LocalEngine:
    """Starts, watches and stops the child that serves one model. Belongs to one event loop.

    `log` receives what the child prints, `command` starts it.
    """

    def __init__(self, settings: EngineSettings, log: Path, command: Sequence[str] = CHILD) -> None:
        self.settings = settings
        self.log = log
        self._command = command
        self._starting = asyncio.Lock()
        self._stops = 0
        self._child: ServerProcess | None = None
        self._endpoint: Endpoint | None = None

    @property
    def endpoint(self) -> Endpoint | None:
        """Where it answers, while it runs."""
        return self._endpoint if self._child is not None and self._child.alive else None

    @property
    def running(self) -> bool:
        """Whether the model is loaded and its process runs."""
        return self.endpoint is not None

    async def start(self, timeout: float = 60.0) -> Endpoint:  # noqa: ASYNC109 - the child is ended too, not only waiting
        """Load the model, in `timeout` seconds at most, and return where it answers.

        Returns at once when it is running. A child that has died is started again, at a new address with a new key.
        EngineError of the kinds of `weights.check`, `gguf.trained_context` and `failures`, or "start-timeout",
        "engine-stopped".
        """
        async with self._starting:
            if (running := self.endpoint) is not None:
                return running
            self._endpoint = None  # of a child that has died
            stops, key = self._stops, secrets.token_urlsafe(24)
            context = await asyncio.to_thread(self._usable_context)
            with open_log(self.log) as log:
                child = self._child = await self._spawn(log)
                try:
                    self._require_wanted(stops)
                    answer = await self._ask(child, self._order(key, context, timeout), timeout, log)
                    self._require_wanted(stops)
                    await self._require_ready(answer, child, log)
                except BaseException:
                    child.kill()
                    await child.end()
                    raise
            self._endpoint = Endpoint(f"{answer['ready']}/v1", key, self.settings.alias)
            return self._endpoint

    async def stop(self) -> None:
        """Stop the child, even while it is loading. Safe at any time, and to call twice."""
        self._stops += 1
        child, loaded = self._child, self.running
        self._child = self._endpoint = None
        if child is not None:
            if not loaded:  # it would not notice the closed pipe before the model is loaded
                child.kill()
            await child.end()

    def _usable_context(self) -> int:
        if self.settings.weights is not None:
            check(self.settings.model.parent, self.settings.weights)
        # A context far beyond the trained length can take minutes and gigabytes to set up, without benefit.
        return min(self.settings.context, trained_context(self.settings.model) or self.settings.context)

    def _order(self, key: str, context: int, timeout: float) -> dict[str, object]:
        return {
            "model": str(self.settings.model),
            "alias": self.settings.alias,
            "key": key,  # through the pipe: arguments and environment are visible to others
            "context": context,
            "threads": self.settings.threads or _default_threads(),
            "gpu_layers": self.settings.gpu_layers,
            "dry": self.settings.dry,
            "timeout": timeout + 5,  # only in case this process is gone by then
        }

    async def _spawn(self, log: BinaryIO) -> ServerProcess:
        try:
            return await ServerProcess.spawn(self._command, log)
        except OSError as error:
            raise EngineError(
                "engine-failed",
                _("The engine could not be started: {reason}. Use a gateway instead.").format(
                    reason=error.strerror or error
                ),
                str(self._command),
            ) from error

    async def _ask(
        self,
        child: ServerProcess,
        order: dict[str, object],
        timeout: float,  # noqa: ASYNC109
        log: BinaryIO,
    ) -> dict[str, str]:
        try:
            async with asyncio.timeout(timeout):
                return await child.ask(order)
        except TimeoutError:
            raise EngineError(
                "start-timeout",
                _("{name} did not load within {seconds} seconds. Choose a smaller model, or a smaller context.").format(
                    name=self.settings.name, seconds=round(timeout)
                ),
                end_of(log),
            ) from None

    async def _require_ready(self, answer: dict[str, str], child: ServerProcess, log: BinaryIO) -> None:
        if "ready" in answer:
            return
        status, name = await child.end(), self.settings.name
        if "failed" in answer:
            raise failures.from_answer(answer["failed"], answer.get("detail", ""), name, end_of(log))
        raise failures.from_exit(status, name, end_of(log))

    def _require_wanted(self, stops: int) -> None:
        if self._stops != stops:
            raise EngineError("engine-stopped", _("The engine was stopped. Start it again when you need it."))


def _default_threads() -> int:
    """Return all cores but one: a worker that loses its core stalls all the others."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        cores = os.cpu_count() or 1
    return max(1, min(MOST_THREADS, cores - 1))
