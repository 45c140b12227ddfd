"""Going from one conversation to another that is shorter, or longer, whatever was held in view."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage


@pytest.mark.parametrize("how", ["history", "sidebar"])
async def test_from_a_longer_conversation_to_a_shorter_one(tmp_path: Path, how: str) -> None:
    stage = Stage(tmp_path, FakeGateway("An answer."))
    async with stage.chat() as chat:
        await chat.ask("A1")
        await chat.done()
        await chat.press("ctrl+n")
        await until(lambda: not chat.conversation.messages)
        await chat.ask("B1")
        await chat.done()
        await chat.send("B2")
        await until(lambda: len(chat.messages) == 4)
        await chat.done()
        if how == "history":
            await chat.press("ctrl+o")
            await until(lambda: not chat.is_chat)
            await chat.shows("A1")
            await chat.press("enter")
        else:
            y = next(n for n, line in enumerate(chat.lines) if "A1" in line[:30])
            await chat.click(offset=(8, y))
        await until(lambda: chat.is_chat and len(chat.messages) == 2)
        await chat.hides("B2")
        assert "A1" in chat.text
