"""The user's own keys: taken over where they can be, and named where they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tui.domain.keymap import Keymap, UserKeys
from tui.screens.chat.command_table import ANYWHERE, CommandTable
from tui.screens.chat.commands import chat_commands
from tui.screens.chat.modes import Mode
from tui.screens.chat.user_keys import parse_key, with_user_keys
from tui.screens.help import HelpScreen


def changed(*rows: UserKeys) -> tuple[CommandTable[object], list[str]]:
    commands, problems = with_user_keys(chat_commands(), Keymap(rows=rows))
    return CommandTable(commands), problems  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Y", "Y"),
        ("?", "question_mark"),
        ("ctrl+e", "ctrl+e"),
        ("Ctrl+E", "ctrl+e"),
        ("^e", "ctrl+e"),
        ("esc", "escape"),
        ("pgdn", "pagedown"),
        ("alt+f5", "alt+f5"),
        ("F5", "f5"),
        ("slash", "slash"),
        ("hyperkey", None),
        ("foo+e", None),
        ("", None),
    ],
)
def test_keys_are_written_as_people_write_them(written: str, meant: str | None) -> None:
    assert parse_key(written) == meant


def test_a_letter_is_for_the_modes_in_which_letters_are_commands_and_other_keys_for_all() -> None:
    table, problems = changed(UserKeys("message.copy", ("Y", "ctrl+e")), UserKeys("reply.retry", ("R", "f12")))
    assert problems == []
    assert {table.at_key(Mode.READ, key).id for key in ("Y", "ctrl+e")} == {"message.copy"}  # type: ignore[union-attr]
    assert table.at_key(Mode.READ, "y") is None
    assert table["reply.retry"].keys == {ANYWHERE: "f12", Mode.READ: "R"}


def test_two_commands_can_exchange_their_keys() -> None:
    table, problems = changed(UserKeys("reply.retry", ("f6",)), UserKeys("reply.copy", ("f5",)))
    assert problems == []
    assert table.keys_of("reply.retry") == ["f6"]
    assert table.keys_of("reply.copy") == ["f5"]


def test_a_key_for_one_mode_leaves_the_others_alone() -> None:
    table, problems = changed(UserKeys("reply.retry", ("R",), "read"))
    assert problems == []
    assert table["reply.retry"].keys == {ANYWHERE: "f5", Mode.READ: "R"}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (UserKeys("message.cpoy", ("Y",), "", 3), "keys.toml, line 3: There is no command message.cpoy."),
        (UserKeys("message.copy", ("Y",), "dream", 4), "keys.toml, line 4: There is no mode dream."),
        (UserKeys("message.copy", ("strg+y",), "", 5), "keys.toml, line 5: strg+y is not a key."),
        (UserKeys("message.copy", ("ctrl+i",), "", 6), "keys.toml, line 6: Terminals send ctrl+i as tab."),
        (UserKeys("prompt.send", ("s",), "write", 7), "keys.toml, line 7: s is text there."),
        (
            UserKeys("message.copy", ("j",), "", 8),
            "keys.toml, line 8: j already runs cursor.next; message.copy keeps its standard keys.",
        ),
        (UserKeys("reply.copy", ("ctrl+d",), "", 9), "keys.toml, line 9: ctrl+d already runs"),
    ],
)
def test_what_cannot_be_used_is_named_and_the_standard_keys_stay(row: UserKeys, problem: str) -> None:
    table, problems = changed(row)
    assert len(problems) == 1
    assert problems[0].startswith(problem)
    assert [command.keys for command in table] == [command.keys for command in chat_commands()]


async def test_the_users_keys_work_and_help_and_hints_show_them(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FakeGateway("ok"))
    stage.dirs.config.mkdir()
    stage.dirs.keymap.write_text('[keys]\n"mode.write" = "W"\n"chat.help" = ["f1", "ctrl+e"]\n"no.such" = "f7"\n')
    conversation = await stage.talk()
    async with stage.opened(conversation) as chat:
        await chat.told("keys.toml, line 4: There is no command no.such.")
        await chat.press("escape")
        await chat.shows("W write")
        await chat.press("i")
        assert chat.is_reading
        await chat.press("W")
        await until(lambda: not chat.is_reading and chat.has_prompt_focus)
        await chat.press("ctrl+e")
        await chat.on(HelpScreen)
        await chat.shows("f1  ctrl+e")
