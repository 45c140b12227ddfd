"""The chat screen, by its keys, on real files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import PROFILE, Stage
from tui.app import ChinwagApp
from tui.domain.chat import ChatCompletionChunk, MessageState, Role
from tui.domain.errors import GatewayError
from tui.screens.chat import screen
from tui.screens.chat.screen import ChatScreen
from tui.screens.chat_pane import ChatPane
from tui.services.services import LaunchOptions

WIDE = (120, 40)


def pane(app: ChinwagApp) -> ChatPane:
    return app.screen.query_one(ChatPane)


def text(app: ChinwagApp) -> str:
    """What the screen shows."""
    rows = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in row).rstrip() for row in rows)


async def ready(app: ChinwagApp, pilot: Pilot[None]) -> None:
    await until(lambda: isinstance(app.screen, ChatScreen) and pane(app).status.health in {"ready", "offline"})


async def ask(app: ChinwagApp, pilot: Pilot[None], prompt: str = "Hello") -> None:
    await ready(app, pilot)
    await pilot.press(*prompt, "enter")
    await until(lambda: len(pane(app).conversation.branch()) >= 2)


async def done(app: ChinwagApp) -> None:
    await until(lambda: not pane(app).streaming)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def test_a_prompt_is_answered_shown_and_saved(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await pilot.pause()
        assert "Hello" in text(app)
        assert "Once upon a time." in text(app)
        assert pane(app).prompt_box.text == ""
        lines = [json.loads(line) for line in stage.saved.splitlines()]
        kept = {line["id"]: line["doc"]["content"] for line in lines if line.get("table") == "messages"}
        assert list(kept.values()) == ["Hello", "Once upon a time."]
        assert "2 messages" in text(app)


async def test_a_saved_conversation_is_in_the_sidebar_after_a_restart_and_opens_on_a_click(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "Remember me")
        await done(app)
        await pilot.press("ctrl+q")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await until(lambda: "Remember me" in text(app))
        assert "upon a time" not in text(app)
        await pilot.click("Sidebar ConversationList", offset=(8, 1))
        await until(lambda: "upon a time" in text(app))
        assert pane(app).prompt_box.has_focus


async def test_escape_stops_and_keeps_the_part_that_arrived(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: "Once upon" in text(app))
        await pilot.press("escape")
        await done(app)
        await pilot.pause()
        assert "Stopped" in text(app)
        reply = pane(app).conversation.last_reply()
        assert reply is not None
        assert (reply.content, reply.state) == ("Once upon", MessageState.STOPPED)


async def test_typing_goes_on_while_a_reply_arrives_and_sending_waits(stage: Stage) -> None:
    stage.gateway.steps = ("busy", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await pilot.press(*"next", "enter")
        await pilot.pause()
        assert pane(app).prompt_box.text == "next"
        assert len(stage.gateway.requests) == 1
        await pilot.press("escape")
        await done(app)
        await pilot.press("enter")
        await until(lambda: len(stage.gateway.requests) == 2)


async def test_a_failure_is_a_note_with_its_key_and_f5_retries(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("server", "The engine crashed."),)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await pilot.pause()
        assert "The engine crashed." in text(app)
        assert "f5 retry" in text(app)
        stage.gateway.steps = ("Better now.",)
        await pilot.press("f5")
        await until(lambda: "Better now." in text(app))
        await done(app)
        await pilot.pause()
        assert "crashed" not in text(app)
        assert len(pane(app).conversation.messages) == 3


async def test_another_conversation_can_be_read_while_a_reply_goes_on(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway.steps = ("first half, ", gate, "second half")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "long")
        await until(lambda: "first half" in text(app))
        running = pane(app).conversation
        await pilot.press("ctrl+n")
        await pilot.pause()
        assert "first half" not in text(app)
        assert not pane(app).streaming
        gate.set()
        await until(lambda: not stage.services.turns.running)
        assert running.branch()[-1].content == "first half, second half"
        app.screen.open_conversation(running.id)  # type: ignore[attr-defined]
        await until(lambda: "first half, second half" in text(app))


async def test_coming_back_to_a_growing_reply_shows_all_of_it(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway.steps = ("one ", gate, "two ", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "long")
        await until(lambda: "one" in text(app))
        running = pane(app).conversation
        await pilot.press("ctrl+n")
        gate.set()
        await until(lambda: "two" in running.branch()[-1].content)
        app.screen.open_conversation(running.id)  # type: ignore[attr-defined]
        await until(lambda: "one two" in text(app))
        assert pane(app).streaming


async def test_the_model_is_switched_and_each_reply_remembers_its_own(stage: Stage) -> None:
    stage.gateway.models = ("alpha", "beta")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "one")
        await done(app)
        await pilot.press("ctrl+l")
        await until(lambda: "Choose a model" in text(app))
        await pilot.press(*"beta")
        await pilot.pause()
        await pilot.press("enter")
        await until(lambda: pane(app).model == "beta")
        await pilot.press(*"two", "enter")
        await until(lambda: len(pane(app).conversation.branch()) == 4)
        await done(app)
        replies = [m.model for m in pane(app).conversation.branch() if m.role is Role.ASSISTANT]
        assert replies == ["alpha", "beta"]
        assert "Message beta" in str(pane(app).prompt_box.placeholder)


async def test_reading_moves_copies_and_comes_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    app = stage.app()
    copied: list[str] = []
    async with app.run_test(size=WIDE) as pilot:
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await ask(app, pilot)
        await done(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "READ" in text(app)
        await pilot.press("k", "y")
        await until(lambda: copied == ["Hello"])
        await pilot.press("j", "y")
        await until(lambda: copied == ["Hello", "Once upon a time."])
        await pilot.press("x", "u")
        assert pane(app).prompt_box.text == ""
        await pilot.press("i")
        await pilot.pause()
        await pilot.press("h")
        assert pane(app).prompt_box.text == "h"


async def test_f6_copies_the_last_reply_as_the_model_wrote_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.gateway.steps = ("**bold** and `code`",)
    app = stage.app()
    copied: list[str] = []
    async with app.run_test(size=WIDE) as pilot:
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await ask(app, pilot)
        await done(app)
        await pilot.press("f6")
        await until(lambda: copied == ["**bold** and `code`"])


async def test_a_draft_is_never_destroyed_by_ctrl_c(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press(*"precious", "ctrl+c")
        assert pane(app).prompt_box.text == ""
        await pilot.press("up")
        assert pane(app).prompt_box.text == "precious"


async def test_ctrl_c_twice_on_an_empty_box_quits(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("ctrl+c")
        await pilot.pause()
        assert app.is_running
        await pilot.press("ctrl+c")
        await until(lambda: not app.is_running or app._exit)


async def test_quitting_in_mid_reply_saves_what_has_come(stage: Stage) -> None:
    stage.gateway.steps = ("half a ", "sentence", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: "half a sentence" in text(app))
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)
    assert "half a " in stage.saved
    assert '"stopped"' in stage.saved


async def test_a_prompt_that_cannot_be_saved_stays_in_the_box(stage: Stage) -> None:
    (stage.folder / "data").write_text("no folder")
    app = stage.app()
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await ready(app, pilot)
        await pilot.press(*"keep me", "enter")
        await until(lambda: "Not sent" in text(app))
        assert pane(app).prompt_box.text == "keep me"
        assert stage.gateway.requests == []


async def test_without_a_gateway_the_first_screen_asks_and_escape_leads_to_the_offline_app(stage: Stage) -> None:
    app = stage.app(LaunchOptions(profile=None))
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: "Who shall answer?" in text(app))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        await pilot.pause()
        assert "no gateway" in text(app)


async def test_a_prompt_given_at_start_is_sent_at_once(stage: Stage) -> None:
    app = stage.app(LaunchOptions(profile=PROFILE, prompt="From the shell"))
    async with app.run_test(size=WIDE):
        await until(lambda: "upon a time" in text(app))
        assert "From the shell" in text(app)


async def test_the_gateway_is_asked_a_while_after_the_start_unless_a_prompt_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "CONNECT_AFTER", 3600.0)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: pane(app).store_opened.is_set())
        await pilot.press(*"Hi")
        assert stage.checked == []
        assert pane(app).status.health == "busy"
        await pilot.press("enter")
        await until(lambda: "upon a time" in text(app))
    stage.checked.clear()
    app = stage.app(LaunchOptions(profile=PROFILE, prompt="Hello"))
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        assert len(stage.checked) == 1


async def test_a_slash_opens_the_palette_and_settings_are_found(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press("/", *"settings")
        await until(lambda: "/settings" in text(app))
        await pilot.press("down", "enter")
        await until(lambda: type(app.screen).__name__ == "SettingsScreen")


async def test_text_from_outside_is_never_markup(stage: Stage) -> None:
    stage.gateway.models = ("[red]model[/]",)
    stage.gateway.steps = ("[bold]not bold[/bold] [@click=app.quit]x[/] \x1b]0;pwned\x07",)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "[link]")
        await done(app)
        await pilot.pause()
        for word in ("[bold]not bold[/bold]", "[@click=app.quit]", "[red]model[/]", "[link]"):
            assert word in text(app)
        assert "\x1b" not in text(app)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20), (40, 10)])
async def test_every_size_shows_the_reply_and_the_prompt(stage: Stage, size: tuple[int, int]) -> None:
    app = stage.app()
    async with app.run_test(size=size) as pilot:
        await ask(app, pilot, "Hi")
        await done(app)
        await pilot.pause()
        assert "upon a time" in text(app)
        assert "Message test-model" in text(app)
        sidebar = app.screen.query_one("Sidebar")
        assert sidebar.display == (size[0] >= 100)
        await pilot.press("f9")
        assert sidebar.display == (size[0] < 100)


async def test_a_truncated_but_whole_reply_says_so(stage: Stage) -> None:
    stage.gateway.steps = ("It was a dark and", ChatCompletionChunk(notice="Cut at the token limit."))
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await pilot.pause()
        assert "Cut at the token limit." in text(app)


async def test_the_empty_chat_says_what_can_be_done(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        assert "ctrl+o" in str(app.screen.query_one("#welcome", Static).render())


async def test_a_stopped_reply_goes_on_as_the_same_message(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: "Once upon" in text(app))
        await pilot.press("escape")
        await done(app)
        await until(lambda: "shift+f5 continue" in text(app))
        stage.gateway.steps = (" a time.",)
        await pilot.press("shift+f5")
        await until(lambda: "Once upon a time." in text(app))
        await done(app)
        await until(lambda: "Stopped" not in text(app))
        assert [m.content for m in pane(app).conversation.branch()] == ["Hello", "Once upon a time."]


async def test_a_link_is_copied_over_ssh_when_it_is_clicked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.gateway.steps = ("See [the docs](https://example.org/page) for more.",)
    app = stage.app()
    copied: list[str] = []
    async with app.run_test(size=WIDE) as pilot:
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await ask(app, pilot)
        await done(app)
        await until(lambda: "the docs" in text(app))
        row = next(n for n, line in enumerate(text(app).splitlines()) if "the docs" in line)
        column = text(app).splitlines()[row].index("the docs") + 2
        await pilot.click(offset=(column, row))
        await until(lambda: copied == ["https://example.org/page"])
        assert pane(app).prompt_box.has_focus
