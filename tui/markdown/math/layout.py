"""Lays out the nodes of a formula on lines of characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from tui.markdown.math.boxes import Box, UndrawableError, beside, flat_grid, grid
from tui.markdown.math.symbols import (
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

_MARKS = "".join(map(chr, {*SUPERSCRIPTS.values(), *SUBSCRIPTS.values()})) + "′°\u0300-\u036f\u20d7"
_ATOM = re.compile(rf"(?:\d[\d.]*|[d∂√]?[^\W\d]|√?\([^()]*\)|\w{{1,9}}\([^()]*\)|\S)[{_MARKS}]*")
"""A denominator that needs no brackets."""
_TERM = re.compile(rf"\d+|[^\W\d][{_MARKS}]*|\S")
_PRODUCT = re.compile(rf"(?:[\w.∂∇√!|{_MARKS}]|\^?\((?:[^()]|\([^()]*\))*\))+")
"""A numerator that needs no brackets."""
_INNER_BLANKS = re.compile("(?<=[(\\[{⌊⌈⟨]) +| +(?=[)\\]}⌋⌉⟩,;])")
_SPACED = frozenset("←→↔⇐⇒⇔↦⟵⟶⟷⟸⟹⟺⟼·∣⊥∥≔∖∧∨∩∪⊕⊗⊙∘")
_UNSPACED = frozenset("∑∏∐∫∬∭∮∂∇√∀∃∄¬∞∅⋃⋂⋁⋀⨁⨂⌈⌉⌊⌋⟨⟩|‖°′ℵ⊤⊢△□■…⋯⋮⋱%")
_SPACES = re.compile(r"\s+")
_AROUND_SIGNS = re.compile(r"(?<=\S) ?(?P<sign>[^\w\s,]) ?(?=\S)")
_NAME, _FRACTION = "\u2063", "\u2062"
"""Markers, never drawn, next to a name or fraction that may need a space before its neighbour."""
_AFTER = _NAME + _FRACTION


@cache
def _symbol(name: str) -> str:
    """Return the character of a macro without arguments."""
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


class Layout:
    """Draws nodes of pylatexenc, which are untyped."""

    def __init__(self, *, flat: bool) -> None:
        self._flat = flat

    def row(self, nodes: Sequence[Any]) -> Box:
        """Return nodes drawn side by side."""
        rows = _cells_of(nodes)
        if len(rows) > 1 or len(rows[0]) > 1:
            return self._grid("aligned", rows)
        boxes: list[Box] = []
        run = ""
        drop = strike = blank = False
        for node in nodes:
            piece = self._piece(node)
            if isinstance(piece, Box) and len(piece.lines) > 1:
                boxes += [Box((_tidy(run),)), piece]
                run = ""
                continue
            text = piece.text if isinstance(piece, Box) else piece
            if drop and text.lstrip().startswith("."):
                text = text.lstrip()[1:]
            if strike and text:
                text = unicodedata.normalize("NFC", f" {text.strip()}\u0338 ")
            name = _name(node)
            drop = name in ("left", "right")
            strike = name == "not"
            if run.endswith(_NAME) and _is_script(node):
                run = run[:-1]
                text += _NAME
            else:
                run += " " if blank and text and text[0] in "+−=<>/:" else self._joint(run, text, node)
            run += text
            blank = bool(name and node.macro_post_space)
        boxes.append(Box((_tidy(run),)))
        return beside([box for box in boxes if len(box.lines) > 1 or box.text] or [Box(("",))])

    def _joint(self, before: str, text: str, node: Any) -> str:
        """Return the space that separates names and fractions from their neighbours."""
        if not before or not text or before[-1].isspace() or text[0].isspace():
            return ""
        fraction = _name(node).endswith("frac") and (before[-1].isalnum() or before[-1] in ")√")
        if text[0] == _NAME and (before[-1].isalnum() or before[-1] in ")]}"):
            return " "
        large = text[0].isalnum() or text[0] in "∑∏∫√"
        return (
            " "
            if fraction or (before[-1] in _AFTER and (large or (text[0] == "(" and before[-1] == _FRACTION)))
            else ""
        )

    def _piece(self, node: Any) -> str | Box:
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
        raise UndrawableError  # a comment, or a formula within the formula

    def _macro(self, node: Any) -> str:
        name = str(node.macroname)
        given = [
            argument for argument in (node.nodeargd.argnlist if node.nodeargd else ()) or () if argument is not None
        ]
        if name in SILENT or name in DELIMITERS or name == "not":
            return ""
        if len(given) < _arguments(name):
            raise UndrawableError  # in a place without arguments: "x^\\frac 1 2"
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
            return f"{_NAME}{symbol}{_NAME}"
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
        return f"{_NAME}{text}{_NAME}" if name == "operatorname" else text

    def _fraction(self, top: Any, low: Any) -> str:
        over, under = self._argument(top), self._argument(low)
        if not over or not under:
            raise UndrawableError
        if (over, under) in FRACTIONS:
            return FRACTIONS[over, under] + _FRACTION
        over = over if _PRODUCT.fullmatch(over.removeprefix("−")) else f"({over})"
        under = under if _ATOM.fullmatch(under) else f"({under})"
        return f"{over}/{under}{_FRACTION}"

    def _root(self, given: list[Any]) -> str:
        inner = self._argument(given[-1])
        index = self._argument_in_brackets(given[0]) if len(given) > 1 else ""
        sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(index) or _script(index, SUPERSCRIPTS, "") + "√"
        return sign + (inner if _TERM.fullmatch(inner) else f"({inner})")

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

    def _environment(self, node: Any) -> Box:
        name = str(node.environmentname).rstrip("*")
        if name not in FENCES and name not in ALIGNED:
            raise UndrawableError
        return self._grid(name, _cells_of(node.nodelist))

    def _grid(self, name: str, rows: list[list[list[Any]]]) -> Box:
        drawn = [[self.row(cell).text for cell in row] for row in rows]
        columns = max(len(row) for row in drawn)
        drawn = [row + [""] * (columns - len(row)) for row in drawn]
        return Box((_tidy(flat_grid(name, drawn)),)) if self._flat or len(drawn) == 1 else grid(name, drawn)


def _cells_of(nodes: Sequence[Any]) -> list[list[list[Any]]]:
    """Return nodes split into rows at double backslashes and into cells at ampersands, without the lines of a table."""
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


def _is_script(node: Any) -> bool:
    """Return whether a node is a superscript or subscript."""
    return type(node).__name__ == "LatexSpecialsNode" and node.specials_chars in ("^", "_")


def _name(node: Any) -> str:
    return str(node.macroname) if type(node).__name__ == "LatexMacroNode" else ""


def _arguments(name: str) -> int:
    if name.endswith(("frac", "binom")):
        return 2
    return int(name in ALPHABETS or name in PLAIN or name in ACCENTS or name in ("sqrt", "pmod", "tag", "boxed"))


def _is_spaced(symbol: str) -> bool:
    return len(symbol) == 1 and symbol not in _UNSPACED and (symbol in _SPACED or unicodedata.category(symbol) == "Sm")


def _tidy(text: str) -> str:
    """Return the text without markers, and with single spaces; a quad keeps two."""
    text = text.replace(_NAME, "").replace(_FRACTION, "")
    text = _INNER_BLANKS.sub("", text)
    return re.sub("  +", lambda found: "  " if len(found[0]) > 3 else " ", text).strip()


def _the_sign(found: re.Match[str]) -> str:
    return found["sign"]


def _script(text: str, table: dict[int, int], mark: str) -> str:
    short = text.replace(" ", "")
    if not short:
        return ""
    if all(ord(character) in table for character in short):
        return short.translate(table)
    if not mark:
        raise UndrawableError
    bare = len(short) == 1 or (mark == "_" and short.isascii() and short.isalnum())
    if bare:
        return mark + short + _NAME
    return f"{mark}({_AROUND_SIGNS.sub(_the_sign, text.strip())})"


def _accented(name: str, text: str) -> str:
    if len(text) != 1 and not (name in SPREADING and text.isalnum()):
        raise UndrawableError
    return unicodedata.normalize("NFC", "".join(character + ACCENTS[name] for character in text))
