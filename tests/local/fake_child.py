"""A stand-in for the served model that speaks the pipe protocol. Run as a script: fake_child.py SCENARIO [ARGUMENT]."""

import json
import os
import signal
import sys
import time
from pathlib import Path


def main(scenario: str, argument: str = "") -> None:
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    line = sys.stdin.readline()
    if not line:
        return
    order = json.loads(line)
    if scenario == "ready once":
        scenario = "loading" if Path(argument).exists() else "ready"
    if scenario == "ready":
        if argument:
            with Path(argument).open("a") as file:
                file.write(json.dumps({**order, "pid": os.getpid()}) + "\n")
        os.write(1, b"native words on 1\n")
        os.write(2, b"native words on 2\n")
        say(answer, ready="http://127.0.0.1:9")
        while sys.stdin.read(1):
            pass
    elif scenario == "failed":  # KIND|DETAIL|what the log holds
        kind, detail, log = argument.split("|")
        os.write(2, log.encode())
        say(answer, failed=kind, detail=detail)
    elif scenario == "exit":
        sys.exit(int(argument))
    elif scenario == "signal":
        os.kill(os.getpid(), int(argument))
    elif scenario == "babble":
        answer.write("ready, more or less\n")
    elif scenario == "loading":  # for ever, and seeing nothing, as native code does
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with Path(argument).open("a") as file:
            file.write(f"{os.getpid()}\n")
        while True:
            time.sleep(60)
    elif scenario == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        Path(argument).write_text(str(os.getpid()))
        say(answer, ready="http://127.0.0.1:9")
        while True:
            time.sleep(60)


def say(answer, **what: str) -> None:
    answer.write(json.dumps(what) + "\n")
    answer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
