"""Every fault of the disk and of the files, as the user sees it. The files are really at fault."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.fakes import FakeGateway, full_disk, until
from tests.screens.app_fixture import Stage
from tests.screens.one_screen import notices
from tests.screens.test_chat import WIDE, ask, done, pane, ready, text
from tests.screens.test_chat_edges import chat, other_window
from tests.store.conftest import ordinary_folder  # noqa: F401, a fixture
from tui.app import ChinwagApp
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.screens.unsaved_dialog import UnsavedDialog
from tui.store.conversations import ConversationStore


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


@contextmanager
def folder_in_use(stage: Stage) -> Iterator[None]:
    """Another program holds the lock for as long as this lasts."""
    other = ConversationStore(stage.dirs.data, stage.dirs.cache)
    stage.services.store.folder.lock.timeout = 0.05
    with other.folder.lock:
        yield
    stage.services.store.folder.lock.timeout = 10


@asynccontextmanager
async def saved_talk(stage: Stage, title: str = "A talk") -> AsyncIterator[Path]:
    """The file of a conversation from an earlier run."""
    async with other_window(stage) as store:
        talk = Conversation(title=title)
        talk.add(ChatMessage(Role.USER, "the question"))
        talk.add(ChatMessage(Role.ASSISTANT, "the answer"))
        for message in talk.messages.values():
            await store.save(talk, message)
    yield stage.dirs.data / "conversations" / f"{talk.id}.jsonl"


def place(app: ChinwagApp) -> str:
    line = app.screen.query_one("#place", Static)
    return str(line.render()) if line.display else ""


async def shows(app: ChinwagApp, sentence: str) -> None:
    """Until the screen shows this, perhaps on several lines."""
    await until(lambda: sentence in " ".join(text(app).replace("│", " ").split()))


async def unsaved_reply(app: ChinwagApp, pilot: Pilot[None], stage: Stage) -> None:
    """Ask, have the disk be full from there on, and stop the reply."""
    stage.gateway.steps = ("Once upon", asyncio.Event())
    await ask(app, pilot)
    await until(lambda: stage.gateway.waiting)


# A full disk


async def test_while_the_disk_is_full_the_status_line_says_so_until_it_is_saved(stage: Stage) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("Once upon", more, " a time.", asyncio.Event())
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: "Once upon" in stage.saved)
        with full_disk():
            more.set()
            await until(lambda: pane(app).status.warning == "not saved: disk full")
            await until(lambda: "Once upon a time." in text(app) and "not saved: disk full" in text(app))
        await until(lambda: pane(app).status.warning == "")
        assert " a time." in stage.saved


async def test_a_reply_that_ended_on_a_full_disk_is_shown_whole_and_saved_later(stage: Stage) -> None:
    end = asyncio.Event()
    stage.gateway.steps = ("Once upon", end, " a time.")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: "Once upon" in stage.saved)
        with full_disk():
            end.set()
            await done(app)
            await until(lambda: "Once upon a time." in text(app) and "not saved: disk full" in text(app))
            await pilot.press(*"next", "enter")
            await until(lambda: "Not sent, your text is still in the box. The disk is full" in notices(app))
            assert pane(app).prompt_box.text == "next"
            await pilot.press("ctrl+n")
            await until(lambda: not pane(app).conversation.messages)
            assert "not saved: disk full" in text(app)
        await until(lambda: not stage.services.turns.running)
        await until(lambda: pane(app).status.warning == "")
    assert " a time." in stage.saved
    assert '"complete"' in stage.saved


async def test_a_second_prompt_leaves_the_unsaved_reply_in_the_care_of_its_turn(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await unsaved_reply(app, pilot, stage)
        with full_disk():
            await pilot.press("escape")
            await done(app)
        stage.gateway.steps = ("Again.",)
        await pilot.press(*"more", "enter")
        await until(lambda: len(pane(app).conversation.branch()) == 4)
        await until(lambda: not stage.services.turns.running)
    assert stage.saved.count('"stopped"') == 1
    assert "Again." in stage.saved


async def test_quitting_with_an_unsaved_reply_saves_it_in_another_folder(stage: Stage, tmp_path: Path) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await unsaved_reply(app, pilot, stage)
        elsewhere = tmp_path / "else where"
        with folder_in_use(stage):  # a full disk would be that of the other folder too
            await pilot.press(*"half a thought", "ctrl+q")
            await until(lambda: isinstance(app.screen, UnsavedDialog))
            await until(lambda: "A reply and what you wrote in the box are not saved." in text(app))
            assert not app._notifications, "a notice lies on the question"
            app.screen.query_one(Input).value = str(elsewhere)
            await pilot.press("ctrl+j", "enter")
            await until(lambda: app._exit)
            told = str(app._exit_renderables[0])
    assert told == f"Saved in {elsewhere}. To open it: chinwag --data-dir '{elsewhere}'"
    there = Stage(tmp_path / "second", FakeGateway())
    there.dirs = type(there.dirs)(elsewhere, there.dirs.config, there.dirs.cache)
    again = there.app()
    async with again.run_test(size=WIDE) as pilot:
        await ready(again, pilot)
        await until(lambda: "Hello" in text(again))
        (row,) = await there.services.store.recent()
        chat(again).open_conversation(row.id)
        await until(lambda: "Once upon" in text(again) and "Stopped" in text(again))
        await until(lambda: pane(again).prompt_box.text == "half a thought")


async def test_a_folder_that_fails_too_is_said_and_nothing_is_lost(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await unsaved_reply(app, pilot, stage)
        with full_disk():
            await pilot.press("ctrl+q")
            await until(lambda: isinstance(app.screen, UnsavedDialog))
            for named, said in (
                (stage.dirs.data, "is the folder that cannot be written"),
                (stage.folder / "home" / "x", "disk is full"),
                (stage.dirs.settings.parent / "..", "disk is full"),
            ):
                app.screen.query_one(Input).value = str(named)
                await pilot.press("tab" if not app.screen.query_one(Input).has_focus else "end", "enter")
                await shows(app, said)
            assert isinstance(app.screen, UnsavedDialog)
            await pilot.press("escape")
            await until(lambda: not isinstance(app.screen, UnsavedDialog))
            assert "Once upon" in text(app)
        await until(lambda: not stage.services.turns.running)
    assert '"stopped"' in stage.saved


async def test_waiting_goes_back_to_the_chat_and_a_second_try_asks_once(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await unsaved_reply(app, pilot, stage)
        with full_disk():
            await pilot.press("ctrl+q")
            await until(lambda: isinstance(app.screen, UnsavedDialog))
            await pilot.press("ctrl+q")
            await until(lambda: not [w for w in app.workers if w.group == "quit" and not w.is_finished])
            assert [type(screen) for screen in app.screen_stack].count(UnsavedDialog) == 1
            await pilot.press("enter")
            await until(lambda: "then ctrl+q quits" in notices(app))
            assert not app._exit
        await until(lambda: not stage.services.turns.running)
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)


async def test_the_dialog_leaves_by_itself_once_there_is_room(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await unsaved_reply(app, pilot, stage)
        with full_disk():
            await pilot.press("ctrl+q")
            await until(lambda: isinstance(app.screen, UnsavedDialog))
        await until(lambda: app._exit)
    assert "Once upon" in stage.saved


async def test_words_are_lost_only_when_the_user_says_so(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ready(app, pilot)
        await until(lambda: pane(app).store_opened.is_set())
        with full_disk():
            await pilot.press(*"a draft", "ctrl+q")
            await until(lambda: isinstance(app.screen, UnsavedDialog))
            await until(lambda: "What you wrote in the box is not saved. The disk is full" in text(app))
            await pilot.press("ctrl+j", "ctrl+j", "enter")
            await until(lambda: app._exit)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 20), (40, 10)])
async def test_every_size_shows_all_answers_and_the_folder(stage: Stage, size: tuple[int, int]) -> None:
    app = stage.app()
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        await until(lambda: pane(app).store_opened.is_set())
        with full_disk():
            await pilot.press(*"a draft", "ctrl+q")
            await until(lambda: isinstance(app.screen, UnsavedDialog))
            for word in ("Wait:", "Save it in the folder", "Quit and lose it", "What you wrote"):
                await shows(app, word)
            assert app.screen.query_one(Input).region.height == 1
            await pilot.press("escape")


# A folder that cannot be written


async def test_a_read_only_folder_can_be_read_and_says_so_for_as_long_as_it_lasts(ordinary_folder: Path) -> None:  # noqa: F811
    stage = Stage(ordinary_folder, FakeGateway("x"))
    async with saved_talk(stage) as file:
        folders = [stage.dirs.data, *(path for path in stage.dirs.data.iterdir() if path.is_dir())]
        for folder in folders:
            folder.chmod(0o500)
        app = stage.app()
        async with app.run_test(size=WIDE) as pilot:
            await ready(app, pilot)
            await until(lambda: "No permission for" in notices(app) and "--data-dir" in notices(app))
            await until(lambda: "read-only, nothing is saved" in text(app))
            chat(app).open_conversation(file.stem)
            await until(lambda: "the answer" in text(app))
            await pilot.press(*"more", "enter")
            await until(lambda: "Not sent, your text is still in the box. No permission for" in notices(app))
            assert pane(app).prompt_box.text == "more"
            for folder in folders:
                folder.chmod(0o700)
            await pilot.press("enter")
            await until(lambda: len(pane(app).conversation.branch()) == 4)
            await until(lambda: pane(app).status.warning == "")


async def test_a_lock_held_for_long_is_said_and_tried_again(stage: Stage) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("Once upon", more, " a time.")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: "Once upon" in stage.saved)
        with folder_in_use(stage):
            more.set()
            await until(lambda: "not saved: folder in use" in text(app))
            await pilot.press(*"next", "enter")
            await until(lambda: "Close other chinwag windows" in notices(app))
            assert pane(app).prompt_box.text == "next"
        await until(lambda: pane(app).status.warning == "" and not stage.services.turns.running)
    assert " a time." in stage.saved


# Damage


async def test_a_damaged_line_is_said_and_the_rest_is_shown(stage: Stage) -> None:
    async with saved_talk(stage) as file:
        file.write_bytes(file.read_bytes().replace(b'"content": "the question"', b'"content": \xff'))
        app = stage.app()
        async with app.run_test(size=WIDE) as pilot:
            await ready(app, pilot)
            chat(app).open_conversation(file.stem)
            await until(lambda: "the answer" in text(app))
            assert "1 line of this conversation was damaged; the rest is here." in notices(app)


async def test_an_unreadable_file_is_put_aside_and_named(stage: Stage) -> None:
    async with saved_talk(stage) as file:
        file.write_bytes(b"\0\0\0\n\0\0\n")
        app = stage.app()
        async with app.run_test(size=WIDE) as pilot:
            await ready(app, pilot)
            await until(lambda: "Recovered" in text(app))
            chat(app).open_conversation(file.stem)
            await until(lambda: "Nothing in this conversation can be read" in notices(app))
            (kept,) = (stage.dirs.data / "quarantine").iterdir()
            assert kept.name in notices(app)
            assert kept.read_bytes() == b"\0\0\0\n\0\0\n"
            await until(lambda: "Recovered" not in text(app))


async def test_a_conversation_without_a_title_is_recovered(stage: Stage) -> None:
    async with saved_talk(stage) as file:
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(b"".join(line for line in lines if b'"meta"' not in line))
        app = stage.app()
        async with app.run_test(size=WIDE) as pilot:
            await ready(app, pilot)
            await until(lambda: "Recovered" in text(app))
            chat(app).open_conversation(file.stem)
            await until(lambda: "the question" in text(app) and "the answer" in text(app))


@pytest.mark.parametrize("what", [b'"chinwag": 1', b'"schema": 1'])
async def test_a_newer_conversation_is_shown_and_says_why_nothing_is_sent(stage: Stage, what: bytes) -> None:
    async with saved_talk(stage) as file:
        file.write_bytes(newer := file.read_bytes().replace(what, what[:-1] + b"99"))
        app = stage.app()
        async with app.run_test(size=WIDE) as pilot:
            await ready(app, pilot)
            chat(app).open_conversation(file.stem)
            await until(lambda: "the answer" in text(app))
            assert "A newer chinwag wrote this conversation" in notices(app)
            await pilot.press(*"more", "enter")
            await until(lambda: "Not sent, your text is still in the box. A newer version" in notices(app))
            assert pane(app).prompt_box.text == "more"
            assert stage.gateway.requests == []
        assert file.read_bytes() == newer


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_damaged_index_only_fills_the_list_anew(stage: Stage, content: bytes) -> None:
    async with saved_talk(stage, "Still here"):
        for file in stage.dirs.cache.glob("index*"):
            file.unlink()
        (stage.dirs.cache / "index.sqlite").write_bytes(content)
        app = stage.app()
        async with app.run_test(size=WIDE) as pilot:
            await ready(app, pilot)
            await until(lambda: "Still here" in text(app))
            assert notices(app) == ""


# What others do with the files


async def test_a_file_that_was_deleted_is_said_and_written_again_with_the_next_prompt(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        file = stage.dirs.data / "conversations" / f"{pane(app).conversation.id}.jsonl"
        file.unlink()
        await until(lambda: "was deleted" in place(app))
        assert "Once upon a time." in text(app)
        await pilot.press(*"more", "enter")
        await until(lambda: len(pane(app).conversation.branch()) == 4)
        await until(lambda: place(app) == "")
        await done(app)
    for word in ("Hello", "more"):
        assert f'"content": "{word}"' in file.read_text("utf-8")
    assert file.read_text("utf-8").count("Once upon a time.") == 2


async def test_a_data_folder_that_was_deleted_is_made_anew_with_the_next_prompt(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        shutil.rmtree(stage.dirs.data)
        await until(lambda: "was deleted" in place(app))
        await pilot.press(*"more", "enter")
        await until(lambda: len(pane(app).conversation.branch()) == 4)
        await done(app)
        await pilot.press("ctrl+q")
        await until(lambda: app._exit)
    assert stage.saved.count("Once upon a time.") == 2
    assert '"more"' in stage.saved


async def test_a_reply_goes_on_in_the_trash_of_another_window_and_the_next_prompt_takes_it_back(stage: Stage) -> None:
    end = asyncio.Event()
    stage.gateway.steps = ("Once upon", end, " a time.")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot, other_window(stage) as other:
        await ask(app, pilot)
        await until(lambda: stage.gateway.waiting)
        talk = pane(app).conversation.id
        await other.trash(talk)
        await until(lambda: place(app).startswith("Moved to the trash in another window. The reply is saved there;"))
        end.set()
        await done(app)
        await until(lambda: place(app) == "Moved to the trash in another window. Your next prompt takes it back.")
        trashed = stage.dirs.data / "trash" / f"{talk}.jsonl"
        assert " a time." in trashed.read_text("utf-8")
        await pilot.press(*"more", "enter")
        await until(lambda: len(pane(app).conversation.branch()) == 4)
        assert "Taken back from the trash." in notices(app)
        assert place(app) == ""
        await done(app)
        assert not trashed.exists()
        assert [row.id for row in await other.recent()] == [talk]


async def test_a_reply_growing_elsewhere_tells_for_how_long_until_its_window_is_gone(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        other = ConversationStore(stage.dirs.data, stage.dirs.cache)
        await other.start()
        theirs = (await other.load(pane(app).conversation.id)).conversation
        growing = ChatMessage(Role.ASSISTANT, "par", state=MessageState.STREAMING)
        growing.created -= 42
        await other.save(theirs, theirs.add(growing))
        await until(lambda: "This reply has been arriving in another window for 4" in text(app))
        first = text(app)
        await until(lambda: "for 4" in text(app) and text(app) != first)  # counted on by the next look
        other.folder._alive.release()  # as the kernel does when a process is killed
        await until(lambda: "Interrupted: chinwag ended while this reply was arriving." in text(app))
        await other.close()


async def test_two_windows_see_what_the_other_says_in_the_list_and_in_the_talk(stage: Stage) -> None:
    second = Stage(stage.folder, FakeGateway("From the second."))
    here, there = stage.app(), second.app()
    async with here.run_test(size=WIDE) as mine, there.run_test(size=WIDE) as theirs:
        await ready(there, theirs)
        await ask(here, mine, "First words")
        await done(here)
        await until(lambda: "First words" in text(there))  # in its list
        chat(there).open_conversation(pane(here).conversation.id)
        await until(lambda: "Once upon a time." in text(there))
        await theirs.press(*"Second words", "enter")
        await until(lambda: "Second words" in text(here) and "From the second." in text(here))
        await done(there)
        await mine.press(*"Third", "enter")
        await until(lambda: len(stage.gateway.requests) == 2)
        said = [content for _, content in stage.gateway.requests[1].messages]
        assert said == ["First words", "Once upon a time.", "Second words", "From the second.", "Third"]
        await done(here)
        await until(lambda: "Third" in text(there))
        await theirs.press("ctrl+n", *"Another talk", "enter")
        await until(lambda: "Another talk" in text(here))
