"""Connections are set up when they are needed, once."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.fakes import FakeGateway
from tests.gateway_lab import Scenario, ok, running_lab
from tests.gateway_lab.scenarios import chat
from tests.gateway_lab.wire import DONE, reply, role, stop, stream, words
from tui.api.client import GatewayClient
from tui.api.request import GatewayQuirks
from tui.domain.chat import ChatRequest, Conversation, Role
from tui.domain.errors import GatewayError, SettingsError
from tui.domain.models import ModelInfo
from tui.domain.settings import LOCAL_PROFILE, GenerationOptions, KeySource, Profile, Settings
from tui.services.connections import Connection, Connections
from tui.services.reply_options import model_for, options_for
from tui.services.startup import choose_profile
from tui.store.profile_cache import ProfileCache

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


class LearningGateway(FakeGateway):
    """One that is told what is known, and may learn."""

    def __init__(self, *models: str) -> None:
        super().__init__(models=models)
        self.learned = GatewayQuirks()


class LearningFactory(Factory):
    async def __call__(self, profile: Profile, key: str | None) -> FakeGateway:
        self.gateways.append(LearningGateway(*self.models))
        return self.gateways[-1]


def remembered(folder: Path, *models: str, profile: Profile = REMOTE) -> tuple[Connection, LearningFactory]:
    """A connection of a new run that finds what earlier runs left in the folder."""
    factory = LearningFactory(*models)
    return Connections(Keys(), factory, cache=ProfileCache(folder)).use(profile), factory


async def test_the_models_of_the_last_run_are_there_before_the_network_is(tmp_path: Path) -> None:
    first, _factory = remembered(tmp_path, "a", "b")
    await first.list_models()
    await first.aclose()
    second, factory = remembered(tmp_path)
    await second.recall()
    assert [model.id for model in second.models] == ["a", "b"]
    assert second.fetched == first.fetched
    assert factory.gateways == []


async def test_offline_the_models_of_the_last_run_stay(tmp_path: Path) -> None:
    first, _factory = remembered(tmp_path, "a")
    await first.list_models()
    await first.aclose()
    second, _factory = remembered(tmp_path)
    (await second.gateway()).models_error = GatewayError("network", "down")  # type: ignore[attr-defined]
    with pytest.raises(GatewayError):
        await second.list_models()
    assert (second.models, second.trouble) == ([ModelInfo("a")], "down")
    assert await second.default_model() == "a"


async def test_a_fresh_list_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    for models in (["old"], ["new"]):
        connection, _factory = remembered(tmp_path, *models)
        await connection.list_models()
        assert connection.models == [ModelInfo(models[0])]
        await connection.aclose()
    last, _factory = remembered(tmp_path)
    await last.recall()
    assert last.models == [ModelInfo("new")]


async def test_the_models_of_another_address_are_not_taken_up(tmp_path: Path) -> None:
    first, _factory = remembered(tmp_path, "a")
    await first.list_models()
    await first.aclose()
    moved, _factory = remembered(tmp_path, profile=Profile("remote", "http://elsewhere/v1"))
    await moved.recall()
    assert moved.models == []


async def test_what_refusals_taught_is_known_to_the_next_run_until_it_is_forgotten(tmp_path: Path) -> None:
    first, _factory = remembered(tmp_path, "m")
    gateway = await first.gateway()
    assert isinstance(gateway, LearningGateway)
    sent = {"model": "m", "messages": [], "max_tokens": 1}
    assert gateway.learned.learn(sent, 400, "max_tokens: use max_completion_tokens")
    assert first.learned_about("m") == ["max_tokens is sent as max_completion_tokens."]
    await first.aclose()

    second, factory = remembered(tmp_path, "m")
    await second.gateway()
    assert isinstance(factory.gateways[0], LearningGateway)
    assert factory.gateways[0].learned.renamed == {"m"}
    second.forget_learned("m")
    assert second.learned_about("m") == []
    await second.aclose()

    third, _factory = remembered(tmp_path, "m")
    await third.recall()
    assert third.learned_about("m") == []


async def test_the_real_client_asks_in_a_new_run_as_it_learned_to_in_the_last(tmp_path: Path) -> None:
    refused = chat(reply(400, {"error": {"message": "Unrecognized request argument: stream_options"}}), nth=1)
    whole = chat(stream(role(), words("hi"), stop(), DONE))

    async def connect(profile: Profile, key: str | None) -> GatewayClient:
        return GatewayClient(profile.base_url, key)

    async with running_lab([Scenario("x", "own", "", [refused, whole], ok(""))]) as lab:
        for _run in range(2):
            connections = Connections(Keys(), connect, cache=ProfileCache(tmp_path))
            client = await connections.use(Profile("lab", lab.base_url("x"))).gateway()
            async with aclosing(client.stream_chat(ChatRequest("m", [(Role.USER, "hi")]))) as chunks:
                assert "".join([chunk.delta async for chunk in chunks]) == "hi"
            await connections.aclose()
        assert ["stream_options" in seen.json for seen in lab.log("x")] == [True, False, False]


async def test_the_model_chosen_last_is_known_to_the_next_run_until_the_profile_has_another(tmp_path: Path) -> None:
    connection, _ = remembered(tmp_path, "a", "b")
    await connection.recall()
    connection.choose_model("b")
    await connection.aclose()
    again, _ = remembered(tmp_path, "a", "b")
    await again.recall()
    assert (model_for(Conversation(), again), await again.default_model()) == ("b", "b")
    assert model_for(Conversation(model="a"), again, "") == "a"
    other, _ = remembered(tmp_path, "a", "b", profile=replace(REMOTE, model="a"))
    await other.recall()
    assert model_for(Conversation(), other) == "a"


async def test_a_broken_cache_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("in the way")
    connection, _factory = remembered(tmp_path, "m")
    assert await connection.list_models() == [ModelInfo("m")]
    await connection.aclose()


async def test_the_engine_on_this_machine_is_not_remembered(tmp_path: Path) -> None:
    connections = Connections(Keys(), LearningFactory("demo"), Engine(), ProfileCache(tmp_path))
    await connections.use(LOCAL).list_models()
    await connections.aclose()
    assert list(tmp_path.iterdir()) == []


async def test_a_forgotten_connection_serves_its_replies_until_the_end() -> None:
    factory = Factory("m")
    connections = Connections(Keys(), factory)
    old = connections.use(REMOTE)
    await old.gateway()
    connections.forget(REMOTE)
    assert connections.current is not old
    assert connections.current is not None
    await connections.current.gateway()
    assert [gateway.closed for gateway in factory.gateways] == [False, False]
    await connections.aclose()
    assert [gateway.closed for gateway in factory.gateways] == [True, True]


async def test_forgetting_what_was_never_used_changes_nothing() -> None:
    connections = Connections(Keys(), Factory("m"))
    current = connections.use(REMOTE)
    connections.forget(Profile("other", "http://x"))
    assert connections.current is current


@pytest.mark.parametrize(
    ("base", "warns"),
    [("http://gateway.example/v1", True), ("https://gateway.example", False), ("http://10.0.0.7", False), ("x", False)],
)
def test_an_unencrypted_way_is_told(base: str, warns: bool) -> None:
    assert bool(Connection(Profile("p", base), Keys(), Factory()).in_the_clear) == warns


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
    options = options_for(talk, connected("m", profile=profile), settings)
    assert options.generation.as_dict() == {"temperature": 0.2, "top_p": 0.5, "max_tokens": 7}
    assert options.system == "profile"
    assert options_for(Conversation(system=""), connected("m", profile=profile), settings).system == ""
    assert options_for(talk, connected("m"), settings).system == "settings"


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
