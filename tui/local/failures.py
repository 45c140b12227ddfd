"""Why the engine did not start: its log, exit status or answer in, an error with the next step out."""

from __future__ import annotations

import re
import signal

from tui.domain.errors import EngineError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.local.gguf import damaged

# The engine raises the same exception for everything; the cause is only in its log, in the words of
# llama.cpp. The most specific first.
_NO_MEMORY = re.compile(
    r"unable to allocate|failed to allocate|bad_alloc|out of memory|mmap failed|Cannot allocate|failed to create context",
    re.IGNORECASE,
)
_UNKNOWN_KIND = re.compile(r"unknown model architecture|unknown .*tokenizer|unsupported", re.IGNORECASE)
_DAMAGED = re.compile(
    r"invalid magic|bad GGUF|failed to read|not within the file bounds|corrupted or incomplete|read error"
    r"|unexpectedly reached end|failed to load model|error loading model",
    re.IGNORECASE,
)


def from_answer(kind: str, detail: str, name: str, log: str) -> EngineError:
    """Return the failure that the child reported. `name` is the model's file, `log` the end of the engine's log."""
    if kind == "engine-missing":
        return EngineError(kind, _("The engine is not installed. Run: chinwag local install"), detail)
    if kind == "engine-unusable":
        return EngineError(
            kind,
            _("The engine cannot run on this system: {reason}. Use a gateway instead.").format(
                reason=one_line(detail, 160).rstrip(".")
            ),
            detail,
        )
    return from_log(log, name) or EngineError(
        "engine-failed",
        _("The engine could not load {name}. Choose another model file.").format(name=name),
        f"{detail}\n{log}",
    )


def from_log(log: str, name: str) -> EngineError | None:
    """Return the failure that the log shows, if it is a known one."""
    if _NO_MEMORY.search(log):
        return EngineError(
            "out-of-memory",
            _("Not enough memory for {name}. Choose a smaller model, or a smaller context.").format(name=name),
            log,
        )
    if _UNKNOWN_KIND.search(log):
        return EngineError(
            "model-unsupported",
            _("The engine does not support the type of model in {name}. Choose another file.").format(name=name),
            log,
        )
    return damaged(name, log) if _DAMAGED.search(log) else None


def from_exit(status: int, name: str, log: str) -> EngineError:
    """Return the failure of a child that ended without an answer: it crashed in native code, or was killed."""
    if (known := from_log(log, name)) is not None:
        return known
    return EngineError(
        "engine-crashed",
        _("The engine stopped while loading {name}: {reason}. Choose another model, or use a gateway.").format(
            name=name, reason=_describe(status)
        ),
        log,
    )


def _describe(status: int) -> str:
    if status == -signal.SIGILL:
        return _("this processor does not support a required instruction")
    if status == -getattr(signal, "SIGKILL", 0):
        return _("the system ended it, possibly out of memory")
    if status < 0:
        return _("it crashed ({signal})").format(signal=signal.strsignal(-status) or -status)
    return _("exit status {status}").format(status=status)
