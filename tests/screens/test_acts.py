"""Deleting, clearing, putting into the trash, renaming and pinning in the chat, and taking it back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.one_screen import notices
from tests.screens.test_chat import WIDE, done, ready, text
from tui.app import ChinwagApp
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.screens.chat.screen import ChatScreen
from tui.screens.dialogs import Rename
from tui.screens.message_pane import MessagePane
from tui.services.services import LaunchOptions
from tui.store.conversations import ConversationStore

SAID = (("one", "uno"), ("two", "due"), ("three", "tre"))


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("quattro"))


async def talk(stage: Stage, *said: tuple[str, str]) -> Conversation:
    """A conversation on disk, with the prompts and replies that are given."""
    conversation = Conversation(title="Counting", model="test-model")
    for question, answer in said or SAID:
        conversation.add(ChatMessage(Role.USER, question))
        conversation.add(ChatMessage(Role.ASSISTANT, answer, model="test-model"))
    async with window(stage) as store:
        await store.save(conversation)
    return conversation


@asynccontextmanager
async def window(stage: Stage) -> AsyncIterator[ConversationStore]:
    """Another process on the same files."""
    store = ConversationStore(stage.dirs.data, stage.dirs.cache)
    await store.start()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def opened(
    stage: Stage, conversation: Conversation, size: tuple[int, int] = WIDE
) -> AsyncIterator[tuple[ChinwagApp, Pilot[None]]]:
    """The app, with that conversation on the screen."""
    app = stage.app(LaunchOptions(profile=PROFILE, conversation=conversation.id))
    async with app.run_test(size=size, notifications=True) as pilot:
        await ready(app, pilot)
        await until(lambda: pane(app).conversation.id == conversation.id and pane(app).whole.is_set())
        await pilot.pause()
        yield app, pilot


def chat(app: ChinwagApp) -> ChatScreen:
    assert isinstance(app.screen, ChatScreen)
    return app.screen


def pane(app: ChinwagApp) -> MessagePane:
    return app.screen.query_one(MessagePane)


def under_cursor(app: ChinwagApp) -> str:
    return pane(app).conversation.messages[pane(app).transcript.cursor or ""].content


def on_screen(app: ChinwagApp) -> list[str]:
    """The messages that the transcript holds."""
    return [entry.message.content for entry in pane(app).transcript.ledger.entries]


async def on_disk(stage: Stage, conversation: Conversation) -> list[str]:
    return [m.content for m in (await stage.services.store.load(conversation.id)).conversation.branch()]


async def command(app: ChinwagApp, pilot: Pilot[None], word: str) -> None:
    """Give a slash command."""
    await until(lambda: isinstance(app.screen, ChatScreen) and pane(app).prompt_box.has_focus)
    await pilot.press("/", *word, "enter")
    await until(lambda: isinstance(app.screen, (ChatScreen, Rename)))


async def test_ctrl_x_hides_the_message_under_the_cursor_and_ctrl_z_brings_it_back(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "k", "k", "k")
        await until(lambda: under_cursor(app) == "two")
        await pilot.press("ctrl+x")
        await until(lambda: "Deleted. ctrl+z brings it back." in notices(app))
        assert on_screen(app) == ["one", "uno", "due", "three", "tre"]
        assert await on_disk(stage, conversation) == on_screen(app)
        assert under_cursor(app) == "due"
        await until(lambda: "5 messages" in text(app))
        await pilot.press("ctrl+z")
        await until(lambda: "Brought back 1 message of “Counting”." in notices(app))
        assert on_screen(app) == ["one", "uno", "two", "due", "three", "tre"] == await on_disk(stage, conversation)
        assert under_cursor(app) == "two"
        await pilot.press("ctrl+z")
        await until(lambda: "There is nothing to undo." in notices(app))


async def test_what_is_deleted_is_not_sent(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "k", "ctrl+x")
        await until(lambda: "Deleted" in notices(app))
        await pilot.press("i", *"four", "enter")
        await until(lambda: stage.gateway.requests)
        await done(app)
        assert [said for _, said in stage.gateway.requests[0].messages] == ["one", "uno", "two", "due", "tre", "four"]


async def test_what_was_deleted_here_is_no_news_to_retry(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "g", "ctrl+x")
        await until(lambda: "Deleted" in notices(app))
        await pilot.press("f5")
        await until(lambda: stage.gateway.requests)
        await done(app)
        assert [said for _, said in stage.gateway.requests[0].messages] == ["uno", "two", "due", "three"]
        assert on_screen(app) == ["uno", "two", "due", "three", "quattro"]


async def test_a_reply_whose_prompt_was_deleted_is_not_asked_for_again(stage: Stage) -> None:
    conversation = await talk(stage, ("one", "uno"))
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "k", "ctrl+x")
        await until(lambda: on_screen(app) == ["uno"])
        await pilot.press("f5")
        await until(lambda: "The prompt of this reply was deleted" in notices(app))
        assert stage.gateway.requests == []


async def test_keys_in_a_burst_each_delete_another_message(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "g", "ctrl+x", "ctrl+x", "ctrl+x")
        await until(lambda: on_screen(app) == ["due", "three", "tre"])
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        await until(lambda: len(on_screen(app)) == 6)
        assert await on_disk(stage, conversation) == ["one", "uno", "two", "due", "three", "tre"]


async def test_the_last_message_takes_reading_along(stage: Stage) -> None:
    conversation = await talk(stage, ("one", "uno"))
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "ctrl+x", "ctrl+x")
        await until(lambda: on_screen(app) == [] and not chat(app).reading)
        assert pane(app).prompt_box.has_focus
        await command(app, pilot, "undo")
        await until(lambda: on_screen(app) == ["one"])
        await command(app, pilot, "undo")
        await until(lambda: on_screen(app) == ["one", "uno"])


async def test_deleting_far_from_the_end_leaves_the_page_where_it_is(stage: Stage) -> None:
    conversation = await talk(stage, *((f"question {n}", f"answer {n}") for n in range(60)))
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press("escape", "g", *["j"] * 20)
        await until(lambda: under_cursor(app) == "question 10")
        await pilot.press("ctrl+x")
        await until(lambda: under_cursor(app) == "answer 10")
        await pilot.pause()
        assert "answer 9" in text(app)
        assert "answer 59" not in text(app)
        await pilot.press("ctrl+z")
        await until(lambda: under_cursor(app) == "question 10")
        await pilot.pause()
        assert "answer 59" not in text(app)


async def test_a_message_that_cannot_be_hidden_stays(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        stage.services.store.folder.read_only = "The disk is read-only."
        (stage.dirs.data / "writers").rename(stage.dirs.data / "moved")
        (stage.dirs.data / "writers").write_text("not a folder")
        await pilot.press("escape", "ctrl+x")
        await until(lambda: "is not a folder" in notices(app))
        assert len(on_screen(app)) == 6
        (stage.dirs.data / "writers").unlink()
        (stage.dirs.data / "moved").rename(stage.dirs.data / "writers")
        await pilot.press("ctrl+z")
        await until(lambda: "There is nothing to undo." in notices(app))


async def test_nothing_is_changed_while_a_reply_is_arriving(stage: Stage) -> None:
    conversation = await talk(stage)
    stage.gateway.steps = ("quat", asyncio.Event())
    async with opened(stage, conversation) as (app, pilot):
        await pilot.press(*"four", "enter")
        await until(lambda: "quat" in text(app))
        await pilot.press("shift+tab", "ctrl+x")
        await until(lambda: "A reply is still arriving. Press escape to stop it." in notices(app))
        for word in ("clear", "trash"):
            app.clear_notifications()
            await pilot.press("i")
            await command(app, pilot, word)
            await until(lambda: "still arriving" in notices(app))
        assert on_screen(app)[:-1] == ["one", "uno", "two", "due", "three", "tre", "four"]
        await pilot.press("escape")
        await done(app)


# The whole conversation


async def test_clear_hides_all_and_undo_brings_it_back(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await command(app, pilot, "clear")
        await until(lambda: "6 messages are hidden. /undo brings back what was cleared." in notices(app))
        assert "due" not in text(app)
        assert await on_disk(stage, conversation) == []
        assert [row.title for row in await stage.services.store.recent()] == ["Counting"]
        await pilot.press(*"four", "enter")
        await until(lambda: stage.gateway.requests)
        await done(app)
        assert [said for _, said in stage.gateway.requests[0].messages] == ["four"]
        await command(app, pilot, "undo")
        await until(lambda: on_screen(app) == ["one", "uno", "two", "due", "three", "tre", "four", "quattro"])


async def test_trash_shows_a_new_conversation_and_undo_the_old_one(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await command(app, pilot, "trash")
        await until(lambda: "Moved to trash. /undo brings it back." in notices(app))
        assert not pane(app).conversation.messages
        assert await stage.services.store.recent() == []
        assert (stage.dirs.data / "trash" / f"{conversation.id}.jsonl").is_file()
        await until(lambda: "Counting" not in text(app))
        await command(app, pilot, "undo")
        await until(lambda: pane(app).conversation.id == conversation.id)
        await until(lambda: "due" in text(app))
        assert [row.title for row in await stage.services.store.recent()] == ["Counting"]


async def test_undo_leaves_what_is_shown_alone_when_it_brings_another_conversation_back(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await command(app, pilot, "trash")
        await until(lambda: not pane(app).conversation.messages)
        await pilot.press(*"new", "enter")
        await until(lambda: stage.gateway.requests)
        await done(app)
        await command(app, pilot, "undo")
        await until(lambda: "Brought back “Counting”." in notices(app))
        assert on_screen(app) == ["new", "quattro"]


async def test_rename_and_pin_and_their_undo(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        await command(app, pilot, "rename")
        await until(lambda: isinstance(app.screen, Rename))
        await pilot.press(*" up", "enter")
        await until(lambda: isinstance(app.screen, ChatScreen) and pane(app).conversation.title == "Counting up")
        await command(app, pilot, "pin")
        await until(lambda: "Pinned: it stays at the top of the list." in notices(app))
        row = (await stage.services.store.recent())[0]
        assert (row.title, row.pinned) == ("Counting up", True)
        await command(app, pilot, "undo")
        await until(lambda: "is no longer pinned." in notices(app))
        await command(app, pilot, "undo")
        await until(lambda: "It is called “Counting” again." in notices(app))
        await until(lambda: pane(app).conversation.title == "Counting")
        row = (await stage.services.store.recent())[0]
        assert (row.title, row.pinned) == ("Counting", False)


@pytest.mark.parametrize("word", ["trash", "rename", "pin", "clear", "delete", "version", "reword"])
async def test_a_new_conversation_has_nothing_to_change(stage: Stage, word: str) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await ready(app, pilot)
        await command(app, pilot, word)
        await until(lambda: "empty" in notices(app) or "nothing" in notices(app) or "no message" in notices(app))
        assert isinstance(app.screen, ChatScreen)


# Another window


@asynccontextmanager
async def growing_elsewhere(stage: Stage, conversation: Conversation) -> AsyncIterator[ConversationStore]:
    """A reply of another process is arriving. When that ends, it does so without a word, as if it were killed."""
    async with window(stage) as other:
        theirs = (await other.load(conversation.id)).conversation
        await other.save(theirs, theirs.add(ChatMessage(Role.ASSISTANT, "cin", state=MessageState.STREAMING)))
        yield other


@pytest.mark.parametrize(
    "keys",
    [
        ("escape", "e"),
        ("escape", "ctrl+x"),
        ("escape", "right_square_bracket"),
        ("f5",),
        ("shift+f5",),
        (*"five", "enter"),
        ("/", *"clear", "enter"),
        ("/", *"trash", "enter"),
    ],
)
async def test_while_another_window_writes_the_talk_can_only_be_read(stage: Stage, keys: tuple[str, ...]) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot):
        async with growing_elsewhere(stage, conversation):
            before = await on_disk(stage, conversation)
            if keys[0] in {"f5", "shift+f5"}:  # the others act on what is seen only now
                await pane(app).look_round()
            await pilot.press(*keys)
            await until(lambda: "Until it ends, this talk can only be read." in notices(app))
            assert await on_disk(stage, conversation) == before == on_screen(app)
            assert stage.gateway.requests == []
            assert pane(app).prompt_box.text == ("five" if "enter" in keys and "/" not in keys else "")
            assert chat(app).reading is (keys[0] == "escape")
            assert not pane(app).editing
        app.clear_notifications()
        if chat(app).reading:
            await pilot.press("ctrl+x")  # that window is gone, without a word
            await until(lambda: "Deleted" in notices(app))


async def test_a_message_hidden_in_another_window_is_gone_here_and_undone_there(stage: Stage) -> None:
    conversation = await talk(stage)
    async with opened(stage, conversation) as (app, pilot), window(stage) as other:
        await pilot.press("escape", "g", "ctrl+x")
        await until(lambda: "Deleted" in notices(app))
        theirs = (await other.load(conversation.id)).conversation
        first = theirs.messages[conversation.branch()[0].id]
        assert first.deleted
        first.deleted = False
        await other.save(theirs, first)
        await pane(app).look_round()
        await until(lambda: len(on_screen(app)) == 6)
        await pilot.press("ctrl+z")
        await until(lambda: "another window has brought the messages back" in notices(app))
