"""`chinwag doctor`: the checks, printed line by line or as one JSON object. Returns the exit code."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing
from threading import Thread
from typing import Any, ParamSpec, TypeVar

from tui import __version__
from tui.domain.i18n import _
from tui.services.doctor.check import Case, Check, State
from tui.services.doctor.examination import STEPS, examine

P = ParamSpec("P")
T = TypeVar("T")

_COLOURS = {State.OK: "32", State.WARNING: "33", State.FAILURE: "31", State.NOT_CHECKED: "2"}
_STATE_WIDTH = max(map(len, State))


def run(case: Case, *, as_json: bool) -> int:
    """Run the checks, print the results and return the exit code: 0 when none failed, else 1, also after ctrl+c."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # where text is not UTF-8
    checks: list[Check] = []
    complete = True
    if not as_json:
        print(f"chinwag {__version__}, Python {platform.python_version()}, {_system()}", flush=True)
    try:
        asyncio.run(_examine(case, checks, as_json=as_json))
    except KeyboardInterrupt:
        complete = False
    if as_json:
        print(_as_json(checks, complete))
    elif not complete:
        print(_("Stopped; the remaining checks were skipped."), file=sys.stderr)
    return int(not complete or any(check.state is State.FAILURE for check in checks))


async def _examine(case: Case, checks: list[Check], *, as_json: bool) -> None:
    asyncio.get_running_loop().set_default_executor(_Unawaited())
    title_width = max(len(_(step.title)) for step in STEPS)
    async with aclosing(examine(case)) as results:
        async for check in results:
            checks.append(check)
            if not as_json:
                _print(check, title_width)


def _print(check: Check, title_width: int) -> None:
    state = f"{check.state:<{_STATE_WIDTH}}"
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb":
        state = f"\x1b[{_COLOURS[check.state]}m{state}\x1b[0m"
    found = check.found
    if check.next_step:
        found = _("{found} Next: {next_step}").format(found=_ended(found), next_step=check.next_step)
    print(f"{state}  {check.title:<{title_width}}  {found}", flush=True)


def _ended(text: str) -> str:
    return text if text.endswith((".", "…", ")", "。")) else f"{text}."


def _as_json(checks: list[Check], complete: bool) -> str:
    rows = [
        {"name": check.name, "state": check.state, "found": check.found, "next": check.next_step} for check in checks
    ]
    about: dict[str, Any] = {"chinwag": __version__, "python": platform.python_version(), "system": _system()}
    return json.dumps({**about, "complete": complete, "checks": rows}, indent=2)


def _system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"


class _Unawaited(ThreadPoolExecutor):
    """Runs each call in a thread that is not joined at exit: a name lookup or a keyring may hang for minutes."""

    def submit(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()  # cancelling has no effect from here on

        def work() -> None:
            try:
                future.set_result(call(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 (raised where the result is awaited)
                future.set_exception(error)

        Thread(target=work, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Return at once: nothing is waited for."""
