"""Labels on the screen: f7 while writing, c in READ; copied, saved, quoted and opened by letter."""

from __future__ import annotations

import asyncio
import csv
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.one_screen import notices
from tests.screens.test_acts import chat, command, opened, pane, talk
from tests.screens.test_chat import ask, done, text
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
async def shown(
    stage: Stage, reply: str = REPLY, size: tuple[int, int] = SIZE
) -> AsyncIterator[tuple[ChinwagApp, Pilot[None]]]:
    conversation = await talk(stage, ("How", reply))
    async with opened(stage, conversation, size) as (app, pilot):
        yield app, pilot


def labels(app: ChinwagApp) -> list[str]:
    return list(pane(app).transcript.labelled)


async def saving(app: ChinwagApp) -> SaveDialog[str]:
    await until(lambda: isinstance(app.screen, SaveDialog) and app.screen.place.has_focus)
    assert isinstance(app.screen, SaveDialog)
    return app.screen


async def test_f7_and_a_letter_copy_code_as_it_was_written(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as (app, pilot):
        await pilot.press("d", "f7")
        assert labels(app) == ["a", "s", "d"]
        await until(lambda: "LABELS" in text(app))
        assert "letter copy · shift save or quote · tab save · esc" in text(app)
        await pilot.press("s")
        await until(lambda: copied == [CODE])
        await until(lambda: "Copied 4 lines of python, 54 characters" in notices(app))
        assert labels(app) == []
        await pilot.press("x")
        assert pane(app).prompt_box.text == "dx"
        await until(lambda: "LABELS" not in text(app))


async def test_c_in_read_copies_an_address_and_goes_on_reading(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as (app, pilot):
        await pilot.press("escape", "c", "a")
        await until(lambda: copied == ["https://example.org/manual"])
        assert chat(app).reading
        assert not chat(app).labelling
        await until(lambda: "READ" in text(app))
        await pilot.press("f7", "d")
        await until(lambda: len(copied) == 2)
        assert chat(app).reading
        assert copied[1].splitlines()[1:3] == ["| -------- | ---- |", '| **a, b** | "c"  |']
        await until(lambda: "4 lines of Markdown" in notices(app))


@pytest.mark.parametrize("key", ["escape", "f7", "enter", "1", "x", "ctrl+x"])
async def test_any_other_key_only_leaves(stage: Stage, copied: list[str], key: str) -> None:
    async with shown(stage) as (app, pilot):
        await pilot.press("escape", "c", key)
        assert not chat(app).labelling
        assert chat(app).reading
        assert labels(app) == []
        await pilot.press("i", "f7", key, "y")
        assert not chat(app).labelling
        assert not chat(app).reading
        assert pane(app).prompt_box.text == "y"
        assert copied == []
        assert [m.content for m in pane(app).conversation.branch()] == ["How", REPLY]


async def test_a_function_key_leaves_and_does_its_work(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as (app, pilot):
        await pilot.press("f7", "f1")
        await until(lambda: isinstance(app.screen, HelpScreen))
        await until(lambda: "f7  a" in text(app))
        await pilot.press("escape")
        await until(lambda: app.screen is not None and not isinstance(app.screen, HelpScreen))
        assert labels(app) == []


async def test_shift_and_a_letter_save_code_under_the_name_it_defines(
    stage: Stage, copied: list[str], tmp_path: Path
) -> None:
    here = tmp_path / "here"
    (here / "merge_sort.py").write_text("mine")
    async with shown(stage) as (app, pilot):
        await pilot.press("f7", "S")
        dialog = await saving(app)
        assert dialog.place.value.endswith("merge_sort.py")
        assert not dialog.formats.display
        await pilot.press("enter")
        await until(lambda: (here / "merge_sort (2).py").exists() and "Saved" in notices(app))
        assert f"{here / 'merge_sort (2).py'}, 55 bytes" in notices(app)
    assert (here / "merge_sort.py").read_text() == "mine"
    assert (here / "merge_sort (2).py").read_text() == CODE + "\n"
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    assert stat.S_IMODE((here / "merge_sort (2).py").stat().st_mode) == stat.S_IMODE(ordinary.stat().st_mode)


async def test_a_table_is_saved_as_csv_or_markdown(stage: Stage, copied: list[str], tmp_path: Path) -> None:
    here = tmp_path / "here"
    async with shown(stage) as (app, pilot):
        await pilot.press("f7", "D")
        dialog = await saving(app)
        assert dialog.place.value.endswith("table.csv")
        await pilot.press("enter")
        await until(lambda: (here / "table.csv").exists() and "Saved" in notices(app))
        await pilot.press("f7", "D")
        dialog = await saving(app)
        await pilot.press("down")
        await until(lambda: dialog.place.value.endswith("table.md"))
        await pilot.press("enter")
        await until(lambda: (here / "table.md").exists())
    with (here / "table.csv").open(newline="") as file:
        assert list(csv.reader(file)) == [["Name", "Of"], ["a, b", '"c"'], ["d|e", "日本"]]
    assert (here / "table.md").read_text().splitlines()[3].startswith("| d\\|e ")


async def test_a_place_that_cannot_be_written_is_said_in_the_dialog(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as (app, pilot):
        await pilot.press("f7", "S")
        dialog = await saving(app)
        dialog.place.value = "nowhere/at/all.py"
        await pilot.press("enter")
        await until(lambda: "There is no folder nowhere/at" in text(app))
        await pilot.press("escape")
        await until(lambda: app.screen is not dialog)


async def test_tab_turns_letters_to_saving_quoting_and_opening(
    stage: Stage, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(stage) as (app, pilot):
        await pilot.press("f7", "tab")
        await until(lambda: "LABELS save" in text(app))
        assert labels(app) == ["s", "d"]
        await pilot.press("tab")
        await until(lambda: "LABELS quote" in text(app))
        assert labels(app) == ["a", "s", "d"]
        await pilot.press("tab")
        await until(lambda: "LABELS open" in text(app))
        assert labels(app) == ["a"]
        await pilot.press("tab", "tab", "tab", "s")
        await until(lambda: pane(app).prompt_box.text)
        quoted = [f"> {line}".rstrip() for line in f"```python\n{CODE}\n```".split("\n")]
        assert pane(app).prompt_box.text.strip().split("\n") == quoted
        opened_links: list[str] = []
        monkeypatch.setattr(app, "open_url", opened_links.append)
        stage.environ.clear()
        await pilot.press("f7", "tab", "tab", "tab", "a")
        await until(lambda: opened_links == ["https://example.org/manual"])
    assert copied == []


async def test_over_ssh_opening_a_link_copies_it(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as (_app, pilot):
        await pilot.press("f7", "tab", "tab", "tab", "a")
        await until(lambda: copied == ["https://example.org/manual"])


async def test_an_address_of_another_kind_is_copied_but_not_opened(stage: Stage, copied: list[str]) -> None:
    async with shown(stage, "[mail](mailto:a@example.org)") as (app, pilot):
        await pilot.press("f7", "tab", "tab", "a")
        await until(lambda: "Only addresses that begin with" in notices(app))
        assert copied == []
        await pilot.press("f7", "a")
        await until(lambda: copied == ["mailto:a@example.org"])


async def test_shift_and_the_letter_of_a_link_quote_it_and_write_on(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as (app, pilot):
        await pilot.press("escape", "c", "A", "w")
        assert pane(app).prompt_box.text == "> https://example.org/manual\n\nw"
        assert not chat(app).reading


async def test_nothing_in_view_to_label_is_said(stage: Stage, copied: list[str]) -> None:
    async with shown(stage, "Only words.") as (app, pilot):
        await pilot.press("f7")
        await until(lambda: "No code, table or link is in view." in notices(app))
        assert not chat(app).labelling
        await pilot.press("x")
        assert pane(app).prompt_box.text == "x"


async def test_the_palette_lays_labels(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as (app, pilot):
        await command(app, pilot, "labels")
        await until(lambda: labels(app) == ["a", "s", "d"] and chat(app).labelling)
        await pilot.press("a")
        await until(lambda: copied == ["https://example.org/manual"])
        assert pane(app).prompt_box.text == ""


async def test_scrolling_keys_keep_the_labels_and_lay_them_anew(stage: Stage, copied: list[str]) -> None:
    reply = "\n\n".join(f"```\ncode {n}\n```\n\nwords" for n in range(30))
    async with shown(stage, reply, (60, 20)) as (app, pilot):
        await pilot.press("f7", "pageup", "k", "up", "pagedown", "j", "down", "pageup")
        transcript = pane(app).transcript
        assert chat(app).labelling
        first = transcript.piece(transcript.labelled["a"])
        assert first is not None
        assert not transcript.is_at_end
        await pilot.press("a")
        await until(lambda: copied == [first.source])


async def test_two_letters_where_one_is_not_enough(stage: Stage, copied: list[str]) -> None:
    reply = "\n".join(f"- [{n}](https://example.org/{n})" for n in range(40))
    async with shown(stage, reply, (100, 60)) as (app, pilot):
        await pilot.press("f7")
        second = labels(app)[30]
        await pilot.press(*second)
        await until(lambda: copied == ["https://example.org/30"])
        await pilot.press("f7", "z")
        assert not chat(app).labelling


async def test_a_growing_block_is_copied_as_far_as_it_came(stage: Stage, copied: list[str]) -> None:
    more = asyncio.Event()
    stage.gateway.steps = ("```py\nx = 1\ny = ", more, "2\n```\n")
    app = stage.app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await ask(app, pilot)
        await until(lambda: "y =" in text(app))
        await pilot.press("f7", "a")
        await until(lambda: copied == ["x = 1\ny = "])
        more.set()
        await done(app)
        await pilot.press("f7", "a")
        await until(lambda: copied[1:] == ["x = 1\ny = 2"])


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 50)])
async def test_labels_at_every_size(stage: Stage, copied: list[str], size: tuple[int, int]) -> None:
    async with shown(stage, size=size) as (app, pilot):
        await pilot.press("f7")
        assert len(labels(app)) >= 2
        await until(lambda: "LABELS" in text(app))


async def test_turning_to_another_conversation_leaves_the_labels(stage: Stage, copied: list[str]) -> None:
    async with shown(stage) as (app, pilot):
        await pilot.press("f7")
        chat(app).action_new_conversation()
        await until(lambda: not chat(app).labelling)
        await pilot.press("x")
        assert pane(app).prompt_box.text == "x"
