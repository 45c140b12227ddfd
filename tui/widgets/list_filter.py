"""The filter above a list."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input


class ListFilter(Input):
    """An input whose screen has keys of its own: they act on the list while the user types here."""

    _held: list[events.Key] | None = None
    """Keys that came after the one that opens something else to type in; None while there is no such thing."""

    def hold(self) -> None:
        """Keep what is typed from now on, until it is known where it belongs."""
        if self._held is None:
            self._held = []

    def release(self, to: Widget) -> None:
        """Give what was kept to this widget, which may be the filter itself."""
        held, self._held = self._held or [], None
        for event in held:
            to.post_message(events.Key(event.key, event.character))

    async def _on_key(self, event: events.Key) -> None:
        # Keys with an action are dealt with here, in their order: a binding runs when the key has bubbled up to the app,
        # and in a burst of keys the letters after it would have changed the filter by then.
        if self._held is not None:
            event.stop()
            event.prevent_default()
            self._held.append(event)
        elif event.is_printable:
            await super()._on_key(event)
        elif action := _action_of(event.key, self.screen.BINDINGS):
            event.stop()
            event.prevent_default()
            await self.screen.run_action(action)
        elif action := _action_of(event.key, Input.BINDINGS):
            event.stop()
            event.prevent_default()
            await self.run_action(action)


def _action_of(key: str, bindings: Iterable[BindingType]) -> str:
    known = (binding for binding in bindings if isinstance(binding, Binding))
    return next((binding.action for binding in known if key in binding.key.split(",")), "")
