"""The nodes of a formula, laid out on lines of characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tui.widgets.transcript.maths_symbols import (
    ACCENTS,
    ALIGNED,
    ALPHABETS,
    DELIMITERS,
    FENCES,
    FRACTIONS,
    FUNCTIONS,
    PLAIN,
    SILENT,
    SPREADING,
    SUBSCRIPTS,
    SUPERSCRIPTS,
    SYMBOLS,
)
from tui.widgets.transcript.wrapping import cells

_MARKS = "".join(map(chr, {*SUPERSCRIPTS.values(), *SUBSCRIPTS.values()})) + "′°\u0300-\u036f\u20d7"
_ATOM = re.compile(rf"(?:\d[\d.]*|[d∂]?[^\W\d]|√?\([^()]*\)|\w{{1,9}}\([^()]*\)|\S)[{_MARKS}]*")
"""What needs no brackets below a fraction's line."""
_PRODUCT = re.compile(rf"(?:[\w.∂∇√!|{_MARKS}]|\^?\((?:[^()]|\([^()]*\))*\))+")
"""What needs none above it."""
_INNER_BLANKS = re.compile("(?<=[(\\[{⌊⌈⟨]) +| +(?=[)\\]}⌋⌉⟩,;])")
_SPACED = frozenset("←→↔⇐⇒⇔↦⟵⟶⟷⟸⟹⟺⟼·∣⊥∥≔∖∧∨∩∪⊕⊗⊙∘")
_UNSPACED = frozenset("∑∏∐∫∬∭∮∂∇√∀∃∄¬∞∅⋃⋂⋁⋀⨁⨂⌈⌉⌊⌋⟨⟩|‖°′ℵ⊤⊢△□■…⋯⋮⋱%")
_SPACES = re.compile(r"\s+")


class UndrawableError(Exception):
    """Something in the formula has no drawing."""


@cache
def _symbol(name: str) -> str:
    """The character that a macro without arguments stands for."""
    if name in SYMBOLS:
        return SYMBOLS[name]
    if name in FUNCTIONS:
        return name
    from pylatexenc import latex2text

    spec = latex2text.get_default_latex_context_db().get_macro_spec(name)
    found = None if spec is None else spec.simplify_repl
    if not isinstance(found, str) or not found.strip() or "%" in found:
        raise UndrawableError
    return found.strip()


@cache
def _lettered(macro: str, text: str) -> str:
    from pylatexenc import latex2text

    return str(latex2text.LatexNodes2Text(math_mode="text").latex_to_text(f"${chr(92)}{macro}{{{text}}}$")).strip()


@dataclass(frozen=True, slots=True)
class _Box:
    """Lines of one width, of which one stands on the line of the text beside it."""

    lines: tuple[str, ...]
    base: int = 0

    @property
    def text(self) -> str:
        """What is on its only line."""
        if len(self.lines) != 1:
            raise UndrawableError
        return self.lines[0]


class Layout:
    """Draws nodes of pylatexenc. They are untyped."""

    def __init__(self, *, flat: bool) -> None:
        self._flat = flat

    def row(self, nodes: Sequence[Any]) -> _Box:
        """Nodes side by side."""
        rows = _cells_of(nodes)
        if len(rows) > 1 or len(rows[0]) > 1:
            return self._grid("aligned", rows)
        boxes: list[_Box] = []
        run = ""
        drop = strike = blank = False
        for node in nodes:
            piece = self._piece(node)
            if isinstance(piece, _Box) and len(piece.lines) > 1:
                boxes += [_Box((_tidy(run),)), piece]
                run = ""
                continue
            text = piece.text if isinstance(piece, _Box) else piece
            if drop and text.lstrip().startswith("."):
                text = text.lstrip()[1:]
            if strike and text:
                text = unicodedata.normalize("NFC", f" {text.strip()}\u0338 ")
            name = _name(node)
            drop = name in ("left", "right")
            strike = name == "not"
            run += " " if blank and text and text[0] in "+−=<>/:" else self._joint(run, text, node)
            run += text
            blank = bool(name and node.macro_post_space)
        boxes.append(_Box((_tidy(run),)))
        return _beside([box for box in boxes if len(box.lines) > 1 or box.text] or [_Box(("",))])

    def _joint(self, before: str, text: str, node: Any) -> str:
        """The space that keeps names and fractions apart from their neighbours."""
        if not before or not text or before[-1].isspace() or text[0].isspace():
            return ""
        fraction = _name(node).endswith("frac") and (before[-1].isalnum() or before[-1] in ")√")
        return " " if fraction or (before[-1] == "\u2063" and (text[0].isalnum() or text[0] in "∑∏∫√(")) else ""

    def _piece(self, node: Any) -> str | _Box:
        kind = type(node).__name__
        if kind == "LatexCharsNode":
            return _SPACES.sub(" ", str(node.chars)).replace("-", "−").replace("'", "′")
        if kind == "LatexGroupNode":
            if node.delimiters != ("{", "}"):
                raise UndrawableError
            return self.row(node.nodelist)
        if kind == "LatexMacroNode":
            return self._macro(node)
        if kind == "LatexSpecialsNode":
            return self._special(node)
        if kind == "LatexEnvironmentNode":
            return self._environment(node)
        raise UndrawableError  # a comment, or a formula in the formula

    def _macro(self, node: Any) -> str:
        name = str(node.macroname)
        given = [
            argument for argument in (node.nodeargd.argnlist if node.nodeargd else ()) or () if argument is not None
        ]
        if name in SILENT or name in DELIMITERS or name == "not":
            return ""
        if len(given) < _arguments(name):
            raise UndrawableError  # it stands where it can have none: "x^\\frac 1 2"
        if name.endswith("frac"):
            return self._fraction(*given)
        if name.endswith("binom"):
            top, low = (self._argument(one) for one in given)
            return f"({top} choose {low})"
        if name == "sqrt":
            return self._root(given)
        if name in ALPHABETS:
            text = self._argument(given[0])
            return _lettered(name, text) if text.isascii() and text.isalnum() else text
        if name in PLAIN:
            return self._plain(name, given[-1])
        if name in ACCENTS:
            return _accented(name, self._argument(given[0]))
        if name in ("pmod", "tag"):
            return (" (mod " if name == "pmod" else "  (") + self._argument(given[0]) + ")"
        if name == "boxed":
            return f"[{self._argument(given[0])}]"
        if given:
            raise UndrawableError
        symbol = _symbol(name)
        if name in FUNCTIONS:
            return f"\u2063{symbol}\u2063"
        return f" {symbol} " if _is_spaced(symbol) else symbol

    def _argument(self, node: Any) -> str:
        return self.row(node.nodelist if type(node).__name__ == "LatexGroupNode" else [node]).text

    def _plain(self, name: str, node: Any) -> str:
        if type(node).__name__ == "LatexGroupNode" and all(
            type(one).__name__ == "LatexCharsNode" for one in node.nodelist
        ):
            text = _SPACES.sub(" ", "".join(str(one.chars) for one in node.nodelist))
        else:
            text = self._argument(node)
        return f"\u2063{text}\u2063" if name == "operatorname" else text

    def _fraction(self, top: Any, low: Any) -> str:
        over, under = self._argument(top), self._argument(low)
        if not over or not under:
            raise UndrawableError
        if (over, under) in FRACTIONS:
            return FRACTIONS[over, under] + "\u2063"
        over = over if _PRODUCT.fullmatch(over.removeprefix("−")) else f"({over})"
        under = under if _ATOM.fullmatch(under) else f"({under})"
        return f"{over}/{under}\u2063"

    def _root(self, given: list[Any]) -> str:
        inner = self._argument(given[-1])
        index = self._argument_in_brackets(given[0]) if len(given) > 1 else ""
        sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(index) or _script(index, SUPERSCRIPTS, "") + "√"
        return sign + (inner if len(inner) == 1 or inner.isdecimal() else f"({inner})")

    def _argument_in_brackets(self, node: Any) -> str:
        return self.row(node.nodelist).text.strip()

    def _special(self, node: Any) -> str:
        mark = node.specials_chars
        if mark == "~":
            return " "
        if mark not in ("^", "_") or node.nodeargd is None:
            raise UndrawableError
        text = self._argument(node.nodeargd.argnlist[0])
        if mark == "^":
            if text in ("∘", "°"):
                return "°"
            if text and not text.strip("′"):
                return text
            return {"∗": "*", "*": "*", "†": "†", "⊤": "ᵀ"}.get(text) or _script(text, SUPERSCRIPTS, "^")
        return _script(text, SUBSCRIPTS, "_")

    def _environment(self, node: Any) -> _Box:
        name = str(node.environmentname).rstrip("*")
        if name not in FENCES and name not in ALIGNED:
            raise UndrawableError
        return self._grid(name, _cells_of(node.nodelist))

    def _grid(self, name: str, rows: list[list[list[Any]]]) -> _Box:
        drawn = [[self.row(cell).text for cell in row] for row in rows]
        columns = max(len(row) for row in drawn)
        drawn = [row + [""] * (columns - len(row)) for row in drawn]
        left, right, flat = FENCES.get(name, ("", "", ""))
        if self._flat or len(drawn) == 1:
            if name not in FENCES and len(drawn) > 1:
                return _Box(("; ".join(_tidy(" ".join(row)) for row in drawn),))
            opening, closing = flat[:1], flat[1:]
            between = ", " if name in ("cases", "rcases") else " "
            inside = "; ".join(between.join(cell.rstrip(", ") for cell in row).strip() for row in drawn)
            return _Box((_tidy(opening + inside + closing),))
        widths = [max(cells(row[n]) for row in drawn) for n in range(columns)]
        lines = []
        for number, row in enumerate(drawn):
            if name in FENCES:
                parts = [cell + " " * (width - cells(cell)) for cell, width in zip(row, widths, strict=True)]
            else:
                parts = [_justified(cell, width, n) for n, (cell, width) in enumerate(zip(row, widths, strict=True))]
            gap = "  " if name in FENCES else " "
            sides = (_end(side, number, len(drawn)) for side in (left, right))
            lines.append(gap.join(parts).join(side for side in sides))
        return _Box(tuple(lines), (len(lines) - 1) // 2)


def _cells_of(nodes: Sequence[Any]) -> list[list[list[Any]]]:
    """Nodes cut into rows at double backslashes, and into cells at ampersands; lines of a table are left out."""
    rows: list[list[list[Any]]] = [[[]]]
    for node in nodes:
        if _name(node) == "\\":
            rows.append([[]])
        elif type(node).__name__ == "LatexSpecialsNode" and node.specials_chars == "&":
            rows[-1].append([])
        elif _name(node) != "hline":
            rows[-1][-1].append(node)
    if len(rows) > 1 and all(_is_blank(cell) for cell in rows[-1]):
        rows.pop()
    return rows


def _is_blank(cell: list[Any]) -> bool:
    return all(type(node).__name__ == "LatexCharsNode" and not node.chars.strip() for node in cell)


def _name(node: Any) -> str:
    return str(node.macroname) if type(node).__name__ == "LatexMacroNode" else ""


def _arguments(name: str) -> int:
    if name.endswith(("frac", "binom")):
        return 2
    return int(name in ALPHABETS or name in PLAIN or name in ACCENTS or name in ("sqrt", "pmod", "tag", "boxed"))


def _is_spaced(symbol: str) -> bool:
    return len(symbol) == 1 and symbol not in _UNSPACED and (symbol in _SPACED or unicodedata.category(symbol) == "Sm")


def _tidy(text: str) -> str:
    """Without the marks of names that met nothing, and one space where there are several; a quad keeps two."""
    text = text.replace("\u2063", "")
    text = _INNER_BLANKS.sub("", text)
    return re.sub("  +", lambda found: "  " if len(found[0]) > 3 else " ", text).strip()


def _script(text: str, table: dict[int, int], mark: str) -> str:
    short = text.replace(" ", "")
    if not short:
        return ""
    if all(ord(character) in table for character in short):
        return short.translate(table)
    if not mark:
        raise UndrawableError
    bare = len(short) == 1 or (mark == "_" and short.isascii() and short.isalnum())
    return f"{mark}{short}\u2063" if bare else f"{mark}({text.strip()})"


def _accented(name: str, text: str) -> str:
    if len(text) != 1 and not (name in SPREADING and text.isalnum()):
        raise UndrawableError
    return unicodedata.normalize("NFC", "".join(character + ACCENTS[name] for character in text))


def _justified(cell: str, width: int, column: int) -> str:
    blanks = " " * (width - cells(cell))
    return cell + blanks if column % 2 else blanks + cell


def _end(side: str, number: int, count: int) -> str:
    if not side:
        return ""
    place = 0 if number == 0 else 2 if number == count - 1 else 1
    if side in ("⎧⎨⎩", "⎫⎬⎭") and 0 < number < count - 1 and number != (count - 1) // 2:
        return "⎪"
    return side[place]


def _beside(boxes: Sequence[_Box]) -> _Box:
    above = max(box.base for box in boxes)
    below = max(len(box.lines) - box.base for box in boxes)
    columns = [list(_padded(box, above, below)) for box in boxes]
    return _Box(tuple(" ".join(parts) for parts in zip(*columns, strict=True)), above)


def _padded(box: _Box, above: int, below: int) -> Iterator[str]:
    width = max(cells(line) for line in box.lines)
    before, after = above - box.base, below - (len(box.lines) - box.base)
    for line in (*[""] * before, *box.lines, *[""] * after):
        yield line + " " * (width - cells(line))
