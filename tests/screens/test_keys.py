"""Every advertised key works while the prompt has the focus."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tui.screens.answering import Dialog
from tui.screens.chat.screen import ChatScreen
from tui.screens.commands import CHAT_COMMANDS
from tui.screens.labelling import LabellingScreen
from tui.screens.reading import ReadingScreen
from tui.screens.switching import SwitchingScreen
from tui.widgets.prompt_box import PromptBox

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
    "ctrl+p": "CommandPalette",
    "/": "SlashPalette",
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


@pytest.mark.parametrize("keys", [("f5",), ("f6",), ("f7",), ("ctrl+end",), ("ctrl+home",), ("pageup",), ("pagedown",)])
async def test_keys_for_the_transcript_are_not_eaten_by_the_prompt(stage: Stage, keys: tuple[str, ...]) -> None:
    called: list[str] = []
    async with stage.chat() as chat:
        await chat.ready()
        screen = chat.screen
        wanted = {"f5": "retry", "f6": "copy_reply", "f7": "labels", "ctrl+end": "follow"}
        wanted |= {"ctrl+home": "reply_start", "pageup": "page_up", "pagedown": "page_down"}
        for action in wanted.values():
            setattr(screen, f"action_{action}", lambda action=action: called.append(action))
        await chat.press(*"text", *keys)
        await until(lambda: called == [wanted[key] for key in keys])
        assert chat.draft == "text"


async def test_every_command_of_the_palette_is_an_action_of_the_screen(stage: Stage) -> None:
    async with stage.chat() as chat:
        await chat.back()
        for command in CHAT_COMMANDS:
            owner, _, name = command.action.rpartition(".")
            assert hasattr(chat.app if owner == "app" else chat.screen, f"action_{name}"), command.action
        assert len({command.slash for command in CHAT_COMMANDS}) == len(CHAT_COMMANDS)


def test_bindings_have_ids_labels_and_keys_that_terminals_pass_on() -> None:
    for owner in (ChatScreen, LabellingScreen, SwitchingScreen, ReadingScreen, PromptBox):
        for binding in owner.BINDINGS:
            assert not isinstance(binding, tuple)
            assert binding.id, binding
            assert binding.description, binding
            assert not DEAD_KEYS & set(binding.key.split(",")), binding


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
