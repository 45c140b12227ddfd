"""Gateways are added, changed and removed in the settings; their keys live elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes import FakeGateway
from tui.domain.errors import SettingsError
from tui.domain.settings import KeySource, Profile, Settings
from tui.services import typed_values
from tui.services.connections import Connections
from tui.services.preferences import Preferences
from tui.services.profiles import Gateways, checked_address, checked_name, offers
from tui.store.secrets import Secrets
from tui.store.settings import SettingsFile

KEY = "sk-abcdefghijkl3f9a"
FILED = Profile("work", "https://llm.example/v1", key=KeySource("file"))


class Desk:
    """Real files in a folder, with a gateway that answers."""

    def __init__(self, folder: Path, environ: dict[str, str] | None = None) -> None:
        self.settings, self.secrets = folder / "settings.toml", folder / "secrets.toml"
        self.preferences = Preferences(SettingsFile(self.settings))
        self.preferences.load()
        self.keys = Secrets(self.secrets, environ or {})
        self.asked: list[tuple[str, str | None]] = []
        self.connections = Connections(self.keys, self.connect)
        self.gateways = Gateways(self.preferences, self.keys, self.connections)

    async def connect(self, profile: Profile, key: str | None) -> FakeGateway:
        self.asked.append((profile.name, key))
        return FakeGateway(models=("a", "b"))

    def reread(self) -> tuple[Profile, ...]:
        return SettingsFile(self.settings).load().profiles


async def test_a_saved_key_is_in_its_own_file_only(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.gateways.save(FILED, KEY, use=True)
    assert desk.reread() == (FILED,)
    assert KEY not in desk.settings.read_text()
    assert KEY in desk.secrets.read_text()
    assert desk.secrets.stat().st_mode & 0o077 == 0
    assert await desk.gateways.shown_key(FILED) == "••••3f9a"


async def test_renaming_takes_the_key_along(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.gateways.save(FILED, KEY, use=True)
    renamed = Profile("office", FILED.base_url, key=KeySource("file"))
    await desk.gateways.save(renamed, instead_of="work")
    assert desk.reread() == (renamed,)
    assert desk.gateways.current == renamed
    assert await desk.keys.get(renamed) == KEY
    assert "work" not in desk.secrets.read_text()


async def test_another_key_source_forgets_the_stored_key(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.gateways.save(FILED, KEY)
    await desk.gateways.save(Profile("work", FILED.base_url, key=KeySource("env", "WORK_KEY")), instead_of="work")
    assert KEY not in desk.secrets.read_text()


async def test_what_is_removed_comes_back_with_its_key_and_place(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    other = Profile("other", "https://other.example/v1")
    await desk.gateways.save(FILED, KEY, use=True)
    await desk.gateways.save(other)
    removed = await desk.gateways.remove("work")
    assert removed is not None
    assert KEY not in repr(removed)
    assert desk.reread() == (other,)
    assert desk.gateways.current == other
    assert KEY not in desk.secrets.read_text()
    await desk.gateways.put_back(removed)
    assert desk.gateways.profiles == (FILED, other)
    assert set(desk.reread()) == {FILED, other}
    assert desk.gateways.current == FILED
    assert await desk.keys.get(FILED) == KEY


async def test_removing_a_gateway_takes_nothing_back_that_is_changed_meanwhile(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.gateways.save(FILED, KEY)
    asked, found = asyncio.Event(), asyncio.Event()

    async def slow(_profile: Profile) -> str | None:
        asked.set()
        await found.wait()
        return KEY

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(desk.keys, "get", slow)
        removing = asyncio.create_task(desk.gateways.remove("work"))
        await asked.wait()
        await desk.preferences.save(replace(desk.preferences.settings, theme="chinwag-paper"))
        found.set()
        await removing
    assert desk.preferences.settings == Settings(theme="chinwag-paper")
    assert SettingsFile(desk.settings).load() == Settings(theme="chinwag-paper")


async def test_a_gateway_with_another_model_for_this_run_is_a_saved_one_and_another_address_is_not(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    await desk.gateways.save(FILED)
    assert desk.gateways.holds(replace(FILED, model="llama-3"))
    assert not desk.gateways.holds(replace(FILED, base_url="https://elsewhere.example/v1"))


async def test_a_key_that_cannot_be_kept_leaves_the_settings_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.secrets.write_text("not toml [")
    with pytest.raises(SettingsError):
        await desk.gateways.save(FILED, KEY)
    assert desk.gateways.profiles == ()
    assert not desk.settings.exists()


async def test_a_broken_settings_file_is_left_alone_and_the_gateway_holds_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("theme = \n")
    desk = Desk(tmp_path)
    with pytest.raises(SettingsError):
        await desk.gateways.save(Profile("work", "https://llm.example/v1"), use=True)
    assert [profile.name for profile in desk.gateways.profiles] == ["work"]
    assert desk.settings.read_text() == "theme = \n"


async def test_a_new_key_counts_for_a_connection_that_is_already_set_up(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.gateways.save(FILED, "sk-old-old-old")
    await desk.connections.use(FILED).list_models()
    await desk.gateways.save(FILED, KEY, instead_of="work")
    await desk.connections.use(FILED).list_models()
    assert desk.asked == [("work", "sk-old-old-old"), ("work", KEY)]


async def test_a_reply_under_way_keeps_its_connection_when_the_key_changes(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.gateways.save(FILED, "sk-old-old-old")
    old = await desk.connections.use(FILED).gateway()
    await desk.gateways.save(FILED, KEY, instead_of="work")
    assert isinstance(old, FakeGateway)
    assert not old.closed
    await desk.connections.aclose()
    assert old.closed


async def test_a_check_says_how_fast_and_how_many(tmp_path: Path) -> None:
    checked = await Desk(tmp_path).gateways.check(Profile("x", "https://x.example/v1"), KEY)
    assert checked.sentence == f"answers in {checked.milliseconds} ms, 2 models"


async def test_showing_a_key_runs_no_command(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    profile = Profile("x", "https://x.example/v1", key=KeySource("command", f"touch {ran}"))
    assert "command" in await Desk(tmp_path).gateways.shown_key(profile)
    assert not ran.exists()


def test_the_home_gateway_is_offered_first_and_nothing_is_found_in_an_empty_environment() -> None:
    found = offers({})
    assert (found[0].title, found[0].profile.base_url) == ("Metask", "https://napi.origintask.cn/v1")
    assert [offer.title for offer in found[1:]] == ["OpenAI", "OpenRouter", "DeepSeek"]
    assert not any(offer.found or offer.profile.key.where for offer in found)


def test_a_key_in_the_environment_is_offered_by_the_name_of_its_variable() -> None:
    openai = next(offer for offer in offers({"OPENAI_API_KEY": KEY}) if offer.title == "OpenAI")
    assert (openai.found, openai.profile.key) == ("OPENAI_API_KEY", KeySource("env", "OPENAI_API_KEY"))


def test_the_key_of_another_address_is_not_offered_to_openai() -> None:
    found = offers({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": "https://llm.corp.example/v1"})
    assert found[0].profile == Profile(
        "llm.corp.example", "https://llm.corp.example/v1", key=KeySource("env", "OPENAI_API_KEY")
    )
    assert [offer.title for offer in found if offer.profile.key.kind == "env"] == ["llm.corp.example"]


@pytest.mark.parametrize("text", ["", "ftp://x/v1", "https://me:pw@x/v1", "https://"])
def test_what_is_no_address_is_named(text: str) -> None:
    with pytest.raises(SettingsError):
        checked_address(text)


def test_an_address_is_completed() -> None:
    assert checked_address(" https://napi.origintask.cn/ ") == "https://napi.origintask.cn/v1"


@pytest.mark.parametrize("text", ["  ", "local", "taken", "x" * 41])
def test_what_is_no_name_is_named(text: str) -> None:
    with pytest.raises(SettingsError):
        checked_name(text, ["taken"])


@pytest.mark.parametrize(
    ("parse", "good", "value", "bad"),
    [
        (typed_values.temperature, "0.7", 0.7, ["2.1", "-1", "warm", "0,7", "nan"]),
        (typed_values.top_p, "1", 1.0, ["1.1", "x"]),
        (typed_values.max_tokens, "256", 256, ["0", "-5", "1.5", "lots"]),
        (typed_values.context, "4096", 4096, ["255", "1048577"]),
        (typed_values.threads, "0", 0, ["-1", "two"]),
        (typed_values.variable, "MY_KEY", "MY_KEY", ["", "A=b"]),
        (typed_values.command, " pass show x ", "pass show x", [" "]),
    ],
)
def test_a_typed_value_is_taken_or_refused_in_a_sentence(
    parse: object, good: str, value: object, bad: list[str]
) -> None:
    assert callable(parse)
    assert parse(good) == value
    for text in bad:
        with pytest.raises(SettingsError):
            parse(text)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("napi.origintask.cn/v1", "https://napi.origintask.cn/v1"),
        ("localhost:11434", "http://localhost:11434/v1"),
        ("127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("Ollama", "http://127.0.0.1:11434/v1"),
        ("lm studio", "http://127.0.0.1:1234/v1"),
        ("metask", "https://napi.origintask.cn/v1"),
        ("OpenRouter", "https://openrouter.ai/api/v1"),
    ],
)
def test_an_address_may_lack_its_scheme_or_be_a_known_name(typed: str, meant: str) -> None:
    assert checked_address(typed) == meant
