"""The line at the lower edge of a transcript that says what is below."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from tui.domain.i18n import _


class Pill(Widget, can_focus=False):
    """Says that there is more below, whether it is still arriving, and by which keys to go there or to stop it.

    It takes a whole line, so that no row is left half covered. A click goes to the end.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"pill--text", "pill--key"}  # noqa: RUF012
    DEFAULT_CSS = """
    Pill { width: 1fr; height: 1; text-align: center; }
    """

    class Pressed(Message):
        """The line was clicked."""

    def __init__(self, follow_key: str, stop_key: str) -> None:
        super().__init__()
        self._keys = {"follow": follow_key, "stop": stop_key}
        self._is_arriving = False

    def tell(self, *, is_arriving: bool) -> None:
        """Say whether what is below is still growing."""
        if is_arriving != self._is_arriving:
            self._is_arriving = is_arriving
            self.refresh()

    def render(self) -> Content:
        room = self.size.width
        sentences = (self._filled(sentence) for sentence in self._sentences())
        return next((content for content in sentences if content.cell_length <= room), Content(" ↓ "))

    def _sentences(self) -> tuple[str, ...]:
        """The sentences that are true now, the longest first."""
        if self._is_arriving:
            return (
                _(" ↓ still arriving below · {follow} follow · {stop} stop "),
                _(" ↓ still arriving · {stop} stop "),
                _(" ↓ {stop} stop "),
            )
        return (_(" ↓ more below · {follow} go to the end "), _(" ↓ more below "))

    def _filled(self, sentence: str) -> Content:
        """Put the keys into a sentence, in their colour."""
        text, key = self.get_visual_style("pill--text"), self.get_visual_style("pill--key", partial=True)
        parts: list[tuple[str, Style]] = []
        rest = sentence
        while "{" in rest:
            before, _brace, rest = rest.partition("{")
            name, _brace, rest = rest.partition("}")
            parts += [(before, text), (self._keys[name], text + key)]
        return Content.assemble(*parts, (rest, text))

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(self.Pressed())
