"""The chat where things come at a bad moment: bursts of keys, slow disks, other windows, a second stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.one_screen import notices
from tests.screens.test_chat import WIDE, ask, done, pane, ready, text
from tui.app import ChinwagApp
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import GatewayError, StoreError
from tui.domain.settings import Profile
from tui.screens.chat.screen import ChatScreen
from tui.screens.onboarding import OnboardingScreen
from tui.services.services import LaunchOptions
from tui.store.conversations import ConversationStore
from tui.store.profile_cache import ProfileCache


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


class SlowSaves:
    """Holds the saves of a store back."""

    def __init__(self, store: Any) -> None:
        self.gate = asyncio.Event()
        self.waiting = 0
        self._save = store.save
        store.save = self

    async def __call__(self, conversation: Conversation, *messages: ChatMessage) -> None:
        self.waiting += 1
        await self.gate.wait()
        await self._save(conversation, *messages)


@asynccontextmanager
async def busy_disk(stage: Stage) -> AsyncIterator[None]:
    """The store's thread is held for as long as this lasts."""
    hold = threading.Event()
    job = asyncio.ensure_future(stage.services.store.folder.run(lambda: hold.wait(20)))
    await asyncio.sleep(0)
    try:
        yield
    finally:
        hold.set()
        await job


@asynccontextmanager
async def other_window(stage: Stage) -> AsyncIterator[ConversationStore]:
    store = ConversationStore(stage.dirs.data, stage.dirs.cache)
    await store.start()
    try:
        yield store
    finally:
        await store.close()


def chat(app: ChinwagApp) -> ChatScreen:
    assert isinstance(app.screen, ChatScreen)
    return app.screen


def idle(app: ChinwagApp, group: str) -> bool:
    return not [worker for worker in app.workers if worker.group == group and not worker.is_finished]


async def test_a_prompt_from_the_shell_outlives_the_first_run_screen(stage: Stage) -> None:
    app = stage.app(LaunchOptions(profile=None, prompt="Why is the sky blue?"))
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: isinstance(app.screen, OnboardingScreen))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        assert pane(app).prompt_box.text == "Why is the sky blue?"


async def test_a_prompt_from_the_shell_that_cannot_be_saved_is_in_the_box(stage: Stage) -> None:
    (stage.folder / "data").write_text("no folder")
    app = stage.app(LaunchOptions(profile=PROFILE, prompt="Why is the sky blue?"))
    async with app.run_test(size=WIDE):
        await until(lambda: "Not sent" in notices(app))
        assert pane(app).prompt_box.text == "Why is the sky blue?"


async def test_the_newest_conversation_of_an_unreadable_folder_is_no_crash(stage: Stage) -> None:
    app = stage.app(LaunchOptions(profile=PROFILE, last=True))

    async def recent(*_: object) -> list[Any]:
        raise StoreError("No permission.")

    stage.services.store.recent = recent  # type: ignore[assignment, method-assign]
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await until(lambda: "No permission." in notices(app))


async def test_enter_while_starting_is_not_taken_for_a_missing_gateway(stage: Stage) -> None:
    app = stage.app()
    gate, start = asyncio.Event(), stage.services.store.start

    async def slow() -> None:
        await gate.wait()
        await start()

    stage.services.store.start = slow  # type: ignore[method-assign]
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(*"hello", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ChatScreen)
        gate.set()
        await until(lambda: "upon a time" in text(app))


async def test_enter_twice_without_a_gateway_asks_once(stage: Stage) -> None:
    app = stage.app(LaunchOptions(profile=None))
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: isinstance(app.screen, OnboardingScreen))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        for key in ("h", "enter", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        await until(lambda: isinstance(app.screen, OnboardingScreen))
        await pilot.pause()
        assert [type(screen) for screen in app.screen_stack].count(OnboardingScreen) == 1


@pytest.mark.parametrize("keys", [("escape", "escape"), ("ctrl+c", "ctrl+q")])
async def test_a_second_stop_does_not_cut_the_last_save_short(stage: Stage, keys: tuple[str, ...]) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: stage.gateway.waiting)
        async with busy_disk(stage):
            for key in keys:
                await pilot.press(key)
        await until(lambda: not stage.services.turns.running)
    assert '"stopped"' in stage.saved
    assert "Once upon" in stage.saved


async def test_what_is_typed_while_the_prompt_is_being_saved_stays_in_order(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        slow = SlowSaves(stage.services.store)
        await pilot.press(*"hello", "enter")
        await until(lambda: slow.waiting)
        await pilot.press("ctrl+j", *"wor")
        slow.gate.set()
        await until(lambda: pane(app).prompt_box.text == "wor")
        await pilot.press(*"ld")
        assert pane(app).prompt_box.text == "world"


async def test_opening_the_conversation_that_is_being_asked_in_shows_the_one_value(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        stage.gateway.steps = ("more", asyncio.Event())
        shown, slow = pane(app).conversation, SlowSaves(stage.services.store)
        await pilot.press(*"again", "enter")
        await until(lambda: slow.waiting)
        chat(app).open_conversation(shown.id)
        await until(lambda: idle(app, "open"))
        slow.gate.set()
        await until(lambda: stage.services.turns.of(shown.id) and "more" in text(app))
        assert pane(app).conversation is shown
        assert pane(app).streaming
        assert text(app).count("again") == 1


async def test_a_load_that_a_prompt_overtakes_does_not_replace_the_conversation(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        stage.gateway.steps = ("more words", asyncio.Event())
        shown, load, gate = pane(app).conversation.id, stage.services.store.load, asyncio.Event()
        loads: list[str] = []

        async def slow(conversation_id: str) -> Any:
            loads.append(conversation_id)
            first, opened = len(loads) == 1, await load(conversation_id)
            if first:
                await gate.wait()
            return opened

        stage.services.store.load = slow  # type: ignore[method-assign]
        chat(app).open_conversation(shown)
        await until(lambda: loads)
        await pilot.press(*"again", "enter")
        await until(lambda: stage.services.turns.of(shown))
        gate.set()
        await until(lambda: idle(app, "open"))
        turn = stage.services.turns.of(shown)
        assert turn is not None
        assert pane(app).conversation is turn.conversation


async def test_what_another_window_said_is_shown_and_answered_to(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot, other_window(stage) as other:
        await ask(app, pilot)
        await done(app)
        theirs = (await other.load(pane(app).conversation.id)).conversation
        question = theirs.add(ChatMessage(Role.USER, "from the other window"))
        answer = theirs.add(ChatMessage(Role.ASSISTANT, "an answer"))
        await other.save(theirs, question, answer)
        await pane(app).look_round()
        await until(lambda: "from the other window" in text(app))
        await pilot.press(*"mine", "enter")
        await until(lambda: len(stage.gateway.requests) == 2)
        await done(app)
        said = [content for _, content in stage.gateway.requests[1].messages]
        assert said == ["Hello", "Once upon a time.", "from the other window", "an answer", "mine"]


async def test_a_reply_of_another_window_is_shown_as_it_grows(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot, other_window(stage) as other:
        await ask(app, pilot)
        await done(app)
        theirs = (await other.load(pane(app).conversation.id)).conversation
        growing = theirs.add(ChatMessage(Role.ASSISTANT, "par", state=MessageState.STREAMING))
        await other.save(theirs, growing)
        await pane(app).look_round()
        await until(lambda: "another window" in text(app))
        growing.content, growing.state = "partial and whole", MessageState.COMPLETE
        await other.save(theirs, growing)
        await pane(app).look_round()
        await until(lambda: "partial and whole" in text(app))
        await until(lambda: "another window" not in text(app))


async def test_a_reply_growing_in_another_window_leaves_the_reader_where_he_reads(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot, other_window(stage) as other:
        await ask(app, pilot)
        await done(app)
        theirs = (await other.load(pane(app).conversation.id)).conversation
        long = theirs.add(ChatMessage(Role.ASSISTANT, "\n\n".join(f"line {n}" for n in range(100))))
        growing = theirs.add(ChatMessage(Role.ASSISTANT, "par", state=MessageState.STREAMING))
        await other.save(theirs, long, growing)
        await pane(app).look_round()
        await until(lambda: "another window" in text(app))
        await pilot.press("pageup", "pageup")
        transcript = pane(app).transcript
        await until(lambda: not transcript.is_at_end and "another window" not in text(app))
        place = transcript.scroll_offset
        growing.content, growing.state = "partial and whole", MessageState.COMPLETE
        await other.save(theirs, growing)
        await pane(app).look_round()
        await pilot.pause()
        assert transcript.source_of(growing.id) == "partial and whole"
        assert transcript.scroll_offset == place
        await pilot.press("ctrl+end")
        await until(lambda: "partial and whole" in text(app))


async def test_turning_away_while_the_last_words_are_drawn_leaves_the_other_reply_live(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        stage.gateway.steps = ("one ", asyncio.Event())
        await ask(app, pilot, "first")
        first = pane(app).conversation
        await pilot.press("ctrl+n")
        ends = asyncio.Event()
        stage.gateway.steps = ("two ", ends)
        await until(lambda: pane(app).conversation is not first)
        await pilot.press(*"second", "enter")
        await until(lambda: pane(app)._live is not None)
        live, drawing, gate = pane(app)._live, asyncio.Event(), asyncio.Event()
        assert live is not None

        async def finish() -> None:
            drawing.set()
            await gate.wait()

        live.finish = finish  # type: ignore[method-assign]
        ends.set()
        await drawing.wait()
        await pane(app).show(first)
        gate.set()
        await pilot.pause()
        assert pane(app).streaming


async def test_the_keys_are_alive_while_the_disk_is_slow(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: stage.gateway.waiting)
        turn = stage.services.turns.running[0]
        async with busy_disk(stage):
            chat(app)._look_round()
            chat(app)._fill_sidebar()
            app.post_message(events.Key("escape", None))
            await until(lambda: turn._stopped)
        await turn.wait()


async def test_quitting_says_that_it_saves(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        async with busy_disk(stage):
            app.post_message(events.Key("ctrl+q", None))
            await until(lambda: "Saving" in notices(app))


async def test_a_reply_under_way_does_not_mind_the_end_of_the_app(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: stage.gateway.waiting)
        turn = stage.services.turns.running[0]
        app.exit()
    turn.stop()
    await turn.wait()
    await stage.services.store.close()


async def test_a_draft_outlives_the_program_and_stays_with_its_conversation(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        first = pane(app).conversation.id
        await pilot.press(*"for the first")
        await pilot.press("ctrl+n")
        await until(lambda: pane(app).prompt_box.text == "")
        await pilot.press(*"for a new one", "ctrl+q")
        await until(lambda: app._exit)
    app = stage.app()
    async with app.run_test(size=WIDE):
        await until(lambda: pane(app).prompt_box.text == "for a new one")
        chat(app).open_conversation(first)
        await until(lambda: pane(app).prompt_box.text == "for the first")


async def test_a_draft_that_ctrl_c_put_away_is_on_disk(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press(*"precious", "ctrl+c")
        await until(lambda: "history" in notices(app))
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)
    assert "precious" in (stage.dirs.data / "history.jsonl").read_text("utf-8")


async def test_reading_goes_on_after_another_screen(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await pilot.press("escape")
        await until(lambda: chat(app).reading)
        await pilot.press("f1")
        await until(lambda: not isinstance(app.screen, ChatScreen))
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen))
        await pilot.pause()
        await pilot.press("j", "k")
        assert pane(app).prompt_box.text == ""
        assert chat(app).reading


async def test_the_model_of_the_command_line_counts_for_the_whole_run(stage: Stage) -> None:
    stage.gateway.models = ("a", "b")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)
    app = stage.app(LaunchOptions(profile=PROFILE, model="b", last=True))
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: pane(app).conversation.branch())
        assert pane(app).model == "b"
        await pilot.press("ctrl+n")
        await until(lambda: not pane(app).conversation.branch())
        assert pane(app).model == "b"


async def test_last_opens_the_newest_conversation_though_another_is_pinned(stage: Stage) -> None:
    async with other_window(stage) as store:
        for prompt in ("the old one", "the new one"):
            talk = Conversation(title=prompt)
            await store.save(talk, talk.add(ChatMessage(Role.USER, prompt)))
            if prompt == "the old one":
                await store.set_pinned(talk.id, True)
    app = stage.app(LaunchOptions(profile=PROFILE, last=True))
    async with app.run_test(size=WIDE):
        await until(lambda: pane(app).conversation.branch())
        assert pane(app).conversation.title == "the new one"


async def test_a_new_conversation_begins_with_the_model_that_was_chosen_last(stage: Stage) -> None:
    stage.gateway.models, stage.cache = ("alpha", "beta"), ProfileCache(stage.dirs.cache)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        first = pane(app).conversation.id
        await pilot.press("ctrl+l")
        await until(lambda: "Choose a model" in text(app))
        await pilot.press(*"beta")
        await pilot.pause()
        await pilot.press("enter")
        await until(lambda: pane(app).model == "beta")
        chat(app).open_conversation(first)
        await until(lambda: pane(app).model == "alpha")
        await pilot.press("ctrl+n")
        await until(lambda: pane(app).model == "beta" and "beta" in text(app))
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: pane(app).model == "beta")
        chat(app).open_conversation(first)
        await until(lambda: pane(app).model == "alpha")
        await pilot.press("ctrl+n")
        await until(lambda: pane(app).model == "beta")


async def test_a_prompt_from_the_shell_goes_to_the_model_that_was_chosen_last(stage: Stage) -> None:
    stage.gateway.models, stage.cache = ("alpha", "beta"), ProfileCache(stage.dirs.cache)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        pane(app).use_model("beta")
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)
    app = stage.app(LaunchOptions(profile=PROFILE, prompt="Hello"))
    async with app.run_test(size=WIDE):
        await until(lambda: stage.gateway.requests)
        assert stage.gateway.requests[0].model == "beta"


async def test_a_model_picked_at_one_gateway_is_not_sent_to_another(stage: Stage) -> None:
    stage.gateway.models = ("b-model",)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        pane(app).use_model("a-model")
        chat(app).use_profile(Profile("other", "http://127.0.0.1:2/v1", model="b-model"))
        assert pane(app).model == "b-model"


async def test_a_model_typed_by_hand_is_kept_with_its_conversation(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        pane(app).use_model("typed-by-hand")
        await pilot.press(*"hi", "enter")
        await until(lambda: len(pane(app).conversation.branch()) == 2)
        await done(app)
        asked = pane(app).conversation.id
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        chat(app).open_conversation(asked)
        await until(lambda: pane(app).conversation.id == asked)
        assert pane(app).model == "typed-by-hand"


async def test_a_reply_ends_the_trouble_that_the_model_list_had(stage: Stage) -> None:
    stage.gateway.models_error = GatewayError("not_found", "There is no model list.")
    app = stage.app(LaunchOptions(profile=Profile("lab", "http://127.0.0.1:1/v1", model="m")))
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: pane(app).status.health == "offline")
        await ask(app, pilot)
        await done(app)
        await until(lambda: pane(app).status.health != "offline")


async def test_a_reply_that_finds_no_connection_turns_the_dot_off_until_one_gets_through(stage: Stage) -> None:
    stage.gateway.steps = (GatewayError("network", "No connection to the lab."),)
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        assert pane(app).status.health == "ready"
        await pilot.press(*"Hello", "enter")
        await until(lambda: "No connection to the lab." in text(app))
        await until(lambda: pane(app).status.health == "offline" and "✗ test-model" in text(app))
        stage.gateway.steps = ("Here I am.",)
        await pilot.press("f5")
        await until(lambda: pane(app).status.health == "ready")


async def test_the_dot_goes_off_though_another_conversation_is_shown(stage: Stage) -> None:
    gate = asyncio.Event()
    stage.gateway.steps = (gate, GatewayError("network", "No connection to the lab."))
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await pilot.press("ctrl+n")
        await until(lambda: not pane(app).conversation.messages)
        gate.set()
        await until(lambda: pane(app).status.health == "offline")


async def test_a_key_that_is_refused_is_said_once(stage: Stage) -> None:
    refused = GatewayError("auth", "The API key was not accepted.")
    gate = asyncio.Event()
    stage.gateway.models_error, stage.gateway.steps = refused, (gate, refused)
    profile = Profile("lab", "http://127.0.0.1:1/v1", model="m")
    app = stage.app(LaunchOptions(profile=profile))
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press(*"Hello", "enter")
        await until(lambda: stage.gateway.waiting)
        chat(app).use_profile(profile)  # it asks for the models while the reply is waited for
        gate.set()
        await until(lambda: "key not accepted" in text(app))
        await until(lambda: idle(app, "connect"))
        await pilot.pause()
        assert text(app).count("The API key was not accepted.") == 1


async def test_that_a_reply_is_not_saved_stays_on_the_screen_until_it_is(stage: Stage) -> None:
    stage.gateway.steps = ("Once upon", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        turn = stage.services.turns.running[0]
        turn._note_saving("disk full")
        await pilot.press("ctrl+n")
        await until(lambda: not pane(app).conversation.messages)
        assert "disk full" in pane(app).status.warning
        turn._note_saving("")


async def test_notices_are_never_markup(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await ready(app, pilot)
        chat(app).notify("[b]bold[/b] [/] [@click=app.quit]x[/] \x1b]0;title\x07", title="[red]t")
        await until(lambda: "[b]bold[/b] [/] [@click=app.quit]x" in text(app))


async def test_a_prompt_answers_to_what_another_window_said_a_moment_ago(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot, other_window(stage) as other:
        await ask(app, pilot)
        await done(app)
        theirs = (await other.load(pane(app).conversation.id)).conversation
        question = theirs.add(ChatMessage(Role.USER, "theirs"))
        answer = theirs.add(ChatMessage(Role.ASSISTANT, "an answer"))
        await other.save(theirs, question, answer)
        await pilot.press(*"mine", "enter")  # before the next look
        await until(lambda: len(stage.gateway.requests) == 2)
        await done(app)
        on_disk = (await other.load(theirs.id)).conversation
        assert [m.content for m in on_disk.branch()][2:5] == ["theirs", "an answer", "mine"]


async def test_looking_at_earlier_prompts_does_not_cost_the_draft(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "earlier")
        await done(app)
        await pilot.press(*"precious", "up", "ctrl+q")
        await until(lambda: app._exit)
    app = stage.app(LaunchOptions(profile=PROFILE, last=True))
    async with app.run_test(size=WIDE):
        await until(lambda: pane(app).prompt_box.text == "precious")


async def test_a_new_conversation_begun_while_the_prompt_is_being_saved_has_its_own_draft(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await until(lambda: pane(app).store_opened.is_set())
        slow = SlowSaves(stage.services.store)
        await pilot.press(*"first", "enter")
        await until(lambda: slow.waiting)
        await pilot.press("ctrl+n")
        slow.gate.set()
        await until(lambda: pane(app).prompt_box.text == "" and not stage.services.turns.running)
        await pilot.press(*"for the new one", "ctrl+q")
        await until(lambda: app._exit)
    app = stage.app()
    async with app.run_test(size=WIDE):
        await until(lambda: pane(app).prompt_box.text == "for the new one")
