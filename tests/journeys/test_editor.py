"""The prompt in the user's editor, which has the terminal to itself: small shell scripts stand in for editors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.journeys.conftest import StartChinwag
from tests.journeys.terminal import Terminal
from tests.journeys.test_lab import ask, at, saved

pytestmark = pytest.mark.journey

OPEN = "THE EDITOR IS OPEN"


@pytest.fixture
def editor(tmp_path: Path) -> Path:
    """It clears the screen, waits until `editor.go` is there (ten seconds at most), and adds to the text."""
    path = tmp_path / "editor"
    path.write_text(
        "#!/bin/sh\n"
        f"printf '\\033[2J\\033[H{OPEN}'\n"
        'n=0; while [ ! -e "$0.go" ] && [ $n -lt 500 ]; do sleep 0.02; n=$((n+1)); done\n'
        "printf ' and edited' >> \"$1\"\n"
    )
    path.chmod(0o700)
    return path


def write_in_editor(terminal: Terminal, words: str) -> None:
    terminal.type(words)
    terminal.wait_for(words)
    terminal.press("ctrl+g")


def test_a_reply_goes_on_unseen_while_the_editor_is_open(
    start: StartChinwag, lab: str, tmp_path: Path, editor: Path
) -> None:
    terminal = start(**at(lab, "cancel_midway"), EDITOR=str(editor))
    ask(terminal, "Count for me")
    terminal.wait_for("Once 0 1 2")
    write_in_editor(terminal, "Draft")
    terminal.wait_for(lambda screen: screen.strip() == OPEN)
    written = terminal.written
    terminal.wait_for(lambda _: re.search('[ "]20 ', saved(tmp_path)), 10)
    assert terminal.written == written, terminal.text

    (tmp_path / "editor.go").touch()
    terminal.wait_for("Draft and edited")
    terminal.wait_for("Count for me")
    terminal.wait_for("18 19 20")
    terminal.press("escape")
    terminal.wait_for("Stopped")
    assert OPEN not in terminal.text


def test_the_app_lives_on_when_the_editor_is_missing(start: StartChinwag, lab: str) -> None:
    terminal = start(**at(lab, "plain_stream"), EDITOR="no-such-editor")
    terminal.wait_for("Message lab-model")
    write_in_editor(terminal, "Draft")
    terminal.wait_for("no-such-editor could not be started")
    terminal.type(" goes on")
    terminal.wait_for("Draft goes on")


def test_ctrl_c_that_ends_the_editor_leaves_the_app_and_the_prompt(start: StartChinwag, lab: str, editor: Path) -> None:
    terminal = start(**at(lab, "plain_stream"), EDITOR=str(editor))
    terminal.wait_for("Message lab-model")
    write_in_editor(terminal, "Draft")
    terminal.wait_for(lambda screen: screen.strip() == OPEN)
    terminal.press("ctrl+c")
    terminal.wait_for("The editor ended with an error")
    terminal.type(" goes on")
    terminal.wait_for("Draft goes on")
