"""Finding in the conversation that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import events, getters, on, work
from textual.binding import Binding, BindingType

from tui.domain.i18n import _
from tui.domain.search import Term
from tui.screens.chat.pane import ChatPane
from tui.screens.reading import ReadingScreen
from tui.widgets.find_bar import FindBar
from tui.widgets.prompt_box import PromptBox
from tui.widgets.transcript import FindQuery, SearchResults, Transcript

FOUND_KEYS = _("n next hit · N before · / find · esc marks off")


class FindingScreen(ReadingScreen):
    """Asks what to look for, and goes from hit to hit. The marks stay while the user reads on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f", "find", "Find in this conversation", id="chat.find"),
    ]

    pane = getters.query_one(ChatPane)
    find_bar = getters.query_one(FindBar)

    _words = ""
    """What was looked for last."""

    def mode_word(self) -> str:
        """READ, and which hit is shown, unless the bar says so."""
        word = super().mode_word()
        if not word or self.transcript.find.query is None or self.find_bar.is_open:
            return word
        return f"{word} {self._count(self.transcript.find.results)}".rstrip()

    # -- The bar

    @on(PromptBox.FindPressed)
    def _find_pressed(self, event: PromptBox.FindPressed) -> None:
        event.stop()
        self.action_find()

    def action_find_here(self) -> None:
        """Ask what to look for."""
        self.action_find()

    def action_find(self) -> None:
        """Ask what to look for; what was typed since the key belongs to that."""
        typed = self.pane.prompt_box.take_command()
        if not self.pane.conversation.branch():
            self.pane.prompt_box.insert(typed)
            self.notify(_("There is nothing to find yet."))
            return
        if self.find_bar.is_open:
            self.set_focus(self.find_bar.words)
            self.find_bar.type(typed)
            return
        if self.transcript.find.query is not None:
            self.transcript.find.end(back=False)
        self.transcript.find.begin()
        self.find_bar.open(self._words)
        self.pane.show_mode(self.mode_word())
        self.find_bar.type(typed)
        if not self.pane.session.whole.is_set():
            self._find_once_whole()

    async def on_key(self, event: events.Key) -> None:
        """Keys of a burst that came while the bar opened are the bar's."""
        if self.find_bar.is_open and (event.is_printable or event.key in ("enter", "escape", "tab", "down", "up")):
            event.stop()
            event.prevent_default()
            self.find_bar.words.post_message(events.Key(event.key, event.character))

    @on(FindBar.Typed)
    def _typed(self, event: FindBar.Typed) -> None:
        event.stop()
        self._words = event.text
        self.transcript.find.start(FindQuery.typed(event.text))
        self._say()

    @on(FindBar.Stepped)
    def _stepped(self, event: FindBar.Stepped) -> None:
        event.stop()
        self.transcript.find.step(event.by)

    @on(FindBar.Left)
    def _left(self, event: FindBar.Left) -> None:
        event.stop()
        landed = event.landed and self.transcript.find.query is not None
        if event.landed and self.transcript.find.results.exact and not self.transcript.find.results.total and landed:
            return  # it stays open, and says so
        if not landed:
            self.drop_marks()
            return
        self.find_bar.close()
        place = self.transcript.viewport.save()
        self.reading = True
        self.set_focus(None)
        self.transcript.cursor.put(self.transcript.find.current_message)
        if place is not None:
            self.transcript.viewport.restore(place)
        self._say()

    def on_screen_resume(self) -> None:
        """Coming back from another screen, the focus is the bar's while that is open."""
        if self.find_bar.is_open:
            self.call_after_refresh(self.set_focus, self.find_bar.words)

    def _give_focus_back(self) -> None:
        if self.reading:
            self.set_focus(None)
        else:
            self.pane.prompt_box.focus()

    # -- From hit to hit

    def action_find_step_here(self, by: Literal[1, -1]) -> None:
        """To the next hit, or the one before."""
        if self.transcript.find.query is None:
            self.notify(_("Nothing is looked for yet. / asks what to find."))
        else:
            self.transcript.find.step(by)

    def find_terms(self, message_id: str, terms: Sequence[Term]) -> None:
        """Mark the terms of a search, and show the first one in that message."""
        self.transcript.find.start(FindQuery.terms(terms), within=message_id)
        self._say()

    def leave_find(self) -> None:
        """Close the bar and take the marks away, where the user is now."""
        if self.find_bar.is_open:
            self.find_bar.close()
            self._give_focus_back()
        self.drop_marks()

    def drop_marks(self) -> bool:
        """Look for nothing any more; whether something was looked for. Out of the open bar the way leads back."""
        was_open = self.find_bar.is_open
        if not was_open and self.transcript.find.query is None:
            return False
        self.find_bar.close()
        self.transcript.find.end(back=was_open)
        if was_open:
            self._give_focus_back()
        self._say()
        return True

    def _watch_reading(self, reading: bool) -> None:
        """The marks are for reading."""
        if not reading and not self.find_bar.is_open:
            self.drop_marks()

    @on(Transcript.FindUpdated)
    def _found(self, event: Transcript.FindUpdated) -> None:
        event.stop()
        if self.transcript.find.query is None and self.find_bar.is_open:  # another conversation has come
            self.find_bar.close()
            self._give_focus_back()
        elif self.reading and not self.find_bar.is_open:
            self.transcript.cursor.put(self.transcript.find.current_message)
        self._say()

    @work(group="find-whole", exclusive=True)
    async def _find_once_whole(self) -> None:
        """The beginning of a long conversation was still being read: look there too."""
        await self.pane.session.whole.wait()
        if self.find_bar.is_open:
            self.transcript.find.start(FindQuery.typed(self._words))
        self._say()

    # -- What is said of it

    def _say(self) -> None:
        """Show the count, in the bar or beside the mode."""
        state, sought = self.transcript.find.results, self.transcript.find.query
        if self.find_bar.is_open:
            missing = sought is not None and state.exact and not state.total and self.pane.session.whole.is_set()
            self.find_bar.say(self._count(state) if sought is not None else "", missing=missing)
        elif self.reading:
            word = self.mode_word()
            if sought is None:
                self.pane.show_mode(word)
            else:
                self.pane.show_mode(word, FOUND_KEYS)

    def _count(self, state: SearchResults) -> str:
        whole = self.pane.session.whole.is_set()
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
