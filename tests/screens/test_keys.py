"""Every advertised key works while the prompt has the focus."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tui.screens.chat.actions import ChatActions
from tui.screens.chat.command_table import CommandTable
from tui.screens.chat.commands import ChatCommand, chat_commands
from tui.screens.chat.modes import Mode
from tui.screens.chat.palette import matches, rows_of
from tui.screens.chat.screen import ChatScreen
from tui.screens.result_screen import Dialog

DEAD_KEYS = {"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+left_square_bracket"}
"""They are tab, enter, backspace and escape."""

OPENS = {
    "ctrl+o": "ConversationsScreen",
    "f3": "ConversationsScreen",
    "ctrl+l": "ModelPicker",
    "f2": "ModelPicker",
    "shift+f4": "SettingsScreen",
    "ctrl+comma": "SettingsScreen",
    "f1": "HelpScreen",
    "ctrl+p": "Palette",
    "/": "Palette",
}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, FakeGateway("A reply."))


@pytest.mark.parametrize("key", OPENS)
async def test_a_key_opens_its_screen_and_escape_comes_back_to_the_prompt(stage: Stage, key: str) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press(key)
        await until(lambda: type(chat.screen).__name__ == OPENS[key])
        if isinstance(chat.screen, Dialog):
            await until(lambda: chat.screen.query_one(".dialog").region.size)
            box = chat.screen.query_one(".dialog").region
            assert abs(box.x - (120 - box.right)) <= 1, "not in the middle"
            assert chat.screen.styles.background.a < 1, "hides the chat"
        await chat.press("escape")
        await chat.back()
        await chat.pause()
        assert chat.has_prompt_focus


class Recorder:
    """The command table of an app, which writes down what it is asked to run once `on`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ran: list[str] = []
        self.on = False
        self.table = CommandTable([self._recorded(command) for command in chat_commands()])
        monkeypatch.setattr("tui.app.chat_commands", lambda: list(self.table))

    def _recorded(self, command: ChatCommand) -> ChatCommand:
        def run(chat: ChatActions) -> Awaitable[None] | None:
            if not self.on:
                return command.run(chat)
            self.ran.append(command.id)
            return None

        return replace(command, run=run)


WAYS: dict[Mode, tuple[str, ...]] = {
    Mode.WRITE: (),
    Mode.READ: ("escape",),
    Mode.EDIT: ("escape", "e"),
    Mode.FIND: ("ctrl+f",),
    Mode.LABELS: ("f7",),
}
"""The keys that lead from the prompt to a mode."""


@pytest.mark.parametrize("mode", WAYS, ids=lambda mode: mode.value)
async def test_every_key_of_the_table_runs_its_command_in_its_mode(
    stage: Stage, mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(monkeypatch)
    table = recorder.table
    conversation = await stage.talk(("Show me", "A [link](https://example.org) and\n\n```py\nx = 1\n```"))
    async with stage.opened(conversation) as chat:

        async def quit_app() -> None:
            recorder.ran.append("app.quit")

        monkeypatch.setattr(chat.app, "action_quit", quit_app)
        await chat.press(*WAYS[mode])
        if mode is Mode.EDIT:
            await until(lambda: chat.draft == "Show me")
            chat.clear_prompt()
        screen = chat.screen
        assert isinstance(screen, ChatScreen)
        await until(lambda: screen.mode is mode)
        recorder.on = True
        for key in sorted(table.keys_alive(mode)):
            command = table.at_key(mode, key)
            assert command is not None
            recorder.ran.clear()
            await chat.press(key)
            await until(partial(recorder.ran.__eq__, [command.id]))
            assert screen.mode is mode
        assert chat.draft == ""


async def test_keys_for_the_transcript_leave_the_prompt_as_it_is(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.ready()
        await chat.press(*"text", "f5", "f6", "f7", "ctrl+end", "ctrl+home", "pageup", "pagedown")
        assert chat.draft == "text"


def test_rows_have_ids_and_words_of_their_own_and_keys_that_terminals_pass_on() -> None:
    commands = chat_commands()
    table = CommandTable(commands)
    assert len({command.id for command in commands}) == len(commands)
    words = [word for command in commands for word in (command.slash, *command.old_words) if word]
    assert len(set(words)) == len(words)
    assert all(command.title for command in commands)
    for command in commands:
        for mode in command.keys:
            for key in command.keys_in(mode):
                assert key not in DEAD_KEYS, command.id
                taken = table.at_key(mode, key) if mode is not None else command
                assert taken is command, f"{key} is there twice"


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("rename", "conversation.rename"),
        ("trash", "conversation.trash"),
        ("light", "theme.choose"),
        ("temperature", "settings.open"),
        ("key", "settings.open"),
        ("export", "conversation.save"),
        ("reword", "message.edit"),
        ("profile", "gateway.choose"),
        ("sett", "settings.open"),
        ("cnv", "conversation.browse"),
    ],
)
def test_the_palette_finds_a_command_by_what_it_is_about(word: str, command: str) -> None:
    assert matches(rows_of(CommandTable(chat_commands())), word)[0].id == command


async def test_ten_thousand_messages_open_scroll_and_stream(stage: Stage) -> None:
    from tui.domain.chat import ChatMessage, Conversation, Role

    stage.app()
    await stage.services.store.start()
    long = Conversation(title="Long")
    for n in range(5_000):
        long.add(ChatMessage(Role.USER, f"question {n}"))
        long.add(ChatMessage(Role.ASSISTANT, f"answer {n} with **some** `code`\n\n- one\n- two"))
    await stage.services.store.save(long)
    await stage.services.store.close()
    async with stage.chat() as chat:
        await chat.ready()
        chat.open(long.id)
        await until(lambda: chat.conversation.id == long.id)
        await until(lambda: "10,000" in chat.count)
        for _ in range(20):
            await chat.press("pageup")
        await chat.send("more")
        await until(lambda: len(chat.messages) == 10_002 and not chat.is_arriving)
        assert chat.messages[-1].content == "A reply."
