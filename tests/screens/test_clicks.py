"""Keys that are named can be clicked, and the prompt keeps the focus."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tui.screens.chat.palette import Palette
from tui.screens.help import HelpScreen
from tui.screens.model_picker import ModelPicker


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def test_hints_and_the_parts_of_the_status_bar_do_what_they_name(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        for words, screen in (("/ commands", Palette), ("f1 help", HelpScreen), ("test-model  lab", ModelPicker)):
            await chat.click(offset=chat.position_of(words))
            await chat.on(screen)
            await chat.press("escape")
            await chat.back()
            await until(lambda: chat.has_prompt_focus)


async def test_send_and_stop_can_be_clicked(stage: Stage) -> None:
    stage.gateway.steps = ("Once", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ready()
        await chat.type("Hello")
        await chat.click(offset=chat.position_of("enter send"))
        await chat.shows("esc stop")
        assert chat.has_prompt_focus
        await chat.shows("Once")
        await chat.click(offset=chat.position_of("esc stop · ctrl+j new line"))
        await chat.done()
        await chat.shows("Stopped", "enter send")


async def test_the_frame_says_that_it_is_read_and_how_to_write(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape")
        await chat.shows("READ MODE · i to write")
        await chat.press("i")
        await chat.hides("READ MODE")
