"""The list of all conversations, by its keys, on real files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from textual import events

from tests.fakes import FakeGateway, FakeLine, until
from tests.screens.app_fixture import Stage
from tests.screens.browser import TITLES, add, filled, line_with, shown, titles, under_cursor
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, WIDE, burst, notices, text
from tui.domain.chat import Conversation
from tui.domain.errors import StoreError
from tui.screens.conversations import ConversationsScreen
from tui.screens.rename_dialog import RenameDialog
from tui.services.reply_options import ReplyOptions
from tui.services.services import Services
from tui.widgets.conversation_rows import Chosen


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, FakeGateway())
    stage.app()
    await stage.services.store.start()
    yield stage
    await stage.services.store.close()


@pytest.fixture
def services(stage: Stage) -> Services:
    return stage.services


@pytest.fixture
async def ids(services: Services) -> list[str]:
    """Four conversations, newest first."""
    return [await add(services, title, hours) for hours, title in enumerate(TITLES)]


@pytest.mark.parametrize("size", SIZES)
async def test_it_shows_what_is_saved_at_every_size(services: Services, ids: list[str], size: tuple[int, int]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=size) as pilot:
        await filled(app)
        await pilot.pause()
        assert "Postgres index advice" in text(app)
        assert "enter open" in text(app)
        assert "esc back" in text(app)


async def test_the_newest_other_conversation_is_under_the_cursor(services: Services, ids: list[str]) -> None:
    await add(services, "Pinned and old", 99, pinned=True)
    for current, expected in ((ids[0], ids[1]), (ids[1], ids[0]), ("", ids[0])):
        app = OneScreen(ConversationsScreen(services, current))
        async with app.run_test(size=WIDE):
            await filled(app)
            assert under_cursor(app) == expected


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (["down"], 2),
        (["ctrl+j"], 2),
        (["down", "down", "up"], 2),
        (["ctrl+j", "ctrl+j", "ctrl+k"], 2),
        (["pagedown"], 3),
        (["pagedown", "pageup"], 0),
        (["ctrl+end"], 3),
        (["ctrl+home"], 0),
    ],
)
async def test_keys_move_the_cursor_while_the_filter_has_the_focus(
    services: Services, ids: list[str], keys: list[str], place: int
) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press(*keys, "enter")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[place])]


@pytest.mark.parametrize("key", ["escape", "ctrl+o", "f3"])
async def test_leaving_changes_nothing(services: Services, ids: list[str], key: str) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press(*"tabs", key)
        await until(lambda: app.results)
        assert app.results == [None]


async def test_ctrl_n_asks_for_a_new_conversation(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("ctrl+n")
        await until(lambda: app.results)
        assert app.results == [Chosen("")]


async def test_letters_filter_and_enter_opens_the_first_match(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press(*"TABS haiku")
        await until(lambda: under_cursor(app) == ids[3])
        assert "1 title" in text(app)
        assert "Lisbon" not in text(app)
        await pilot.press("enter")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[3])]


async def test_a_filter_that_matches_nothing_says_so_and_enter_does_nothing(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press(*"zzz")
        await until(lambda: "No matches." in text(app))
        await pilot.press("enter", "f2", "ctrl+x", "ctrl+t")
        await pilot.pause()
        assert app.results == []
        assert app.screen is app.shown
        await pilot.press("backspace", "backspace", "backspace")
        await until(lambda: under_cursor(app) == ids[1])
    assert len(await titles(services)) == 4


async def test_nothing_saved_yet_is_said(services: Services) -> None:
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "No saved conversations yet. Press esc to go back." in text(app))
        await pilot.press("enter", "ctrl+x", "f2", "escape")
        await until(lambda: app.results)
        assert app.results == [None]


async def test_the_preview_shows_the_end_of_the_conversation(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: "An answer on Postgres" in text(app))
        assert "2 messages" in text(app)
        await pilot.press("down")
        await until(lambda: "An answer on Trip" in text(app))
        assert "An answer on Postgres" not in text(app)


async def test_the_preview_is_clean_plain_text(services: Services) -> None:
    await add(services, "Wild", said="\x1b]0;owned\x07[bold]not markup[/bold]\x1b[2J")
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=WIDE):
        await until(lambda: "[bold]not markup[/bold]" in text(app))
        assert "owned" not in text(app)


async def test_a_narrow_terminal_has_no_preview_and_a_wider_one_gets_it(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        assert not shown(app).preview.display
        await pilot.resize_terminal(120, 40)
        await until(lambda: "An answer on Postgres" in text(app))


async def test_f2_renames_on_disk(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("f2")
        await until(lambda: isinstance(app.screen, RenameDialog))
        await pilot.press("ctrl+u", *"Better title", "enter")
        await until(lambda: "Better title" in text(app))
        assert under_cursor(app) == ids[1]
        assert "Better title" in await titles(services)
        assert app.screen is app.shown
        await pilot.press("ctrl+z")
        await until(lambda: "Postgres index advice" in text(app))
        assert await titles(services) == list(TITLES)


async def test_renaming_can_be_left(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("f2")
        await until(lambda: isinstance(app.screen, RenameDialog))
        await pilot.press(*"x", "escape")
        await until(lambda: app.screen is app.shown)
        await pilot.press("ctrl+z")
        await until(lambda: "nothing to undo" in notices(app))
        assert await titles(services) == list(TITLES)


async def test_ctrl_x_trashes_and_ctrl_z_brings_back_all_of_it(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("ctrl+x")
        await until(lambda: under_cursor(app) == ids[2])
        assert "ctrl+z brings it back." in notices(app)
        await pilot.press("ctrl+x")
        await until(lambda: under_cursor(app) == ids[3])
        assert await titles(services) == [TITLES[0], TITLES[3]]
        await pilot.press("ctrl+z")
        await until(lambda: under_cursor(app) == ids[2])
        await pilot.press("ctrl+z")
        await until(lambda: under_cursor(app) == ids[1])
        assert await titles(services) == list(TITLES)
        assert app.results == []


async def test_keys_pressed_in_haste_each_trash_another_conversation(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        for _ in range(3):
            shown(app).action_trash()
        await pilot.press("escape")
        await until(lambda: app.results)
    assert app.results == [None]
    assert await titles(services) == [TITLES[0]]


async def test_no_letter_and_no_deleting_key_deletes(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press(
            "delete", "backspace", "ctrl+d", "ctrl+w", "ctrl+u", *"dx", "delete", "backspace", "backspace"
        )
        await pilot.pause()
        assert await titles(services) == list(TITLES)


async def test_the_trashed_current_conversation_is_replaced_by_a_new_one(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("up", "ctrl+x", "escape")
        await until(lambda: app.results)
        assert app.results == [Chosen("")]


async def test_the_current_conversation_brought_back_stays(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("up", "ctrl+x", "ctrl+z", "escape")
        await until(lambda: app.results)
        assert app.results == [None]


async def test_the_renamed_current_conversation_is_opened_anew(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("up", "f2")
        await until(lambda: isinstance(app.screen, RenameDialog))
        await pilot.press(*" again", "enter")
        await until(lambda: "Newest of all again" in text(app))
        await pilot.press("escape")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[0])]


async def test_what_can_be_undone_outlives_the_screen(services: Services, ids: list[str]) -> None:
    first = OneScreen(ConversationsScreen(services, ids[0]))
    async with first.run_test(size=WIDE) as pilot:
        await filled(first)
        await pilot.press("ctrl+x", "escape")
        await until(lambda: first.results)
    second = OneScreen(ConversationsScreen(services, ids[0]))
    async with second.run_test(size=WIDE) as pilot:
        await filled(second)
        await pilot.press("ctrl+z")
        await until(lambda: under_cursor(second) == ids[1])
    assert await titles(services) == list(TITLES)


async def test_ctrl_t_pins_and_unpins(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("down", "ctrl+t")
        await until(lambda: "★ Trip to Lisbon" in text(app))
        assert under_cursor(app) == ids[2]
        assert "1 pinned" in text(app)
        assert (await titles(services))[0] == "Trip to Lisbon"
        await pilot.press("ctrl+t")
        await until(lambda: "★" not in text(app))
        assert await titles(services) == list(TITLES)
        await pilot.press("ctrl+z")
        await until(lambda: "★ Trip to Lisbon" in text(app))


async def test_a_conversation_whose_reply_is_arriving_is_not_trashed(services: Services, ids: list[str]) -> None:
    go_on = asyncio.Event()
    conversation = (await services.store.load(ids[1])).conversation
    line = FakeLine(FakeGateway("Half", go_on))
    turn = await services.turns.ask(conversation, "And now?", ReplyOptions("test-model"), line)
    await until(lambda: turn.reply.content == "Half")
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await until(lambda: "Half" in text(app))
        assert under_cursor(app) == ids[1]
        assert "⣷" in text(app)
        await pilot.press("ctrl+x")
        await until(lambda: "A reply is arriving there." in notices(app))
        go_on.set()
        await turn.wait()
    assert sorted(await titles(services)) == sorted(TITLES)


async def test_a_failure_to_trash_is_told_and_the_row_stays(
    services: Services, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_id: str) -> None:
        raise StoreError("The disk is full, so nothing can be saved. Free some space, then try again.")

    monkeypatch.setattr(services.store, "trash", fail)
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("ctrl+x")
        await until(lambda: "The disk is full" in notices(app))
        assert under_cursor(app) == ids[1]
        await pilot.press("ctrl+z")
        await until(lambda: "nothing to undo" in notices(app))


async def test_a_list_that_cannot_be_read_says_why(
    services: Services, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_args: object, **_more: object) -> list[object]:
        raise StoreError("No permission for the folder. Change its owner.")

    monkeypatch.setattr(services.store, "recent", fail)
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "No permission for the folder." in text(app))
        await pilot.press("escape")
        await until(lambda: app.results)


async def test_a_conversation_that_cannot_be_read_says_why_in_the_preview(
    services: Services, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_id: str) -> None:
        raise StoreError("This conversation is no longer there.")

    monkeypatch.setattr(services.store, "load", fail)
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE):
        await until(lambda: "This conversation is no longer there." in text(app))


async def test_all_are_counted_and_more_rows_come_when_the_cursor_nears_the_end(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.conversation_results.ROWS", 5)
    monkeypatch.setattr("tui.screens.conversation_results.NEAR_THE_END", 2)
    for n in range(12):
        await add(services, f"Talk {n:02}", n)
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await until(lambda: "12 conversations" in text(app))
        assert "Talk 05" not in text(app)
        await pilot.press("ctrl+end")
        await until(lambda: "Talk 09" in text(app))
        assert "Talk 10" not in text(app)
        await pilot.press("ctrl+end")
        await until(lambda: "Talk 11" in text(app))
        await pilot.press(*"talk")
        await until(lambda: "12 titles" in text(app))


async def test_what_another_window_saves_appears(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE):
        await filled(app)
        await add(services, "From another window", 0)
        await until(lambda: "From another window" in text(app))
        assert under_cursor(app) == ids[1]


async def test_f1_shows_the_keys_and_comes_back(tmp_path: Path) -> None:
    async with Stage(tmp_path, FakeGateway()).chat() as chat:
        await chat.ready()
        await chat.press("ctrl+o")
        browser = await chat.on(ConversationsScreen)
        await chat.press("f1")
        await chat.shows("Move to the trash, or out of it")
        await chat.press("escape")
        await until(lambda: chat.screen is browser)


async def test_a_click_opens(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.pause()
        await pilot.click(offset=(5, line_with(app, "Trip to Lisbon")))
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[2])]


async def test_ctrl_o_and_enter_flip_to_the_previous_conversation(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FakeGateway())
    async with stage.chat() as chat:
        await chat.ready()
        older = await add(stage.services, "Older", 5)
        newer = await add(stage.services, "Newer", 1)

        def changed(before: Conversation) -> bool:
            return chat.conversation is not before

        shown: list[str] = []
        for _ in range(3):
            before = chat.conversation
            await chat.press("ctrl+o")
            await until(lambda: isinstance(chat.screen, ConversationsScreen) and chat.screen.rows.chosen_id)
            await chat.press("enter")
            await until(partial(changed, before))
            shown.append(chat.conversation.id)
        assert shown == [newer, older, newer]
        assert chat.title == "Newer"


async def test_the_filter_keeps_the_focus(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("shift+tab", *"tabs")
        await pilot.click(offset=(60, 30))
        await pilot.press(*" haiku")
        assert shown(app).filter.value == "tabs haiku"


async def test_enter_in_one_burst_with_the_letters_opens_their_match(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE):
        await filled(app)
        burst(app, *"lisbon", "enter", *"zz")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[2])]


async def test_trashing_in_one_burst_with_the_letters_takes_their_match(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE):
        await filled(app)
        burst(app, *"lisbon", "ctrl+x", *"zz")
        await until(lambda: "Moved to trash." in notices(app))
        await until(lambda: "No matches." in text(app))
        assert await titles(services) == [title for title in TITLES if "Lisbon" not in title]


async def test_renaming_in_one_burst_with_the_letters_asks_for_their_match(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE):
        await filled(app)
        burst(app, *"lisbon", "f2", *" again", "enter", *"zz", "backspace", "backspace", *" ")
        await until(lambda: shown(app).filter.value == "lisbon ")
        await until(lambda: "Trip to Lisbon again" in text(app))
        assert under_cursor(app) == ids[2]
        assert "Trip to Lisbon again" in await titles(services)


async def test_pinning_in_one_burst_with_the_letters_takes_their_match(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE):
        await filled(app)
        burst(app, *"lisbon", "ctrl+t", *[*"zz", "backspace", "backspace"])
        await until(lambda: "★ Trip to Lisbon" in text(app))
        assert [row.title for row in await services.store.recent() if row.pinned] == ["Trip to Lisbon"]


async def test_the_cursor_moves_among_the_matches_of_the_letters_before_it(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE):
        await filled(app)
        burst(app, *"ab", "backspace", "down", "down", "enter")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[3])]  # the third with an a


async def test_keys_of_the_chat_do_nothing_in_the_list(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await until(lambda: "An answer on Postgres" in text(app))
        before = text(app)
        await pilot.press("ctrl+l", "ctrl+g", "f5", "f9", "shift+f4")
        await pilot.pause()
        assert app.screen is app.shown
        assert text(app) == before


async def test_a_conversation_is_brought_back_after_the_list_was_left(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FakeGateway())
    async with stage.chat() as chat:
        await chat.ready()
        await add(stage.services, "Precious")

        async def browse() -> ConversationsScreen:
            await chat.press("ctrl+o")
            await until(lambda: isinstance(chat.screen, ConversationsScreen) and chat.screen.is_mounted)
            assert isinstance(chat.screen, ConversationsScreen)
            return chat.screen

        await until(partial(lambda browsed: browsed.rows.chosen_id, await browse()))
        await chat.press("ctrl+x")
        await chat.told("Moved to trash.")
        await chat.press("escape")
        await chat.back()
        await browse()
        await chat.press("ctrl+z")
        await chat.told("Brought back “")
        assert await titles(stage.services) == ["Precious"]


@pytest.mark.parametrize("key", ["enter", "escape", "ctrl+n"])
async def test_keys_that_come_in_a_bunch_leave_once(services: Services, ids: list[str], key: str) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        for _ in range(3):
            app.post_message(events.Key(key, None))
        await until(lambda: app.results)
        await pilot.pause()
        assert len(app.results) == 1
