"""The filter above a list."""

from __future__ import annotations

from textual import events
from textual.binding import Binding
from textual.widgets import Input


class ListFilter(Input):
    """An input whose screen has keys of its own: they act on the list while the user types here."""

    async def _on_key(self, event: events.Key) -> None:
        # Keys of the screen are dealt with here, in their order: a binding runs when the key has bubbled up to the app,
        # and in a burst of keys the letters after it would have changed the filter by then.
        if not event.is_printable and (action := self._action_of(event.key)):
            event.stop()
            event.prevent_default()
            await self.screen.run_action(action)
        else:
            await super()._on_key(event)

    def _action_of(self, key: str) -> str:
        bindings = (binding for binding in self.screen.BINDINGS if isinstance(binding, Binding))
        return next((binding.action for binding in bindings if key in binding.key.split(",")), "")
