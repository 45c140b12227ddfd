"""What is typed and not sent, on real files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from filelock import FileLock
from textual import events

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.one_screen import notices
from tests.screens.test_chat import WIDE, ask, done, pane, ready
from tests.screens.test_chat_edges import SlowSaves, busy_disk, chat
from tui.services.services import LaunchOptions
from tui.store.log_database import LogDatabase


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


def on_disk(stage: Stage) -> str:
    data = stage.dirs.data
    documents = LogDatabase(data / "drafts.jsonl", FileLock(data / "lock")).get_all("drafts")
    return "\n".join(str(document["text"]) for document in documents.values())


async def test_a_draft_is_written_down_while_the_user_goes_on_typing(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        loop = asyncio.get_running_loop()
        end = loop.time() + 10
        while "aaa" not in on_disk(stage):  # no pause between two keys is as long as that of the timer
            assert loop.time() < end
            await pilot.press("a")


async def test_a_kill_costs_no_draft_that_was_written_down(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        pane(app).prompt_box.post_message(events.Paste("pasted\nlines\n" * 50))
        await until(lambda: "pasted" in on_disk(stage))
        killed = Stage(stage.folder, stage.gateway)  # a second start on the files as they are now
        stage.services.store.folder._alive.release()  # the kernel does that for a process that is gone
        again = killed.app()
        async with again.run_test(size=WIDE):
            await until(lambda: pane(again).prompt_box.text == "pasted\nlines\n" * 50)


async def test_what_is_typed_while_another_conversation_opens_stays(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await pilot.press(*"for the first")
        async with busy_disk(stage):
            await pilot.press("ctrl+n")
            await until(lambda: pane(app).prompt_box.text == "")
            await pilot.press(*"quick")
        await until(lambda: "for the first" in on_disk(stage))
        assert pane(app).prompt_box.text == "quick"


async def test_a_draft_that_could_not_be_written_comes_back_with_its_conversation_and_is_tried_again(
    stage: Stage,
) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        first = pane(app).conversation
        with full_disk():
            await pilot.press(*"precious", "ctrl+n")
            await until(lambda: pane(app).prompt_box.text == "")
            await until(lambda: pane(app).drafts.unsaved == {first.id: "precious"})
            chat(app).open_conversation(first.id)
            await until(lambda: pane(app).prompt_box.text == "precious")
            await pilot.press("!")
        await until(lambda: "precious!" in on_disk(stage))
        await until(lambda: pane(app).drafts.unsaved == {})


async def test_a_prompt_from_the_shell_leaves_the_old_draft_in_the_history(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await pilot.press(*"old draft", "ctrl+q")
        await until(lambda: app._exit)
    app = stage.app(LaunchOptions(profile=PROFILE, prompt="From the shell"))
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: "in the history" in notices(app))
        await until(lambda: len(pane(app).conversation.branch()) == 2 and pane(app).prompt_box.text == "")
        await done(app)
        await pilot.press("up", "up")
        assert pane(app).prompt_box.text == "old draft"


async def test_a_prompt_that_is_on_its_way_is_no_draft_when_the_user_turns_away(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "one")
        await done(app)
        first = pane(app).conversation.id
        await pilot.press("ctrl+n")
        await until(lambda: pane(app).drafts.key == "new")
        slow = SlowSaves(stage.services.store)
        await pilot.press(*"two", "enter")
        await until(lambda: slow.waiting)
        chat(app).open_conversation(first)
        await until(lambda: pane(app).drafts.key == first)
        slow.gate.set()
        await until(lambda: not stage.services.turns.running)
        await until(lambda: '"two"' in (stage.dirs.data / "history.jsonl").read_text("utf-8"))
        await pilot.press("ctrl+n")
        await until(lambda: pane(app).drafts.key == "new")
        await pilot.pause()
        assert pane(app).prompt_box.text == ""


async def test_on_a_full_disk_ctrl_c_leaves_the_draft_in_the_box(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await until(lambda: pane(app).store_opened.is_set())
        with full_disk():
            await pilot.press(*"precious", "ctrl+c")
            await until(lambda: "disk is full" in notices(app))
            assert pane(app).prompt_box.text == "precious"


async def test_two_windows_keep_a_draft_each(stage: Stage) -> None:
    other = Stage(stage.folder, FakeGateway("x"))
    here, there = stage.app(), other.app()
    async with here.run_test(size=WIDE) as mine:
        await ready(here, mine)
        await mine.press(*"from here")
        await until(lambda: "from here" in on_disk(stage))
        async with there.run_test(size=WIDE) as theirs:
            await ready(there, theirs)
            await until(lambda: pane(there).store_opened.is_set())
            assert pane(there).prompt_box.text == ""
            await theirs.press(*"from there", "ctrl+q")
            await until(lambda: there._exit)
        await mine.press("!", "ctrl+q")
        await until(lambda: here._exit)
    later = stage.app()
    async with later.run_test(size=WIDE) as pilot:
        await ready(later, pilot)
        await until(lambda: "Another window left a draft here too" in notices(later))
        box = pane(later).prompt_box
        kept = {box.text, *(await stage.services.history.recent())}
        assert kept == {"from here!", "from there"}
