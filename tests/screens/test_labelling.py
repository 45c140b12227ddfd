"""Labels on the screen: f7 while writing, c in READ; copied, saved, quoted and opened by letter."""

from __future__ import annotations

import asyncio
import csv
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import ChatDriver
from tui.app import ChinwagApp
from tui.screens.help import HelpScreen
from tui.screens.save_dialog import SaveDialog

SIZE = (100, 44)
CODE = "def merge_sort(items):\n\treturn sorted(items)\n\nprint(1)"
TABLE = '| Name | Of |\n| ---- | -- |\n| **a, b** | "c" |\n| d\\|e | 日本 |'
REPLY = f"""See [the manual](https://example.org/manual).

```python
{CODE}
```

{TABLE}
"""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return Stage(tmp_path, FakeGateway("quattro"))


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the terminal was given to copy."""
    found: list[str] = []
    monkeypatch.setattr(ChinwagApp, "copy_to_clipboard", lambda _app, text: found.append(text))
    return found


@asynccontextmanager
async def shown(stage: Stage, reply: str = REPLY, size: tuple[int, int] = SIZE) -> AsyncIterator[ChatDriver]:
    conversation = await stage.talk(("How", reply))
    async with stage.opened(conversation, size) as chat:
        yield chat


async def saving(chat: ChatDriver) -> SaveDialog[str]:
    await until(lambda: isinstance(chat.screen, SaveDialog) and chat.screen.place.has_focus)
    assert isinstance(chat.screen, SaveDialog)
    return chat.screen


async def test_f7_and_a_letter_copy_code_as_it_was_written(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as chat:
        await chat.press("d", "f7")
        assert chat.labels == ["a", "s", "d"]
        await chat.shows("LABELS")
        assert "letter copy · shift save or quote · tab save · esc" in chat.text
        await chat.press("s")
        await until(lambda: copied == [CODE])
        await chat.told("Copied 4 lines of python, 54 characters")
        assert chat.labels == []
        await chat.press("x")
        assert chat.draft == "dx"
        await chat.hides("LABELS")


async def test_c_in_read_copies_an_address_and_goes_on_reading(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as chat:
        await chat.press("escape", "c", "a")
        await until(lambda: copied == ["https://example.org/manual"])
        assert chat.is_reading
        assert not chat.is_labelling
        await chat.shows("READ")
        await chat.press("f7", "d")
        await until(lambda: len(copied) == 2)
        assert chat.is_reading
        assert copied[1].splitlines()[1:3] == ["| -------- | ---- |", '| **a, b** | "c"  |']
        await chat.told("4 lines of Markdown")


@pytest.mark.parametrize("key", ["escape", "f7", "enter", "1", "x", "ctrl+x"])
async def test_any_other_key_only_leaves(stage: Stage, copied: list[str], key: str) -> None:
    async with shown(stage) as chat:
        await chat.press("escape", "c", key)
        assert not chat.is_labelling
        assert chat.is_reading
        assert chat.labels == []
        await chat.press("i", "f7", key, "y")
        assert not chat.is_labelling
        assert not chat.is_reading
        assert chat.draft == "y"
        assert copied == []
        assert [m.content for m in chat.messages] == ["How", REPLY]


async def test_a_function_key_leaves_and_does_its_work(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as chat:
        await chat.press("f7", "f1")
        await chat.on(HelpScreen)
        await chat.shows("f7  a")
        await chat.press("escape")
        await until(lambda: chat.screen is not None and not isinstance(chat.screen, HelpScreen))
        assert chat.labels == []


async def test_shift_and_a_letter_save_code_under_the_name_it_defines(
    stage: Stage, copied: list[str], tmp_path: Path
) -> None:
    here = tmp_path / "here"
    (here / "merge_sort.py").write_text("mine")
    async with shown(stage) as chat:
        await chat.press("f7", "S")
        dialog = await saving(chat)
        assert dialog.place.value.endswith("merge_sort.py")
        assert not dialog.formats.display
        await chat.press("enter")
        await until(lambda: (here / "merge_sort (2).py").exists() and "Saved" in chat.notices)
        assert f"{here / 'merge_sort (2).py'}, 55 bytes" in chat.notices
    assert (here / "merge_sort.py").read_text() == "mine"
    assert (here / "merge_sort (2).py").read_text() == CODE + "\n"
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    assert stat.S_IMODE((here / "merge_sort (2).py").stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


async def test_a_table_is_saved_as_csv_or_markdown(stage: Stage, copied: list[str], tmp_path: Path) -> None:
    here = tmp_path / "here"
    async with shown(stage) as chat:
        await chat.press("f7", "D")
        dialog = await saving(chat)
        assert dialog.place.value.endswith("table.csv")
        await chat.press("enter")
        await until(lambda: (here / "table.csv").exists() and "Saved" in chat.notices)
        await chat.press("f7", "D")
        dialog = await saving(chat)
        await chat.press("down")
        await until(lambda: dialog.place.value.endswith("table.md"))
        await chat.press("enter")
        await until(lambda: (here / "table.md").exists())
    with (here / "table.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["Name", "Of"], ["a, b", '"c"'], ["d|e", "日本"]]
    assert (here / "table.md").read_text().splitlines()[3].startswith("| d\\|e ")


async def test_a_place_that_cannot_be_written_is_said_in_the_dialog(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as chat:
        await chat.press("f7", "S")
        dialog = await saving(chat)
        dialog.place.value = "nowhere/at/all.py"
        await chat.press("enter")
        await chat.shows("The folder nowhere/at does not exist")
        await chat.press("escape")
        await until(lambda: chat.screen is not dialog)


async def test_tab_turns_letters_to_saving_quoting_and_opening(
    stage: Stage, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(stage) as chat:
        await chat.press("f7", "tab")
        await chat.shows("LABELS save")
        assert chat.labels == ["s", "d"]
        await chat.press("tab")
        await chat.shows("LABELS quote")
        assert chat.labels == ["a", "s", "d"]
        await chat.press("tab")
        await chat.shows("LABELS open")
        assert chat.labels == ["a"]
        await chat.press("tab", "tab", "tab", "s")
        await until(lambda: chat.draft)
        quoted = [f"> {line}".rstrip() for line in f"```python\n{CODE}\n```".split("\n")]
        assert chat.draft.strip().split("\n") == quoted
        opened_links: list[str] = []
        monkeypatch.setattr(chat.app, "open_url", opened_links.append)
        stage.environ.clear()
        await chat.press("f7", "tab", "tab", "tab", "a")
        await until(lambda: opened_links == ["https://example.org/manual"])
    assert copied == []


async def test_over_ssh_opening_a_link_copies_it(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as chat:
        await chat.press("f7", "tab", "tab", "tab", "a")
        await until(lambda: copied == ["https://example.org/manual"])


async def test_an_address_of_another_kind_is_copied_but_not_opened(stage: Stage, copied: list[str]) -> None:
    async with shown(stage, "[mail](mailto:a@example.org)") as chat:
        await chat.press("f7", "tab", "tab", "a")
        await chat.told("Only addresses that begin with")
        assert copied == []
        await chat.press("f7", "a")
        await until(lambda: copied == ["mailto:a@example.org"])


async def test_shift_and_the_letter_of_a_link_quote_it_and_write_on(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as chat:
        await chat.press("escape", "c", "A", "w")
        assert chat.draft == "> https://example.org/manual\n\nw"
        assert not chat.is_reading


async def test_nothing_in_view_to_label_is_said(stage: Stage, copied: list[str]) -> None:
    async with shown(stage, "Only words.") as chat:
        await chat.press("f7")
        await chat.told("No code, table or link is in view.")
        assert not chat.is_labelling
        await chat.press("x")
        assert chat.draft == "x"


async def test_the_palette_lays_labels(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as chat:
        await chat.command("labels")
        await until(lambda: chat.labels == ["a", "s", "d"] and chat.is_labelling)
        await chat.press("a")
        await until(lambda: copied == ["https://example.org/manual"])
        assert chat.draft == ""


async def test_scrolling_keys_keep_the_labels_and_lay_them_anew(stage: Stage, copied: list[str]) -> None:
    reply = "\n\n".join(f"```\ncode {n}\n```\n\nwords" for n in range(30))
    async with shown(stage, reply, (60, 20)) as chat:
        await chat.press("f7", "pageup", "k", "up", "pagedown", "j", "down", "pageup")
        transcript = chat.transcript
        assert chat.is_labelling
        first = transcript.labels.piece(transcript.labels.shown["a"])
        assert first is not None
        assert not transcript.viewport.is_at_end
        await chat.press("a")
        await until(lambda: copied == [first.source])


async def test_two_letters_where_one_is_not_enough(stage: Stage, copied: list[str]) -> None:
    reply = "\n".join(f"- [{n}](https://example.org/{n})" for n in range(40))
    async with shown(stage, reply, (100, 60)) as chat:
        await chat.press("f7")
        second = chat.labels[30]
        await chat.type(second)
        await until(lambda: copied == ["https://example.org/30"])
        await chat.press("f7", "z")
        assert not chat.is_labelling


async def test_a_growing_block_is_copied_as_far_as_it_came(stage: Stage, copied: list[str]) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("```py\nx = 1\ny = ", more, "2\n```\n")
    async with stage.chat(size=SIZE, notifications=True) as chat:
        await chat.ask()
        await chat.shows("y =")
        await chat.press("f7", "a")
        await until(lambda: copied == ["x = 1\ny = "])
        more.set()
        await chat.done()
        await chat.press("f7", "a")
        await until(lambda: copied[1:] == ["x = 1\ny = 2"])


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 50)])
async def test_labels_at_every_size(stage: Stage, copied: list[str], size: tuple[int, int]) -> None:
    async with shown(stage, size=size) as chat:
        await chat.press("f7")
        assert len(chat.labels) >= 2
        await chat.shows("LABELS")


async def test_turning_to_another_conversation_leaves_the_labels(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as chat:
        await chat.press("f7")
        chat.new()
        await until(lambda: not chat.is_labelling)
        await chat.press("x")
        assert chat.draft == "x"
