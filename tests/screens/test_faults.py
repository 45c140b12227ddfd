"""Every fault of the disk and of the files, as the user sees it. The files are really at fault."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import Stage, kill
from tests.screens.chat_driver import ChatDriver
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.screens.unsaved_dialog import UnsavedDialog
from tui.store.conversations import ConversationStore


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


@asynccontextmanager
async def saved_talk(stage: Stage, title: str = "A talk") -> AsyncIterator[Path]:
    """The file of a conversation from an earlier run."""
    async with stage.other_window() as store:
        talk = Conversation(title=title)
        talk.add(ChatMessage(Role.USER, "the question"))
        talk.add(ChatMessage(Role.ASSISTANT, "the answer"))
        for message in talk.messages.values():
            await store.save(talk, message)
    yield stage.dirs.data / "conversations" / f"{talk.id}.jsonl"


async def shows(chat: ChatDriver, sentence: str) -> None:
    """Until the screen shows this, perhaps on several lines."""
    await until(lambda: sentence in " ".join(chat.text.replace("│", " ").split()))


async def unsaved_reply(chat: ChatDriver, stage: Stage) -> None:
    """Ask, have the disk be full from there on, and stop the reply."""
    stage.gateway.steps = ("Once upon", asyncio.Event())
    await chat.ask()
    await until(lambda: stage.gateway.waiting)


# A full disk


async def test_while_the_disk_is_full_the_status_line_says_so_until_it_is_saved(stage: Stage) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("Once upon", more, " a time.", asyncio.Event())
    async with stage.chat() as chat:
        await chat.ask()
        await until(lambda: "Once upon" in stage.saved)
        with full_disk():
            more.set()
            await until(lambda: chat.warning == "not saved: disk full")
            await chat.shows("Once upon a time.", "not saved: disk full")
        await until(lambda: chat.warning == "")
        assert " a time." in stage.saved


async def test_a_reply_that_ended_on_a_full_disk_is_shown_whole_and_saved_later(stage: Stage) -> None:
    end = asyncio.Event()
    stage.gateway.steps = ("Once upon", end, " a time.")
    async with stage.chat() as chat:
        await chat.ask()
        await until(lambda: "Once upon" in stage.saved)
        with full_disk():
            end.set()
            await chat.done()
            await chat.shows("Once upon a time.", "not saved: disk full")
            await chat.send("next")
            await chat.told("Not sent, your text is still in the box. The disk is full")
            assert chat.draft == "next"
            await chat.press("ctrl+n")
            await until(lambda: not chat.conversation.messages)
            assert "not saved: disk full" in chat.text
        await until(lambda: not stage.services.turns.running)
        await until(lambda: chat.warning == "")
    assert " a time." in stage.saved
    assert '"complete"' in stage.saved


async def test_a_second_prompt_leaves_the_unsaved_reply_in_the_care_of_its_turn(stage: Stage) -> None:
    async with stage.chat() as chat:
        await unsaved_reply(chat, stage)
        with full_disk():
            await chat.press("escape")
            await chat.done()
        stage.gateway.steps = ("Again.",)
        await chat.send("more")
        await until(lambda: len(chat.messages) == 4)
        await until(lambda: not stage.services.turns.running)
    assert stage.saved.count('"stopped"') == 1
    assert "Again." in stage.saved


async def test_quitting_with_an_unsaved_reply_saves_it_in_another_folder(stage: Stage, tmp_path: Path) -> None:
    async with stage.chat() as chat:
        await unsaved_reply(chat, stage)
        elsewhere = tmp_path / "else where"
        with stage.folder_in_use():  # a full disk would be that of the other folder too
            await chat.press(*"half a thought", "ctrl+q")
            await chat.on(UnsavedDialog)
            await chat.shows("A reply and your draft are not saved.")
            assert not chat.notices, "a notice lies on the question"
            chat.screen.query_one(Input).value = str(elsewhere)
            await chat.press("ctrl+j", "enter")
            await chat.has_quit()
            told = chat.farewell
    assert told == f"Saved in {elsewhere}. To open it, run: chinwag --data-dir '{elsewhere}'"
    there = Stage(tmp_path / "second", FakeGateway())
    there.dirs = type(there.dirs)(elsewhere, there.dirs.config, there.dirs.cache)
    async with there.chat() as again:
        await again.ready()
        await again.shows("Hello")
        (row,) = await there.services.store.recent()
        again.open(row.id)
        await again.shows("Once upon", "Stopped")
        await until(lambda: again.draft == "half a thought")


async def test_a_folder_that_fails_too_is_said_and_nothing_is_lost(stage: Stage) -> None:
    async with stage.chat() as chat:
        await unsaved_reply(chat, stage)
        with full_disk():
            await chat.press("ctrl+q")
            await chat.on(UnsavedDialog)
            for named, said in (
                (stage.dirs.data, "is the folder that cannot be written"),
                (stage.folder / "home" / "x", "disk is full"),
                (stage.dirs.settings.parent / "..", "disk is full"),
            ):
                chat.screen.query_one(Input).value = str(named)
                await chat.press("tab" if not chat.screen.query_one(Input).has_focus else "end", "enter")
                await shows(chat, said)
            assert isinstance(chat.screen, UnsavedDialog)
            await chat.press("escape")
            await until(lambda: not isinstance(chat.screen, UnsavedDialog))
            assert "Once upon" in chat.text
        await until(lambda: not stage.services.turns.running)
    assert '"stopped"' in stage.saved


async def test_waiting_goes_back_to_the_chat_and_a_second_try_asks_once(stage: Stage) -> None:
    async with stage.chat() as chat:
        await unsaved_reply(chat, stage)
        with full_disk():
            await chat.press("ctrl+q")
            await chat.on(UnsavedDialog)
            await chat.press("ctrl+q")
            await until(lambda: chat.is_idle("quit"))
            assert [type(screen) for screen in chat.app.screen_stack].count(UnsavedDialog) == 1
            await chat.press("enter")
            await chat.told("then press ctrl+q to quit")
            assert chat.app.is_running
        await until(lambda: not stage.services.turns.running)
        await chat.quit()


async def test_the_dialog_leaves_by_itself_once_there_is_room(stage: Stage) -> None:
    async with stage.chat() as chat:
        await unsaved_reply(chat, stage)
        with full_disk():
            await chat.press("ctrl+q")
            await chat.on(UnsavedDialog)
        await chat.has_quit()
    assert "Once upon" in stage.saved


async def test_words_are_lost_only_when_the_user_says_so(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.stored()
        with full_disk():
            await chat.press(*"a draft", "ctrl+q")
            await chat.on(UnsavedDialog)
            await chat.shows("Your draft is not saved. The disk is full")
            await chat.press("ctrl+j", "ctrl+j", "enter")
            await chat.has_quit()


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20), (40, 10)])
async def test_every_size_shows_all_answers_and_the_folder(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.chat(size=size) as chat:
        await chat.ready()
        await chat.stored()
        with full_disk():
            await chat.press(*"a draft", "ctrl+q")
            await chat.on(UnsavedDialog)
            for word in ("Wait:", "Save to the folder", "Quit without saving", "Your draft"):
                await shows(chat, word)
            assert chat.screen.query_one(Input).region.height == 1
            await chat.press("escape")


# A folder that cannot be written


async def test_a_read_only_folder_can_be_read_and_says_so_for_as_long_as_it_lasts(ordinary_folder: Path) -> None:
    stage = Stage(ordinary_folder, FakeGateway("x"))
    async with saved_talk(stage) as file:
        folders = [stage.dirs.data, *(path for path in stage.dirs.data.iterdir() if path.is_dir())]
        for folder in folders:
            folder.chmod(0o500)
        async with stage.chat() as chat:
            await chat.ready()
            await chat.told("No permission for", "--data-dir")
            await chat.shows("read-only, nothing is saved")
            chat.open(file.stem)
            await chat.shows("the answer")
            await chat.send("more")
            await chat.told("Not sent, your text is still in the box. No permission for")
            assert chat.draft == "more"
            for folder in folders:
                folder.chmod(0o700)
            await chat.press("enter")
            await until(lambda: len(chat.messages) == 4)
            await until(lambda: chat.warning == "")


async def test_a_lock_held_for_long_is_said_and_tried_again(stage: Stage) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("Once upon", more, " a time.")
    async with stage.chat() as chat:
        await chat.ask()
        await until(lambda: "Once upon" in stage.saved)
        with stage.folder_in_use():
            more.set()
            await chat.shows("not saved: folder in use")
            await chat.send("next")
            await chat.told("Close other chinwag windows")
            assert chat.draft == "next"
        await until(lambda: chat.warning == "" and not stage.services.turns.running)
    assert " a time." in stage.saved


# Damage


async def test_a_damaged_line_is_said_and_the_rest_is_shown(stage: Stage) -> None:
    async with saved_talk(stage) as file:
        file.write_bytes(file.read_bytes().replace(b'"content": "the question"', b'"content": \xff'))
        async with stage.chat() as chat:
            await chat.ready()
            chat.open(file.stem)
            await chat.shows("the answer")
            assert "1 line of this conversation was damaged; the rest is here." in chat.notices


async def test_an_unreadable_file_is_put_aside_and_named(stage: Stage) -> None:
    async with saved_talk(stage) as file:
        file.write_bytes(b"\0\0\0\n\0\0\n")
        async with stage.chat() as chat:
            await chat.ready()
            await chat.shows("Recovered")
            chat.open(file.stem)
            await chat.told("Nothing in this conversation can be read")
            (kept,) = (stage.dirs.data / "quarantine").iterdir()
            assert kept.name in chat.notices
            assert kept.read_bytes() == b"\0\0\0\n\0\0\n"
            await chat.hides("Recovered")


async def test_a_conversation_without_a_title_is_recovered(stage: Stage) -> None:
    async with saved_talk(stage) as file:
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join(line for line in lines if b'"meta"' not in line))
        async with stage.chat() as chat:
            await chat.ready()
            await chat.shows("Recovered")
            chat.open(file.stem)
            await chat.shows("the question", "the answer")


@pytest.mark.parametrize("what", [b'"chinwag": 1', b'"schema": 1'])
async def test_a_newer_conversation_is_shown_and_says_why_nothing_is_sent(stage: Stage, what: bytes) -> None:
    async with saved_talk(stage) as file:
        file.write_bytes(newer := file.read_bytes().replace(what, what[:-1] + b"99"))
        async with stage.chat() as chat:
            await chat.ready()
            chat.open(file.stem)
            await chat.shows("the answer")
            assert "A newer chinwag wrote this conversation" in chat.notices
            await chat.send("more")
            await chat.told("Not sent, your text is still in the box. A newer version")
            assert chat.draft == "more"
            assert stage.gateway.requests == []
        assert file.read_bytes() == newer


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_damaged_index_only_fills_the_list_anew(stage: Stage, content: bytes) -> None:
    async with saved_talk(stage, "Still here"):
        for file in stage.dirs.cache.glob("index*"):
            file.unlink()
        (stage.dirs.cache / "index.sqlite").write_bytes(content)
        async with stage.chat() as chat:
            await chat.ready()
            await chat.shows("Still here")
            assert chat.notices == ""


# What others do with the files


async def test_a_file_that_was_deleted_is_said_and_written_again_with_the_next_prompt(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        file = stage.dirs.data / "conversations" / f"{chat.conversation.id}.jsonl"
        file.unlink()
        await until(lambda: "was deleted" in chat.file_notice)
        assert "Once upon a time." in chat.text
        await chat.send("more")
        await until(lambda: len(chat.messages) == 4)
        await until(lambda: chat.file_notice == "")
        await chat.done()
    for word in ("Hello", "more"):
        assert f'"content": "{word}"' in file.read_text("utf-8")
    assert file.read_text("utf-8").count("Once upon a time.") == 2


async def test_a_data_folder_that_was_deleted_is_made_anew_with_the_next_prompt(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        shutil.rmtree(stage.dirs.data)
        await until(lambda: "was deleted" in chat.file_notice)
        await chat.send("more")
        await until(lambda: len(chat.messages) == 4)
        await chat.done()
        await chat.quit()
    assert stage.saved.count("Once upon a time.") == 2
    assert '"more"' in stage.saved


async def test_a_reply_goes_on_in_the_trash_of_another_window_and_the_next_prompt_takes_it_back(stage: Stage) -> None:
    end = asyncio.Event()
    stage.gateway.steps = ("Once upon", end, " a time.")
    async with stage.chat() as chat, stage.other_window() as other:
        await chat.ask()
        await until(lambda: stage.gateway.waiting)
        talk = chat.conversation.id
        await other.trash(talk)
        await until(
            lambda: chat.file_notice.startswith("Moved to the trash in another window. The reply is saved there;")
        )
        end.set()
        await chat.done()
        await until(lambda: chat.file_notice == "Moved to the trash in another window. Your next prompt takes it back.")
        trashed = stage.dirs.data / "trash" / f"{talk}.jsonl"
        assert " a time." in trashed.read_text("utf-8")
        await chat.send("more")
        await until(lambda: len(chat.messages) == 4)
        assert "Taken back from the trash." in chat.notices
        assert chat.file_notice == ""
        await chat.done()
        assert not trashed.exists()
        assert [row.id for row in await other.recent()] == [talk]


async def test_a_reply_growing_elsewhere_tells_for_how_long_until_its_window_is_gone(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        other = ConversationStore(stage.dirs.data, stage.dirs.cache)
        await other.start()
        theirs = (await other.load(chat.conversation.id)).conversation
        growing = ChatMessage(Role.ASSISTANT, "par", state=MessageState.STREAMING)
        growing.created -= 42
        await other.save(theirs, theirs.add(growing))
        await chat.shows("This reply has been arriving in another window for 4")
        first = chat.text
        await until(lambda: "for 4" in chat.text and chat.text != first)  # counted on by the next look
        kill(other)
        await chat.shows("Interrupted: chinwag ended while this reply was arriving.")
        await other.close()


async def test_two_windows_see_what_the_other_says_in_the_list_and_in_the_talk(stage: Stage) -> None:
    second = Stage(stage.folder, FakeGateway("From the second."))
    async with stage.chat() as here, second.chat() as there:
        await there.ready()
        await here.ask("First words")
        await here.done()
        await there.shows("First words")  # in its list
        there.open(here.conversation.id)
        await there.shows("Once upon a time.")
        await there.send("Second words")
        await here.shows("Second words", "From the second.")
        await there.done()
        await here.send("Third")
        await until(lambda: len(stage.gateway.requests) == 2)
        said = [content for _, content in stage.gateway.requests[1].messages]
        assert said == ["First words", "Once upon a time.", "Second words", "From the second.", "Third"]
        await here.done()
        await there.shows("Third")
        await there.press("ctrl+n", *"Another talk", "enter")
        await here.shows("Another talk")
