"""Finding in a conversation, by its keys: hits are marked, counted, walked through, and left again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.chat_driver import ChatDriver, driven
from tui.app import ChinwagApp
from tui.domain.chat import ChatCompletionChunk, ChatMessage, Conversation, OpenedConversation, Role
from tui.screens.conversations import ConversationsScreen
from tui.services.services import LaunchOptions
from tui.store.conversations import ConversationStore

CODE = "```py\n" + "\n".join(f"line_{n} = {n}" for n in range(100)) + "\nneedle = True\n```"


async def talk(stage: Stage, *texts: str, title: str = "Talk") -> str:
    """Save a conversation of these questions and replies; its id."""
    conversation = Conversation(title=title)
    for n, content in enumerate(texts):
        conversation.add(ChatMessage(Role.ASSISTANT if n % 2 else Role.USER, content))
    await stage.services.store.save(conversation, *conversation.messages.values())
    return conversation.id


async def opened(stage: Stage, *texts: str) -> ChinwagApp:
    """An app that will show a conversation of these texts."""
    stage.app()
    await stage.services.store.start()
    conversation = await talk(stage, *texts)
    await stage.services.store.close()
    return stage.app(LaunchOptions(profile=PROFILE, conversation=conversation))


async def shown(chat: ChatDriver, words: str) -> None:
    await chat.ready()
    await chat.shows(words)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("Once ", "upon a time."))


LONG = [
    "A question about merge sort",
    *(f"Merge {n}.\n\n" + "filler text. " * 60 for n in range(20)),
    "The last merge.",
]


async def test_hits_are_marked_counted_and_stepped_through_while_the_draft_stays(stage: Stage) -> None:
    app = await opened(stage, *LONG)
    async with driven(app) as chat:
        await shown(chat, "The last merge.")
        before = chat.text
        await chat.press(*"draft", "ctrl+f", *"MERGE")
        await until(lambda: "of 22" in chat.text and "22+" not in chat.text)
        assert "20 of 22" in chat.text
        assert (chat.highlighted(current=True), chat.highlighted()) == (["Merge"], ["Merge", "merge"])
        assert chat.draft == "draft"
        await chat.press("down", "f3", "ctrl+j")
        await chat.shows("1 of 22, from the top")
        assert "A question about" in chat.text
        await chat.press("down")
        await until(lambda: "2 of 22" in chat.text and "from the top" not in chat.text)
        await chat.press("up", "up")
        await chat.shows("22 of 22, from the end")
        await chat.press("escape")
        await until(lambda: not chat.highlighted(current=True) and chat.has_prompt_focus)
        assert not chat.find_bar.display
        assert chat.text.replace("draft", "Message test-model")[:2000] == before[:2000]


async def test_enter_goes_on_reading_at_the_hit_and_n_walks_on(stage: Stage) -> None:
    app = await opened(stage, *LONG)
    async with driven(app) as chat:
        await shown(chat, "The last merge.")
        await chat.press("ctrl+f", *"merge 3", "enter")
        await chat.shows("READ 1 of 1")
        assert chat.highlighted(current=True) == ["Merge 3"]
        assert not chat.find_bar.display
        conversation = chat.conversation
        cursor = chat.transcript.cursor.message_id or ""
        assert conversation.messages[cursor].content.startswith("Merge 3.")
        await chat.press("slash")
        await until(lambda: chat.find_bar.display and "READ 1 of 1" not in chat.text)
        await chat.press(*"merge 1", "enter", "n")
        await chat.shows("READ 3 of 11")
        await chat.press("N", "N")
        await chat.shows("READ 1 of 11")
        await chat.press("escape")
        await until(lambda: not chat.highlighted(current=True))
        assert chat.is_reading
        await chat.press("escape")
        await until(lambda: not chat.is_reading)


@pytest.mark.parametrize(("first", "keys"), [("end", ["ctrl+f"]), ("escape", ["/"]), ("escape", ["ctrl+f"])])
async def test_a_whole_find_in_one_burst(stage: Stage, first: str, keys: list[str]) -> None:
    app = await opened(stage, "Where is the needle?", "Here.")
    async with driven(app) as chat:
        await shown(chat, "Here.")
        await chat.press(first)
        chat.burst(*keys, *"needle", "enter")
        await chat.shows("READ 1 of 1")
        assert chat.highlighted(current=True) == ["needle"]
        assert chat.draft == ""


async def test_nothing_found_is_said_and_enter_stays(stage: Stage) -> None:
    app = await opened(stage, "A question", "A reply")
    async with driven(app) as chat:
        await shown(chat, "A reply")
        await chat.press("ctrl+f", *"nowhere", "enter")
        await chat.shows("not found")
        assert chat.find_bar.has_class("-missing")
        assert chat.find_bar.words.has_focus
        await chat.press(*["backspace"] * 7)
        await chat.hides("not found")
        await chat.press("escape")
        await until(lambda: chat.has_prompt_focus)


async def test_what_is_folded_away_is_found_and_opened_and_folded_again_on_the_way_back(stage: Stage) -> None:
    app = await opened(stage, "A question", CODE)
    async with driven(app) as chat:
        await shown(chat, "41 more lines")
        await chat.press("ctrl+f", *"needle")
        await until(lambda: chat.highlighted(current=True) == ["needle"])
        assert "41 more lines" not in chat.text
        await chat.press("escape")
        await chat.shows("41 more lines")
        await chat.press("escape", "space", "space")
        await until(lambda: chat.is_reading)
        chat.transcript.folding.close(chat.transcript.cursor.message_id or "")
        chat.transcript.folding.close(chat.transcript.cursor.message_id or "")
        await chat.hides("line_30")
        await chat.press("slash", *["backspace"] * 9, *"line_42")
        await until(lambda: chat.highlighted(current=True) == ["line_42"])


async def test_hits_in_a_reply_are_marked_as_they_come_and_counted(stage: Stage) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    stage.gateway.steps = ("a needle ", first, "and a needle ", second, "and no more")
    async with stage.chat() as chat:
        await chat.ask()
        await chat.shows("a needle")
        await chat.press("ctrl+f", *"needle")
        await until(lambda: chat.highlighted(current=True) == ["needle"])
        first.set()
        await until(lambda: chat.highlighted() == ["needle"])
        second.set()
        await chat.done()
        await chat.shows("1 of 2")
        assert chat.highlighted(current=True) == chat.highlighted() == ["needle"]


async def test_marks_are_right_after_a_resize_another_theme_and_raw(stage: Stage) -> None:
    app = await opened(
        stage, "A question", "Some **words** that go on for so long that they need two lines in a narrow one."
    )
    async with driven(app) as chat:
        await shown(chat, "two lines")
        await chat.press("ctrl+f", *"need two lines", "enter")
        await until(lambda: "".join(chat.highlighted(current=True)) == "need two lines")
        await chat.resize(60, 20)
        await until(lambda: chat.transcript.size.width < 61)
        await until(lambda: " ".join(chat.highlighted(current=True)).replace("  ", " ") == "need two lines")
        chat.app.theme = "chinwag-paper"
        await until(lambda: " ".join(chat.highlighted(current=True)).replace("  ", " ") == "need two lines")
        await chat.press("z")
        await chat.shows("**words**")
        await until(lambda: " ".join(chat.highlighted(current=True)).replace("  ", " ") == "need two lines")


async def test_tab_looks_in_all_conversations_and_landing_there_marks_it(stage: Stage) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    other = await talk(stage, "Another question", "filler. " * 900 + "\n\nThe needles are here.\n\n" + "filler. " * 900)
    async with driven(app) as chat:
        await shown(chat, "A reply.")
        await chat.press("ctrl+f", *"needle", "tab")
        await until(lambda: isinstance(chat.screen, ConversationsScreen) and chat.screen.filter.value == "needle")
        await chat.press("escape")
        await until(lambda: chat.is_chat and chat.find_bar.words.has_focus)
        await chat.press("tab")
        await until(lambda: isinstance(chat.screen, ConversationsScreen) and "The needles" in chat.text)
        browser = chat.screen
        assert isinstance(browser, ConversationsScreen)
        while (
            browser.rows.entry is None or browser.rows.entry.conversation.id != other or browser.rows.entry.hit is None
        ):
            await chat.press("down")
        await chat.press("enter")
        await until(lambda: chat.is_chat and chat.highlighted(current=True) == ["needles"])
        assert chat.conversation.id == other
        assert chat.is_reading
        assert not chat.find_bar.display
        await chat.press("escape")
        await until(lambda: not chat.highlighted(current=True))
        assert chat.is_reading


async def test_another_conversation_closes_the_bar(stage: Stage) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    async with driven(app) as chat:
        await shown(chat, "A reply.")
        await chat.press("ctrl+f", *"needle")
        await until(lambda: chat.highlighted(current=True))
        await chat.press("ctrl+n")
        await until(lambda: not chat.find_bar.display and chat.has_prompt_focus)


async def test_n_without_a_find_and_a_find_in_an_empty_chat_say_what_to_do(stage: Stage) -> None:
    async with stage.chat(notifications=True) as chat:
        await chat.ready()
        await chat.press("ctrl+f", *"text")
        await chat.shows("There is nothing to find yet.")
        assert chat.draft == "text"
        await chat.press("enter")
        await until(lambda: len(chat.messages) >= 2)
        await chat.done()
        await chat.press("escape", "n")
        await chat.shows("No search yet. Press / to search.")


async def test_the_words_are_there_again_to_be_replaced(stage: Stage) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    async with driven(app, size=(60, 20)) as chat:
        await shown(chat, "A reply.")
        await chat.press("ctrl+f", *"needle", "escape", "ctrl+f")
        await until(lambda: chat.highlighted(current=True) == ["needle"])
        await chat.type("reply")
        await until(lambda: chat.highlighted(current=True) == ["reply"])
        assert chat.find_bar.words.value == "reply"


@pytest.mark.parametrize("key", ["i", "e"])
async def test_who_writes_again_has_no_marks_left(stage: Stage, key: str) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    async with driven(app) as chat:
        await shown(chat, "A reply.")
        await chat.press("ctrl+f", *"needle", "shift+tab")
        await chat.shows("READ 1 of 1")
        await chat.press(key)
        await until(lambda: chat.has_prompt_focus and not chat.highlighted(current=True))
        assert chat.transcript.find.query is None


async def test_deleting_the_message_of_a_hit_leaves_the_others(stage: Stage) -> None:
    app = await opened(stage, "One needle", "Two needles", "Three needles", "Four needles")
    async with driven(app) as chat:
        await shown(chat, "Four needles")
        await chat.press("ctrl+f", *"needles", "enter", "n")
        await chat.shows("READ 2 of 3")
        await chat.press("ctrl+x")
        await chat.hides("Three needles")
        await until(lambda: chat.transcript.find.results.total == 2)
        assert chat.highlighted() == ["needles", "needles"]
        await chat.press("n")
        await until(lambda: "of 2" in chat.text and chat.highlighted(current=True) == ["needles"])


async def test_reasoning_counts_once_it_is_shown(stage: Stage) -> None:
    stage.gateway.steps = (ChatCompletionChunk(reasoning="A needle of thought."), "The needle.")
    async with stage.chat() as chat:
        await chat.ask()
        await chat.done()
        await chat.press("ctrl+f", *"needle", "enter")
        await chat.shows("READ 1 of 1")
        await chat.press("ctrl+t")
        await until(lambda: "of 2" in chat.text and len(chat.highlighted() + chat.highlighted(current=True)) == 2)


async def test_of_a_long_conversation_the_rest_is_looked_through_once_it_is_read(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = await opened(stage, "A needle", *(f"Message {n}. " + "filler " * 40 for n in range(2_000)), "The end.")
    go_on = asyncio.Event()
    load = ConversationStore.load

    async def slow(self: ConversationStore, conversation_id: str) -> OpenedConversation:
        await go_on.wait()
        return await load(self, conversation_id)

    monkeypatch.setattr(ConversationStore, "load", slow)
    async with driven(app) as chat:
        await chat.shows("The end.")
        await chat.press("ctrl+f", *"needle")
        await chat.shows("reading")
        assert not chat.find_bar.has_class("-missing")
        go_on.set()
        await until(lambda: "1 of 1" in chat.text and chat.highlighted(current=True) == ["needle"])
        await chat.press("escape")
        await until(lambda: "The end." in chat.text and chat.has_prompt_focus)


async def test_a_click_into_the_prompt_leaves_the_bar_and_ctrl_f_comes_back_to_it(stage: Stage) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    async with driven(app) as chat:
        await shown(chat, "A reply.")
        await chat.press("ctrl+f", *"need")
        await chat.click("PromptBox")
        await chat.press(*"draft", "ctrl+f", *"le")
        await until(lambda: chat.highlighted(current=True) == ["needle"])
        assert chat.draft == "draft"
        await chat.click("PromptBox")
        await chat.press("escape")
        await until(lambda: not chat.find_bar.display and not chat.highlighted(current=True))
