"""Opening, closing, searching, editing and streaming in any order, over conversations of different lengths.

FUZZ_EXAMPLES says how many orders are tried.
"""

from __future__ import annotations

import asyncio
import os

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot

from tests.effort import examples
from tests.widgets.transcript.conftest import TranscriptApp, ask, conversation, expected, reply, settle
from tui.domain.chat import ChatMessage, MessageState
from tui.rendering.note import Note
from tui.widgets.transcript import FindQuery, prepare

EXAMPLES = min(2000, int(os.environ.get("FUZZ_EXAMPLES", "120")) // 10)
LENGTHS = (0, 1, 2, 3, 9, 30)
STEPS = (
    *("open", "open at", "close", "renew", "put before", "edit", "take away"),
    *("ask", "ask", "stream", "stream", "end", "follow"),
    *("find", "find in", "next", "before", "end find", "leave", "come back"),
    *("cursor", "home", "last", "jump", "fold", "raw", "reasoning", "all reasoning"),
    *("up", "down", "wheel", "labels", "letter", "resize", "select"),
)

uses = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 40)), min_size=5, max_size=25)


class Use:
    """A reader who presses keys, a gateway that answers, and another window that changes things."""

    def __init__(self, app: TranscriptApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot
        self.transcript = app.transcript
        self.shown: list[ChatMessage] = []
        self.live: ChatMessage | None = None
        self.place = self.transcript.viewport.save()

    def any_id(self, n: int) -> str:
        return self.shown[n % len(self.shown)].id if self.shown else "gone"

    async def step(self, what: str, n: int) -> None:
        transcript, message_id = self.transcript, self.any_id(n)
        match what:
            case "open" | "close" | "open at":
                self.live = None
                self.shown = [] if what == "close" else conversation(LENGTHS[n % len(LENGTHS)])
                at = self.any_id(n) if what == "open at" and self.shown else None
                transcript.show(self.shown, {}, at=at)
            case "renew":
                kept = [m for i, m in enumerate(self.shown) if (i * 7 + n) % 5 or m is self.live]
                self.shown = kept
                transcript.renew(kept, {m.id: Note("A note.") for m in kept[:1] if m is not self.live})
            case "put before":
                earlier = conversation(LENGTHS[n % len(LENGTHS)])
                transcript.put_before(await prepare(transcript.messages, earlier, lambda _message: None))
                self.shown = [*earlier, *self.shown]
            case "edit":
                if self.shown and (old := self.shown[n % len(self.shown)]) is not self.live:
                    old.content = f"edited needle\n\n{'more ' * n * 5}"
                    transcript.update(old)
            case "take away":
                transcript.remove_from(message_id)
                del self.shown[n % len(self.shown) if self.shown else 0 :]
                if self.live not in self.shown:
                    self.live = None
            case "ask":
                if self.live is None:
                    question, self.live = ask("A needle?"), reply(state=MessageState.STREAMING)
                    self.shown += [question, self.live]
                    transcript.add(question)
                    transcript.live.start(self.live)
            case "stream":
                if self.live is not None:
                    self.live.content += f"words and a needle {n}\n\n" * (n % 7)
                    transcript.live.append(f"words and a needle {n}\n\n" * (n % 7))
            case "end":
                if self.live is not None:
                    self.live.state = MessageState.COMPLETE
                    transcript.live.finish(self.live, Note("It ended.") if n % 2 else None)
                    self.live = None
            case "follow":
                transcript.follow()
            case "find":
                transcript.find.start(FindQuery.typed("needle" if n % 2 else "Question"))
            case "find in":
                transcript.find.start(FindQuery.typed("line"), within=message_id)
            case "next" | "before":
                transcript.find.step(1 if what == "next" else -1)
            case "end find":
                transcript.find.end(back=bool(n % 2))
            case "leave":
                self.place = transcript.viewport.save()
            case "come back":
                if self.place is not None:
                    transcript.viewport.restore(self.place)
            case "cursor":
                transcript.cursor.move(n % 7 - 3)
            case "home":
                transcript.cursor.first()
            case "last":
                transcript.cursor.last()
            case "jump":
                transcript.jump.to(message_id, n % 3 - 1)
            case "fold":
                transcript.folding.toggle(message_id)
            case "raw":
                transcript.folding.toggle_source(message_id)
            case "reasoning":
                transcript.folding.toggle_reasoning(message_id)
            case "all reasoning":
                transcript.folding.show_reasoning = bool(n % 2)
            case "up":
                transcript.viewport.turn_page(-1)
            case "down":
                transcript.viewport.turn_page(1)
            case "wheel":
                transcript.scroll_to(y=transcript.scroll_y + n - 20)
            case "labels":
                transcript.labels.lay()
            case "letter":
                transcript.labels.hide() if n % 2 else transcript.labels.choose("a")
            case "resize":
                await self.pilot.resize_terminal(*((80, 24), (50, 12), (100, 40))[n % 3])
            case "select":
                await self.pilot.mouse_down(offset=(4, n % 12))
                await self.pilot.mouse_up(offset=(9, n % 12))

    async def check(self) -> None:
        """What is on the screen is what is there to be read, but for what lies over it."""
        await settle(self.pilot)
        shown, wanted = self.app.lines(), expected(self.transcript)
        if self.app.says_more:
            shown, wanted = shown[:-1], wanted[:-1]
        assert shown == wanted
        assert 0 <= self.transcript.scroll_y <= self.transcript.max_scroll_y
        assert [message.id for message in self.transcript.messages] == [message.id for message in self.shown]


async def use(steps: list[tuple[str, int]]) -> None:
    app = TranscriptApp()
    async with app.run_test(size=(80, 24)) as pilot:
        reader = Use(app, pilot)
        for what, n in steps:
            await reader.step(what, n)
            if n % 3:
                await pilot.pause()
        reader.transcript.labels.hide()
        while app.workers:
            await pilot.pause()
        await reader.check()


@settings(
    max_examples=examples(EXAMPLES),
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # to find a shorter order would take minutes
)
@given(uses)
@example([("open", 5), ("ask", 0), ("end", 0), ("open", 2)])
@example([("open", 5), ("ask", 0), ("leave", 0), ("open", 1), ("come back", 0)])
@example([("open", 5), ("find", 1), ("next", 1), ("ask", 0), ("open", 1), ("next", 0)])
def test_nothing_that_is_held_outlives_its_messages(steps: list[tuple[str, int]]) -> None:
    asyncio.run(use(steps))
