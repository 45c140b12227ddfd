"""Going from one conversation to another that is shorter, or longer, whatever was held in view."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes import FakeGateway, until
from tests.screens.app_fixture import Stage
from tests.screens.test_chat import WIDE, ask, done, pane, text
from tui.app import ChinwagApp
from tui.screens.chat.screen import ChatScreen


@pytest.mark.parametrize("how", ["history", "sidebar"])
async def test_from_a_longer_conversation_to_a_shorter_one(tmp_path: Path, how: str) -> None:
    stage = Stage(tmp_path, FakeGateway("An answer."))
    app: ChinwagApp = stage.app()
    async with app.run_test(size=WIDE) as pilot:
        await ask(app, pilot, "A1")
        await done(app)
        await pilot.press("ctrl+n")
        await until(lambda: not pane(app).conversation.messages)
        await ask(app, pilot, "B1")
        await done(app)
        await pilot.press(*"B2", "enter")
        await until(lambda: len(pane(app).conversation.branch()) == 4)
        await done(app)
        if how == "history":
            await pilot.press("ctrl+o")
            await until(lambda: not isinstance(app.screen, ChatScreen))
            await until(lambda: "A1" in text(app))
            await pilot.press("enter")
        else:
            y = next(n for n, line in enumerate(text(app).splitlines()) if "A1" in line[:30])
            await pilot.click(offset=(8, y))
        await until(lambda: isinstance(app.screen, ChatScreen) and len(pane(app).conversation.branch()) == 2)
        await until(lambda: "B2" not in text(app))
        assert "A1" in text(app)
