"""Deleting, clearing, putting into the trash, renaming and pinning in the chat, and taking it back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.screens.rename_dialog import RenameDialog
from tui.store.conversations import ConversationStore


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("quattro"))


async def test_ctrl_x_hides_the_message_under_the_cursor_and_ctrl_z_brings_it_back(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "k", "k", "k")
        await until(lambda: chat.cursor_text == "two")
        await chat.press("ctrl+x")
        await chat.told("Deleted. ctrl+z brings it back.")
        assert chat.shown_messages == ["one", "uno", "due", "three", "tre"]
        assert await stage.on_disk(conversation) == chat.shown_messages
        assert chat.cursor_text == "due"
        await chat.shows("5 messages")
        await chat.press("ctrl+z")
        await chat.told("Brought back 1 message of “Counting”.")
        assert chat.shown_messages == ["one", "uno", "two", "due", "three", "tre"] == await stage.on_disk(conversation)
        assert chat.cursor_text == "two"
        await chat.press("ctrl+z")
        await chat.told("There is nothing to undo.")


async def test_what_is_deleted_is_not_sent(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "k", "ctrl+x")
        await chat.told("Deleted")
        await chat.press("i", *"four", "enter")
        await until(lambda: stage.gateway.requests)
        await chat.done()
        assert [said for _, said in stage.gateway.requests[0].messages] == ["one", "uno", "two", "due", "tre", "four"]


async def test_what_was_deleted_here_is_no_news_to_retry(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "g", "ctrl+x")
        await chat.told("Deleted")
        await chat.press("f5")
        await until(lambda: stage.gateway.requests)
        await chat.done()
        assert [said for _, said in stage.gateway.requests[0].messages] == ["uno", "two", "due", "three"]
        assert chat.shown_messages == ["uno", "two", "due", "three", "quattro"]


async def test_a_reply_whose_prompt_was_deleted_is_not_asked_for_again(stage: Stage) -> None:
    conversation = await stage.talk(("one", "uno"))
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "k", "ctrl+x")
        await until(lambda: chat.shown_messages == ["uno"])
        await chat.press("f5")
        await chat.told("The prompt of this reply was deleted")
        assert stage.gateway.requests == []


async def test_keys_in_a_burst_each_delete_another_message(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "g", "ctrl+x", "ctrl+x", "ctrl+x")
        await until(lambda: chat.shown_messages == ["due", "three", "tre"])
        await chat.press("ctrl+z", "ctrl+z", "ctrl+z")
        await until(lambda: len(chat.shown_messages) == 6)
        assert await stage.on_disk(conversation) == ["one", "uno", "two", "due", "three", "tre"]


async def test_the_last_message_takes_reading_along(stage: Stage) -> None:
    conversation = await stage.talk(("one", "uno"))
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "ctrl+x", "ctrl+x")
        await until(lambda: chat.shown_messages == [] and not chat.is_reading)
        assert chat.has_prompt_focus
        await chat.command("undo")
        await until(lambda: chat.shown_messages == ["one"])
        await chat.command("undo")
        await until(lambda: chat.shown_messages == ["one", "uno"])


async def test_deleting_far_from_the_end_leaves_the_page_where_it_is(stage: Stage) -> None:
    conversation = await stage.talk(*((f"question {n}", f"answer {n}") for n in range(60)))
    async with stage.opened(conversation) as chat:
        await chat.press("escape", "g", *["j"] * 20)
        await until(lambda: chat.cursor_text == "question 10")
        await chat.press("ctrl+x")
        await until(lambda: chat.cursor_text == "answer 10")
        await chat.pause()
        assert "answer 9" in chat.text
        assert "answer 59" not in chat.text
        await chat.press("ctrl+z")
        await until(lambda: chat.cursor_text == "question 10")
        await chat.pause()
        assert "answer 59" not in chat.text


async def test_a_message_that_cannot_be_hidden_stays(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        stage.services.store.folder.read_only = "The disk is read-only."
        (stage.dirs.data / "writers").rename(stage.dirs.data / "moved")
        (stage.dirs.data / "writers").write_text("not a folder")
        await chat.press("escape", "ctrl+x")
        await chat.told("is not a folder")
        assert len(chat.shown_messages) == 6
        (stage.dirs.data / "writers").unlink()
        (stage.dirs.data / "moved").rename(stage.dirs.data / "writers")
        await chat.press("ctrl+z")
        await chat.told("There is nothing to undo.")


async def test_nothing_is_changed_while_a_reply_is_arriving(stage: Stage) -> None:
    conversation = await stage.talk()
    stage.gateway.steps = ("quat", asyncio.Event())
    async with stage.opened(conversation) as chat:
        await chat.send("four")
        await chat.shows("quat")
        await chat.press("shift+tab", "ctrl+x")
        await chat.told("A reply is still arriving. Press escape to stop it.")
        for word in ("clear", "trash"):
            chat.app.clear_notifications()
            await chat.press("i")
            await chat.command(word)
            await chat.told("still arriving")
        assert chat.shown_messages[:-1] == ["one", "uno", "two", "due", "three", "tre", "four"]
        await chat.press("escape")
        await chat.done()


# The whole conversation


async def test_clear_hides_all_and_undo_brings_it_back(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.command("clear")
        await chat.told("6 messages are hidden. /undo brings back what was cleared.")
        assert "due" not in chat.text
        assert await stage.on_disk(conversation) == []
        assert [row.title for row in await stage.services.store.recent()] == ["Counting"]
        await chat.send("four")
        await until(lambda: stage.gateway.requests)
        await chat.done()
        assert [said for _, said in stage.gateway.requests[0].messages] == ["four"]
        await chat.command("undo")
        await until(lambda: chat.shown_messages == ["one", "uno", "two", "due", "three", "tre", "four", "quattro"])


async def test_trash_shows_a_new_conversation_and_undo_the_old_one(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.command("trash")
        await chat.told("Moved to trash. /undo brings it back.")
        assert not chat.conversation.messages
        assert await stage.services.store.recent() == []
        assert (stage.dirs.data / "trash" / f"{conversation.id}.jsonl").is_file()
        await chat.hides("Counting")
        await chat.command("undo")
        await until(lambda: chat.conversation.id == conversation.id)
        await chat.shows("due")
        assert [row.title for row in await stage.services.store.recent()] == ["Counting"]


async def test_undo_leaves_what_is_shown_alone_when_it_brings_another_conversation_back(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.command("trash")
        await until(lambda: not chat.conversation.messages)
        await chat.send("new")
        await until(lambda: stage.gateway.requests)
        await chat.done()
        await chat.command("undo")
        await chat.told("Brought back “Counting”.")
        assert chat.shown_messages == ["new", "quattro"]


async def test_rename_and_pin_and_their_undo(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.command("rename")
        await chat.on(RenameDialog)
        await chat.send(" up")
        await until(lambda: chat.is_chat and chat.conversation.title == "Counting up")
        await chat.command("pin")
        await chat.told("Pinned: it stays at the top of the list.")
        row = (await stage.services.store.recent())[0]
        assert (row.title, row.pinned) == ("Counting up", True)
        await chat.command("undo")
        await chat.told("is no longer pinned.")
        await chat.command("undo")
        await chat.told("It is called “Counting” again.")
        await until(lambda: chat.conversation.title == "Counting")
        row = (await stage.services.store.recent())[0]
        assert (row.title, row.pinned) == ("Counting", False)


@pytest.mark.parametrize("word", ["trash", "rename", "pin", "clear", "delete", "version", "reword"])
async def test_a_new_conversation_has_nothing_to_change(stage: Stage, word: str) -> None:
    async with stage.chat(notifications=True) as chat:
        await chat.ready()
        await chat.command(word)
        await until(lambda: "empty" in chat.notices or "nothing" in chat.notices or "no message" in chat.notices)
        assert chat.is_chat


# Another window


@asynccontextmanager
async def growing_elsewhere(stage: Stage, conversation: Conversation) -> AsyncIterator[ConversationStore]:
    """A reply of another process is arriving. When that ends, it does so without a word, as if it were killed."""
    async with stage.other_window() as other:
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
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        async with growing_elsewhere(stage, conversation):
            before = await stage.on_disk(conversation)
            if keys[0] in {"f5", "shift+f5"}:  # the others act on what is seen only now
                await chat.look_at_disk()
            await chat.press(*keys)
            await chat.told("This conversation is read-only until the reply ends.")
            assert await stage.on_disk(conversation) == before == chat.shown_messages
            assert stage.gateway.requests == []
            assert chat.draft == ("five" if "enter" in keys and "/" not in keys else "")
            assert chat.is_reading is (keys[0] == "escape")
            assert not chat.is_editing
        chat.app.clear_notifications()
        if chat.is_reading:
            await chat.press("ctrl+x")  # that window is gone, without a word
            await chat.told("Deleted")


async def test_a_message_hidden_in_another_window_is_gone_here_and_undone_there(stage: Stage) -> None:
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat, stage.other_window() as other:
        await chat.press("escape", "g", "ctrl+x")
        await chat.told("Deleted")
        theirs = (await other.load(conversation.id)).conversation
        first = theirs.messages[conversation.branch()[0].id]
        assert first.deleted
        first.deleted = False
        await other.save(theirs, first)
        await chat.look_at_disk()
        await until(lambda: len(chat.shown_messages) == 6)
        await chat.press("ctrl+z")
        await chat.told("another window has brought the messages back")
