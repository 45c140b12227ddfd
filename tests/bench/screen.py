"""A small, quick terminal screen: enough of a VT to read what a full-screen program shows.

pyte knows more and takes ten times as long: too long for the megabytes that a followed reply writes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_TOKEN = re.compile(
    r"\x1b\[([<>=?!]?)([0-9;:]*)([ -/]*)([@-~])"  # CSI
    r"|\x1b[P_^X\]].*?(?:\x07|\x1b\\)"  # strings: OSC, DCS, APC
    r"|\x1b[()*+#%][\x20-\x7e]|\x1b([0-~])"  # other escapes
    r"|([^\x00-\x1f\x7f\x1b]+)|([\x00-\x1a\x1c-\x1f\x7f])",
    re.DOTALL,
)
_PARTIAL = re.compile(r"\x1b(?:\[[<>=?!]?[0-9;:]*[ -/]*|[P_^X\]](?:(?!\x07|\x1b\\).)*|[()*+#%])?$", re.DOTALL)
_NO_WIDTH = "\u200b\u200d\ufe0e\ufe0f"


def _width(sign: str) -> int:
    if unicodedata.combining(sign) or sign in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


class Screen:
    """Rows of cells. `dirty` names the rows that were written to since somebody emptied it."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._tail = ""
        self._last = " "
        self._commands: dict[str, Callable[[list[int]], None]] = {
            "H": self._place,
            "f": self._place,
            "J": self._erase_lines,
            "K": self._erase_cells,
            "X": self._blank,
            "r": self._set_region,
            "L": lambda p: self._scroll(-(p[0] or 1), self._y),
            "M": lambda p: self._scroll(p[0] or 1, self._y),
            "S": lambda p: self._scroll(p[0] or 1, self._top),
            "T": lambda p: self._scroll(-(p[0] or 1), self._top),
            "A": lambda p: self._move(0, -(p[0] or 1)),
            "B": lambda p: self._move(0, p[0] or 1),
            "C": lambda p: self._move(p[0] or 1, 0),
            "D": lambda p: self._move(-(p[0] or 1), 0),
            "G": lambda p: self._place([self._y + 1, p[0]]),
            "d": lambda p: self._place([p[0], self._x + 1]),
            "b": lambda p: self._text(self._last * (p[0] or 1)),
        }
        self.reset()

    def reset(self) -> None:
        """An empty screen."""
        self.cells = [[" "] * self.columns for _row in range(self.rows)]
        self._x = self._y = self._top = 0
        self._bottom = self.rows - 1
        self._saved = (0, 0)
        self.dirty = set(range(self.rows))

    def line(self, row: int) -> str:
        """What stands in a row."""
        return "".join(self.cells[row])

    @property
    def text(self) -> str:
        """All rows."""
        return "\n".join(self.line(row).rstrip() for row in range(self.rows))

    def feed(self, data: str) -> None:
        """Take in what a program wrote; what is cut off in the middle of a sequence waits for the rest."""
        data = self._tail + data
        cut = _PARTIAL.search(data, max(0, data.rfind("\x1b")))
        self._tail = cut.group() if cut else ""
        for found in _TOKEN.finditer(data, 0, len(data) - len(self._tail)):
            private, numbers, middle, final, escape, text, control = found.groups()
            if text is not None:
                self._text(text)
            elif final:
                self._command(private, numbers, middle, final)
            elif control:
                self._control(control)
            elif escape:
                self._escape(escape)

    def _command(self, private: str, numbers: str, middle: str, final: str) -> None:
        if private == "?" and final in "hl" and numbers in ("47", "1047", "1049"):
            self.reset()
        elif not private and not middle and final in self._commands:
            self._commands[final]([int(part.split(":")[0] or 0) for part in numbers.split(";")] if numbers else [0])
            self.dirty.add(self._y)

    def _text(self, text: str) -> None:
        self._last = text[-1]
        if not text.isascii():
            for sign in text:
                self._sign(sign)
            return
        while text:
            self._wrap(1)
            count = min(len(text), self.columns - self._x)
            self.cells[self._y][self._x : self._x + count] = text[:count]
            self.dirty.add(self._y)
            self._x += count
            text = text[count:]

    def _sign(self, sign: str) -> None:
        if width := _width(sign):
            self._wrap(width)
            self.cells[self._y][self._x : self._x + width] = [sign, ""][:width]
            self._x += width
            self.dirty.add(self._y)

    def _wrap(self, width: int) -> None:
        if self._x + width > self.columns:
            self._x = 0
            self._line_feed()

    def _control(self, sign: str) -> None:
        if sign in "\n\x0b\x0c":
            self._line_feed()
        elif sign == "\r":
            self._x = 0
        elif sign == "\b":
            self._x = max(0, self._x - 1)
        elif sign == "\t":
            self._x = min(self.columns - 1, self._x // 8 * 8 + 8)

    def _escape(self, sign: str) -> None:
        if sign == "7":
            self._saved = (self._x, self._y)
        elif sign == "8":
            self._x, self._y = self._saved
        elif sign == "c":
            self.reset()

    def _line_feed(self) -> None:
        if self._y == self._bottom:
            self._scroll(1, self._top)
        else:
            self._y = min(self.rows - 1, self._y + 1)

    def _scroll(self, count: int, top: int) -> None:
        for _row in range(min(abs(count), self._bottom - top + 1)):
            self.cells.insert(self._bottom + 1 if count > 0 else top, [" "] * self.columns)
            del self.cells[top if count > 0 else self._bottom + 1]
        self.dirty.update(range(top, self._bottom + 1))

    def _place(self, numbers: list[int]) -> None:
        row, column = [*numbers, 1][:2]
        self._y, self._x = min(self.rows, row or 1) - 1, min(self.columns, column or 1) - 1

    def _move(self, right: int, down: int) -> None:
        self._x = min(self.columns - 1, max(0, self._x + right))
        self._y = min(self.rows - 1, max(0, self._y + down))

    def _erase_lines(self, numbers: list[int]) -> None:
        rows = {0: range(self._y + 1, self.rows), 1: range(self._y)}.get(numbers[0], range(self.rows))
        for row in rows:
            self.cells[row] = [" "] * self.columns
        self.dirty.update(rows)
        if numbers[0] < 2:
            self._erase_cells(numbers)

    def _erase_cells(self, numbers: list[int]) -> None:
        column = min(self._x, self.columns - 1)
        start, end = {0: (column, self.columns), 1: (0, column + 1)}.get(numbers[0], (0, self.columns))
        self.cells[self._y][start:end] = " " * (end - start)

    def _blank(self, numbers: list[int]) -> None:
        end = min(self.columns, self._x + (numbers[0] or 1))
        self.cells[self._y][self._x : end] = " " * (end - self._x)

    def _set_region(self, numbers: list[int]) -> None:
        top, bottom = [*numbers, 0][:2]
        self._top, self._bottom = (top or 1) - 1, min(self.rows, bottom or self.rows) - 1
        self._x = self._y = 0
