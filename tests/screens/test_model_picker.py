"""Choosing a model, by keys, on a connection with a scripted gateway."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.widgets import Input

from tests.fakes import FakeGateway, until
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, text
from tui.api.request import GatewayQuirks
from tui.domain.errors import GatewayError
from tui.domain.models import ModelInfo
from tui.domain.settings import DEMO_MODEL, LOCAL_PROFILE, Profile
from tui.screens.model_picker import OTHER_GATEWAY, ModelPicker
from tui.services.connections import Connection

MODELS = ("alpha-large", "alpha-mini", "beta-mini", "gamma")


class NoKeys:
    async def get(self, profile: Profile) -> str | None:
        return None


class SlowGateway(FakeGateway):
    """Lists its models once it is let."""

    def __init__(self, *models: str) -> None:
        super().__init__(models=models)
        self.let = asyncio.Event()

    async def list_models(self) -> list[ModelInfo]:
        await self.let.wait()
        return await super().list_models()


def connection(gateway: FakeGateway, *known: str, name: str = "lab", model: str = "") -> Connection:
    """A connection that fetched the models `known` some time ago."""

    async def connect(profile: Profile, key: str | None) -> FakeGateway:
        return gateway

    made = Connection(Profile(name, "http://127.0.0.1:1/v1", model=model), NoKeys(), connect)
    made.models = [ModelInfo(model) for model in known]
    return made


def picker(current: str = "beta-mini", *, known: tuple[str, ...] = MODELS) -> OneScreen:
    return OneScreen(ModelPicker(connection(FakeGateway(models=MODELS), *known), current))


@pytest.mark.parametrize(
    ("keys", "model"),
    [
        (["enter"], "beta-mini"),
        (["down", "enter"], "gamma"),
        (["up", "enter"], "alpha-mini"),
        (["ctrl+k", "ctrl+k", "ctrl+j", "enter"], "alpha-mini"),
        (["pagedown", "enter"], "gamma"),
        (["pageup", "enter"], "alpha-large"),
        ([*"mini", "enter"], "alpha-mini"),
        ([*"mini beta", "enter"], "beta-mini"),
        ([*"GAM", "enter"], "gamma"),
        (["escape"], None),
        ([*"gam", "escape"], None),
    ],
)
async def test_keys_choose_a_model(keys: list[str], model: str | None) -> None:
    app = picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "from lab" in text(app))
        await pilot.press(*keys)
        await pilot.pause()
        assert app.results == [model]


async def test_the_model_in_use_is_marked() -> None:
    app = picker()
    async with app.run_test(size=(80, 24)):
        await until(lambda: "● beta-mini" in text(app))
        assert text(app).count("●") == 1


async def test_an_id_that_is_not_listed_is_taken_as_typed() -> None:
    app = picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"delta-9")
        await until(lambda: "use `delta-9` as typed" in text(app))
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == ["delta-9"]


async def test_an_id_within_another_can_be_typed_too() -> None:
    app = picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"alpha")
        await until(lambda: "use `alpha` as typed" in text(app))
        await pilot.press("up", "enter")
        await pilot.pause()
        assert app.results == ["alpha"]


async def test_the_last_list_is_there_at_once_and_the_fresh_one_replaces_it() -> None:
    gateway = SlowGateway("new-one", "old-two")
    app = OneScreen(ModelPicker(connection(gateway, "old-one", "old-two"), ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "old-one" in text(app))
        assert "Loading the models of lab" in text(app)
        await pilot.press("down")
        gateway.let.set()
        await until(lambda: "2 models from lab" in text(app))
        assert "new-one" in text(app)
        assert "old-one" not in text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == ["old-two"], "the cursor stays on the model it was on"


async def test_a_gateway_that_fails_is_told_in_the_dialog_and_the_last_list_stays() -> None:
    gateway = FakeGateway(models=MODELS)
    gateway.models_error = GatewayError("auth", "The key was refused. Check it in the settings: shift+f4.")
    app = OneScreen(ModelPicker(connection(gateway, "old-one"), ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "The key was refused." in text(app))
        assert "old-one" in text(app)
        gateway.models_error = None
        await pilot.press("ctrl+r")
        await until(lambda: "gamma" in text(app))
        assert "refused" not in text(app)


async def test_without_any_list_a_name_can_be_typed() -> None:
    app = OneScreen(ModelPicker(connection(FakeGateway(models=())), ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "lab lists no models. Type a name and press enter." in text(app))
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == []
        await pilot.press(*"mine", "enter")
        await pilot.pause()
        assert app.results == ["mine"]


async def test_the_embedded_engine_is_named_for_what_it_is() -> None:
    demo = connection(FakeGateway(models=(DEMO_MODEL,)), DEMO_MODEL, name=LOCAL_PROFILE, model=DEMO_MODEL)
    app = OneScreen(ModelPicker(demo, DEMO_MODEL))
    async with app.run_test(size=(80, 24)):
        await until(lambda: f"● {DEMO_MODEL}" in text(app))
        assert "tiny demo model" in next(line for line in text(app).splitlines() if f"● {DEMO_MODEL}" in line)


@pytest.mark.parametrize("size", SIZES)
async def test_many_models_can_be_narrowed_at_every_size(size: tuple[int, int]) -> None:
    many = tuple(f"vendor/model-{n:05}" for n in range(10_000))
    app = OneScreen(ModelPicker(connection(SlowGateway(), *many), "vendor/model-00002"))
    async with app.run_test(size=size) as pilot:
        await until(lambda: "● vendor/model-00002" in text(app))
        await pilot.press(*"09999")
        await until(lambda: "vendor/model-09999" in text(app))
        assert "vendor/model-00002" not in text(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == ["vendor/model-09999"]


async def test_the_cursor_stays_in_view_in_a_long_list() -> None:
    many = tuple(f"model-{n:03}" for n in range(100))
    app = OneScreen(ModelPicker(connection(SlowGateway(), *many), "model-050"))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "● model-050" in text(app))
        await pilot.press("pagedown")
        await until(lambda: "● model-050" not in text(app) or "model-060" in text(app))
        await pilot.press("enter")
        await pilot.pause()
        assert app.results[0] > "model-055"


async def test_leaving_while_the_list_is_fetched_is_no_trouble() -> None:
    gateway = SlowGateway("a")
    app = OneScreen(ModelPicker(connection(gateway), ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        gateway.let.set()
        await pilot.pause()
        assert app.results == [None]


async def test_what_was_typed_stays_when_the_list_arrives() -> None:
    gateway = SlowGateway(*MODELS)
    app = OneScreen(ModelPicker(connection(gateway), ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"gam")
        gateway.let.set()
        await until(lambda: "4 models from lab" in text(app))
        assert app.screen.query_one(Input).value == "gam"
        assert "gamma" in text(app)
        assert "alpha" not in text(app)


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_keys_that_come_in_a_bunch_choose_once(key: str) -> None:
    app = picker()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "from lab" in text(app))
        for _ in range(3):
            app.post_message(events.Key(key, None))
        await until(lambda: app.results)
        await pilot.pause()
        assert len(app.results) == 1


async def test_what_a_model_refused_is_said_and_can_be_forgotten() -> None:
    gateway = FakeGateway(models=MODELS)
    learned = GatewayQuirks()
    refused = {"model": "beta-mini", "temperature": 0.5, "messages": []}
    assert learned.learn(refused, 400, "Unsupported value: 'temperature' does not support 0.5 with this model.")
    setattr(gateway, "learned", learned)  # noqa: B010, fakes have no such attribute of their own
    line = connection(gateway, *MODELS)
    await line.gateway()
    app = OneScreen(ModelPicker(line, "beta-mini"))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: "temperature" in text(app))
        await pilot.press("ctrl+x")
        await until(lambda: "temperature" not in text(app))
        assert learned.about("beta-mini") == []


async def test_the_list_leads_to_another_gateway() -> None:
    app = picker()
    async with app.run_test(size=(100, 30)) as pilot:
        await until(lambda: "shift+f2" in text(app))
        await pilot.press("shift+f2")
        await until(lambda: app.results == [OTHER_GATEWAY])
