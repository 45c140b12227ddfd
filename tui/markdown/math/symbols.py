"""Names of LaTeX and their characters, where pylatexenc has none or an unsuitable one."""

SUPERSCRIPTS = str.maketrans(
    "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWαβγδεθιφχ",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵅᵝᵞᵟᵋᶿᶥᵠᵡ",
)
SUBSCRIPTS = str.maketrans("0123456789+-−=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ")

FRACTIONS = {
    ("1", "2"): "½",
    ("1", "3"): "⅓",
    ("2", "3"): "⅔",
    ("1", "4"): "¼",
    ("3", "4"): "¾",
}

ACCENTS = {
    "hat": "\u0302",
    "widehat": "\u0302",
    "bar": "\u0304",
    "overline": "\u0305",
    "vec": "\u20d7",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "check": "\u030c",
    "breve": "\u0306",
    "acute": "\u0301",
    "grave": "\u0300",
    "underline": "\u0332",
}
SPREADING = frozenset({"bar", "overline", "underline"})
"""Accents that can apply to several characters, one on each."""

ALPHABETS = frozenset({"mathbb", "mathbf", "mathcal", "mathfrak", "mathscr", "mathsf", "mathit"})
PLAIN = frozenset(
    {"text", "textbf", "textit", "textrm", "textsf", "mbox", "mathrm", "boldsymbol", "bm", "operatorname", "hbox"}
)
"""Macros whose argument is drawn unchanged."""

SILENT = frozenset(
    {"limits", "nolimits", "displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "!", "nonumber", "notag"}
)
DELIMITERS = frozenset(
    {"left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr"}
)
"""Sizes of the following bracket."""

SYMBOLS = {
    "implies": "⟹",
    "impliedby": "⟸",
    "iff": "⟺",
    "neg": "¬",
    "lnot": "¬",
    "land": "∧",
    "lor": "∨",
    "|": "‖",
    "Vert": "‖",
    "lVert": "‖",
    "rVert": "‖",
    "vert": "|",
    "lvert": "|",
    "rvert": "|",
    "colon": ":",
    "coloneqq": "≔",
    "triangle": "△",
    "checkmark": "✓",
    "Re": "ℜ",
    "Im": "ℑ",
    "hbar": "ℏ",
    "degree": "°",
    "prime": "′",
    "mid": "∣",
    "phi": "φ",
    "epsilon": "ε",
    "lbrace": "{",
    "rbrace": "}",
    "lbrack": "[",
    "rbrack": "]",
    "dotsc": "…",
    "dotsb": "⋯",
    "gt": ">",
    "lt": "<",
    "iint": "∬",
    "iiint": "∭",
    "blacksquare": "■",
    "qed": "∎",
    "models": "⊨",
    "vdash": "⊢",
    "leqslant": "⩽",
    "geqslant": "⩾",
    "nmid": "∤",
    ",": " ",
    ";": " ",
    ":": " ",
    " ": " ",
    "quad": "  ",
    "qquad": "    ",
    "%": "%",
}
FUNCTIONS = frozenset({
    "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log", "ln",
    "lg", "exp", "lim", "limsup", "liminf", "max", "min", "sup", "inf", "arg", "argmax", "argmin", "det", "dim",
    "ker", "gcd", "deg", "Pr", "hom",
})  # fmt: skip
"""Names that are set upright, with a space before their argument."""

FENCES = {
    "pmatrix": ("⎛⎜⎝", "⎞⎟⎠", "()"),
    "bmatrix": ("⎡⎢⎣", "⎤⎥⎦", "[]"),
    "Bmatrix": ("⎧⎪⎩", "⎫⎪⎭", "{}"),
    "vmatrix": ("│││", "│││", "||"),
    "Vmatrix": ("‖‖‖", "‖‖‖", "‖‖"),
    "matrix": ("", "", ""),
    "smallmatrix": ("", "", ""),
    "array": ("", "", ""),
    "cases": ("⎧⎨⎩", "", "{"),
    "rcases": ("", "⎫⎬⎭", " }"),
}
"""The brackets of a grid: top, middle and bottom of the left and the right one, and both for a single line."""

ALIGNED = frozenset({"align", "aligned", "alignat", "split", "eqnarray", "gather", "gathered", "multline", "equation"})
"""Environments of aligned lines, without brackets; `&` marks where they align."""
