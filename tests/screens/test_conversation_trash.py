"""The trash in the list of conversations, and renaming."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.browser import TITLES, add, filled, shown, titles, under_cursor
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, WIDE, burst, notices, text
from tui.domain.search import Query
from tui.screens.conversations import ConversationsScreen
from tui.screens.rename_dialog import RenameDialog
from tui.screens.result_screen import KeepsOnQuit
from tui.services.services import Services
from tui.widgets.conversation_rows import Chosen

IN_TRASH = Query(in_trash=True)


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
    """Four conversations, newest first; the last two are in the trash."""
    ids = [await add(services, title, hours) for hours, title in enumerate(TITLES)]
    for conversation_id in ids[2:]:
        await services.store.trash(conversation_id)
    return ids


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["tab", "f7"])
async def test_a_key_shows_the_trash_and_leads_back(
    services: Services, ids: list[str], size: tuple[int, int], key: str
) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=size) as pilot:
        await filled(app)
        assert "Trip to Lisbon" not in text(app)
        await pilot.press(key)
        await until(lambda: "Trip to Lisbon" in text(app))
        assert shown(app).filter.value == "in:trash "
        assert "Postgres" not in text(app)
        assert "enter read" in text(app)
        await pilot.press(key)
        await until(lambda: "Postgres" in text(app))
        assert shown(app).filter.value == ""
        assert "enter open" in text(app)


async def test_the_trash_is_counted_and_searched(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("tab")
        await until(lambda: "2 in the trash" in text(app))
        await until(lambda: "2 messages · 2 h · in the trash" in text(app))
        await pilot.press(*"haiku")
        await until(lambda: "An answer on Haiku" in text(app))
        assert "Lisbon" not in text(app)
        await pilot.press("tab")
        await until(lambda: "No matches." in text(app))
        assert shown(app).filter.value == "haiku"


async def test_an_empty_trash_says_so(services: Services) -> None:
    await add(services, "Only one")
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=(60, 20)) as pilot:
        await filled(app)
        await pilot.press("tab")
        await until(lambda: "The trash is empty. Press tab to go back." in text(app))
        await pilot.press("ctrl+x", "enter", "tab")
        await until(lambda: "Only one" in text(app))


async def test_what_is_in_the_trash_is_opened_to_read(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("tab", "enter")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[2])]
    assert await titles(services, IN_TRASH) == list(TITLES[2:])


async def test_ctrl_x_takes_out_of_the_trash_and_ctrl_z_puts_it_back(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("tab", "ctrl+x")
        await until(lambda: under_cursor(app) == ids[3])
        assert "Brought back." in notices(app)
        assert await titles(services) == list(TITLES[:3])
        await pilot.press("ctrl+z")
        await until(lambda: under_cursor(app) == ids[2])
        assert await titles(services, IN_TRASH) == list(TITLES[2:])


async def test_in_the_trash_nothing_is_changed_or_deleted(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("tab", "f2")
        await until(lambda: "It is in the trash." in notices(app))
        assert app.screen is app.shown
        await pilot.press("ctrl+t", "delete", "ctrl+d", "ctrl+w", "tab", *"dx")
        await until(lambda: "in:trash" not in shown(app).filter.value or shown(app).rows.chosen_id is None)
    assert await titles(services, IN_TRASH) == list(TITLES[2:])
    assert not any(row.pinned for row in await services.store.recent(query=IN_TRASH))


async def test_a_conversation_read_in_the_trash_is_left_as_it_is(services: Services, ids: list[str]) -> None:
    row = (await services.store.recent())[0]
    await services.changes.trash(row)
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("escape")
        await until(lambda: app.results)
        assert app.results == [None]


# Titles


def title(app: OneScreen) -> str:
    """The title that is being written."""
    return app.screen.query_one(Input).value


async def test_a_title_is_written_in_a_dialog_that_names_its_keys(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press("f2", *" twice")
        await until(lambda: "Postgres index advice twice" in text(app))
        assert "enter save · esc cancel" in text(app)
        assert "Postgres index advice" in await titles(services)
        await pilot.resize_terminal(60, 20)
        await pilot.press("enter")
        await until(lambda: app.screen is app.shown)
        await until(lambda: "Postgres index advice twice" in text(app))
    assert "Postgres index advice twice" in await titles(services)


async def test_an_empty_title_is_refused(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=(60, 20)) as pilot:
        await filled(app)
        await pilot.press("f2", "ctrl+u", "space", "enter")
        await until(lambda: "A title needs at least one letter." in text(app))
        assert isinstance(app.screen, RenameDialog)
        await pilot.press("escape")
        await until(lambda: "A title needs" not in text(app))
    assert await titles(services) == list(TITLES[:2])


async def test_keys_of_the_list_rest_while_a_title_is_written(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("f2", "down", "tab", "ctrl+t", "ctrl+n", "ctrl+o", "f2", *"s", "enter")
        await until(lambda: "Postgres index advices" in text(app))
        assert app.results == []
        assert under_cursor(app) == ids[1]
    assert await titles(services) == [TITLES[0], "Postgres index advices"]


async def test_quitting_keeps_the_title_that_is_being_written(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("f2", *" again")
        await until(lambda: title(app).endswith("again"))
        for screen in reversed(app.screen_stack):
            if isinstance(screen, KeepsOnQuit):
                await screen.before_quit()
        assert await titles(services) == [TITLES[0], "Postgres index advice again"]


async def test_a_title_is_clean(services: Services) -> None:
    await add(services, "a\x1b[31mb\nc")
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("f2")
        await until(lambda: isinstance(app.screen, RenameDialog))
        assert title(app) == "ab c"
        await pilot.press(*"x" * 10, "enter")
        await until(lambda: "ab cxxxxxxxxxx" in text(app))


async def test_a_title_that_stays_the_same_is_no_change(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press("f2", "enter", "ctrl+z")
        await until(lambda: "There is nothing to undo." in notices(app))


async def test_the_title_and_what_follows_in_one_burst(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=WIDE):
        await filled(app)
        burst(app, "f2", *" one", "enter", "up", "f2", *" two", "enter", "escape")
        await until(lambda: app.results)
    assert await titles(services) == ["Newest of all two", "Postgres index advice one"]
