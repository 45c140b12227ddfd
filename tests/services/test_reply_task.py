"""A reply, from the prompt to its stored end."""

from __future__ import annotations

import asyncio
from unittest.mock import patch

import pytest

from tests.fakes import FakeGateway, FakeLine, MemoryStore, until
from tui.domain.chat import ChatCompletionChunk, ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import EngineError, GatewayError, StoreError
from tui.domain.settings import GenerationOptions
from tui.services import reply_task
from tui.services.reply_options import ReplyOptions
from tui.services.reply_task import ReplyTask
from tui.services.turns import Turns


class Screen:
    """A listener that remembers, and can be slow."""

    def __init__(self) -> None:
        self.text = ""
        self.thoughts = ""
        self.notes: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def chunk_arrived(self, chunk: ChatCompletionChunk) -> None:
        await self.gate.wait()
        self.text += chunk.delta
        self.thoughts += chunk.reasoning

    def still_alive(self) -> None:
        self.notes.append("alive")

    def reply_changed(self, task: ReplyTask) -> None:
        self.notes.append(task.saving_failed or task.retry_reason)


async def run(
    gateway: FakeGateway, store: MemoryStore | None = None, prompt: str = "Hello", setup: ReplyOptions | None = None
) -> tuple[ReplyTask, Turns, MemoryStore]:
    store = store or MemoryStore()
    turns = Turns(store)
    turn = await turns.ask(Conversation(), prompt, setup or ReplyOptions("test-model"), FakeLine(gateway))
    return turn, turns, store


async def test_the_prompt_is_saved_before_the_request_leaves() -> None:
    store = MemoryStore()
    seen: list[int] = []

    class Watching(FakeGateway):
        async def list_models(self):  # type: ignore[no-untyped-def]
            return []

        def stream_chat(self, request, **listeners):  # type: ignore[no-untyped-def]
            seen.append(len(store.saves))
            return super().stream_chat(request, **listeners)

    turn, _, _ = await run(Watching("Hi"), store)
    await turn.wait()
    assert seen == [1]
    first = store.saves[0].branch()
    assert [(m.role, m.content, m.state) for m in first] == [
        (Role.USER, "Hello", MessageState.COMPLETE),
        (Role.ASSISTANT, "", MessageState.STREAMING),
    ]


async def test_a_whole_reply_is_stored_complete_with_its_model_and_usage() -> None:
    turn, turns, store = await run(FakeGateway("Once ", "upon"))
    await turn.wait()
    reply = store.saves[-1].branch()[-1]
    assert (reply.content, reply.state, reply.model) == ("Once upon", MessageState.COMPLETE, "test-model")
    assert reply.usage is not None
    assert reply.usage.total_tokens == 7
    assert reply.finish_reason == "stop"
    assert reply.finished is not None
    assert turns.running == []


async def test_the_title_is_the_first_line_of_the_first_prompt() -> None:
    turn, _, store = await run(FakeGateway("ok"), prompt="\n# Plan a trip\nto Lisbon")
    await turn.wait()
    assert store.saves[-1].title == "Plan a trip"


async def test_stopping_keeps_the_part_that_arrived_and_closes_the_stream() -> None:
    gateway = FakeGateway("Once upon", asyncio.Event())
    turn, _, store = await run(gateway)
    await until(lambda: turn.reply.content == "Once upon")
    turn.stop()
    await turn.wait()
    reply = store.saves[-1].branch()[-1]
    assert (reply.content, reply.state) == ("Once upon", MessageState.STOPPED)
    assert gateway.closed_streams == 1


async def test_stopping_before_anything_began_is_stored_as_stopped() -> None:
    turn, _, store = await run(FakeGateway("never"))
    turn.stop()
    await turn.wait()
    assert store.saves[-1].branch()[-1].state is MessageState.STOPPED


async def test_a_failure_is_noted_beside_the_text_and_never_in_it() -> None:
    turn, _, store = await run(FakeGateway("So far", GatewayError("upstream", "Provider failed.", status=502)))
    await turn.wait()
    reply = store.saves[-1].branch()[-1]
    assert (reply.content, reply.state) == ("So far", MessageState.FAILED)
    assert reply.error is not None
    assert (reply.error.kind, reply.error.sentence, reply.error.status) == ("upstream", "Provider failed.", 502)


async def test_errors_and_empty_replies_are_never_sent_to_a_model() -> None:
    conversation, store = Conversation(), MemoryStore()
    turns = Turns(store)
    failing = FakeGateway(GatewayError("server", "engine crashed"))
    turn = await turns.ask(conversation, "one", ReplyOptions("m"), FakeLine(failing))
    await turn.wait()
    gateway = FakeGateway("fine")
    turn = await turns.ask(conversation, "two", ReplyOptions("m", system="Be brief."), FakeLine(gateway))
    await turn.wait()
    assert list(gateway.requests[0].messages) == [(Role.SYSTEM, "Be brief."), (Role.USER, "one"), (Role.USER, "two")]


async def test_a_gateway_that_cannot_be_set_up_fails_the_reply_not_the_app() -> None:
    class NoEngine(FakeLine):
        async def gateway(self) -> FakeGateway:
            raise EngineError("engine-missing", "The engine is not installed.")

    store = MemoryStore()
    turns = Turns(store)
    turn = await turns.ask(Conversation(), "Hello", ReplyOptions(""), NoEngine(FakeGateway()))
    await turn.wait()
    reply = store.saves[-1].branch()[-1]
    assert reply.error is not None
    assert (reply.state, reply.error.sentence) == (MessageState.FAILED, "The engine is not installed.")


async def test_a_prompt_that_cannot_be_saved_is_not_sent_and_leaves_no_trace() -> None:
    conversation, gateway = Conversation(), FakeGateway("no")
    turns = Turns(MemoryStore(fails="The disk is full."))
    with pytest.raises(StoreError, match="disk is full"):
        await turns.ask(conversation, "Hello", ReplyOptions("m"), FakeLine(gateway))
    assert (conversation.messages, conversation.leaf, conversation.title, gateway.requests) == ({}, None, "", [])
    assert turns.running == []


async def test_a_retry_is_a_sibling_and_the_old_reply_stays() -> None:
    conversation, store = Conversation(), MemoryStore()
    turns = Turns(store)
    first = await turns.ask(conversation, "Hello", ReplyOptions("a"), FakeLine(FakeGateway("one")))
    await first.wait()
    gateway = FakeGateway("two")
    second = await turns.retry(conversation, first.reply, ReplyOptions("b"), FakeLine(gateway))
    await second.wait()
    saved = store.saves[-1]
    assert [m.content for m in saved.branch()] == ["Hello", "two"]
    assert {m.content for m in saved.messages.values()} == {"Hello", "one", "two"}
    assert list(gateway.requests[0].messages) == [(Role.USER, "Hello")]
    assert saved.branch()[-1].model == "b"


async def test_the_growing_reply_is_saved_while_it_stalls() -> None:
    with patch.object(reply_task, "SAVE_EVERY", 0.01):
        turn, _, store = await run(FakeGateway("half", asyncio.Event()))
        await until(lambda: store.saves[-1].branch()[-1].content == "half")
        assert store.saves[-1].branch()[-1].state is MessageState.STREAMING
        turn.stop()
        await turn.wait()


async def test_a_last_save_that_fails_is_tried_until_it_holds() -> None:
    store, gate = MemoryStore(), asyncio.Event()
    with patch.object(reply_task, "SAVE_AGAIN", 0.01):
        turn, turns, _ = await run(FakeGateway("precious", gate), store)
        screen = turn.listener = Screen()
        store.fails = "not saved: disk full"
        gate.set()
        await until(lambda: turn.saving_failed)
        assert turns.running == [turn]
        store.fails = ""
        await turn.wait()
    assert store.saves[-1].branch()[-1].content == "precious"
    assert (screen.notes[0], screen.notes[-1]) == ("not saved: disk full", "")


async def test_a_slow_screen_slows_the_network() -> None:
    gateway = FakeGateway("a", "b", "c")
    turn, _, _ = await run(gateway)
    screen = turn.listener = Screen()
    screen.gate.clear()
    await until(lambda: turn.reply.content)
    for _ in range(20):
        await asyncio.sleep(0)
    assert turn.reply.content == "a"
    screen.gate.set()
    await turn.wait()
    assert screen.text == turn.reply.content == "abc"


async def test_closing_stops_everything_and_saves_it() -> None:
    gateway, store = FakeGateway("kept", asyncio.Event()), MemoryStore()
    turns = Turns(store)
    running = [await turns.ask(Conversation(), str(n), ReplyOptions("m"), FakeLine(gateway)) for n in range(2)]
    await until(lambda: all(turn.reply.content for turn in running))
    assert await turns.close() == []
    assert {turn.reply.state for turn in running} == {MessageState.STOPPED}
    assert {turn.reply.content for turn in running} == {"kept"}


async def test_whole_replies_are_asked_for_where_the_profile_says_so() -> None:
    store = MemoryStore()
    turns = Turns(store)
    gateway = FakeGateway("all ", "at once")
    turn = await turns.ask(Conversation(), "Hello", ReplyOptions("m"), FakeLine(gateway, stream=False))
    await turn.wait()
    assert gateway.requests[0].stream is False
    assert store.saves[-1].branch()[-1].content == "all at once"


async def test_only_what_is_set_is_asked_for() -> None:
    gateway = FakeGateway("ok")
    turn, _, _ = await run(gateway, setup=ReplyOptions("m", GenerationOptions(temperature=0.5)))
    await turn.wait()
    assert gateway.requests[0].options.as_dict() == {"temperature": 0.5}


async def test_reasoning_and_notices_stay_apart_from_the_text() -> None:
    turn, _, store = await run(
        FakeGateway(ChatCompletionChunk(reasoning="Hmm"), "42", ChatCompletionChunk(notice="Cut at the token limit."))
    )
    await turn.wait()
    reply = store.saves[-1].branch()[-1]
    assert (reply.content, reply.reasoning, reply.notice) == ("42", "Hmm", "Cut at the token limit.")


async def test_a_stop_while_the_whole_reply_waits_to_be_saved_costs_nothing_of_it() -> None:
    class Busy(MemoryStore):
        """Another file comes first, and a save whose caller is gone is never begun."""

        async def save(self, conversation: Conversation, *messages: ChatMessage) -> None:
            await free.wait()
            await super().save(conversation, *messages)

    free, rest = asyncio.Event(), asyncio.Event()
    free.set()
    turn, turns, store = await run(FakeGateway("first ", rest, "and the rest"), Busy())
    await until(lambda: turn.reply.content == "first ")
    free.clear()
    rest.set()
    await until(lambda: turn.reply.state is MessageState.COMPLETE)
    turn.stop()
    free.set()
    await turn.wait()
    reply = store.saves[-1].branch()[-1]
    assert (reply.content, reply.state) == ("first and the rest", MessageState.COMPLETE)
    assert turns.running == []
