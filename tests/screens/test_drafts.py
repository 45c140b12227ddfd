"""What is typed and not sent, on real files."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from filelock import FileLock

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import PROFILE, Stage, kill
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
    async with stage.chat() as chat:
        await chat.ready()
        loop = asyncio.get_running_loop()
        end = loop.time() + 10
        while "aaa" not in on_disk(stage):  # no pause between two keys is as long as that of the timer
            assert loop.time() < end
            await chat.press("a")


async def test_a_kill_costs_no_draft_that_was_written_down(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        chat.paste("pasted\nlines\n" * 50)
        await until(lambda: "pasted" in on_disk(stage))
        killed = Stage(stage.folder, stage.gateway)  # a second start on the files as they are now
        kill(stage.services.store)
        async with killed.chat() as again:
            await until(lambda: again.draft == "pasted\nlines\n" * 50)


async def test_what_is_typed_while_another_conversation_opens_stays(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.type("for the first")
        async with stage.busy_disk():
            await chat.press("ctrl+n")
            await until(lambda: chat.draft == "")
            await chat.type("quick")
        await until(lambda: "for the first" in on_disk(stage))
        assert chat.draft == "quick"


async def test_a_draft_that_could_not_be_written_comes_back_with_its_conversation_and_is_tried_again(
    stage: Stage,
) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        first = chat.conversation
        with full_disk():
            await chat.press(*"precious", "ctrl+n")
            await until(lambda: chat.draft == "")
            await until(lambda: chat.drafts.unsaved == {first.id: "precious"})
            chat.open(first.id)
            await until(lambda: chat.draft == "precious")
            await chat.press("!")
        await until(lambda: "precious!" in on_disk(stage))
        await until(lambda: chat.drafts.unsaved == {})


async def test_a_prompt_from_the_shell_leaves_the_old_draft_in_the_history(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press(*"old draft", "ctrl+q")
        await chat.has_quit()
    async with stage.chat(LaunchOptions(profile=PROFILE, prompt="From the shell")) as chat:
        await chat.told("in the history")
        await until(lambda: len(chat.messages) == 2 and chat.draft == "")
        await chat.done()
        await chat.press("up", "up")
        assert chat.draft == "old draft"


async def test_a_prompt_that_is_on_its_way_is_no_draft_when_the_user_turns_away(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask("one")
        await chat.done()
        first = chat.conversation.id
        await chat.press("ctrl+n")
        await until(lambda: chat.drafts.key == "new")
        slow = stage.slow_saves()
        await chat.send("two")
        await until(lambda: slow.waiting)
        chat.open(first)
        await until(lambda: chat.drafts.key == first)
        slow.gate.set()
        await until(lambda: not stage.services.turns.running)
        await until(lambda: '"two"' in (stage.dirs.data / "history.jsonl").read_text("utf-8"))
        await chat.press("ctrl+n")
        await until(lambda: chat.drafts.key == "new")
        await chat.pause()
        assert chat.draft == ""


async def test_on_a_full_disk_ctrl_c_leaves_the_draft_in_the_box(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.stored()
        with full_disk():
            await chat.press(*"precious", "ctrl+c")
            await chat.told("disk is full")
            assert chat.draft == "precious"


async def test_two_windows_keep_a_draft_each(stage: Stage) -> None:
    other = Stage(stage.folder, FakeGateway("x"))
    async with stage.chat() as here:
        await here.ready()
        await here.type("from here")
        await until(lambda: "from here" in on_disk(stage))
        async with other.chat() as there:
            await there.ready()
            await there.stored()
            assert there.draft == ""
            await there.type("from there")
            await there.quit()
        await here.press("!")
        await here.quit()
    async with stage.chat() as later:
        await later.ready()
        await later.told("Another window left a draft here too")
        kept = {later.draft, *(await stage.services.history.recent())}
        assert kept == {"from here!", "from there"}
