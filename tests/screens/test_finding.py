"""Finding in a conversation, by its keys: hits are marked, counted, walked through, and left again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from rich.segment import Segment
from textual import events
from textual.pilot import Pilot

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import PROFILE, Stage
from tests.screens.test_chat import WIDE, ask, done, pane, ready, text
from tui.app import ChinwagApp
from tui.domain.chat import ChatCompletionChunk, ChatMessage, Conversation, OpenedConversation, Role
from tui.screens.chat.screen import ChatScreen
from tui.screens.conversations import ConversationsScreen
from tui.services.services import LaunchOptions
from tui.store.conversations import ConversationStore
from tui.widgets.find_bar import FindBar

CODE = "```py\n" + "\n".join(f"line_{n} = {n}" for n in range(100)) + "\nneedle = True\n```"


def burst(app: ChinwagApp, *keys: str) -> None:
    for key in keys:
        app.post_message(events.Key("slash" if key == "/" else key, key if len(key) == 1 else None))


def marked(app: ChinwagApp, *, here: bool = False) -> list[str]:
    """What is marked on the screen; `here` for the hit that is shown."""
    theme = app.get_css_variables()
    surface = theme["user" if here else "block-cursor-background"].lower()
    return [segment.text for segment in segments(app) if background(segment) == surface]


def segments(app: ChinwagApp) -> list[Segment]:
    region = app.screen.query_one("Transcript").region
    strips = app.screen._compositor.render_strips()[region.y : region.bottom]
    return [segment for strip in strips for segment in strip.crop(region.x, region.right)]


def background(segment: Segment) -> str:
    colour = segment.style.bgcolor if segment.style else None
    return colour.get_truecolor().hex.lower() if colour else ""


def chat(app: ChinwagApp) -> ChatScreen:
    assert isinstance(app.screen, ChatScreen)
    return app.screen


def bar(app: ChinwagApp) -> FindBar:
    return app.screen.query_one(FindBar)


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


async def shown(app: ChinwagApp, pilot: Pilot[None], words: str) -> None:
    await ready(app, pilot)
    await until(lambda: words in text(app))


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
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "The last merge.")
        before = text(app)
        await pilot.press(*"draft", "ctrl+f", *"MERGE")
        await until(lambda: "of 22" in text(app) and "22+" not in text(app))
        assert "20 of 22" in text(app)
        assert (marked(app, here=True), marked(app)) == (["Merge"], ["Merge", "merge"])
        assert pane(app).prompt_box.text == "draft"
        await pilot.press("down", "f3", "ctrl+j")
        await until(lambda: "1 of 22, from the top" in text(app))
        assert "A question about" in text(app)
        await pilot.press("down")
        await until(lambda: "2 of 22" in text(app) and "from the top" not in text(app))
        await pilot.press("up", "up")
        await until(lambda: "22 of 22, from the end" in text(app))
        await pilot.press("escape")
        await until(lambda: not marked(app, here=True) and pane(app).prompt_box.has_focus)
        assert not bar(app).display
        assert text(app).replace("draft", "Message test-model")[:2000] == before[:2000]


async def test_enter_goes_on_reading_at_the_hit_and_n_walks_on(stage: Stage) -> None:
    app = await opened(stage, *LONG)
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "The last merge.")
        await pilot.press("ctrl+f", *"merge 3", "enter")
        await until(lambda: "READ 1 of 1" in text(app))
        assert marked(app, here=True) == ["Merge 3"]
        assert not bar(app).display
        conversation = pane(app).conversation
        cursor = chat(app).transcript.cursor or ""
        assert conversation.messages[cursor].content.startswith("Merge 3.")
        await pilot.press("slash")
        await until(lambda: bar(app).display and "READ 1 of 1" not in text(app))
        await pilot.press(*"merge 1", "enter", "n")
        await until(lambda: "READ 3 of 11" in text(app))
        await pilot.press("N", "N")
        await until(lambda: "READ 1 of 11" in text(app))
        await pilot.press("escape")
        await until(lambda: not marked(app, here=True))
        assert chat(app).reading
        await pilot.press("escape")
        await until(lambda: not chat(app).reading)


@pytest.mark.parametrize(("first", "keys"), [("end", ["ctrl+f"]), ("escape", ["/"]), ("escape", ["ctrl+f"])])
async def test_a_whole_find_in_one_burst(stage: Stage, first: str, keys: list[str]) -> None:
    app = await opened(stage, "Where is the needle?", "Here.")
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "Here.")
        await pilot.press(first)
        burst(app, *keys, *"needle", "enter")
        await until(lambda: "READ 1 of 1" in text(app))
        assert marked(app, here=True) == ["needle"]
        assert pane(app).prompt_box.text == ""


async def test_nothing_found_is_said_and_enter_stays(stage: Stage) -> None:
    app = await opened(stage, "A question", "A reply")
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "A reply")
        await pilot.press("ctrl+f", *"nowhere", "enter")
        await until(lambda: "not found" in text(app))
        assert bar(app).has_class("-missing")
        assert bar(app).words.has_focus
        await pilot.press(*["backspace"] * 7)
        await until(lambda: "not found" not in text(app))
        await pilot.press("escape")
        await until(lambda: pane(app).prompt_box.has_focus)


async def test_what_is_folded_away_is_found_and_opened_and_folded_again_on_the_way_back(stage: Stage) -> None:
    app = await opened(stage, "A question", CODE)
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "41 more lines")
        await pilot.press("ctrl+f", *"needle")
        await until(lambda: marked(app, here=True) == ["needle"])
        assert "41 more lines" not in text(app)
        await pilot.press("escape")
        await until(lambda: "41 more lines" in text(app))
        await pilot.press("escape", "space", "space")
        await until(lambda: chat(app).reading)
        chat(app).transcript.close_message(chat(app).transcript.cursor or "")
        chat(app).transcript.close_message(chat(app).transcript.cursor or "")
        await until(lambda: "line_30" not in text(app))
        await pilot.press("slash", *["backspace"] * 9, *"line_42")
        await until(lambda: marked(app, here=True) == ["line_42"])


async def test_hits_in_a_reply_are_marked_as_they_come_and_counted(stage: Stage) -> None:
    first, second = asyncio.Event(), asyncio.Event()
    stage.gateway.steps = ("a needle ", first, "and a needle ", second, "and no more")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await until(lambda: "a needle" in text(app))
        await pilot.press("ctrl+f", *"needle")
        await until(lambda: marked(app, here=True) == ["needle"])
        first.set()
        await until(lambda: marked(app) == ["needle"])
        second.set()
        await done(app)
        await until(lambda: "1 of 2" in text(app))
        assert marked(app, here=True) == marked(app) == ["needle"]


async def test_marks_are_right_after_a_resize_another_theme_and_raw(stage: Stage) -> None:
    app = await opened(
        stage, "A question", "Some **words** that go on for so long that they need two lines in a narrow one."
    )
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "two lines")
        await pilot.press("ctrl+f", *"need two lines", "enter")
        await until(lambda: "".join(marked(app, here=True)) == "need two lines")
        await pilot.resize_terminal(60, 20)
        await until(lambda: chat(app).transcript.size.width < 61)
        await until(lambda: " ".join(marked(app, here=True)).replace("  ", " ") == "need two lines")
        app.theme = "chinwag-paper"
        await until(lambda: " ".join(marked(app, here=True)).replace("  ", " ") == "need two lines")
        await pilot.press("z")
        await until(lambda: "**words**" in text(app))
        await until(lambda: " ".join(marked(app, here=True)).replace("  ", " ") == "need two lines")


async def test_tab_looks_in_all_conversations_and_landing_there_marks_it(stage: Stage) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    other = await talk(stage, "Another question", "filler. " * 900 + "\n\nThe needles are here.\n\n" + "filler. " * 900)
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "A reply.")
        await pilot.press("ctrl+f", *"needle", "tab")
        await until(lambda: isinstance(app.screen, ConversationsScreen) and app.screen.filter.value == "needle")
        await pilot.press("escape")
        await until(lambda: isinstance(app.screen, ChatScreen) and bar(app).words.has_focus)
        await pilot.press("tab")
        await until(lambda: isinstance(app.screen, ConversationsScreen) and "The needles" in text(app))
        browser = app.screen
        assert isinstance(browser, ConversationsScreen)
        while browser.entry is None or browser.entry.conversation.id != other or browser.entry.hit is None:
            await pilot.press("down")
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, ChatScreen) and marked(app, here=True) == ["needles"])
        assert pane(app).conversation.id == other
        assert chat(app).reading
        assert not bar(app).display
        await pilot.press("escape")
        await until(lambda: not marked(app, here=True))
        assert chat(app).reading


async def test_another_conversation_closes_the_bar(stage: Stage) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "A reply.")
        await pilot.press("ctrl+f", *"needle")
        await until(lambda: marked(app, here=True))
        await pilot.press("ctrl+n")
        await until(lambda: not bar(app).display and pane(app).prompt_box.has_focus)


async def test_n_without_a_find_and_a_find_in_an_empty_chat_say_what_to_do(stage: Stage) -> None:
    app = stage.app()
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await ready(app, pilot)
        await pilot.press("ctrl+f", *"text")
        await until(lambda: "There is nothing to find yet." in text(app))
        assert pane(app).prompt_box.text == "text"
        await pilot.press("enter")
        await until(lambda: len(pane(app).conversation.branch()) >= 2)
        await done(app)
        await pilot.press("escape", "n")
        await until(lambda: "/ asks what to find" in text(app))


async def test_the_words_are_there_again_to_be_replaced(stage: Stage) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    async with app.run_test(size=(60, 20)) as pilot:
        await shown(app, pilot, "A reply.")
        await pilot.press("ctrl+f", *"needle", "escape", "ctrl+f")
        await until(lambda: marked(app, here=True) == ["needle"])
        await pilot.press(*"reply")
        await until(lambda: marked(app, here=True) == ["reply"])
        assert bar(app).words.value == "reply"


@pytest.mark.parametrize("key", ["i", "e"])
async def test_who_writes_again_has_no_marks_left(stage: Stage, key: str) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "A reply.")
        await pilot.press("ctrl+f", *"needle", "shift+tab")
        await until(lambda: "READ 1 of 1" in text(app))
        await pilot.press(key)
        await until(lambda: pane(app).prompt_box.has_focus and not marked(app, here=True))
        assert chat(app).transcript.sought is None


async def test_deleting_the_message_of_a_hit_leaves_the_others(stage: Stage) -> None:
    app = await opened(stage, "One needle", "Two needles", "Three needles", "Four needles")
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "Four needles")
        await pilot.press("ctrl+f", *"needles", "enter", "n")
        await until(lambda: "READ 2 of 3" in text(app))
        await pilot.press("ctrl+x")
        await until(lambda: "Three needles" not in text(app))
        await until(lambda: chat(app).transcript.found.total == 2)
        assert marked(app) == ["needles", "needles"]
        await pilot.press("n")
        await until(lambda: "of 2" in text(app) and marked(app, here=True) == ["needles"])


async def test_reasoning_counts_once_it_is_shown(stage: Stage) -> None:
    stage.gateway.steps = (ChatCompletionChunk(reasoning="A needle of thought."), "The needle.")
    app = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot)
        await done(app)
        await pilot.press("ctrl+f", *"needle", "enter")
        await until(lambda: "READ 1 of 1" in text(app))
        await pilot.press("ctrl+t")
        await until(lambda: "of 2" in text(app) and len(marked(app) + marked(app, here=True)) == 2)


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
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: "The end." in text(app))
        await pilot.press("ctrl+f", *"needle")
        await until(lambda: "reading" in text(app))
        assert not bar(app).has_class("-missing")
        go_on.set()
        await until(lambda: "1 of 1" in text(app) and marked(app, here=True) == ["needle"])
        await pilot.press("escape")
        await until(lambda: "The end." in text(app) and pane(app).prompt_box.has_focus)


async def test_a_click_into_the_prompt_leaves_the_bar_and_ctrl_f_comes_back_to_it(stage: Stage) -> None:
    app = await opened(stage, "A needle here", "A reply.")
    async with app.run_test(size=WIDE) as pilot:
        await shown(app, pilot, "A reply.")
        await pilot.press("ctrl+f", *"need")
        await pilot.click("PromptBox")
        await pilot.press(*"draft", "ctrl+f", *"le")
        await until(lambda: marked(app, here=True) == ["needle"])
        assert pane(app).prompt_box.text == "draft"
        await pilot.click("PromptBox")
        await pilot.press("escape")
        await until(lambda: not bar(app).display and not marked(app, here=True))
