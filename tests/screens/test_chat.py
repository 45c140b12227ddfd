"""The chat screen, by its keys, on real files."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.chat_driver import driven
from tui.domain.chat import ChatCompletionChunk, MessageState, Role
from tui.domain.errors import GatewayError
from tui.screens.settings import SettingsScreen
from tui.services.services import LaunchOptions


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def test_a_prompt_is_answered_shown_and_saved(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.pause()
        assert "Hello" in chat.text
        assert "Once upon a time." in chat.text
        assert chat.draft == ""
        lines = [json.loads(line) for line in stage.saved.splitlines()]
        kept = {line["id"]: line["doc"]["content"] for line in lines if line.get("table") == "messages"}
        assert list(kept.values()) == ["Hello", "Once upon a time."]
        assert "2 messages" in chat.text


async def test_a_saved_conversation_is_in_the_sidebar_after_a_restart_and_opens_on_a_click(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask("Remember me")
        await chat.done()
        await chat.press("ctrl+q")
    async with stage.chat() as chat:
        await chat.ready()
        await chat.shows("Remember me")
        assert "upon a time" not in chat.text
        await chat.click("Sidebar ConversationList", offset=(8, 1))
        await chat.shows("upon a time")
        assert chat.has_prompt_focus


async def test_escape_stops_and_keeps_the_part_that_arrived(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await chat.shows("Once upon")
        await chat.press("escape")
        await chat.done()
        await chat.pause()
        assert "Stopped" in chat.text
        reply = chat.reply
        assert reply is not None
        assert (reply.content, reply.state) == ("Once upon", MessageState.STOPPED)


async def test_typing_goes_on_while_a_reply_arrives_and_sending_waits(stage: Stage) -> None:
    stage.gateway.steps = ("busy", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await chat.send("next")
        await chat.pause()
        assert chat.draft == "next"
        assert len(stage.gateway.requests) == 1
        await chat.press("escape")
        await chat.done()
        await chat.press("enter")
        await until(lambda: len(stage.gateway.requests) == 2)


async def test_a_failure_is_a_note_with_its_key_and_f5_retries(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("server", "The engine crashed."),)
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.pause()
        assert "The engine crashed." in chat.text
        assert "f5 retry" in chat.text
        stage.gateway.steps = ("Better now.",)
        await chat.press("f5")
        await chat.shows("Better now.")
        await chat.done()
        await chat.pause()
        assert "crashed" not in chat.text
        assert len(chat.conversation.messages) == 3


async def test_another_conversation_can_be_read_while_a_reply_goes_on(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway.steps = ("first half, ", gate, "second half")
    async with stage.chat() as chat:
        await chat.ask("long")
        await chat.shows("first half")
        running = chat.conversation
        await chat.press("ctrl+n")
        await chat.pause()
        assert "first half" not in chat.text
        assert not chat.is_arriving
        gate.set()
        await until(lambda: not stage.services.turns.running)
        assert running.branch()[-1].content == "first half, second half"
        chat.open(running.id)
        await chat.shows("first half, second half")


async def test_coming_back_to_a_growing_reply_shows_all_of_it(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway.steps = ("one ", gate, "two ", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask("long")
        await chat.shows("one")
        running = chat.conversation
        await chat.press("ctrl+n")
        gate.set()
        await until(lambda: "two" in running.branch()[-1].content)
        chat.open(running.id)
        await chat.shows("one two")
        assert chat.is_arriving


async def test_the_model_is_switched_and_each_reply_remembers_its_own(stage: Stage) -> None:
    stage.gateway.models = ("alpha", "beta")
    async with stage.chat() as chat:
        await chat.ask("one")
        await chat.done()
        await chat.press("ctrl+l")
        await chat.shows("Choose a model")
        await chat.type("beta")
        await chat.pause()
        await chat.press("enter")
        await until(lambda: chat.model == "beta")
        await chat.send("two")
        await until(lambda: len(chat.messages) == 4)
        await chat.done()
        replies = [m.model for m in chat.messages if m.role is Role.ASSISTANT]
        assert replies == ["alpha", "beta"]
        assert "Message beta" in chat.placeholder


async def test_reading_moves_copies_and_comes_back(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    app = stage.app()
    copied: list[str] = []
    async with driven(app) as chat:
        monkeypatch.setattr(chat.app, "copy_to_clipboard", copied.append)
        await chat.ask()
        await chat.done()
        await chat.press("escape")
        await chat.pause()
        assert "READ" in chat.text
        await chat.press("k", "y")
        await until(lambda: copied == ["Hello"])
        await chat.press("j", "y")
        await until(lambda: copied == ["Hello", "Once upon a time."])
        await chat.press("x", "u")
        assert chat.draft == ""
        await chat.press("i")
        await chat.pause()
        await chat.press("h")
        assert chat.draft == "h"


async def test_f6_copies_the_last_reply_as_the_model_wrote_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.gateway.steps = ("**bold** and `code`",)
    app = stage.app()
    copied: list[str] = []
    async with driven(app) as chat:
        monkeypatch.setattr(chat.app, "copy_to_clipboard", copied.append)
        await chat.ask()
        await chat.done()
        await chat.press("f6")
        await until(lambda: copied == ["**bold** and `code`"])


async def test_a_draft_is_never_destroyed_by_ctrl_c(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press(*"precious", "ctrl+c")
        assert chat.draft == ""
        await chat.press("up")
        assert chat.draft == "precious"


async def test_ctrl_c_twice_on_an_empty_box_quits(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press("ctrl+c")
        await chat.pause()
        assert chat.app.is_running
        await chat.press("ctrl+c")
        await chat.has_quit()


async def test_quitting_in_mid_reply_saves_what_has_come(stage: Stage) -> None:
    stage.gateway.steps = ("half a ", "sentence", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await chat.shows("half a sentence")
        await chat.quit()
    assert "half a " in stage.saved
    assert '"stopped"' in stage.saved


async def test_a_prompt_that_cannot_be_saved_stays_in_the_box(stage: Stage) -> None:
    (stage.folder / "data").write_text("no folder")
    async with stage.chat(notifications=True) as chat:
        await chat.ready()
        await chat.send("keep me")
        await chat.shows("Not sent")
        assert chat.draft == "keep me"
        assert stage.gateway.requests == []


async def test_without_a_gateway_the_first_screen_asks_and_escape_leads_to_the_offline_app(stage: Stage) -> None:
    async with stage.chat(LaunchOptions(profile=None)) as chat:
        await chat.shows("Choose a gateway")
        await chat.press("escape")
        await chat.back()
        await chat.pause()
        assert "no gateway" in chat.text


async def test_a_prompt_given_at_start_is_sent_at_once(stage: Stage) -> None:
    async with stage.chat(LaunchOptions(profile=PROFILE, prompt="From the shell")) as chat:
        await chat.shows("upon a time")
        assert "From the shell" in chat.text


async def test_the_gateway_is_asked_a_while_after_the_start_unless_a_prompt_waits(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.chat.screen.CONNECT_AFTER", 3600.0)
    async with stage.chat() as chat:
        await chat.stored()
        await chat.type("Hi")
        assert stage.checked == []
        assert chat.health == "busy"
        await chat.press("enter")
        await chat.shows("upon a time")
    stage.checked.clear()
    async with stage.chat(LaunchOptions(profile=PROFILE, prompt="Hello")) as chat:
        await chat.ready()
        assert len(stage.checked) == 1


async def test_a_slash_opens_the_palette_and_settings_are_found(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press("/", *"settings")
        await chat.shows("/settings")
        await chat.press("down", "enter")
        await chat.on(SettingsScreen)


async def test_text_from_outside_is_never_markup(stage: Stage) -> None:
    stage.gateway.models = ("[red]model[/]",)
    stage.gateway.steps = ("[bold]not bold[/bold] [@click=app.quit]x[/] \x1b]0;pwned\x07",)
    async with stage.chat() as chat:
        await chat.ask("[link]")
        await chat.done()
        await chat.pause()
        for word in ("[bold]not bold[/bold]", "[@click=app.quit]", "[red]model[/]", "[link]"):
            assert word in chat.text
        assert "\x1b" not in chat.text


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20), (40, 10)])
async def test_every_size_shows_the_reply_and_the_prompt(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.chat(size=size) as chat:
        await chat.ask("Hi")
        await chat.done()
        await chat.pause()
        assert "upon a time" in chat.text
        assert "Message test-model" in chat.text
        sidebar = chat.screen.query_one("Sidebar")
        assert sidebar.display == (size[0] >= 100)
        await chat.press("f9")
        assert sidebar.display == (size[0] < 100)


async def test_a_truncated_but_whole_reply_says_so(stage: Stage) -> None:
    stage.gateway.steps = ("It was a dark and", ChatCompletionChunk(notice="Cut at the token limit."))
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.pause()
        assert "Cut at the token limit." in chat.text


async def test_the_empty_chat_says_what_can_be_done(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        assert "ctrl+o" in str(chat.screen.query_one("#welcome", Static).render())


async def test_a_stopped_reply_goes_on_as_the_same_message(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await chat.shows("Once upon")
        await chat.press("escape")
        await chat.done()
        await chat.shows("shift+f5 continue")
        stage.gateway.steps = (" a time.",)
        await chat.press("shift+f5")
        await chat.shows("Once upon a time.")
        await chat.done()
        await chat.hides("Stopped")
        assert [m.content for m in chat.messages] == ["Hello", "Once upon a time."]


async def test_a_link_is_copied_over_ssh_when_it_is_clicked(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.gateway.steps = ("See [the docs](https://example.org/page) for more.",)
    app = stage.app()
    copied: list[str] = []
    async with driven(app) as chat:
        monkeypatch.setattr(chat.app, "copy_to_clipboard", copied.append)
        await chat.ask()
        await chat.done()
        await chat.shows("the docs")
        row = next(n for n, line in enumerate(chat.lines) if "the docs" in line)
        column = chat.lines[row].index("the docs") + 2
        await chat.click(offset=(column, row))
        await until(lambda: copied == ["https://example.org/page"])
        assert chat.has_prompt_focus
