"""The prompt box, by its keys."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult

from tui.widgets.prompt_box import PromptBox


class BoxApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[str] = []
        self.slashes = 0

    def compose(self) -> ComposeResult:
        yield (box := PromptBox())
        box.command_keys = frozenset({"enter", "ctrl+j", "shift+enter", "slash"})

    def on_key(self, event: events.Key) -> None:
        """Do what the screen of the chat does with keys that the box lets pass."""
        if event.key == "enter":
            self.box.action_submit()
        elif event.key in ("ctrl+j", "shift+enter"):
            self.box.action_break_line()
        elif event.key == "slash":
            self.slashes += 1
        else:
            return
        event.stop()

    def on_prompt_box_submitted(self, event: PromptBox.Submitted) -> None:
        self.sent.append(event.text)

    @property
    def box(self) -> PromptBox:
        return self.query_one(PromptBox)


async def test_enter_sends_and_the_text_stays_until_it_is_accepted() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        await pilot.press(*"hello", "enter")
        assert app.sent == ["hello"]
        assert app.box.text == "hello"
        app.box.accept("hello")
        assert app.box.text == ""


async def test_what_was_typed_after_sending_stays() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "enter", *" two")
        app.box.accept("one")
        assert app.box.text == " two"


async def test_typing_goes_on_where_it_was_when_the_prompt_before_it_is_taken_out() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        await pilot.press(*"hello", "ctrl+j", *"you", "enter", "ctrl+j", *"wrd", "left", "left")
        app.box.accept("hello\nyou")
        await pilot.press("o", "right", *"l")
        assert app.box.text == "world"
        await pilot.press("enter")
        assert app.sent[-1] == "world"


async def test_line_breaks_before_a_prompt_go_with_it() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        await pilot.press("ctrl+j", "a", "ctrl+j", "b", "enter", "ctrl+j", "c")
        app.box.accept(app.sent[0])
        assert app.box.text == "c"


@pytest.mark.parametrize("keys", [("ctrl+j",), ("\\", "enter"), ("shift+enter",)])
async def test_a_line_can_be_broken(keys: tuple[str, ...]) -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        await pilot.press("a", *keys, "b")
        assert app.box.text == "a\nb"
        await pilot.press("enter")
        assert app.sent == ["a\nb"]


async def test_blank_prompts_are_not_sent() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        await pilot.press("enter", "space", "ctrl+j", "enter")
        assert app.sent == []


async def test_up_on_the_first_line_walks_the_history_and_down_comes_back_to_the_draft() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        app.box.set_history(["newest", "older"])
        await pilot.press(*"draft", "up")
        assert app.box.text == "newest"
        await pilot.press("up")
        assert app.box.text == "older"
        await pilot.press("up")
        assert app.box.text == "older"
        await pilot.press("down", "down")
        assert app.box.text == "draft"


async def test_changes_to_an_earlier_prompt_are_there_when_one_comes_back_to_it() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        app.box.set_history(["newest", "older"])
        await pilot.press("up", *" and more", "up", *" still", "down")
        assert app.box.text == "newest and more"
        await pilot.press("up")
        assert app.box.text == "older still"
        await pilot.press("down", "down", "up")
        assert app.box.text == "newest and more"


async def test_what_was_written_and_left_for_an_earlier_prompt_is_in_the_history_once_that_is_sent() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        app.box.set_history(["earlier"])
        await pilot.press(*"draft", "up", "enter")
        app.box.accept("earlier")
        await pilot.press("up")
        assert app.box.text == "earlier"
        await pilot.press("up")
        assert app.box.text == "draft"
        await pilot.press("up")
        assert app.box.text == "earlier"


async def test_prompts_of_today_come_after_those_that_are_read_late() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        app.box.remember("today")
        app.box.set_history(["yesterday"])
        await pilot.press("up")
        assert app.box.text == "today"
        await pilot.press("up")
        assert app.box.text == "yesterday"


async def test_up_inside_a_long_draft_moves_the_cursor() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        app.box.set_history(["earlier"])
        await pilot.press("a", "ctrl+j", "b", "up")
        assert app.box.text == "a\nb"
        await pilot.press("up")
        assert app.box.text == "earlier"


async def test_a_slash_begins_a_command_only_in_an_empty_box() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        await pilot.press("/")
        assert (app.slashes, app.box.text) == (1, "")
        await pilot.press("a", "/")
        assert (app.slashes, app.box.text) == (1, "a/")


async def test_pasted_text_is_cleaned_and_not_sent() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        app.box.post_message(events.Paste("one\x1b]52;c;YQ==\x07\r\ntwo\x00"))
        await pilot.pause()
        assert app.box.text == "one\ntwo"
        assert app.sent == []


async def test_an_exchanged_draft_comes_back_on_undo_in_one_step() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "ctrl+j", *"two")
        assert app.box.exchange("earlier\nprompt") == "one\ntwo"
        await pilot.press("!")
        assert app.box.text == "earlier\nprompt!"
        await pilot.press("ctrl+z", "ctrl+z")
        assert app.box.text == "one\ntwo"


async def test_looking_at_an_earlier_prompt_is_no_draft_when_it_is_exchanged() -> None:
    app = BoxApp()
    async with app.run_test() as pilot:
        app.box.set_history(["newest"])
        await pilot.press(*"draft", "up")
        assert app.box.exchange("other") == "draft"
