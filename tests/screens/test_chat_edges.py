"""The chat where things come at a bad moment: bursts of keys, slow disks, other windows, a second stop."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.chat_driver import driven
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import GatewayError, StoreError
from tui.domain.settings import Profile
from tui.screens.chat.reply_feed import ReplyFeed
from tui.screens.onboarding import OnboardingScreen
from tui.services.services import LaunchOptions
from tui.store.profile_cache import ProfileCache


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


async def test_a_prompt_from_the_shell_outlives_the_first_run_screen(stage: Stage) -> None:
    async with stage.chat(LaunchOptions(profile=None, prompt="Why is the sky blue?")) as chat:
        await chat.on(OnboardingScreen)
        await chat.press("escape")
        await chat.back()
        assert chat.draft == "Why is the sky blue?"


async def test_a_prompt_from_the_shell_that_cannot_be_saved_is_in_the_box(stage: Stage) -> None:
    (stage.folder / "data").write_text("no folder")
    async with stage.chat(LaunchOptions(profile=PROFILE, prompt="Why is the sky blue?")) as chat:
        await chat.told("Not sent")
        assert chat.draft == "Why is the sky blue?"


async def test_the_newest_conversation_of_an_unreadable_folder_is_no_crash(stage: Stage) -> None:
    app = stage.app(LaunchOptions(profile=PROFILE, last=True))

    async def recent(*_: object) -> list[Any]:
        raise StoreError("No permission.")

    stage.services.store.recent = recent  # type: ignore[assignment, method-assign]
    async with driven(app) as chat:
        await chat.ready()
        await chat.told("No permission.")


async def test_enter_while_starting_is_not_taken_for_a_missing_gateway(stage: Stage) -> None:
    app = stage.app()
    gate, start = asyncio.Event(), stage.services.store.start

    async def slow() -> None:
        await gate.wait()
        await start()

    stage.services.store.start = slow  # type: ignore[method-assign]
    async with driven(app) as chat:
        await chat.send("hello")
        await chat.pause()
        assert chat.is_chat
        gate.set()
        await chat.shows("upon a time")


async def test_enter_twice_without_a_gateway_asks_once(stage: Stage) -> None:
    async with stage.chat(LaunchOptions(profile=None)) as chat:
        await chat.on(OnboardingScreen)
        await chat.press("escape")
        await chat.back()
        chat.burst("h", "enter", "enter")
        await chat.on(OnboardingScreen)
        await chat.pause()
        assert [type(screen) for screen in chat.app.screen_stack].count(OnboardingScreen) == 1


@pytest.mark.parametrize("keys", [("escape", "escape"), ("ctrl+c", "ctrl+q")])
async def test_a_second_stop_does_not_cut_the_last_save_short(stage: Stage, keys: tuple[str, ...]) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await until(lambda: stage.gateway.waiting)
        async with stage.busy_disk():
            for key in keys:
                await chat.press(key)
        await until(lambda: not stage.services.turns.running)
    assert '"stopped"' in stage.saved
    assert "Once upon" in stage.saved


async def test_what_is_typed_while_the_prompt_is_being_saved_stays_in_order(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        slow = stage.slow_saves()
        await chat.send("hello")
        await until(lambda: slow.waiting)
        await chat.press("ctrl+j", *"wor")
        slow.gate.set()
        await until(lambda: chat.draft == "wor")
        await chat.type("ld")
        assert chat.draft == "world"


async def test_opening_the_conversation_that_is_being_asked_in_shows_the_one_value(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        stage.gateway.steps = ("more", asyncio.Event())
        shown, slow = chat.conversation, stage.slow_saves()
        await chat.send("again")
        await until(lambda: slow.waiting)
        chat.open(shown.id)
        await until(lambda: chat.is_idle("open"))
        slow.gate.set()
        await until(lambda: stage.services.turns.of(shown.id) and "more" in chat.text)
        assert chat.conversation is shown
        assert chat.is_arriving
        assert chat.text.count("again") == 1


async def test_a_load_that_a_prompt_overtakes_does_not_replace_the_conversation(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        stage.gateway.steps = ("more words", asyncio.Event())
        shown, load, gate = chat.conversation.id, stage.services.store.load, asyncio.Event()
        loads: list[str] = []

        async def slow(conversation_id: str) -> Any:
            loads.append(conversation_id)
            first, opened = len(loads) == 1, await load(conversation_id)
            if first:
                await gate.wait()
            return opened

        stage.services.store.load = slow  # type: ignore[method-assign]
        chat.open(shown)
        await until(lambda: loads)
        await chat.send("again")
        await until(lambda: stage.services.turns.of(shown))
        gate.set()
        await until(lambda: chat.is_idle("open"))
        turn = stage.services.turns.of(shown)
        assert turn is not None
        assert chat.conversation is turn.conversation


async def test_what_another_window_said_is_shown_and_answered_to(stage: Stage) -> None:
    async with stage.chat() as chat, stage.other_window() as other:
        await chat.ask()
        await chat.done()
        theirs = (await other.load(chat.conversation.id)).conversation
        question = theirs.add(ChatMessage(Role.USER, "from the other window"))
        answer = theirs.add(ChatMessage(Role.ASSISTANT, "an answer"))
        await other.save(theirs, question, answer)
        await chat.look_at_disk()
        await chat.shows("from the other window")
        await chat.send("mine")
        await until(lambda: len(stage.gateway.requests) == 2)
        await chat.done()
        said = [content for _, content in stage.gateway.requests[1].messages]
        assert said == ["Hello", "Once upon a time.", "from the other window", "an answer", "mine"]


async def test_a_reply_of_another_window_is_shown_as_it_grows(stage: Stage) -> None:
    async with stage.chat() as chat, stage.other_window() as other:
        await chat.ask()
        await chat.done()
        theirs = (await other.load(chat.conversation.id)).conversation
        growing = theirs.add(ChatMessage(Role.ASSISTANT, "par", state=MessageState.STREAMING))
        await other.save(theirs, growing)
        await chat.look_at_disk()
        await chat.shows("another window")
        growing.content, growing.state = "partial and whole", MessageState.COMPLETE
        await other.save(theirs, growing)
        await chat.look_at_disk()
        await chat.shows("partial and whole")
        await chat.hides("another window")


async def test_a_reply_growing_in_another_window_leaves_the_reader_where_he_reads(stage: Stage) -> None:
    async with stage.chat() as chat, stage.other_window() as other:
        await chat.ask()
        await chat.done()
        theirs = (await other.load(chat.conversation.id)).conversation
        long = theirs.add(ChatMessage(Role.ASSISTANT, "\n\n".join(f"line {n}" for n in range(100))))
        growing = theirs.add(ChatMessage(Role.ASSISTANT, "par", state=MessageState.STREAMING))
        await other.save(theirs, long, growing)
        await chat.look_at_disk()
        await chat.shows("another window")
        await chat.press("pageup", "pageup")
        transcript = chat.transcript
        await until(lambda: not transcript.viewport.is_at_end and "another window" not in chat.text)
        place = transcript.scroll_offset
        growing.content, growing.state = "partial and whole", MessageState.COMPLETE
        await other.save(theirs, growing)
        await chat.look_at_disk()
        await chat.pause()
        assert "partial and whole" in [message.content for message in transcript.messages]
        assert transcript.scroll_offset == place
        await chat.press("ctrl+end")
        await chat.shows("partial and whole")


async def test_turning_away_while_the_last_words_are_drawn_leaves_the_other_reply_live(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.chat() as chat:
        stage.gateway.steps = ("one ", asyncio.Event())
        await chat.ask("first")
        first = chat.conversation
        await chat.press("ctrl+n")
        ends = asyncio.Event()
        stage.gateway.steps = ("two ", ends)
        await until(lambda: chat.conversation is not first)
        await chat.send("second")
        await until(lambda: chat.is_arriving)
        drawing, gate = asyncio.Event(), asyncio.Event()

        async def finish(_self: ReplyFeed) -> None:
            drawing.set()
            await gate.wait()

        monkeypatch.setattr(ReplyFeed, "finish", finish)
        ends.set()
        await drawing.wait()
        chat.open(first.id)
        await until(lambda: chat.conversation is first)
        gate.set()
        await chat.pause()
        assert chat.is_arriving


async def test_the_keys_are_alive_while_the_disk_is_slow(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await until(lambda: stage.gateway.waiting)
        turn = stage.services.turns.running[0]
        async with stage.busy_disk():
            chat.look_round()
            chat.burst("escape")
            await until(lambda: stage.gateway.closed_streams)
        await turn.wait()


async def test_quitting_says_that_it_saves(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        async with stage.busy_disk():
            chat.burst("ctrl+q")
            await chat.told("Saving")


async def test_a_reply_under_way_does_not_mind_the_end_of_the_app(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await until(lambda: stage.gateway.waiting)
        turn = stage.services.turns.running[0]
        chat.app.exit()
    turn.stop()
    await turn.wait()
    await stage.services.store.close()


async def test_a_draft_outlives_the_program_and_stays_with_its_conversation(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        first = chat.conversation.id
        await chat.type("for the first")
        await chat.press("ctrl+n")
        await until(lambda: chat.draft == "")
        await chat.press(*"for a new one", "ctrl+q")
        await chat.has_quit()
    async with stage.chat() as chat:
        await until(lambda: chat.draft == "for a new one")
        chat.open(first)
        await until(lambda: chat.draft == "for the first")


async def test_a_draft_that_ctrl_c_put_away_is_on_disk(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press(*"precious", "ctrl+c")
        await chat.told("history")
        await chat.quit()
    assert "precious" in (stage.dirs.data / "history.jsonl").read_text("utf-8")


async def test_reading_goes_on_after_another_screen(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.press("escape")
        await until(lambda: chat.is_reading)
        await chat.press("f1")
        await until(lambda: not chat.is_chat)
        await chat.press("escape")
        await chat.back()
        await chat.pause()
        await chat.press("j", "k")
        assert chat.draft == ""
        assert chat.is_reading


async def test_the_model_of_the_command_line_counts_for_the_whole_run(stage: Stage) -> None:
    stage.gateway.models = ("a", "b")
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.quit()
    async with stage.chat(LaunchOptions(profile=PROFILE, model="b", last=True)) as chat:
        await until(lambda: chat.messages)
        assert chat.model == "b"
        await chat.press("ctrl+n")
        await until(lambda: not chat.messages)
        assert chat.model == "b"


async def test_a_model_picked_at_one_gateway_is_not_sent_to_another(stage: Stage) -> None:
    stage.gateway.models = ("b-model",)
    async with stage.chat() as chat:
        await chat.ready()
        chat.use_model("a-model")
        chat.use_gateway(Profile("other", "http://127.0.0.1:2/v1", model="b-model"))
        assert chat.model == "b-model"


async def test_a_model_typed_by_hand_is_kept_with_its_conversation(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        chat.use_model("typed-by-hand")
        await chat.send("hi")
        await until(lambda: len(chat.messages) == 2)
        await chat.done()
        asked = chat.conversation.id
        await chat.quit()
    async with stage.chat() as chat:
        await chat.ready()
        chat.open(asked)
        await until(lambda: chat.conversation.id == asked)
        assert chat.model == "typed-by-hand"


async def test_a_reply_ends_the_trouble_that_the_model_list_had(stage: Stage) -> None:
    stage.gateway.models_error = GatewayError("not_found", "There is no model list.")
    async with stage.chat(LaunchOptions(profile=Profile("lab", "http://127.0.0.1:1/v1", model="m"))) as chat:
        await until(lambda: chat.health == "offline")
        await chat.ask()
        await chat.done()
        await until(lambda: chat.health != "offline")


async def test_last_opens_the_newest_conversation_though_another_is_pinned(stage: Stage) -> None:
    async with stage.other_window() as store:
        for prompt in ("the old one", "the new one"):
            talk = Conversation(title=prompt)
            await store.save(talk, talk.add(ChatMessage(Role.USER, prompt)))
            if prompt == "the old one":
                await store.set_pinned(talk.id, True)
    async with stage.chat(LaunchOptions(profile=PROFILE, last=True)) as chat:
        await until(lambda: chat.messages)
        assert chat.conversation.title == "the new one"


async def test_a_new_conversation_begins_with_the_model_that_was_chosen_last(stage: Stage) -> None:
    stage.gateway.models, stage.cache = ("alpha", "beta"), ProfileCache(stage.dirs.cache)
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        first = chat.conversation.id
        await chat.press("ctrl+l")
        await chat.shows("Choose a model")
        await chat.type("beta")
        await chat.pause()
        await chat.press("enter")
        await until(lambda: chat.model == "beta")
        chat.open(first)
        await until(lambda: chat.model == "alpha")
        await chat.press("ctrl+n")
        await until(lambda: chat.model == "beta" and "beta" in chat.text)
        await chat.quit()
    async with stage.chat() as chat:
        await until(lambda: chat.model == "beta")
        chat.open(first)
        await until(lambda: chat.model == "alpha")
        await chat.press("ctrl+n")
        await until(lambda: chat.model == "beta")


async def test_a_prompt_from_the_shell_goes_to_the_model_that_was_chosen_last(stage: Stage) -> None:
    stage.gateway.models, stage.cache = ("alpha", "beta"), ProfileCache(stage.dirs.cache)
    async with stage.chat() as chat:
        await chat.ready()
        chat.use_model("beta")
        await chat.quit()
    async with stage.chat(LaunchOptions(profile=PROFILE, prompt="Hello")) as chat:
        await until(lambda: stage.gateway.requests)
        assert stage.gateway.requests[0].model == "beta"


async def test_a_reply_that_finds_no_connection_turns_the_dot_off_until_one_gets_through(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("network", "No connection to the lab."),)
    async with stage.chat() as chat:
        await chat.ready()
        assert chat.health == "ready"
        await chat.send("Hello")
        await chat.shows("No connection to the lab.")
        await until(lambda: chat.health == "offline" and "✗ test-model" in chat.text)
        stage.gateway.steps = ("Here I am.",)
        await chat.press("f5")
        await until(lambda: chat.health == "ready")


async def test_the_dot_goes_off_though_another_conversation_is_shown(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway.steps = (gate, GatewayError("network", "No connection to the lab."))
    async with stage.chat() as chat:
        await chat.ask()
        await chat.press("ctrl+n")
        await until(lambda: not chat.conversation.messages)
        gate.set()
        await until(lambda: chat.health == "offline")


async def test_a_key_that_is_refused_is_said_once(stage: Stage) -> None:
    refused = GatewayError("auth", "The API key was not accepted.")
    gate = asyncio.Event()
    stage.gateway.models_error, stage.gateway.steps = refused, (gate, refused)
    profile = Profile("lab", "http://127.0.0.1:1/v1", model="m")
    async with stage.chat(LaunchOptions(profile=profile)) as chat:
        await chat.ready()
        await chat.send("Hello")
        await until(lambda: stage.gateway.waiting)
        chat.use_gateway(profile)  # it asks for the models while the reply is waited for
        gate.set()
        await chat.shows("key not accepted")
        await until(lambda: chat.is_idle("connect"))
        await chat.pause()
        assert chat.text.count("The API key was not accepted.") == 1


async def test_that_a_reply_is_not_saved_stays_on_the_screen_until_it_is(stage: Stage) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("Once upon", more, " a time.", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await until(lambda: "Once upon" in stage.saved)
        with full_disk():
            more.set()
            await until(lambda: "disk full" in chat.warning)
            await chat.press("ctrl+n")
            await until(lambda: not chat.conversation.messages)
            assert "disk full" in chat.warning
        await until(lambda: not chat.warning)


async def test_notices_are_never_markup(stage: Stage) -> None:
    async with stage.chat(notifications=True) as chat:
        await chat.ready()
        chat.screen.notify("[b]bold[/b] [/] [@click=app.quit]x[/] \x1b]0;title\x07", title="[red]t")
        await chat.shows("[b]bold[/b] [/] [@click=app.quit]x")


async def test_a_prompt_answers_to_what_another_window_said_a_moment_ago(stage: Stage) -> None:
    async with stage.chat() as chat, stage.other_window() as other:
        await chat.ask()
        await chat.done()
        theirs = (await other.load(chat.conversation.id)).conversation
        question = theirs.add(ChatMessage(Role.USER, "theirs"))
        answer = theirs.add(ChatMessage(Role.ASSISTANT, "an answer"))
        await other.save(theirs, question, answer)
        await chat.send("mine")  # before the next look
        await until(lambda: len(stage.gateway.requests) == 2)
        await chat.done()
        on_disk = (await other.load(theirs.id)).conversation
        assert [m.content for m in on_disk.branch()][2:5] == ["theirs", "an answer", "mine"]


async def test_looking_at_earlier_prompts_does_not_cost_the_draft(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask("earlier")
        await chat.done()
        await chat.press(*"precious", "up", "ctrl+q")
        await chat.has_quit()
    async with stage.chat(LaunchOptions(profile=PROFILE, last=True)) as chat:
        await until(lambda: chat.draft == "precious")


async def test_a_new_conversation_begun_while_the_prompt_is_being_saved_has_its_own_draft(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.stored()
        slow = stage.slow_saves()
        await chat.send("first")
        await until(lambda: slow.waiting)
        await chat.press("ctrl+n")
        slow.gate.set()
        await until(lambda: chat.draft == "" and not stage.services.turns.running)
        await chat.press(*"for the new one", "ctrl+q")
        await chat.has_quit()
    async with stage.chat() as chat:
        await until(lambda: chat.draft == "for the new one")
