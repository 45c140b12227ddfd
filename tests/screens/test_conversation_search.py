"""Finding what was said, in titles and messages at once, by keys and on real files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.segment import Segment

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.browser import add, filled, line_with, shown, titles, under_cursor
from tests.screens.one_screen import OneScreen
from tests.terminal_view import SIZES, WIDE, burst, notices, segments, text
from tui.domain.errors import StoreError
from tui.domain.search import Query, SearchHit, Term
from tui.screens.conversations import ConversationsScreen
from tui.screens.rename_dialog import RenameDialog
from tui.services.services import Services
from tui.store.conversations import ConversationStore
from tui.themes import DUSK, PAPER
from tui.widgets.conversation_rows import Chosen

SORTED = "First words.\n\nA merge needs scratch space.\n\nLast words."


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
    """One found by its title, one by what was said in it, one by neither."""
    return [
        await add(services, "Merge requests", 1, asked="What is a pull?", said="A pull."),
        await add(services, "Sorting", 2, asked="How do I sort?", said=SORTED),
        await add(services, "Lisbon", 3),
    ]


async def message_of(services: Services, conversation_id: str, part: str) -> str:
    """The id of the message with these words."""
    messages = (await services.store.load(conversation_id)).conversation.messages.values()
    return next(message.id for message in messages if part in message.content)


async def searched(app: OneScreen, words: str) -> None:
    """The rows are those of this filter."""
    await until(lambda: shown(app).results.text == words)


@pytest.mark.parametrize("size", SIZES)
async def test_titles_and_messages_are_found_together(
    services: Services, ids: list[str], size: tuple[int, int]
) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=size) as pilot:
        await filled(app)
        await pilot.press(*"merge")
        await until(lambda: "A merge needs" in text(app))
        assert "Merge requests" in text(app)
        assert "Lisbon" not in text(app)
        assert line_with(app, "In titles") < line_with(app, "Merge requests") < line_with(app, "In messages")
        assert line_with(app, "In messages") < line_with(app, "Sorting") < line_with(app, "A merge needs")


async def test_enter_lands_on_the_message_that_was_found(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press(*"scratch", "enter")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[1], await message_of(services, ids[1], "scratch"), (Term("scratch"),))]


async def test_enter_on_the_title_above_it_lands_at_the_end(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press(*"scratch", "up", "enter")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[1])]


async def test_letters_and_enter_in_one_burst_land_on_the_message(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=WIDE):
        await filled(app)
        burst(app, *"scrotch", *["backspace"] * 4, *"atch", "enter", *"zz")
        await until(lambda: app.results)
        assert app.results == [Chosen(ids[1], await message_of(services, ids[1], "scratch"), (Term("scratch"),))]


async def test_the_app_opens_the_conversation_that_was_found(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FakeGateway())
    async with stage.chat() as chat:
        await chat.ready()
        wanted = await add(stage.services, "Sorting", 5, said=SORTED)
        await add(stage.services, "Newer", 1)
        await chat.press("ctrl+o", *"scratch")
        await until(lambda: isinstance(chat.screen, ConversationsScreen) and chat.screen.results.text == "scratch")
        await chat.press("enter")
        await until(lambda: chat.conversation.id == wanted)


@pytest.mark.parametrize("theme", [DUSK.name, PAPER.name])
async def test_what_was_looked_for_is_marked_without_colours_too(
    services: Services, ids: list[str], theme: str
) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=WIDE) as pilot:
        app.theme = theme
        await filled(app)
        await pilot.press(*"merge", "down", "down")
        await until(lambda: "First words." in text(app))  # the preview
        marked = [segment.text for segment in segments(app) if is_marked(segment)]
        assert marked == ["Merge", "merge", "merge"]
        others = "".join(segment.text for segment in segments(app) if not is_marked(segment))
        assert "needs scratch space" in others


def is_marked(segment: Segment) -> bool:
    return bool(segment.style and segment.style.bold and segment.style.underline)


async def test_the_preview_shows_the_message_around_what_was_found_and_the_next(services: Services) -> None:
    long = "\n".join(f"line {n}" for n in range(300)) + "\nthe needle is here\n" + "\n".join(["tail"] * 300)
    await add(services, "Haystack", asked=long, said="So what?")
    short = await add(services, "Short", 2, asked="a needle", said="The answer to it.")
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=WIDE) as pilot:
        await filled(app)
        await pilot.press(*"needle")
        await until(lambda: "line 299" in text(app))
        assert "line 250" not in text(app)
        assert "The answer to it." not in text(app)
        await pilot.press("down", "down")
        await until(lambda: "The answer to it." in text(app))
        assert under_cursor(app) == short


async def test_many_messages_of_one_conversation_are_folded(services: Services) -> None:
    from tui.domain.chat import ChatMessage, Conversation, Role

    talk = Conversation(title="Long talk")
    for n in range(8):
        talk.add(ChatMessage(Role.USER, f"needle {n}", created=1000.0 + n))
    await services.store.save(talk, *talk.messages.values())
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"needle")
        await until(lambda: "+5 more" in text(app))
        assert "8 messages" in text(app)
        assert "needle 7" in text(app)
        assert "needle 4" not in text(app)
        await pilot.press("down", "down", "down", "enter")
        await until(lambda: "needle 0" in text(app))
        assert "more" not in text(app)
        assert app.results == []
        await pilot.press("enter")
        await until(lambda: app.results)
        assert app.results == [Chosen(talk.id, await message_of(services, talk.id, "needle 4"), (Term("needle"),))]


async def test_many_titles_are_folded_only_above_messages(services: Services, ids: list[str]) -> None:
    for n in range(9):
        await add(services, f"Merge {n}", 10 + n, asked="?", said="!")
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"merge")
        await until(lambda: "+5 more titles" in text(app))
        assert "Merge 4" not in text(app)
        assert "10 titles · 1 message" in text(app)
        await pilot.press(*["down"] * 5, "enter")
        await until(lambda: "Merge 8" in text(app))
        await pilot.press("enter")
        await until(lambda: app.results)
        app2 = OneScreen(ConversationsScreen(services, ""))
    async with app2.run_test(size=(80, 24)) as pilot:
        await filled(app2)
        await pilot.press(*'"merge" model:qwen after:1d')  # the title of ids[0] has only the one message
        await searched(app2, '"merge" model:qwen after:1d')
        assert "more titles" in text(app2)


async def test_a_fold_is_no_conversation(services: Services, ids: list[str]) -> None:
    for n in range(9):
        await add(services, f"Merge {n}", 10 + n, asked="?", said="!")
    app = OneScreen(ConversationsScreen(services, ""))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"merge", *["down"] * 5)
        await until(lambda: shown(app).rows.key == "titles")
        await pilot.press("ctrl+x", "ctrl+t", "f2")
        await pilot.press("z")
        await searched(app, "mergez")
        assert notices(app) == ""
    assert len(await titles(services)) == 12


# The filter box


async def test_an_empty_box_tells_of_the_filters(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[0]))
    async with app.run_test(size=(60, 20)) as pilot:
        await until(lambda: "or model: role:you before:2026-11 after:2w in:trash" in text(app))
        await pilot.press("l")
        await until(lambda: "role:you" not in text(app))


@pytest.mark.parametrize(
    ("typed", "found", "missing"),
    [
        ("role:you merge", ["Pull"], ["Sorting", "Merge requests"]),
        ("role:reply merge", ["Sorting"], ["Pull", "Merge requests"]),
        ("merge after:1d", ["Merge requests", "Sorting"], ["Pull"]),
        ("merge before:1d", ["Pull"], ["Sorting", "Merge requests"]),
        ("model:qwen", ["Merge requests", "Sorting", "Pull", "Lisbon"], []),
        ("model:llama", [], ["Merge requests", "Sorting", "Pull", "Lisbon"]),
        ("after:1d", ["Merge requests", "Sorting"], ["Pull"]),
    ],
)
async def test_filters_stand_alone_or_with_words(
    services: Services, ids: list[str], typed: str, found: list[str], missing: list[str]
) -> None:
    await add(services, "Pull", 50, asked="Is a merge a pull?", said="No.")
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*typed)
        await searched(app, typed)
        await until(lambda: all(title in text(app) for title in found))
        assert not any(title in text(app) for title in missing)


async def test_a_wrong_filter_says_quietly_what_it_takes(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(60, 20)) as pilot:
        await filled(app)
        await pilot.press(*"merge role:x")
        await until(lambda: "role: must be you or reply." in text(app))
        assert "Merge requests" in text(app)
        assert notices(app) == ""
        await pilot.press("backspace", *"yo")
        await searched(app, "merge role:yo")
        assert "role: must be" not in text(app)


# While it is typed


async def test_the_old_rows_stay_until_the_new_ones_are_there(
    services: Services, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    search, go_on, asked = services.store.search, asyncio.Event(), asyncio.Event()

    async def slow(query: Query, limit: int) -> list[SearchHit]:
        if query.terms[0].text == "scratch":
            asked.set()
            await go_on.wait()
        return await search(query, limit)

    monkeypatch.setattr(services.store, "search", slow)
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"scratc")
        await until(lambda: "A merge needs" in text(app))
        await pilot.press("h")
        await until(asked.is_set)
        assert "A merge needs" in text(app)
        go_on.set()
        await searched(app, "scratch")
        assert "A merge needs" in text(app)


async def test_a_late_answer_never_stands_in_the_place_of_a_newer_one(
    services: Services, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    search, go_on, asked = services.store.search, asyncio.Event(), asyncio.Event()

    async def slow_at_first(query: Query, limit: int) -> list[SearchHit]:
        if query.terms[0].text == "scratch":
            asked.set()
            await go_on.wait()
        return await search(query, limit)

    monkeypatch.setattr(services.store, "search", slow_at_first)
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"scratch")
        await until(asked.is_set)
        await pilot.press("ctrl+u", *"lisbon")
        await searched(app, "lisbon")
        go_on.set()
        await pilot.pause()
        assert "A question on Lisbon" in text(app)
        assert "A merge needs" not in text(app)


async def test_the_cursor_stays_where_it_is_when_another_window_saves(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"merge", "down", "down")
        await until(lambda: shown(app).rows.key.startswith(f"{ids[1]}/0"))
        before = shown(app).rows.key
        await add(services, "Merge of another window", 0)
        await until(lambda: "another window" in text(app))
        assert shown(app).rows.key == before


async def test_reading_the_files_anew_is_told_and_results_fill_in(
    services: Services, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    progress: tuple[int, int] | None = (2000, 10_000)
    monkeypatch.setattr(ConversationStore, "indexing", property(lambda _store: progress))
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: "reading 2,000 of 10,000" in text(app))
        await pilot.press(*"zzzz")
        await until(lambda: "No matches so far. Reading 2,000 of 10,000." in text(app))
        assert "reading 2,000 of 10,000" in text(app)
        await add(services, "Late zzzz", 1)
        progress = None
        await until(lambda: "Late zzzz" in text(app))
        assert "reading" not in text(app)


async def test_a_search_that_fails_says_why(
    services: Services, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_query: Query, _limit: int) -> list[SearchHit]:
        raise StoreError("The disk does not respond. Try again.")

    monkeypatch.setattr(services.store, "search", fail)
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"lisbon")
        await until(lambda: "The disk does not respond. Try again." in text(app))
        await pilot.press("ctrl+u")
        await until(lambda: under_cursor(app) == ids[0])


# What is done with what was found


async def test_a_conversation_is_trashed_from_a_message_found_in_it(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"merge", "down", "down", "ctrl+x")
        await until(lambda: "A merge needs" not in text(app))
        assert "Moved to trash." in notices(app)
        assert under_cursor(app) == ids[0]
        await pilot.press("ctrl+z")
        await until(lambda: "A merge needs" in text(app))
        assert under_cursor(app) == ids[1]
    assert len(await titles(services)) == 3


async def test_a_conversation_is_renamed_from_a_message_found_in_it(services: Services, ids: list[str]) -> None:
    app = OneScreen(ConversationsScreen(services, ids[2]))
    async with app.run_test(size=(80, 24)) as pilot:
        await filled(app)
        await pilot.press(*"scratch", "f2")
        await until(lambda: isinstance(app.screen, RenameDialog))
        await pilot.press(*" it out", "enter")
        await until(lambda: "Sorting it out" in text(app))
        assert shown(app).rows.key.startswith(f"{ids[1]}/0")
    assert "Sorting it out" in await titles(services)
