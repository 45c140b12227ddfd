"""The child process that serves the model. It is run as a script, so that it starts fast, without the app.

The parent writes one line of JSON to standard input: what to serve, and the key. The answer on standard output is
{"ready": address} or {"failed": kind, "detail": text}. From then on the pipe is a lifeline: when the parent closes its
end, or dies in any way, this process exits.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from typing import Any, TextIO

MISSING, UNUSABLE, NOT_LOADED = "engine-missing", "engine-unusable", "not-loaded"


def main() -> int:
    """Serve until the parent closes the pipe; return an exit status that tells how far it came otherwise."""
    # The pipe is for the one answer only; native code may print anything, so descriptor 1 goes to the log.
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answer:
        os.dup2(2, 1)
        faulthandler.enable()
        line = sys.stdin.buffer.readline()
        if not line:
            return 0
        order = json.loads(line)
        # No Python code runs while the model loads, so a closed pipe is not noticed, and loading may never end.
        faulthandler.dump_traceback_later(order["timeout"], exit=True)
        server = load(order, answer)
        faulthandler.cancel_dump_traceback_later()
        if server is None:
            return 3
        send(answer, ready=server.listening_address)
    while sys.stdin.buffer.read(4096):
        pass
    # Exit with the server running: shutting it down sometimes waits forever for its own thread.
    os._exit(0)


def load(order: dict[str, Any], answer: TextIO) -> Any:
    """Return a listening server, or `None` after telling the parent why not."""
    try:
        import xllamacpp
    except ModuleNotFoundError as error:
        send(answer, failed=MISSING if error.name == "xllamacpp" else UNUSABLE, detail=str(error))
        return None
    except (ImportError, OSError) as error:
        send(answer, failed=UNUSABLE, detail=str(error))
        return None
    params = xllamacpp.CommonParams()
    params.verbosity = 2  # errors and warnings, never a prompt
    params.offline = True
    params.fit_params = False  # skips a trial load that fits the model into a GPU's memory
    params.model.path = order["model"]
    params.model_alias = {order["alias"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["key"]]
    params.ui = False
    params.endpoint_slots = False
    params.n_ctx = order["context"]
    params.n_parallel = 2
    params.kv_unified = True  # both slots share the context instead of halving it
    params.n_gpu_layers = order["gpu_layers"]
    params.cpuparams.n_threads = order["threads"]
    params.cpuparams_batch.n_threads = order["threads"]
    params.n_threads_http = 4
    params.cache_ram_mib = 256  # the default keeps up to 8 GiB of old prompts
    params.sampling.dry_multiplier = order["dry"]
    try:
        return xllamacpp.Server(params)
    except (RuntimeError, ValueError, MemoryError) as error:  # the reason is in the log only
        send(answer, failed=NOT_LOADED, detail=str(error))
        return None


def send(answer: TextIO, **what: str) -> None:
    """Send the one line; if the parent is gone, nothing is lost."""
    try:
        answer.write(json.dumps(what) + "\n")
        answer.flush()
    except OSError:
        pass


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # native threads may still be running
