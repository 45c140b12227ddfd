"""Every screen as it looks, in both themes and two sizes: see `picture.py`."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from tests.fakes import FakeGateway, until
from tests.sample import GATEWAYS, IN_FULL, MODELS, NOW, QUESTION, REPLY, SAVED, conversation
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import ChatDriver
from tests.screens.picture import differences
from tui.domain.errors import GatewayError
from tui.domain.settings import LocalSettings
from tui.local.status import LocalStatus
from tui.local.status import status as model_status
from tui.screens.onboarding import OnboardingScreen
from tui.services.discovery import Discovery, Found
from tui.services.local_model import LocalModel
from tui.services.services import LaunchOptions
from tui.themes import DUSK, HOUSE_THEMES, PAPER

SMALL = (80, 24)
HIDDEN = "/tmp/chinwag-somewhere"
"""Stands for the folder of the test."""
SHORT = conversation("Merge sort, explained twice", 240, QUESTION, REPLY)
LONG = conversation(*IN_FULL)

Steps = Callable[[ChatDriver], Awaitable[None]]


def keys(*names: str) -> Steps:
    """Return the step that presses these keys."""

    async def press(chat: ChatDriver) -> None:
        for name in names:
            await chat.press(name)
            await chat.pause()

    return press


async def find(chat: ChatDriver) -> None:
    """Find a word, all of it at once: letter by letter, the view would go from one match to another."""
    await chat.press("ctrl+f")
    await until(lambda: chat.find_bar.words.has_focus)
    chat.find_bar.words.post_message(events.Paste("search"))
    await chat.shows(" of 3")


IN_SHORT: dict[str, Steps] = {
    "conversation": keys(),
    "edit": keys("escape", "e"),
    "conversations": keys("ctrl+o"),
    "search": keys("ctrl+o", *"merge sort", "down", "down"),
    "models": keys("ctrl+l"),
    "gateways": keys("shift+f2"),
    "history": keys("ctrl+r"),
    "help": keys("f1"),
    "palette": keys("ctrl+p"),
    "save": keys("shift+tab", "w"),
    "settings-gateways": keys("shift+f4"),
    "settings-parameters": keys("shift+f4", *["ctrl+pagedown"] * 1),
    "settings-appearance": keys("shift+f4", *["ctrl+pagedown"] * 2),
    "settings-engine": keys("shift+f4", *["ctrl+pagedown"] * 3),
    "settings-files": keys("shift+f4", *["ctrl+pagedown"] * 4),
    "new": keys("ctrl+n"),
}
IN_LONG: dict[str, Steps] = {
    "read": keys("escape", "k", "j"),
    "find": find,
    "labels": keys("f7"),
    "outline": keys("escape", "o"),
}


@pytest.fixture(autouse=True)
def same_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the same time of day in every picture."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr("time.time", lambda: NOW)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose path is as long as `HIDDEN`."""
    path = Path("/tmp", f"chinwag-{secrets.token_hex(5)[:9]}")
    (path / "home").mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("HOME", str(path / "home"))
    monkeypatch.chdir(path / "home")
    yield path
    shutil.rmtree(path)


@pytest.fixture(params=HOUSE_THEMES, ids=lambda theme: theme.name)
async def stage(folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Stage:
    """The app in either theme, with conversations, on a machine with the demo model and without servers."""

    async def status(_self: LocalModel) -> LocalStatus:
        here = model_status(folder / "models", LocalSettings())
        return replace(here, engine="1.0", size=98_362_432)

    async def look(_self: Discovery) -> AsyncGenerator[Found, None]:
        for found in list[Found]():
            yield found

    monkeypatch.setattr(LocalModel, "status", status)
    monkeypatch.setattr(Discovery, "look", look)
    stage = Stage(folder, FakeGateway("A reply.", models=MODELS))
    stage.app()
    await stage.services.preferences.save(replace(GATEWAYS, theme=request.param.name))
    await stage.services.keys.put("metask", "sk-of-the-pictures-3f9a")
    async with stage.other_window() as store:
        for talk in (*(conversation(*saved) for saved in SAVED), SHORT, LONG):
            await store.save(talk)
    return stage


async def check(chat: ChatDriver, name: str, stage: Stage) -> None:
    """Compare the screen with its pictures at both sizes."""
    hide = {str(stage.folder): HIDDEN, f"‹ {PAPER.name} ›": f"‹ {DUSK.name} ›"}
    found = await differences(chat.app, name, hide)
    await chat.resize(*SMALL)
    found += await differences(chat.app, name, hide)
    if found:
        pytest.fail(found, pytrace=False)


@pytest.mark.parametrize("name", IN_SHORT | IN_LONG)
async def test_a_screen_is_as_it_was_accepted(stage: Stage, name: str) -> None:
    talk = SHORT if name in IN_SHORT else LONG
    async with stage.chat(LaunchOptions(profile=GATEWAYS.current(), conversation=talk.id)) as chat:
        await chat.ready()
        await chat.opened(talk.id)
        await chat.shows("heapq" if name in IN_SHORT else "bisect")
        await chat.pause()
        await (IN_SHORT | IN_LONG)[name](chat)
        await check(chat, name, stage)


async def test_the_first_screen_is_as_it_was_accepted(stage: Stage) -> None:
    async with stage.chat(LaunchOptions(profile=None)) as chat:
        await chat.on(OnboardingScreen)
        await check(chat, "onboarding", stage)


async def test_a_failed_reply_is_as_it_was_accepted(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("network", "Could not connect to the lab."),)
    async with stage.chat() as chat:
        await chat.ask("Is anybody there?")
        await chat.done()
        await chat.shows("Could not connect")
        await check(chat, "failed", stage)
