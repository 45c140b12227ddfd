"""Connections are set up when they are needed, once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from tests.fakes import FakeGateway
from tui.domain.chat import Conversation
from tui.domain.errors import GatewayError, SettingsError
from tui.domain.models import ModelInfo
from tui.domain.settings import LOCAL_PROFILE, GenerationOptions, KeySource, Profile, Settings
from tui.services.connections import Connection, Connections
from tui.services.setup import model_for, setup_for
from tui.services.startup import choose_profile

REMOTE = Profile("remote", "http://gateway/v1")
LOCAL = Profile(LOCAL_PROFILE, "", model="demo")


class Keys:
    def __init__(self, key: str | None = "sk-1", error: str = "") -> None:
        self.key, self.error = key, error

    async def get(self, profile: Profile) -> str | None:
        if self.error:
            raise SettingsError(self.error)
        return self.key


@dataclass
class Endpoint:
    base_url: str
    key: str
    model: str


class Engine:
    def __init__(self) -> None:
        self.running = False
        self.starts = 0

    async def start(self) -> Endpoint:
        self.running = True
        self.starts += 1
        return Endpoint(f"http://127.0.0.1:{self.starts}/v1", "random", "demo")

    async def stop(self) -> None:
        self.running = False


class Factory:
    def __init__(self, *models: str) -> None:
        self.made: list[tuple[str, str | None]] = []
        self.gateways: list[FakeGateway] = []
        self.models = models

    async def __call__(self, profile: Profile, key: str | None) -> FakeGateway:
        self.made.append((profile.base_url, key))
        self.gateways.append(FakeGateway(models=self.models))
        return self.gateways[-1]


async def test_two_askers_share_one_client() -> None:
    factory = Factory("m")
    connection = Connection(REMOTE, Keys(), factory)
    first, second = await asyncio.gather(connection.gateway(), connection.gateway())
    assert first is second
    assert factory.made == [("http://gateway/v1", "sk-1")]


async def test_a_missing_key_is_said_and_can_be_mended() -> None:
    keys = Keys(error="METASK_KEY is not set.")
    connection = Connection(REMOTE, keys, Factory("m"))
    with pytest.raises(SettingsError):
        await connection.gateway()
    assert connection.trouble == "METASK_KEY is not set."
    keys.error = ""
    await connection.list_models()
    assert (connection.trouble, connection.models) == ("", [ModelInfo("m")])


async def test_an_engine_that_died_is_started_again() -> None:
    engine, factory = Engine(), Factory("demo")
    connections = Connections(Keys(), factory, engine)
    connection = connections.use(LOCAL)
    await connection.gateway()
    engine.running = False
    await connection.gateway()
    assert factory.made == [("http://127.0.0.1:1/v1", "random"), ("http://127.0.0.1:2/v1", "random")]
    assert factory.gateways[0].closed
    await connections.aclose()
    assert factory.gateways[1].closed
    assert not engine.running


async def test_the_engine_is_left_alone_by_other_profiles() -> None:
    engine = Engine()
    await Connections(Keys(), Factory("m"), engine).use(REMOTE).gateway()
    assert engine.starts == 0


async def test_the_default_model_is_the_profile_s_else_the_first_listed() -> None:
    assert await Connection(Profile("p", "http://x", model="mine"), Keys(), Factory("m")).default_model() == "mine"
    assert await Connection(REMOTE, Keys(), Factory("first", "second")).default_model() == "first"
    with pytest.raises(GatewayError, match=r"ctrl\+l"):
        await Connection(REMOTE, Keys(), Factory()).default_model()


async def test_a_check_leaves_no_connection_behind() -> None:
    factory = Factory("m")
    assert await Connections(Keys(), factory).check(REMOTE, "sk-typed") == [ModelInfo("m")]
    assert factory.made == [("http://gateway/v1", "sk-typed")]
    assert factory.gateways[0].closed


async def test_the_last_list_of_models_outlives_a_failure() -> None:
    factory = Factory("m")
    connection = Connection(REMOTE, Keys(), factory)
    await connection.list_models()
    factory.gateways[0].models_error = GatewayError("server", "down")
    with pytest.raises(GatewayError):
        await connection.list_models()
    assert (connection.models, connection.trouble) == ([ModelInfo("m")], "down")


def connected(*models: str, profile: Profile = REMOTE) -> Connection:
    connection = Connection(profile, Keys(), Factory())
    connection.models = [ModelInfo(model) for model in models]
    return connection


def test_a_picked_model_wins_then_the_conversation_s_then_the_profile_s() -> None:
    talk = Conversation(model="old")
    assert model_for(talk, connected("a", "old"), "typed") == "typed"
    assert model_for(talk, connected("a", "old")) == "old"
    assert model_for(talk, connected("a", "b")) == "a"
    assert model_for(talk, connected()) == "old"
    assert model_for(talk, connected(profile=LOCAL)) == "demo"
    assert model_for(Conversation(), connected(profile=Profile("p", "http://x", model="mine"))) == "mine"
    assert model_for(Conversation(), None) == ""


def test_conversation_beats_profile_beats_settings() -> None:
    profile = Profile("p", "http://x", options=GenerationOptions(temperature=0.2, max_tokens=9), system="profile")
    settings = Settings(options=GenerationOptions(temperature=0.9, top_p=0.5), system="settings")
    talk = Conversation(options=GenerationOptions(max_tokens=7))
    setup = setup_for(talk, connected("m", profile=profile), settings)
    assert setup.options.as_dict() == {"temperature": 0.2, "top_p": 0.5, "max_tokens": 7}
    assert setup.system == "profile"
    assert setup_for(Conversation(system=""), connected("m", profile=profile), settings).system == ""
    assert setup_for(talk, connected("m"), settings).system == "settings"


def test_the_address_in_the_environment_is_enough_to_start() -> None:
    profile = choose_profile(Settings(), {"CHINWAG_BASE_URL": "http://x/v1"}, local=LOCAL)
    assert profile == Profile("environment", "http://x/v1")


def test_the_environment_overrides_field_by_field() -> None:
    settings = Settings((Profile("p", "http://p", KeySource("file"), "m"),))
    profile = choose_profile(settings, {"CHINWAG_API_KEY": "secret"}, local=LOCAL)
    assert profile == Profile("p", "http://p", KeySource("env", "CHINWAG_API_KEY"), "m")
    assert "secret" not in repr(profile)


def test_the_embedded_engine_answers_only_while_nothing_is_configured() -> None:
    settings = Settings((REMOTE,))
    assert choose_profile(Settings(), {}, local=LOCAL) is None
    assert choose_profile(Settings(), {}, local=LOCAL, or_local=True) is LOCAL
    assert choose_profile(settings, {}, local=LOCAL, or_local=True) == REMOTE
    assert choose_profile(settings, {}, local=LOCAL, use_local=True) is LOCAL


def test_an_unknown_profile_is_named_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"work.*remote"):
        choose_profile(Settings((REMOTE,)), {}, local=LOCAL, name="work")
