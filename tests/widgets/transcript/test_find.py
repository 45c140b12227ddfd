"""Finding in messages: the match that is shown first, the next and the one before, and what is counted. No app is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.rendering.drawing import PALETTE
from tests.widgets.transcript.conftest import ask, reply
from tests.widgets.transcript.parts import Parts
from tui.domain.chat import ChatMessage
from tui.widgets.transcript import FindQuery

LARGE = "a needle " + "filler words here " * 2000
"""Looked through in a thread, so that much can happen meanwhile."""


def haystack() -> list[ChatMessage]:
    """Messages with a needle in each fourth, two in the ninth."""
    words = ["a needle", "nothing", "nothing", "nothing"]
    return [ask(f"{n}: {words[n % 4]}" + (" and a needle" if n == 8 else "")) for n in range(20)]


async def look_for(parts: Parts, text: str, *, within: str | None = None) -> None:
    parts.find.start(FindQuery.typed(text), within=within)
    await parts.host.tasks_ended()


async def step(parts: Parts, by: int) -> None:
    parts.find.step(1 if by > 0 else -1)
    await parts.host.tasks_ended()


def highlighted(parts: Parts) -> int:
    """How many rows in view have something laid over them."""
    return sum(
        parts.overlays.over(index, row) is not None
        for index in parts.viewport.in_view
        for row in range(parts.messages.heights[index])
    )


async def test_the_first_match_in_view_or_below_is_shown_and_all_are_counted() -> None:
    messages = haystack()
    parts = Parts(messages)
    parts.show(messages, at=messages[6].id)
    await look_for(parts, "needle")
    assert parts.find.current_message == messages[8].id
    assert parts.find.results == (3, 6, True, "")
    assert parts.host.results[-1] == parts.find.results
    assert "8: a needle and a needle" in parts.lines
    assert highlighted(parts) == 1


async def test_steps_go_from_match_to_match_and_around_the_ends() -> None:
    messages = haystack()
    parts = Parts(messages)
    parts.show(messages, at=messages[8].id)
    await look_for(parts, "needle")
    seen = []
    for _ in range(4):
        await step(parts, 1)
        seen.append((parts.find.results.at, parts.find.results.wrapped))
    assert seen == [(4, ""), (5, ""), (6, ""), (1, "top")]
    await step(parts, -1)
    assert (parts.find.results.at, parts.find.results.wrapped) == (6, "end")
    assert parts.find.current_message == messages[16].id


async def test_with_no_match_the_view_goes_back_to_where_it_was() -> None:
    messages = haystack()
    parts = Parts(messages)
    parts.show(messages, at=messages[6].id)
    before = parts.lines
    await look_for(parts, "needle")
    await look_for(parts, "needless")
    assert parts.lines == before
    assert parts.find.results == (0, 0, True, "")
    assert parts.find.current_message is None


async def test_a_match_is_shown_in_the_message_that_is_named() -> None:
    messages = haystack()
    parts = Parts(messages)
    await look_for(parts, "needle", within=messages[4].id)
    assert parts.find.current_message == messages[4].id


@pytest.mark.parametrize("back", [True, False])
async def test_at_the_end_all_is_as_it_was_or_stays_as_it_is(back: bool) -> None:
    code = "```text\n" + "\n".join(f"line {n}" for n in range(1, 101)) + "\nneedle\n```"
    messages = [ask("Q"), reply(code), ask("R")]
    parts = Parts(messages)
    parts.show(messages, at=messages[0].id)
    before = parts.lines
    parts.find.begin()
    await look_for(parts, "needle")
    assert "needle" in "".join(parts.lines)
    parts.find.end(back=back)
    assert parts.find.query is None
    assert highlighted(parts) == 0
    assert (parts.lines == before) is back
    assert parts.messages.entries[1].shape.all_code is not back


async def test_what_comes_to_be_said_is_counted_too() -> None:
    parts = Parts([ask("needle")])
    await look_for(parts, "needle")
    answer = reply()
    parts.live.start(answer)
    parts.live.append("A needle and another needle.")
    answer.content = "A needle and another needle."
    parts.live.finish(answer)
    await parts.host.tasks_ended()
    assert parts.find.results.total == 3


async def test_nothing_is_looked_for_in_another_conversation() -> None:
    parts = Parts(haystack())
    await look_for(parts, "needle")
    parts.show([ask("other")])
    assert parts.find.query is None
    assert parts.host.results[-1] == (0, 0, False, "")
    await step(parts, 1)
    assert parts.find.current_message is None


CHANGES: dict[str, Callable[[Parts, list[ChatMessage]], None]] = {
    "another conversation": lambda parts, _messages: parts.show([ask("other")]),
    "another window": lambda parts, messages: parts.messages.renew(messages[:1], {}),
    "taken away": lambda parts, _messages: parts.messages.truncate(1),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_step_goes_nowhere_when_the_messages_it_looks_through_are_replaced(change: str) -> None:
    messages = [ask("needle"), reply("none"), ask("q"), reply(LARGE)]
    parts = Parts(messages)
    parts.show(messages, at=messages[0].id)
    await look_for(parts, "needle")
    parts.messages.restyle(parts.headers.renderer(PALETTE, 50))  # what was found out at another width is forgotten
    parts.find.step(1)
    for _ in range(5):  # the step has begun, and looks through the long one in a thread
        await asyncio.sleep(0)
    assert parts.find.current_message == messages[0].id
    CHANGES[change](parts, messages)
    await parts.host.tasks_ended()
    assert parts.find.current_message == (None if change == "another conversation" else messages[0].id)
    assert len(parts.messages) == 1
