"""What an empty conversation shows."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui.domain.i18n import _
from tui.domain.safe_text import clean


class Welcome(Static):
    """Says what can be done here, and what stands in the way."""

    def __init__(self) -> None:
        super().__init__(id="welcome", markup=False)

    def show(self, *, demo: bool, trouble: str) -> None:
        """`demo`: the tiny demo model answers. `trouble`: why the gateway could not be reached, or empty."""
        said = (
            _("The tiny demo model answers on this machine; nothing leaves it. It knows short facts, little more.")
            if demo
            else _("Every word is saved as it arrives.")
        )
        keys = (
            ("ctrl+o", _("saved conversations")),
            ("ctrl+l", _("choose a model")),
            ("ctrl+p", _("all commands")),
        )
        self.update(
            Content.assemble(
                (_("Ask anything."), "bold $foreground"),
                "\n\n",
                (clean(trouble), "$warning") if trouble else (said, "$muted"),
                "\n\n",
                *(part for key, what in keys for part in ((key, "$accent"), (f"  {what}\n", "$muted"))),
            )
        )
