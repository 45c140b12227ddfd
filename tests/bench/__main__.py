"""Run the measurements and print one table."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from tests.bench.library import Plan, make
from tests.bench.process import cpu_of, resident_mb
from tests.bench.size import SizeBench
from tests.journeys.terminal import Terminal

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
COMMAND = str(Path(sys.executable).with_name("chinwag"))

SIZE_REPS = 5
"""Lateness is the worst of many moments: it takes some runs to know it."""

Figures = dict[str, float]


class Bench:
    """One gateway, a fresh home for every program."""

    def __init__(self, origin: str, log: Path, folder: Path) -> None:
        self.origin = origin
        self.log = log
        self.folder = folder
        self._homes = 0

    @contextlib.contextmanager
    def program(self, command: list[str], model: str = "0-10") -> Iterator[Terminal]:
        """A program in a terminal of 120x40, in a home of its own."""
        self._homes += 1
        home = self.folder / str(self._homes)
        environ = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "CHINWAG_BASE_URL": f"{self.origin}/v1",
            "CHINWAG_MODEL": model,
            "CHINWAG_DATA_DIR": str(home / "data"),
            "CHINWAG_CONFIG_DIR": str(home / "config"),
            "CHINWAG_CACHE_DIR": str(home / "cache"),
        }
        with Terminal(command, environ) as terminal:
            yield terminal
        shutil.rmtree(home, ignore_errors=True)

    def event(self, what: str) -> float:
        """When the gateway last noted this."""
        return [note["at"] for line in self.log.read_text().splitlines() if (note := json.loads(line))["what"] == what][
            -1
        ]

    def version(self) -> Figures:
        """`chinwag --version`."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([COMMAND, "--version"], check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {"--version: CPU s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}

    def start(self) -> Figures:
        """To the first paint and to the first echoed key, chinwag beside the bare app."""
        found: Figures = {}
        for name, command, ready in (
            ("bare", [sys.executable, str(HERE / "bare.py")], "READY"),
            ("chinwag", [COMMAND], "Message"),
        ):
            with self.program(command) as terminal:
                begun = time.monotonic()
                spent: list[float] = []  # taken before the screen is emulated: the program goes on meanwhile
                terminal.on_read = partial(_note_cpu, spent, terminal.pid)
                terminal.wait_for(ready)
                found[f"{name}: first paint, CPU s"] = spent[-1]
                terminal.on_read = None
                terminal.type("q")
                terminal.wait_for(partial(_is_gone, ready))
                found[f"{name}: ready for keys, CPU s"] = cpu_of(terminal.pid)
                found[f"{name}: ready for keys, wall s"] = time.monotonic() - begun
                terminal.watch(1.5)
                found[f"{name}: resident, MB"] = resident_mb(terminal.pid)
        for what in ("first paint", "ready for keys"):
            found[f"chinwag / bare: {what}, CPU"] = found[f"chinwag: {what}, CPU s"] / found[f"bare: {what}, CPU s"]
        return found

    def stream(self, rate: int, count: int) -> Figures:
        """A long reply, followed to its end."""
        name = f"{count} tokens at {rate}/s" if rate else f"{count} tokens at full speed"
        with self.program([COMMAND], f"{rate}-{count}") as terminal:
            terminal.wait_for("Message")
            terminal.watch(1.5)
            terminal.type("Explain merge sort")
            terminal.wait_for("merge sort")
            cpu, written, sent = cpu_of(terminal.pid), terminal.written, time.monotonic()
            terminal.press("enter")
            terminal.wait_for("Part 0")
            shown = time.monotonic()
            terminal.press("ctrl+end")
            terminal.wait_for("THE-END", 120)
            ended = time.monotonic()
            terminal.watch(0.5)
            thousands = count / 1000
            return {
                f"{name}: send to request, ms": (self.event("request") - sent) * 1000,
                f"{name}: first token to screen, ms": (shown - self.event("first")) * 1000,
                f"{name}: wall, s": ended - self.event("first"),
                f"{name}: lag at the end, ms": (ended - self.event("last")) * 1000,
                f"{name}: CPU s per 1,000 tokens": (cpu_of(terminal.pid) - cpu) / thousands,
                f"{name}: kB written per 1,000 tokens": (terminal.written - written) / 1000 / thousands,
            }

    def echo(self) -> Figures:
        """Keys typed while a reply streams at 200 tokens a second."""
        late: list[float] = []
        with self.program([COMMAND], "200-2400") as terminal:
            terminal.wait_for("Message")
            terminal.type("go")
            terminal.press("enter")
            terminal.wait_for("Part 0")
            typed = ""
            for letter in "the quick brown fox jumps over the lazy dog".replace(" ", "")[:30]:
                typed += letter
                begun = time.monotonic()
                terminal.type(letter)
                terminal.wait_for(partial(_has_row, typed))
                late.append((time.monotonic() - begun) * 1000)
                terminal.watch(0.15)
        late.sort()
        return {
            "echo while streaming: median, ms": statistics.median(late),
            "echo while streaming: p95, ms": late[int(len(late) * 0.95)],
        }


def _note_cpu(spent: list[float], pid: int) -> None:
    spent.append(cpu_of(pid))


def _has_row(text: str, screen: str) -> bool:
    return any(row[34:].strip("│ ") == text for row in screen.splitlines())


def _is_gone(text: str, screen: str) -> bool:
    return text not in screen


def prepare_library(folder: Path, existing: Path | None) -> Path:
    """A library that may be written to."""
    if existing is None:
        make(Plan(folder, until=time.time()))
    else:
        shutil.copytree(existing, folder)
    return folder


def main() -> None:
    """Measure everything a few times."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument(
        "--only",
        default="version,start,max,rate,echo",
        help="names of measurements, with commas between; size, which takes ten minutes, runs only when it is named",
    )
    parser.add_argument("--library", type=Path, help="measure size on a copy of this folder instead of a new one")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="chinwag-bench-") as name:
        folder = Path(name)
        log = folder / "gateway.log"
        log.touch()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.bench.gateway", str(log)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as gateway:
            assert gateway.stdout is not None
            bench = Bench(gateway.stdout.readline().strip(), log, folder)
            measurements: dict[str, Callable[[], Figures]] = {
                "version": bench.version,
                "start": bench.start,
                "max": lambda: bench.stream(0, 4000),
                "rate": lambda: bench.stream(200, 1000),
                "echo": bench.echo,
            }
            wanted = chosen.only.split(",")
            results: dict[str, list[float]] = {}
            try:
                if "size" in wanted:
                    wanted.remove("size")
                    data = prepare_library(folder / "library", chosen.library)
                    results.update(SizeBench(data, folder, bench.origin, log).measure(SIZE_REPS))
                for _ in range(chosen.reps):
                    for what in wanted:
                        for figure, value in measurements[what]().items():
                            results.setdefault(figure, []).append(value)
            finally:
                gateway.terminate()
    for figure, values in results.items():
        spread = f"   ({min(values):.3g} to {max(values):.3g})" if len(values) > 1 else ""
        print(f"{figure:<58} {statistics.median(values):>9.3g}{spread}")
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
