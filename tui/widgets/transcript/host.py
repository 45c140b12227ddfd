"""What the parts of a transcript ask of its widget."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

from textual.selection import SELECT_ALL
from textual.widget import Widget
from textual.worker import WorkType

from tui.widgets.transcript.find_query import SearchResults
from tui.widgets.transcript.selection import Selection, Stoppable


class WidgetHost:
    """Serves the controllers in a running app.

    `repaint` paints all in view, `ensure_styled` makes drawing possible before the width is known, and `report` takes what
    a find has found.
    """

    def __init__(
        self,
        widget: Widget,
        *,
        repaint: Callable[[], object],
        ensure_styled: Callable[[], object],
        report: Callable[[SearchResults], object],
    ) -> None:
        self._widget = widget
        self._repaint = repaint
        self._ensure_styled = ensure_styled
        self._report = report

    def ensure_styled(self) -> None:
        """Make drawing possible before the width is known."""
        self._ensure_styled()

    @property
    def is_animated(self) -> bool:
        """Whether the app shows animations."""
        return self._widget.app.animation_level != "none"

    def set_interval(self, interval: float, callback: Callable[[], object]) -> Stoppable:
        """Call something again and again."""
        return self._widget.set_interval(interval, callback)

    def set_timer(self, delay: float, callback: Callable[[], object]) -> Stoppable:
        """Call something once."""
        return self._widget.set_timer(delay, callback)

    def capture_mouse(self) -> None:
        """Send all that the mouse does to the widget."""
        self._widget.capture_mouse()

    def release_mouse(self) -> None:
        """Send it to what is under the pointer again."""
        self._widget.release_mouse()

    def start_task(self, group: str, work: Callable[[], Coroutine[None, None, None]], *, exclusive: bool) -> None:
        """Run a worker."""
        task: WorkType[None] = work
        self._widget.run_worker(task, group=group, exclusive=exclusive)

    def cancel_tasks(self, group: str) -> None:
        """Cancel the workers of a group."""
        self._widget.workers.cancel_group(self._widget, group)

    def results_changed(self, results: SearchResults) -> None:
        """Report what is known of what is looked for."""
        self._report(results)

    def selection_changed(self, selection: Selection) -> None:
        """Have the screen know that something is selected here. Its own selecting goes by widgets."""
        if selection.exists and self._widget not in self._widget.screen.selections:
            self._widget.screen.selections = {self._widget: SELECT_ALL}
        self._repaint()

    def selection_dropped(self) -> None:
        """Have the screen know that nothing is selected here any more."""
        if self._widget in self._widget.screen.selections:
            self._widget.screen.clear_selection()
        self._repaint()
