"""The built-in themes: dusk for dark terminals, paper for light ones."""

from textual.theme import Theme

HOUSE_VARIABLES = {"user": "#f2b880", "assistant": "#8fb4ff", "muted": "#9297ab", "faint": "#4b5064"}
"""Our own theme variables, for themes that do not set them. `muted` is for secondary text, `faint` for lines and marks.
"""

DUSK = Theme(
    name="chinwag-dusk",
    dark=True,
    primary="#8fb4ff",
    secondary="#b9a3f5",
    accent="#f2b880",
    foreground="#d9dbe6",
    background="#13141b",
    surface="#181a23",
    panel="#20232e",
    success="#86d3a4",
    warning="#e9c46a",
    error="#f08080",
    variables={
        **HOUSE_VARIABLES,
        "border": "#3a3f52",
        "border-blurred": "#2d3140",
        "block-cursor-background": "#2a3044",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "none",
        "input-selection-background": "#8fb4ff 30%",
        "footer-key-foreground": "#f2b880",
    },
)

PAPER = Theme(
    name="chinwag-paper",
    dark=False,
    primary="#2f5fc4",
    secondary="#7450c0",
    accent="#96500f",
    foreground="#2b2d36",
    background="#faf8f4",
    surface="#f3f0ea",
    panel="#e9e5dc",
    success="#236b41",
    warning="#7d5600",
    error="#b3363e",
    variables={
        "user": "#96500f",
        "assistant": "#2f5fc4",
        "muted": "#656150",
        "faint": "#b5ae9d",
        "border": "#c9c2b4",
        "border-blurred": "#ddd7cb",
        "block-cursor-background": "#dde4f6",
        "block-cursor-foreground": "#1c1e26",
        "block-cursor-text-style": "none",
        "input-selection-background": "#2f5fc4 25%",
        "footer-key-foreground": "#96500f",
    },
)

HOUSE_THEMES = (DUSK, PAPER)
