"""The prompt in the user's own editor: small shell scripts stand in for editors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.app import App

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import driven
from tui.screens.editor import EditorError, edit_text

WAITING = 'touch "$0.open"; n=0; while [ ! -e "$0.go" ] && [ $n -lt 500 ]; do sleep 0.02; n=$((n+1)); done'
"""Waits for a file, ten seconds at most."""


class Suspended(App[None]):
    """Says whether somebody else has the terminal."""

    away = False

    @contextmanager
    def suspend(self) -> Iterator[None]:
        self.away = True
        yield
        self.away = False


@pytest.fixture(autouse=True)
def own_folder_for_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    drafts = tmp_path / "drafts"
    drafts.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(drafts))
    return drafts


def use_editor(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("EDITOR", command)
    monkeypatch.delenv("VISUAL", raising=False)


def script(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "editor"
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o700)
    return path


async def test_the_text_comes_back_as_the_editor_saved_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = script(tmp_path, "[ $1 = --wait ] && echo one >> $2", "echo two >> $2")
    use_editor(monkeypatch, f"'{editor}' --wait")
    app = Suspended()
    async with app.run_test():
        assert await edit_text(app, "zero ") == "zero one\ntwo"
        assert not app.away


async def test_visual_is_asked_before_editor(monkeypatch: pytest.MonkeyPatch) -> None:
    use_editor(monkeypatch, "false")
    monkeypatch.setenv("VISUAL", "true")
    app = Suspended()
    async with app.run_test():
        assert await edit_text(app, "text") == "text"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("rm", "left no text behind"),
        ("false", "ended with an error"),
        ("'", "is no command"),
        (" ", "is no command"),
        ("no-such-editor --wait", "no-such-editor could not be started"),
        ("/", "could not be started"),
    ],
)
async def test_what_goes_wrong_is_said_and_the_terminal_is_given_back(
    monkeypatch: pytest.MonkeyPatch, own_folder_for_drafts: Path, command: str, said: str
) -> None:
    use_editor(monkeypatch, command)
    app = Suspended()
    async with app.run_test():
        with pytest.raises(EditorError, match=said):
            await edit_text(app, "text")
        assert not app.away
    assert list(own_folder_for_drafts.iterdir()) == []


async def test_a_folder_for_drafts_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_editor(monkeypatch, "true")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    app = Suspended()
    async with app.run_test():
        with pytest.raises(EditorError, match="missing"):
            await edit_text(app, "text")


async def test_a_terminal_that_cannot_be_shared_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    use_editor(monkeypatch, "true")
    app = App[None]()
    async with app.run_test():  # without a terminal
        with pytest.raises(EditorError, match="cannot be handed"):
            await edit_text(app, "text")


async def test_the_app_goes_on_while_the_editor_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = script(tmp_path, WAITING, 'printf " done" >> "$1"')
    use_editor(monkeypatch, str(editor))
    app = Suspended()
    async with app.run_test():
        editing = asyncio.create_task(edit_text(app, "not"))
        await until((tmp_path / "editor.open").exists)
        assert app.away
        (tmp_path / "editor.go").touch()
        assert await editing == "not done"


async def test_an_app_that_closes_takes_the_editor_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own_folder_for_drafts: Path
) -> None:
    editor = script(tmp_path, WAITING, 'touch "$0.left"')
    use_editor(monkeypatch, str(editor))
    app = Suspended()
    async with app.run_test():
        editing = asyncio.create_task(edit_text(app, "text"))
        await until((tmp_path / "editor.open").exists)
        editing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await editing
        assert not app.away
    assert not (tmp_path / "editor.left").exists()
    assert list(own_folder_for_drafts.iterdir()) == []


async def test_a_prompt_that_could_not_be_edited_stays_in_the_box(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_editor(monkeypatch, "rm")
    app = Stage(tmp_path, FakeGateway()).app()
    monkeypatch.setattr(type(app), "suspend", Suspended.suspend)
    async with driven(app) as chat:
        await chat.ready()
        await chat.press(*"text", "ctrl+g")
        await chat.told("left no text behind")
        assert chat.draft == "text"


async def test_letters_that_come_too_late_for_the_editor_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_editor(monkeypatch, str(script(tmp_path, WAITING, 'printf ", edited" >> "$1"')))
    app = Stage(tmp_path, FakeGateway()).app()
    monkeypatch.setattr(type(app), "suspend", Suspended.suspend)
    async with driven(app) as chat:
        await chat.ready()
        await chat.press(*"text", "ctrl+g")
        await until((tmp_path / "editor.open").exists)
        await chat.press(*"!", "ctrl+g")
        (tmp_path / "editor.go").touch()
        await until(lambda: chat.draft == "text, edited!")
