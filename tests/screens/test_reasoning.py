"""Reasoning and pauses, from the gateway to the screen and to the file, in the real app."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.fakes import FakeGateway
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.chat_driver import driven
from tui.domain.chat import ChatCompletionChunk, ChatRequest
from tui.domain.errors import GatewayError
from tui.services.gateway import OnAlive, OnRetry
from tui.services.services import LaunchOptions

SIZE = (80, 30)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(
        tmp_path, FakeGateway(ChatCompletionChunk(reasoning="Let me "), ChatCompletionChunk(reasoning="think."), "42")
    )


class PausedGateway(FakeGateway):
    """Asks for a pause before each reply, and answers when it is let."""

    def __init__(self, go: asyncio.Event) -> None:
        super().__init__("Here.")
        self.go = go

    async def stream_chat(
        self, request: ChatRequest, *, on_retry: OnRetry | None = None, on_alive: OnAlive | None = None
    ) -> AsyncGenerator[ChatCompletionChunk, None]:
        if on_retry is not None:
            on_retry(60.0, GatewayError("rate_limit", "Too many requests for small-model."))
        await self.go.wait()
        async for chunk in super().stream_chat(request):
            yield chunk


async def test_thinking_shows_while_it_lasts_and_opens_where_it_stands(stage: Stage) -> None:
    go = asyncio.Event()
    stage.gateway.steps = (ChatCompletionChunk(reasoning="So many thoughts."), go, "42")
    async with stage.chat(size=SIZE) as chat:
        await chat.ask()
        await chat.shows("▸ thinking", "3 words")
        chat.transcript.folding.show_reasoning = True
        await chat.shows("So many thoughts.")
        go.set()
        await chat.done()
        await chat.shows("▾ thought for", "42")
        reply = chat.reply
        assert reply is not None
        assert reply.reasoned is not None
        assert 0 <= reply.reasoned <= (reply.finished or 0) - reply.created


async def test_the_seconds_are_stored_and_reasoning_is_folded_after_a_restart(stage: Stage) -> None:
    async with stage.chat(size=SIZE) as chat:
        await chat.ask()
        await chat.done()
        reply = chat.reply
        assert reply is not None
        reply.reasoned = 3.2
        await stage.services.store.save(chat.conversation, reply)
        await chat.press("ctrl+q")
    async with stage.chat(LaunchOptions(profile=PROFILE, last=True), size=SIZE) as chat:
        await chat.ready()
        await chat.shows("▸ thought for 3.2 s, 3 words")
        assert "Let me think." not in chat.text


async def test_reasoning_is_never_sent_back(stage: Stage) -> None:
    async with stage.chat(size=SIZE) as chat:
        for prompt in ("One", "Two"):
            await chat.ask(prompt)
            await chat.done()
        assert [content for _role, content in stage.gateway.requests[-1].messages] == ["One", "42", "Two"]


async def test_a_reply_that_comes_all_at_once_has_no_seconds(stage: Stage) -> None:
    stage.gateway.steps = (ChatCompletionChunk("42", reasoning="So."),)
    async with stage.chat(size=SIZE) as chat:
        await chat.ask()
        await chat.done()
        await chat.shows("▸ thought, 1 word")


async def test_a_pause_is_counted_down_also_after_looking_elsewhere(tmp_path: Path) -> None:
    go = asyncio.Event()
    stage = Stage(tmp_path, PausedGateway(go))
    async with stage.chat(size=SIZE) as chat:
        await chat.ask()
        await chat.shows("Too many requests for small-model. Trying again in")
        shown = chat.conversation
        await chat.press("ctrl+n")
        await chat.hides("Trying again")
        chat.open(shown.id)
        await chat.shows("Too many requests for small-model. Trying again in")
        go.set()
        await chat.done()
        await chat.shows("Here.")
        assert "Trying again" not in chat.text


async def test_escape_ends_a_pause(tmp_path: Path) -> None:
    stage = Stage(tmp_path, PausedGateway(asyncio.Event()))
    async with stage.chat(size=SIZE) as chat:
        await chat.ask()
        await chat.shows("esc stop", "Trying again")
        await chat.press("escape")
        await chat.done()
        await chat.shows("Stopped before the first word.")


class WorkingGateway(FakeGateway):
    """Shows that it is at work, and never answers."""

    async def stream_chat(
        self, request: ChatRequest, *, on_retry: OnRetry | None = None, on_alive: OnAlive | None = None
    ) -> AsyncGenerator[ChatCompletionChunk, None]:
        if on_alive is not None:
            on_alive()
        await asyncio.Event().wait()
        yield ChatCompletionChunk()


async def test_a_server_that_is_at_work_is_said_to_be(tmp_path: Path) -> None:
    app = Stage(tmp_path, WorkingGateway()).app()
    async with driven(app, size=SIZE) as chat:
        await chat.ask()
        await chat.shows("the server is still working · esc stop")
        await chat.press("escape")
        await chat.done()
