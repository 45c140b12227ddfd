"""The table: what is wanted, what was measured, and the floors."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

Series = Mapping[str, list[float]]


@dataclass(frozen=True, slots=True)
class Bar:
    """The most that a figure may be: so many times its floor, and so much more."""

    plus: float = 0.0
    times: float = 0.0

    def __str__(self) -> str:
        if not self.times:
            return f"{self.plus:g}"
        return f"{self.times:g} x" + (f" + {self.plus:g}" if self.plus else "")

    def over(self, floor: float) -> float:
        """The bar above this floor."""
        return self.times * floor + self.plus


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure, the bars for it, and the figure that is its floor."""

    figure: str
    must: Bar
    aim: Bar
    floor: str = ""


def _times(must: float, aim: float) -> tuple[Bar, Bar]:
    return Bar(times=must), Bar(times=aim)


def _most(must: float, aim: float) -> tuple[Bar, Bar]:
    return Bar(must), Bar(aim)


def _same_echo(name: str) -> list[Wanted]:
    parts = ("median", "p95", "max")
    return [Wanted(f"{name}: {part}, ms", *_times(1.2, 1.0), f"echo: {part}, ms") for part in parts]


_LINES = "200/s followed, lines: "
WANTED = [
    Wanted("start, chinwag: CPU, s", *_times(1.4, 1.2), "start, bare: CPU, s"),
    Wanted("start, chinwag: resident, MB", *_times(1.5, 1.3), "start, bare: resident, MB"),
    Wanted("idle: % of a core", *_most(0.3, 0.1)),
    Wanted("idle: bytes a second", *_most(0, 0)),
    Wanted("start, many saved: CPU, s", *_times(1.15, 1.05), "start, none saved: CPU, s"),
    Wanted("first send, ms", *_most(60, 20)),
    Wanted("later send, ms", *_most(20, 10)),
    Wanted("first token of all, ms", *_most(40, 20)),
    Wanted("first token, ms", *_most(40, 20)),
    Wanted("full speed, chinwag: wall, s", Bar(0.3, 2), Bar(times=1.2), "full speed, raw: wall, s"),
    Wanted("full speed, chinwag: CPU per 1,000, s", *_most(0.15, 0.10), "full speed, raw: CPU per 1,000, s"),
    Wanted("200/s held: CPU per 1,000, s", *_most(0.9, 0.6), _LINES + "CPU per 1,000, s"),
    Wanted("200/s held: KB per 1,000", *_most(400, 150), _LINES + "KB per 1,000"),
    Wanted("200/s followed, chinwag: CPU per 1,000, s", *_most(1.2, 0.8), _LINES + "CPU per 1,000, s"),
    Wanted("200/s followed, chinwag: KB per 1,000", *_most(1300, 500), _LINES + "KB per 1,000"),
    Wanted("200/s followed, chinwag: lag at the end, ms", *_most(60, 30), _LINES + "lag at the end, ms"),
    Wanted("echo: median, ms", *_most(25, 12)),
    Wanted("echo: p95, ms", *_most(60, 30)),
    Wanted("echo: max, ms", *_most(100, 60)),
    *_same_echo("echo, late"),
    *_same_echo("echo, behind"),
    *[Wanted(f"open {messages}: s", *_most(0.15, 0.08)) for messages in (20, 200, 1000)],
    Wanted("open, long: s", *_most(0.15, 0.08)),
    Wanted("open, long: resident after a walk through all, MB", *_most(120, 120)),
    Wanted("three lines: CPU in all, ms", *_most(12, 8)),
    Wanted("a new page: CPU to the paint, ms", *_most(20, 12)),
    Wanted("one list: CPU of the last 1,000, s", *_times(1.3, 1.1), "one list: CPU of the first 1,000, s"),
    Wanted("one fence: CPU of the last 1,000, s", *_times(1.3, 1.1), "one fence: CPU of the first 1,000, s"),
    Wanted("resize: CPU, ms", *_most(120, 70)),
    Wanted("theme: CPU, ms", *_most(120, 70)),
    Wanted("model picker: s", *_most(0.25, 0.1)),
]
_HEADS = ("what", "must", "aim", "median", "min .. max", "floor", "ratio", "", "before")


def table(measured: Series, before: Series) -> str:
    """One row a figure that was measured: those with a bar first, as Markdown."""
    rows = [_row(wanted, measured, before) for wanted in WANTED if wanted.figure in measured]
    known = {name for wanted in WANTED for name in (wanted.figure, wanted.floor)}
    others = [name for name in measured if name not in known]
    rows += [(name, "", "", *_spread(measured[name]), "", "", "", _median(before, name)) for name in others]
    heads = _HEADS if before else _HEADS[:-1]
    widths = [max(len(row[n]) for row in [heads, *rows]) for n in range(len(heads))]
    lines = [
        "| " + " | ".join(cell.ljust(width) if n == 0 else cell.rjust(width) for n, (cell, width) in cells) + " |"
        for cells in (enumerate(zip(row, widths, strict=False)) for row in [heads, *rows])
    ]
    lines.insert(
        1, "|" + "|".join("-" * (width + 1) + ("-" if n == 0 else ":") for n, width in enumerate(widths)) + "|"
    )
    return "\n".join(lines)


def _row(wanted: Wanted, measured: Series, before: Series) -> tuple[str, ...]:
    found = statistics.median(measured[wanted.figure])
    floor = statistics.median(measured[wanted.floor]) if wanted.floor in measured else None
    judged = ""
    if floor is not None or not wanted.must.times:
        limits = (wanted.aim.over(floor or 0.0), wanted.must.over(floor or 0.0))
        judged = "aim" if found <= limits[0] else "must" if found <= limits[1] else "OVER"
    return (
        wanted.figure,
        str(wanted.must),
        str(wanted.aim),
        *_spread(measured[wanted.figure]),
        "" if floor is None else f"{floor:.3g}",
        f"{found / floor:.2f}" if floor else "",
        judged,
        _median(before, wanted.figure),
    )


def _spread(values: list[float]) -> tuple[str, str]:
    return f"{statistics.median(values):.3g}", f"{min(values):.3g} .. {max(values):.3g}"


def _median(series: Series, name: str) -> str:
    return f"{statistics.median(series[name]):.3g}" if name in series else ""
