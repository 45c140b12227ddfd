"""The floor: the least that a Textual app with one box to type in costs."""

from textual.app import App, ComposeResult
from textual.widgets import Input


class Bare(App[None]):
    """One Input."""

    def compose(self) -> ComposeResult:
        """The box."""
        yield Input(placeholder="READY")


if __name__ == "__main__":
    Bare().run()
