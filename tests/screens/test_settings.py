"""The settings screen, by its keys, on real files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.terminal_view import background, rows, text
from tui.app import ChinwagApp
from tui.domain.errors import EngineError, GatewayError
from tui.domain.settings import GenerationOptions, KeySource, Profile, Settings
from tui.screens.chat.screen import ChatScreen
from tui.screens.gateway_editor import GatewayEditor
from tui.screens.settings import SettingsScreen
from tui.services.local_model import LocalModel
from tui.services.services import LaunchOptions
from tui.store.secrets import Secrets
from tui.store.settings import SettingsFile

WIDE = (120, 40)
KEY = "sk-abcdefghijkl3f9a"
TWO = """# the office ones
profile = "work"

[profiles.work]  # by the window
base_url = "https://llm.corp.example/v1"
key = "file"

[profiles.home]
base_url = "http://127.0.0.1:11434/v1"
"""


def squeezed(text: str) -> str:
    return "".join(text.replace("│", "").split())


class Desk:
    """The settings screen, opened on a folder."""

    def __init__(self, stage: Stage, app: ChinwagApp, pilot: Pilot[None]) -> None:
        self.stage, self.app, self.pilot = stage, app, pilot
        self.answers: list[Profile | None] = []

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def paste(self, text: str) -> None:
        """Long texts come from the clipboard."""
        focused = self.app.focused
        assert focused is not None
        focused.post_message(events.Paste(text))
        await self.pilot.pause()

    async def shows(self, what: str) -> None:
        """Wait until it stands on the screen, however its lines are broken."""
        await until(lambda: squeezed(what) in squeezed(text(self.app)))

    async def to(self, page: int) -> None:
        """Open a page, and stand in its first field."""
        await self.press(*["ctrl+pagedown"] * page, "tab")

    async def edits(self) -> None:
        await until(lambda: isinstance(self.app.screen, GatewayEditor) and self.app.focused is not None)

    async def leave(self) -> Profile | None:
        await self.press("escape")
        await until(lambda: self.answers)
        return self.answers[0]

    @property
    def file(self) -> str:
        return self.stage.dirs.settings.read_text()

    @property
    def saved(self) -> Settings:
        return SettingsFile(self.stage.dirs.settings).load()


@pytest.fixture
def open_settings(tmp_path: Path) -> Callable[..., object]:
    @asynccontextmanager
    async def opened(
        toml: str = "",
        *,
        secrets: str = "",
        gateway: FakeGateway | None = None,
        size: tuple[int, int] = WIDE,
        run: str = "",
    ) -> AsyncIterator[Desk]:
        stage = Stage(tmp_path, gateway or FakeGateway(models=("llama-3", "qwen-3")))
        stage.dirs.config.mkdir(exist_ok=True)
        if toml:
            stage.dirs.settings.write_text(toml)
        if secrets:
            stage.dirs.secrets.write_text(secrets)
            stage.dirs.secrets.chmod(0o600)
        saved = SettingsFile(stage.dirs.settings).load().profiles if run else ()
        chosen = next((profile for profile in saved if profile.name == run), Profile("run", "http://127.0.0.1:1/v1"))
        app = stage.app(LaunchOptions(profile=chosen))
        async with app.run_test(size=size) as pilot:
            await until(lambda: isinstance(app.screen, ChatScreen) and stage.services.connections.current)
            desk = Desk(stage, app, pilot)
            await app.push_screen(SettingsScreen(stage.services), desk.answers.append)
            await pilot.pause()
            yield desk

    return opened


async def test_the_gateways_are_listed_with_no_more_of_a_key_than_its_end(open_settings) -> None:
    async with open_settings(TWO, secrets=f'work = "{KEY}"\n') as desk:
        await desk.shows("••••3f9a")
        shown = text(desk.app)
        assert "● work" in shown
        assert "○ home" in shown
        assert "llm.corp.example/v1" in shown
        assert KEY[:-4] not in shown
        assert await desk.leave() is None
        assert desk.file == TWO


async def test_a_new_gateway_is_one_key_away_when_the_settings_open(open_settings) -> None:
    async with open_settings(TWO) as desk:
        assert "n new gateway" in text(desk.app)
        await desk.press("n")
        await desk.edits()
        await desk.shows("New gateway")
        await desk.press("escape", "ctrl+pagedown", "n")
        assert isinstance(desk.app.screen, SettingsScreen), "on the other pages the letter does nothing"


async def test_the_side_with_the_focus_has_the_stronger_highlight(open_settings) -> None:
    def contrast(row_with: str, right: bool) -> int:
        """How far the background of a row is from that of the screen, left or right."""
        (strip,) = [strip for strip in rows(desk.app) if row_with in strip.text]
        at = strip.text.index("work" if right else "Gateways")
        one, other = (bytes.fromhex(background(next(iter(strip.crop(x, x + 1))))[1:]) for x in (at, 119))
        return sum(abs(here - there) for here, there in zip(one, other, strict=True))

    async with open_settings(TWO) as desk:
        await desk.shows("● work")
        assert contrast("Gateways", right=False) > contrast("● work", right=True) > 0
        await desk.press("tab")
        assert contrast("● work", right=True) > contrast("Gateways", right=False) > 0


async def test_a_new_gateway_is_saved_and_its_key_goes_to_its_own_file(open_settings) -> None:
    async with open_settings(TWO) as desk:
        await desk.press("tab", "n")
        await desk.edits()
        await desk.paste("https://api.example")
        await desk.press("down")
        await desk.paste(KEY)
        await desk.press("down", "down", *"third")
        assert KEY not in text(desk.app)
        await desk.press("enter")
        await desk.shows("answers in")
        assert desk.stage.checked[-1] == (desk.saved.profiles[-1], KEY)
        assert desk.saved.profiles[-1] == Profile("third", "https://api.example/v1", key=KeySource("file"))
        assert KEY not in desk.file
        assert "# by the window" in desk.file
        assert KEY in desk.stage.dirs.secrets.read_text()
        assert await desk.leave() is None, "the gateway in use is still the same"


@pytest.mark.parametrize("between", ["tab", "enter", "down"])
async def test_a_key_that_comes_in_one_burst_with_the_address_is_never_drawn(open_settings, between: str) -> None:
    async with open_settings(TWO) as desk:
        await desk.press("tab", "n")
        await desk.edits()
        for key in (*"https://api.example/v1", between, *KEY):
            desk.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(lambda: "•" * len(KEY) in text(desk.app) or not isinstance(desk.app.screen, GatewayEditor))
        await desk.shows("https://api.example/v1" if between != "enter" else "answers in")
        assert KEY[:6] not in text(desk.app)
        assert isinstance(desk.app.screen, GatewayEditor) == (between != "enter")


async def test_a_key_that_is_pasted_together_with_the_address_is_never_drawn(open_settings) -> None:
    async with open_settings(TWO) as desk:
        await desk.press("tab", "n")
        await desk.edits()
        desk.app.post_message(events.Paste(f"https://api.example/v1\t{KEY}"))
        await desk.shows("•" * len(KEY))
        assert KEY[:6] not in text(desk.app)


async def test_a_wrong_address_is_named_and_nothing_is_saved(open_settings) -> None:
    async with open_settings(TWO) as desk:
        await desk.press("tab", "n")
        await desk.edits()
        await desk.paste("ftp://api.example")
        await desk.press("enter")
        await desk.shows("must start with http:// or https://")
        assert isinstance(desk.app.screen, GatewayEditor)
        await desk.press("escape")
        assert desk.file == TWO


async def test_a_gateway_is_edited_and_its_model_picked_from_the_tested_list(open_settings) -> None:
    async with open_settings(TWO, secrets=f'work = "{KEY}"\n') as desk:
        await desk.press("tab", "enter")
        await desk.edits()
        await desk.press("f5")
        await desk.shows("2 models")
        assert desk.stage.checked[-1][1] == KEY
        dialog = desk.app.screen
        assert isinstance(dialog, GatewayEditor)
        dialog.model.input.focus()
        await desk.shows("qwen-3")
        await desk.press("down", "down", "enter")
        assert dialog.model.text == "qwen-3"
        await desk.press("tab", "tab", "space", "tab", *"0.4", "enter")
        await until(lambda: desk.saved.profiles[0].model == "qwen-3")
        work = desk.saved.profiles[0]
        assert work.stream is False
        assert work.options == GenerationOptions(temperature=0.4)
        assert desk.stage.dirs.secrets.read_text() == f'work = "{KEY}"\n'
        assert await desk.leave() == work, "it is the one in use, and it changed"


async def test_a_failed_test_is_told_in_a_sentence(open_settings) -> None:
    gateway = FakeGateway()
    gateway.models_error = GatewayError("network", "Nothing listens at llm.corp.example. Is it running?")
    async with open_settings(TWO, secrets=f'work = "{KEY}"\n', gateway=gateway) as desk:
        await desk.press("tab", "t")
        await desk.shows("Nothing listens at llm.corp.example. Is it running?")
        assert "✗ work" in text(desk.app)


async def test_another_gateway_is_used_from_now_on(open_settings) -> None:
    async with open_settings(TWO) as desk:
        await desk.press("tab", "down", "u")
        await desk.shows("● home")
        assert desk.saved.profile == "home"
        answer = await desk.leave()
        assert answer is not None
        assert answer.name == "home"


async def test_a_removed_gateway_comes_back_with_its_key(open_settings) -> None:
    async with open_settings(TWO, secrets=f'work = "{KEY}"\n') as desk:
        await desk.press("tab", "ctrl+x")
        await desk.shows("work was removed. ctrl+z brings it back.")
        assert [profile.name for profile in desk.saved.profiles] == ["home"]
        assert KEY not in desk.stage.dirs.secrets.read_text()
        await desk.press("ctrl+z")
        await desk.shows("● work")
        assert await Secrets(desk.stage.dirs.secrets, {}).get(desk.saved.profiles[-1]) == KEY


async def test_the_only_gateway_answers_no_more_once_it_is_removed(open_settings) -> None:
    async with open_settings('[profiles.work]\nbase_url = "https://llm.example/v1"\n', run="work") as desk:
        await desk.press("tab", "ctrl+x")
        await desk.shows("work was removed.")
        assert await desk.leave() is None
        assert desk.stage.services.connections.current is None


async def test_the_only_gateway_still_answers_when_it_was_brought_back(open_settings) -> None:
    async with open_settings('[profiles.work]\nbase_url = "https://llm.example/v1"\n', run="work") as desk:
        await desk.press("tab", "ctrl+x")
        await desk.shows("work was removed.")
        await desk.press("ctrl+z")
        await desk.shows("● work")
        assert await desk.leave() is None
        connection = desk.stage.services.connections.current
        assert connection is not None
        assert connection.profile.name == "work"


async def test_another_gateway_answers_once_the_one_of_this_run_is_removed(open_settings) -> None:
    async with open_settings(TWO, run="home") as desk:
        await desk.press("tab", "down", "ctrl+x")
        await desk.shows("home was removed.")
        answer = await desk.leave()
        assert answer is not None
        assert answer.name == "work"


async def test_a_gateway_that_was_never_saved_goes_on_answering_when_a_saved_one_is_removed(open_settings) -> None:
    async with open_settings('[profiles.work]\nbase_url = "https://llm.example/v1"\n') as desk:
        await desk.press("tab", "ctrl+x")
        await desk.shows("work was removed.")
        await desk.leave()
        assert desk.stage.services.connections.current is not None


async def test_a_gateway_of_this_run_that_is_edited_is_used_as_it_is_now(open_settings) -> None:
    async with open_settings(TWO, run="home") as desk:
        await desk.press("tab", "down", "enter")
        await desk.edits()
        await desk.press("down", "down", *"2", "enter")
        await until(lambda: desk.saved.profiles[1].name == "home2")
        answer = await desk.leave()
        assert answer is not None
        assert answer.name == "home2"


async def test_a_gateway_that_is_not_saved_is_named_as_the_one_of_this_run(open_settings) -> None:
    async with open_settings() as desk:
        await desk.shows("No gateways yet. Press n to add one.")
        await desk.shows("In use for this run: run, http://127.0.0.1:1/v1")


async def test_a_saved_gateway_is_not_named_twice(open_settings) -> None:
    async with open_settings(TWO, run="home") as desk:
        await desk.shows("● work")
        assert "In use for this run" not in text(desk.app)


async def test_how_a_gateway_is_reached_is_edited_without_showing_a_secret(open_settings) -> None:
    reach = 'proxy = "http://me:hunter22@proxy.example:3128"\nheaders = { X-Api-Key = "sk-hidden" }\n'
    async with open_settings(f'[profiles.work]\nbase_url = "https://llm.example/v1"\n{reach}') as desk:
        await desk.press("tab", "enter")
        await desk.edits()
        dialog = desk.app.screen
        assert isinstance(dialog, GatewayEditor)
        assert dialog.network.proxy.text == "http://me:••••@proxy.example:3128"
        dialog.network.proxy.text = "proxy.example"
        await desk.press("enter")
        await desk.shows("A proxy must be an address such as http://host:port")
        dialog.network.proxy.text = "http://me:••••@other.example:3128"
        dialog.network.ca_file.text = "/etc/ssl/office.pem"
        dialog.network.headers.input.focus()
        await desk.press("end", *"; X-Team: blue", "tab", "right")
        assert "sk-hidden" not in text(desk.app)
        await desk.press("ctrl+j")
        await until(lambda: desk.saved.profiles[0].ca_file == "/etc/ssl/office.pem")
        work = desk.saved.profiles[0]
        assert work.proxy == "http://me:hunter22@other.example:3128"
        assert work.headers == (("X-Api-Key", "sk-hidden"), ("X-Team", "blue"))
        assert work.colour == "primary"


async def test_quitting_with_the_settings_open_keeps_what_was_typed(open_settings) -> None:
    async with open_settings() as desk:
        await desk.to(1)
        await desk.press(*"0.3", "tab", "tab", "tab", *"Be brief", "ctrl+q")
        await until(lambda: not desk.app.is_running)
        assert (desk.saved.system, desk.saved.options.temperature) == ("Be brief", 0.3)


async def test_quitting_with_the_palette_over_the_settings_keeps_what_was_typed_too(open_settings) -> None:
    async with open_settings() as desk:
        await desk.to(1)
        await desk.press("tab", "tab", "tab", *"Be brief", "ctrl+p")
        await until(lambda: not isinstance(desk.app.screen, SettingsScreen))
        await desk.press("ctrl+q")
        await until(lambda: not desk.app.is_running)
        assert desk.saved.system == "Be brief"


async def test_a_key_that_cannot_be_stored_is_asked_for_again_with_everything_typed(open_settings) -> None:
    async with open_settings(secrets="not toml [") as desk:
        await desk.press("tab", "n")
        await desk.edits()
        await desk.paste("https://api.example")
        await desk.press("down")
        await desk.paste(KEY)
        await desk.press("enter")
        await desk.shows("secrets.toml cannot be read")
        dialog = desk.app.screen
        assert isinstance(dialog, GatewayEditor)
        assert (dialog.address.value, dialog.key.value) == ("https://api.example/v1", KEY)
        assert KEY not in text(desk.app)


async def test_a_wrong_parameter_is_named_as_it_is_typed_and_not_saved(open_settings) -> None:
    async with open_settings("[options]\ntop_p = 0.5 # mine\n") as desk:
        await desk.to(1)
        await desk.press("3")
        await desk.shows("Temperature must be from 0 to 2, such as 0.7.")
        await desk.press("tab", "tab", *"256")
        await desk.leave()
        assert desk.saved.options == GenerationOptions(top_p=0.5, max_tokens=256)
        assert "# mine" in desk.file


async def test_warnings_come_with_values_that_are_allowed(open_settings) -> None:
    async with open_settings() as desk:
        await desk.to(1)
        await desk.press(*"1.6")
        await desk.shows("Above 1.5, replies can lose coherence.")
        await desk.press("tab", *"0.9")
        await desk.shows("Set temperature or top_p, not both.")
        await until(lambda: desk.saved.options.temperature == 1.6)


async def test_the_system_prompt_is_saved_on_leaving(open_settings) -> None:
    async with open_settings() as desk:
        await desk.to(1)
        await desk.press("tab", "tab", "tab", *"Be brief.")
        await desk.leave()
        assert desk.saved.system == "Be brief."


async def test_the_theme_changes_at_once_and_switches_say_on_or_off(open_settings) -> None:
    async with open_settings() as desk:
        await desk.to(2)
        await desk.press("right")
        assert desk.app.theme == "chinwag-paper"
        await until(lambda: desk.stage.dirs.settings.exists() and desk.saved.theme == "chinwag-paper")
        assert "‹ on ›" in text(desk.app)
        await desk.press("down", "space", "down", "enter")
        await desk.shows("‹ off ›")
        await desk.leave()
        assert (desk.saved.follow, desk.saved.copy_on_select, desk.saved.sidebar) == ("tail", False, True)


async def test_a_broken_file_is_left_alone_and_the_values_hold_for_this_run(open_settings) -> None:
    async with open_settings("theme = \n") as desk:
        await desk.shows("is not valid TOML")
        await desk.to(1)
        await desk.press(*"0.3", "tab")
        await desk.shows("Changed for this run only:")
        await desk.leave()
        assert desk.file == "theme = \n"
        assert desk.stage.services.preferences.settings.options.temperature == 0.3


async def test_the_engine_page_says_what_is_missing_and_fetching_can_be_stopped(
    open_settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    stopped = asyncio.Event()

    async def slow(_self: LocalModel, progress: Callable[[float], None]) -> None:
        progress(0.5)
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    monkeypatch.setattr(LocalModel, "install", slow)
    async with open_settings() as desk:
        await desk.to(3)
        await desk.shows("not downloaded")
        await desk.press("tab", "tab", "tab", "enter")
        await desk.shows("50%")
        await desk.press("escape")
        await until(stopped.is_set)
        await desk.shows("Stopped. Nothing was kept.")
        assert not desk.answers

        async def fails(_self: LocalModel, progress: Callable[[float], None]) -> None:
            raise EngineError("fetch-failed", "There is no network. Try again later.")

        monkeypatch.setattr(LocalModel, "install", fails)
        await desk.shows("Download what is missing")
        desk.app.screen.query_one("#install").focus()
        await desk.press("enter")
        await desk.shows("There is no network. Try again later.")


async def test_a_wrong_context_is_not_saved_and_a_right_model_file_is(open_settings) -> None:
    async with open_settings() as desk:
        await desk.to(3)
        await desk.paste("/no/such.gguf")
        await desk.press("tab")
        await desk.shows("no file at /no/such.gguf")
        await desk.press("9", "tab")
        await desk.shows("4096")
        assert desk.app.screen.query_one("#context Input", Input).value == "40969"
        await desk.press("shift+tab", "x")
        await desk.shows("Context must be from 256")
        await desk.leave()
        assert (desk.saved.local.model, desk.saved.local.context) == ("/no/such.gguf", 40969)


async def test_the_files_page_says_where_everything_lies(open_settings) -> None:
    async with open_settings() as desk:
        await desk.to(4)
        await desk.shows(str(desk.stage.dirs.settings.parent)[:20])
        shown = [str(row.render()) for row in desk.app.screen.query(".path")]
        dirs = desk.stage.dirs
        assert shown[:2] == [str(dirs.settings), str(dirs.secrets)]
        assert str(dirs.logs) in shown


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 10)])
async def test_every_page_can_be_walked_through_in_a_small_terminal(open_settings, size: tuple[int, int]) -> None:
    async with open_settings(TWO, size=size) as desk:
        for _page in range(5):
            await desk.press("tab", "tab", "ctrl+pagedown")
        await desk.press("tab", "enter")
        await desk.edits()
        await desk.press(*["down"] * 4, "escape")
        await desk.leave()
        assert desk.file == TWO
