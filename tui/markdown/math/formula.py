"""Draws formulas of LaTeX with Unicode.

pylatexenc parses the formula and knows most symbols; the layout is ours: fractions on one line with the brackets that
they need, superscripts and subscripts where Unicode has the characters, `^(…)` and `_(…)` elsewhere, and matrices,
cases and aligned lines as grids. The text output of pylatexenc loses brackets ("a+b/c-d"), limits and matrices;
unicodeit leaves fractions and environments half done, and flatlatex joins unknown names to their neighbours.

A formula with anything that cannot be drawn is shown as its source, never half and half.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from tui.markdown.math.symbols import ACCENTS, ALIGNED, ALPHABETS, FENCES, PLAIN

if TYPE_CHECKING:
    from pylatexenc.macrospec import LatexContextDb

LONGEST = 2000
"""Characters of the longest formula that is drawn; a longer one is shown as its source."""
_DEEPEST = 24
"""Levels of nested braces in a formula that is drawn."""


@lru_cache(maxsize=512)
def draw_formula(source: str, *, flat: bool = False) -> tuple[str, ...] | None:
    """Return the lines of a formula without delimiters, one line if `flat`; `None` if it cannot be drawn."""
    if len(source) > LONGEST or _depth(source) > _DEEPEST:
        return None
    from pylatexenc.latexwalker import LatexWalker, LatexWalkerError

    from tui.markdown.math.boxes import UndrawableError
    from tui.markdown.math.layout import Layout

    try:
        walker = LatexWalker(source, latex_context=_context(), tolerant_parsing=False)
        box = Layout(flat=flat).row(walker.get_latex_nodes()[0])
    except (LatexWalkerError, UndrawableError):
        return None
    lines = tuple(line.rstrip() for line in box.lines)
    return lines if any(lines) else None


def _depth(source: str) -> int:
    deepest = depth = source.count("\\begin")
    for character in source:
        if character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth -= 1
    return deepest


@cache
def _context() -> LatexContextDb:
    from pylatexenc import latexwalker
    from pylatexenc.macrospec import EnvironmentSpec, SpecialsSpec, std_environment, std_macro

    context = latexwalker.get_default_latex_context_db().filter_context(
        exclude_categories=["nonascii-specials", "verbatim", "theorems", "enumitem", "natbib"]
    )
    one = (*ACCENTS, *ALPHABETS, *PLAIN, "pmod", "tag", "boxed")
    context.add_context_category(
        "formulas",
        prepend=True,
        macros=[
            *(std_macro(name, "{") for name in one),
            *(std_macro(name, "{{") for name in ("frac", "dfrac", "tfrac", "cfrac", "binom", "dbinom", "tbinom")),
            std_macro("sqrt", "[{"),
            std_macro("operatorname", "*{"),
            std_macro("\\", "[", False),
            std_macro("not", ""),
        ],
        environments=[
            *(EnvironmentSpec(name) for name in FENCES if name != "array"),
            *(EnvironmentSpec(name + star) for name in ALIGNED for star in ("", "*") if name != "alignat"),
            std_environment("array", "[{"),
            std_environment("alignat", "{"),
            std_environment("alignat*", "{"),
        ],
        specials=[
            SpecialsSpec("&"),
            SpecialsSpec("~"),
            *(SpecialsSpec(mark, std_macro("", "{").args_parser) for mark in "^_"),
        ],
    )
    return context
