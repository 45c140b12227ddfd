"""The first run, by its keys, on real files."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.terminal_view import WIDE, text
from tui.app import ChinwagApp
from tui.domain.errors import EngineError, GatewayError
from tui.domain.models import ModelInfo
from tui.domain.settings import KeySource, LocalSettings, Profile, Settings
from tui.local.status import LocalStatus, status
from tui.screens.chat.screen import ChatScreen
from tui.screens.gateway_dialog import GatewayDialog
from tui.screens.onboarding import OnboardingScreen
from tui.services.discovery import LocalServer
from tui.services.local_model import LocalModel
from tui.services.services import LaunchOptions
from tui.store.settings import SettingsFile
from tui.widgets.key_gate import BURST
from tui.widgets.prompt_box import PromptBox

KEY = "sk-abcdefghijkl3f9a"
CLOSED = LocalServer("vLLM", 1)


def squeezed(text: str) -> str:
    return "".join(text.replace("│", "").split())


class Desk:
    """The first screen, opened on an empty folder."""

    def __init__(self, stage: Stage, app: ChinwagApp, pilot: Pilot[None]) -> None:
        self.stage, self.app, self.pilot = stage, app, pilot
        self.answers: list[Profile | None] = []

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        focused = self.app.focused
        assert focused is not None
        focused.post_message(events.Paste(text))
        await self.pilot.pause()

    async def shows(self, what: str) -> None:
        """Wait until it stands on the screen, however its lines are broken."""
        await until(lambda: squeezed(what) in squeezed(text(self.app)))

    async def looked(self) -> None:
        """Everything there is to find was found."""
        await until(lambda: "Looking for servers" not in text(self.app) and "Tiny demo model" in text(self.app))

    async def asks(self) -> None:
        await until(lambda: isinstance(self.app.screen, GatewayDialog) and self.app.focused is not None)

    async def answer(self) -> Profile | None:
        await until(lambda: self.answers)
        return self.answers[0]

    @property
    def asked(self) -> list[tuple[Profile, str | None]]:
        """The gateways that were tried from this screen, each with its key."""
        return [(profile, key) for profile, key in self.stage.checked if profile.name != "run"]

    @property
    def under_cursor(self) -> str:
        screen = self.app.screen
        assert isinstance(screen, OnboardingScreen)
        option = screen.backends.highlighted_option
        return str(option.prompt) if option else ""

    @property
    def saved(self) -> Settings:
        return SettingsFile(self.stage.dirs.settings).load()


def put_here(monkeypatch: pytest.MonkeyPatch, *, ready: bool, engine: bool = True) -> None:
    """Decide what of the demo model is on this machine."""

    async def here(self: LocalModel) -> LocalStatus:
        found = status(Path("/nowhere"), LocalSettings())
        return replace(found, engine="1.0" if engine or ready else None, size=98_362_432 if ready else None)

    monkeypatch.setattr(LocalModel, "status", here)


@pytest.fixture
def first_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    put_here(monkeypatch, ready=False)

    @asynccontextmanager
    async def opened(
        environ: dict[str, str] | None = None,
        *,
        servers: tuple[LocalServer, ...] = (CLOSED,),
        gateway: FakeGateway | None = None,
        size: tuple[int, int] = WIDE,
    ) -> AsyncIterator[Desk]:
        stage = Stage(tmp_path, gateway or FakeGateway(models=("llama-3", "qwen-3")), environ)
        app = stage.app(LaunchOptions(profile=Profile("run", "http://127.0.0.1:1/v1")))
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(lambda: isinstance(app.screen, ChatScreen))
            desk = Desk(stage, app, pilot)
            await app.push_screen(OnboardingScreen(stage.services, stage.environ, servers), desk.answers.append)
            await desk.looked()
            yield desk

    return opened


async def test_the_home_gateway_takes_a_key_is_tried_and_saved(first_run) -> None:
    async with first_run() as desk:
        assert "Metask" in desk.under_cursor
        await desk.press("enter")
        await desk.asks()
        await desk.paste(KEY)
        assert KEY not in text(desk.app)
        await desk.press("enter")
        profile = await desk.answer()
        assert profile == Profile("metask", "https://napi.origintask.cn/v1", key=KeySource("file"))
        assert desk.asked == [(profile, KEY)]
        assert desk.saved.current() == profile
        assert KEY not in desk.stage.dirs.settings.read_text()
        assert KEY in desk.stage.dirs.secrets.read_text()
        await desk.shows("2 models")


async def test_a_key_in_the_environment_is_offered_and_used_only_when_chosen(first_run) -> None:
    async with first_run({"OPENAI_API_KEY": KEY}) as desk:
        assert "OPENAI_API_KEY found" in desk.under_cursor
        assert desk.asked == []
        await desk.press("enter")
        profile = await desk.answer()
        assert profile == Profile("openai", "https://api.openai.com/v1", key=KeySource("env", "OPENAI_API_KEY"))
        assert desk.asked == [(profile, KEY)]
        assert not desk.stage.dirs.secrets.exists()


async def test_a_gateway_that_fails_leaves_every_way_open(first_run) -> None:
    gateway = FakeGateway()
    gateway.models_error = GatewayError("auth", "The key is wrong or revoked.")
    async with first_run(gateway=gateway) as desk:
        await desk.press("1")
        await desk.asks()
        await desk.paste(KEY)
        await desk.press("enter")
        await desk.shows("The key is wrong or revoked.")
        await desk.shows("Save it anyway")
        assert not desk.stage.dirs.settings.exists()
        gateway.models_error = None
        await desk.press("backspace", "b", "enter")
        profile = await desk.answer()
        assert [key for _profile, key in desk.asked] == [KEY, KEY[:-1] + "b"]
        assert desk.saved.current() == profile


async def test_a_gateway_that_fails_can_be_used_anyway(first_run) -> None:
    gateway = FakeGateway()
    gateway.models_error = GatewayError("not_found", "There is no list of models.")
    async with first_run(gateway=gateway) as desk:
        await desk.press("1")
        await desk.asks()
        await desk.press("enter")
        await desk.shows("Save it anyway")
        await desk.press("tab", "enter")
        assert await desk.answer() == desk.saved.current()


async def test_any_other_address_is_named_after_its_host_and_needs_no_key(first_run) -> None:
    async with first_run() as desk:
        await desk.press("5")
        await desk.asks()
        await desk.paste("ftp://llm.example")
        await desk.press("enter")
        await desk.shows("must start with http:// or https://")
        await desk.press("ctrl+u")
        await desk.paste("http://llm.example")
        await desk.press("enter")
        assert await desk.answer() == Profile("llm.example", "http://llm.example/v1")
        assert desk.asked[-1][1] is None


@pytest.mark.parametrize("between", ["tab", "enter", "down"])
async def test_a_key_that_comes_in_one_burst_with_the_address_is_never_drawn(first_run, between: str) -> None:
    asked = asyncio.Event()

    class Slow(FakeGateway):
        async def list_models(self) -> list[ModelInfo]:
            await asked.wait()  # as in any network, the first answer comes after the burst
            return await super().list_models()

    async with first_run(gateway=Slow()) as desk:
        await desk.press("5")
        await desk.asks()
        for key in (*"https://llm.example/v1", between, *KEY):
            desk.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await desk.shows("•" * len(KEY))
        assert KEY[:6] not in text(desk.app)
        assert "https://llm.example/v1" in text(desk.app)
        await desk.pilot.pause()
        asked.set()
        await desk.press("enter")
        assert await desk.answer() == Profile("llm.example", "https://llm.example/v1", key=KeySource("file"))
        assert desk.asked[-1][1] == KEY


@pytest.mark.parametrize("between", ["\t", "\r\n", " "])
async def test_a_key_that_is_pasted_together_with_the_address_is_never_drawn(first_run, between: str) -> None:
    async with first_run() as desk:
        await desk.press("5")
        await desk.asks()
        desk.app.post_message(events.Paste(f"https://llm.example/v1{between}{KEY}"))
        await desk.shows("•" * len(KEY))
        assert KEY[:6] not in text(desk.app)
        assert "https://llm.example/v1" in text(desk.app)


async def test_what_comes_behind_a_key_in_one_burst_is_not_typed_into_the_chat(first_run) -> None:
    async with first_run() as desk:
        await desk.press("1")
        await desk.asks()
        for key in (*KEY, "enter", *KEY, "enter", *KEY):
            desk.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await desk.answer()
        box = desk.app.screen_stack[0].query_one(PromptBox)
        while "hello" not in box.text:
            quiet = time.monotonic() + 2 * BURST
            await until(lambda: time.monotonic() > quiet)  # noqa: B023, it is called at once
            await desk.press(*"hello")
        assert set(box.text) == set("hello")


async def test_a_server_found_on_this_machine_is_one_key_away(first_run) -> None:
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with first_run(servers=(LocalServer("Ollama", port), CLOSED)) as desk:
            await desk.shows("Not running here: vLLM")
            assert "Ollama" in desk.under_cursor
            assert "2 models" in desk.under_cursor
            await desk.press("enter")
            assert await desk.answer() == Profile("ollama", f"http://127.0.0.1:{port}/v1")
            assert desk.saved.current() == desk.answers[0]


async def test_the_demo_model_comes_first_where_it_is_ready_and_saves_nothing(
    first_run, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_here(monkeypatch, ready=True)
    async with first_run({"OPENAI_API_KEY": KEY}) as desk:
        await until(lambda: "Tiny demo model" in desk.under_cursor)
        assert "ready" in desk.under_cursor
        assert desk.under_cursor.split()[0] == "1"
        await desk.press("enter")
        assert await desk.answer() == desk.stage.services.local.profile
        assert not desk.stage.dirs.settings.exists()


async def test_the_demo_model_is_fetched_with_a_bar_and_escape_stops_that(
    first_run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped, go = asyncio.Event(), asyncio.Event()

    async def install(_self: LocalModel, progress: Callable[[float], None]) -> None:
        progress(0.25)
        try:
            await go.wait()
        finally:
            stopped.set()

    monkeypatch.setattr(LocalModel, "install", install)
    async with first_run() as desk:
        await desk.shows("98 MB to download")
        await desk.press("6")
        await desk.shows("25%")
        await desk.press("escape")
        await until(stopped.is_set)
        await desk.shows("Stopped. Nothing was kept.")
        assert not desk.answers
        go.set()
        await desk.press("6")
        assert await desk.answer() == desk.stage.services.local.profile


async def test_a_fetch_that_fails_says_why(first_run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def install(_self: LocalModel, _progress: Callable[[float], None]) -> None:
        raise EngineError("fetch-failed", "There is no network. Try again later.")

    monkeypatch.setattr(LocalModel, "install", install)
    async with first_run() as desk:
        await desk.shows("98 MB to download")
        await desk.press("6")
        await desk.shows("There is no network. Try again later.")
        await desk.press("escape")
        assert await desk.answer() is None


async def test_settings_that_cannot_be_written_hold_for_this_run(first_run) -> None:
    async with first_run() as desk:
        desk.stage.dirs.config.mkdir()
        desk.stage.dirs.settings.write_text("theme = \n")
        await desk.press("1")
        await desk.asks()
        await desk.press("enter")
        assert await desk.answer() == Profile("metask", "https://napi.origintask.cn/v1")
        assert desk.stage.dirs.settings.read_text() == "theme = \n"
        await desk.shows("Changed for this run only:")


async def test_a_key_that_cannot_be_kept_is_not_lost(first_run) -> None:
    async with first_run() as desk:
        desk.stage.dirs.config.mkdir()
        desk.stage.dirs.secrets.write_text("not toml [")
        await desk.press("1")
        await desk.asks()
        await desk.paste(KEY)
        await desk.press("enter")
        await desk.shows("cannot be read")
        dialog = desk.app.screen
        assert isinstance(dialog, GatewayDialog)
        assert dialog.key.value == KEY
        assert not desk.answers


async def test_leaving_leads_to_the_saved_talks(first_run) -> None:
    async with first_run() as desk:
        await desk.press("escape")
        assert await desk.answer() is None
        assert not desk.stage.dirs.settings.exists()


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 10)])
async def test_every_way_can_be_reached_in_a_small_terminal(first_run, size: tuple[int, int]) -> None:
    async with first_run(size=size) as desk:
        await desk.press("end")
        assert "Tiny demo model" in desk.under_cursor
        await desk.shows("Tiny demo model")
        await desk.press("5")
        await desk.asks()
        await desk.press("tab", "tab", "escape", "escape")
        assert await desk.answer() is None
