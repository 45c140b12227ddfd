"""Run the measurements and print one table."""

from __future__ import annotations

import argparse
import contextlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench.driven import Gone
from tests.bench.lab import ROOT, Figures, Lab
from tests.bench.library import Plan, make
from tests.bench.reading import Reading
from tests.bench.size import SizeBench
from tests.bench.streaming import Streaming
from tests.bench.table import table

COMMAND = str(Path(sys.executable).with_name("chinwag"))


READING: dict[str, Callable[[Reading], Figures]] = {
    "start": Reading.start,
    "many": Reading.many,
    "open": Reading.open_short,
    "long": Reading.open_long,
    "restyle": Reading.restyle,
    "models": Reading.models,
}
STREAMING: dict[str, Callable[[Streaming], Figures]] = {
    "send": Streaming.send,
    "max": Streaming.full_speed,
    "held": Streaming.held,
    "rate": Streaming.followed,
    "echo": Streaming.echo,
    "late": Streaming.echo_late,
    "behind": Streaming.echo_behind,
    "list": Streaming.one_list,
    "fence": Streaming.one_fence,
}
NAMES = ["version", *READING, *STREAMING]


def measurements(lab: Lab, command: str) -> dict[str, Callable[[], Figures]]:
    """By the names that ONLY takes."""
    reading, streaming = Reading(lab), Streaming(lab)
    return {
        "version": partial(version, command),
        **{name: partial(measure, reading) for name, measure in READING.items()},
        **{name: partial(measure, streaming) for name, measure in STREAMING.items()},
    }


def version(command: str) -> Figures:
    """`chinwag --version`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([command, "--version"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"--version: CPU, s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


@contextlib.contextmanager
def gateway(log: Path) -> Iterator[str]:
    """A gateway of its own; its address."""
    command = [sys.executable, "-m", "tests.bench.gateway", str(log)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip()
        finally:
            running.terminate()


def prepare_library(folder: Path, existing: Path | None) -> Path:
    """A library that may be written to."""
    if existing is None:
        make(Plan(folder, until=time.time()))
    else:
        shutil.copytree(existing, folder)
    return folder


def main() -> None:
    """Measure each a few times, in turns."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--reps", type=int, default=5)
    names = ", ".join(NAMES)
    parser.add_argument(
        "--only", default=",".join(NAMES), help=f"of {names}; size takes ten minutes, and has to be named"
    )
    parser.add_argument("--command", default=COMMAND, help="the chinwag to measure")
    parser.add_argument("--library", type=Path, help="measure size on a copy of this folder instead of a new one")
    parser.add_argument("--json", type=Path, help="write all numbers to this file")
    parser.add_argument("--before", type=Path, help="print the medians of such a file beside the others")
    chosen = parser.parse_args()
    if unknown := set(chosen.only.split(",")) - {*NAMES, "size"}:
        parser.error(f"no measurement is named {', '.join(unknown)}")
    results: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="chinwag-bench-") as name:
        folder, log = Path(name), Path(name, "gateway.log")
        log.touch()
        with gateway(log) as origin:
            known = measurements(Lab(chosen.command, origin, log, folder), chosen.command)
            wanted = chosen.only.split(",")
            if "size" in wanted:
                wanted.remove("size")
                data = prepare_library(folder / "library", chosen.library)
                results.update(SizeBench(data, folder, origin, log).measure(chosen.reps))
            for _ in range(chosen.reps):
                for what in wanted:
                    log.write_text("")
                    try:
                        for figure, value in known[what]().items():
                            results.setdefault(figure, []).append(value)
                    except Gone as error:
                        print(f"{what} failed: {error}", file=sys.stderr)
    before = json.loads(chosen.before.read_text()) if chosen.before else {}
    print(table(results, before))
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
