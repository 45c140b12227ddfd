"""FIND: looking for words in the conversation that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tui.domain.i18n import _
from tui.domain.search import Term
from tui.screens.chat.actions.context import ChatContext
from tui.screens.chat.modes import Mode
from tui.widgets.find_bar import FindBar
from tui.widgets.transcript import FindQuery, SearchResults


class FindActions:
    """Asks what to look for, and goes from match to match. The highlights stay while the user reads on."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context
        self.words = ""
        """What was looked for last."""

    @property
    def _bar(self) -> FindBar:
        return self._context.screen.query_one(FindBar)

    # -- The bar

    def open(self) -> None:
        """Ask what to look for."""
        context, bar, transcript = self._context, self._bar, self._context.transcript
        if not context.pane.conversation.branch():
            context.notify(_("There is nothing to find yet."))
            return
        if bar.is_open:
            context.modes.open(Mode.FIND)
            return
        if transcript.find.query is not None:
            transcript.find.end(back=False)
        transcript.find.begin()
        bar.open(self.words)
        context.modes.open(Mode.FIND)
        if not context.pane.session.whole.is_set():
            context.run(self._find_once_whole, "find-whole", exclusive=True)

    def typed(self, words: str) -> None:
        """Look for other words."""
        self.words = words
        self._context.transcript.find.start(FindQuery.typed(words))
        self.say()

    def land(self) -> None:
        """Close the bar and read on at the match that is shown."""
        transcript = self._context.transcript
        if transcript.find.query is None:
            self.drop()
            return
        if transcript.find.results.exact and not transcript.find.results.total:
            return  # it stays open, and says so
        self._bar.close()
        place = transcript.viewport.save()
        self._context.modes.read()
        self._context.modes.close(Mode.FIND)
        transcript.cursor.put(transcript.find.current_message)
        if place is not None:
            transcript.viewport.restore(place)
        self.say()

    async def _find_once_whole(self) -> None:
        """The beginning of a long conversation was still being read: look there too."""
        await self._context.pane.session.whole.wait()
        if self._bar.is_open:
            self._context.transcript.find.start(FindQuery.typed(self.words))
        self.say()

    # -- From match to match

    def step(self, by: Literal[1, -1]) -> None:
        """Go to the next match, or the previous one."""
        if self._context.transcript.find.query is None:
            self._context.notify(_("No search yet. Press / to search."))
        else:
            self._context.transcript.find.step(by)

    def terms(self, message_id: str, terms: Sequence[Term]) -> None:
        """Highlight the terms of a search, and show the first match in that message."""
        self._context.transcript.find.start(FindQuery.terms(terms), within=message_id)
        self.say()

    def leave(self) -> None:
        """Close the bar and clear the highlights, where the user is now."""
        self._bar.close()
        self._context.modes.close(Mode.FIND)
        self.drop()

    def drop(self) -> bool:
        """Clear the highlights; a bar that is open goes back to where it was opened. Whether there was anything."""
        bar, transcript = self._bar, self._context.transcript
        was_open = bar.is_open
        if transcript.find.query is None and not was_open:
            return False
        transcript.find.end(back=was_open)
        if was_open:
            bar.close()
            self._context.modes.close(Mode.FIND)
        self.say()
        return True

    def drop_for_writing(self) -> None:
        """Clear the highlights when writing begins: they are for reading."""
        if not self._bar.is_open:
            self.drop()

    def changed(self) -> None:
        """Show what the transcript has found by now."""
        if self._context.transcript.find.query is None and self._bar.is_open:  # another conversation has come
            self._bar.close()
            self._context.modes.close(Mode.FIND)
        elif self._context.modes.reading and not self._bar.is_open:
            self._context.transcript.cursor.put(self._context.transcript.find.current_message)
        self.say()

    # -- What is said of it

    def say(self) -> None:
        """Show the count, in the bar or beside the mode."""
        transcript, bar = self._context.transcript, self._bar
        if bar.is_open:
            state, sought = transcript.find.results, transcript.find.query
            missing = (
                sought is not None and state.exact and not state.total and self._context.pane.session.whole.is_set()
            )
            bar.say(self._count(state) if sought is not None else "", missing=missing)
        self._context.calls.refresh_mode()

    def word(self) -> str:
        """Return what the status bar adds to READ: which match is shown."""
        return "" if self._context.transcript.find.query is None else self._count(self._context.transcript.find.results)

    def _count(self, state: SearchResults) -> str:
        whole = self._context.pane.session.whole.is_set()
        if not state.total:
            if not whole:
                return _("reading")
            return _("not found") if state.exact else _("looking")
        total = f"{state.total:,}" + ("" if state.exact and whole else "+")
        count = (
            _("{n} of {all}").format(n=f"{state.at:,}", all=total) if state.at else _("{all} found").format(all=total)
        )
        if not whole:
            count += ", " + _("reading")
        turned = {"top": _("from the top"), "end": _("from the end")}.get(state.wrapped, "")
        return f"{count}, {turned}" if turned else count
