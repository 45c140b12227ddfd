"""A reply that was cut off goes on as the same message."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeGateway, FakeLine, MemoryStore, until
from tui.domain.chat import ChatCompletionChunk, Conversation, MessageState, Role, Usage
from tui.domain.errors import GatewayError, StoreError
from tui.services.continuing import ASK_TO_CONTINUE, WithoutOverlap
from tui.services.reply_options import ReplyOptions
from tui.services.reply_task import ReplyTask
from tui.services.turns import Turns


def through(before: str, pieces: list[str]) -> str:
    new = WithoutOverlap(before)
    return "".join(new.feed(piece) for piece in pieces) + new.end()


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=10))
def test_pieces_make_no_difference(before: str, pieces: list[str]) -> None:
    assert through(before, pieces) == through(before, ["".join(pieces)])


@given(st.text(alphabet="abc ", min_size=10, max_size=200), st.text(alphabet="XYZ", max_size=50), st.text(max_size=50))
def test_what_is_said_again_is_dropped_and_nothing_else(overlap: str, rest: str, start: str) -> None:
    assert through(start + overlap, [overlap + rest]).endswith(rest)
    assert through(start + "=", [rest]) == rest


def test_a_short_coincidence_is_kept() -> None:
    assert through("It was a", ["a dark night"]) == "a dark night"


async def cut_off(conversation: Conversation, turns: Turns) -> ReplyTask:
    failing = FakeGateway("The three steps are: one, ", GatewayError("interrupted", "The reply ended early."))
    turn = await turns.ask(conversation, "List them", ReplyOptions("m"), FakeLine(failing))
    await turn.wait()
    return turn


async def test_the_same_message_goes_on_and_the_request_is_never_stored() -> None:
    conversation, store = Conversation(), MemoryStore()
    turns = Turns(store)
    first = await cut_off(conversation, turns)
    gateway = FakeGateway("are: one, two", " and three.")
    turn = await turns.continue_reply(
        conversation, first.reply, ReplyOptions("m", system="Be brief."), FakeLine(gateway)
    )
    await turn.wait()
    saved = store.saves[-1].branch()
    assert [m.content for m in saved] == ["List them", "The three steps are: one, two and three."]
    assert saved[-1].state is MessageState.COMPLETE
    assert saved[-1].error is None
    assert list(gateway.requests[0].messages) == [
        (Role.SYSTEM, "Be brief."),
        (Role.USER, "List them"),
        (Role.ASSISTANT, "The three steps are: one, "),
        (Role.USER, ASK_TO_CONTINUE),
    ]
    assert all(ASK_TO_CONTINUE not in m.content for saved in store.saves for m in saved.messages.values())


async def test_a_server_that_prefills_is_given_the_beginning() -> None:
    conversation, turns = Conversation(), Turns(MemoryStore())
    first = await cut_off(conversation, turns)
    gateway = FakeGateway("two")
    line = FakeLine(gateway)
    line.prefills = True
    turn = await turns.continue_reply(conversation, first.reply, ReplyOptions("m"), line)
    await turn.wait()
    assert gateway.requests[0].messages[-1] == (Role.ASSISTANT, "The three steps are: one, ")


async def test_a_second_failure_keeps_all_that_has_come() -> None:
    conversation, store = Conversation(), MemoryStore()
    turns = Turns(store)
    first = await cut_off(conversation, turns)
    gateway = FakeGateway("two, three, four, ", GatewayError("stalled", "No data."))
    await (await turns.continue_reply(conversation, first.reply, ReplyOptions("m"), FakeLine(gateway))).wait()
    reply = store.saves[-1].branch()[-1]
    assert (reply.content, reply.state) == ("The three steps are: one, two, three, four, ", MessageState.FAILED)
    assert reply.error is not None
    assert reply.error.kind == "stalled"


async def test_text_held_back_is_not_lost_when_the_reply_is_stopped_or_fails() -> None:
    conversation, store = Conversation(), MemoryStore()
    turns = Turns(store)
    first = await cut_off(conversation, turns)
    before = first.reply.content
    gateway = FakeGateway("The three", asyncio.Event())
    turn = await turns.continue_reply(conversation, first.reply, ReplyOptions("m"), FakeLine(gateway))
    await until(lambda: gateway.requests)
    await until(lambda: gateway.waiting)
    turn.stop()
    await turn.wait()
    assert store.saves[-1].branch()[-1].content == before + "The three"


async def test_nothing_changes_when_the_beginning_cannot_be_saved() -> None:
    conversation, store = Conversation(), MemoryStore()
    turns = Turns(store)
    first = await cut_off(conversation, turns)
    store.fails = "The disk is full."
    with pytest.raises(StoreError):
        await turns.continue_reply(conversation, first.reply, ReplyOptions("m"), FakeLine(FakeGateway("no")))
    assert first.reply.state is MessageState.FAILED
    assert first.reply.error is not None
    assert not first.reply.resumed
    assert turns.running == []


async def test_a_pause_before_going_on_is_not_told_as_time_or_speed() -> None:
    conversation, store = Conversation(), MemoryStore()
    turns = Turns(store)
    first = await cut_off(conversation, turns)
    assert first.reply.seconds is not None
    first.reply.usage = Usage(1, 20, 21)
    first.reply.created -= 3600
    first.reply.first_token = first.reply.created + 1
    assert first.reply.tokens_per_second is not None
    await (
        await turns.continue_reply(conversation, first.reply, ReplyOptions("m"), FakeLine(FakeGateway("two")))
    ).wait()
    reply = store.saves[-1].branch()[-1]
    assert reply.finished is not None
    assert (reply.seconds, reply.tokens_per_second) == (None, None)


async def test_usage_of_both_parts_is_added() -> None:
    conversation, store = Conversation(), MemoryStore()
    turns = Turns(store)
    turn = await turns.ask(
        conversation, "Go", ReplyOptions("m"), FakeLine(FakeGateway("one", ChatCompletionChunk(notice="Cut.")))
    )
    await turn.wait()
    await (
        await turns.continue_reply(conversation, turn.reply, ReplyOptions("m"), FakeLine(FakeGateway(" two")))
    ).wait()
    usage = store.saves[-1].branch()[-1].usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (3, 8, 11)
