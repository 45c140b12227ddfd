"""The outline of a conversation under test."""

from __future__ import annotations

import re

from textual.widgets import Input

from tests.fakes import until
from tests.screens.chat_driver import ChatDriver
from tui.screens.outline import Outline
from tui.widgets.outline_list import OutlineList


async def outline(chat: ChatDriver) -> OutlineList:
    """Return the list, once all messages were read: the filter tells their number then."""
    screen = await chat.on(Outline)
    await until(lambda: re.match(r"Filter [\d,]+ line", screen.query_one(Input).placeholder))
    return screen.query_one(OutlineList)


def texts(rows: OutlineList) -> list[str]:
    """Return what the lines say."""
    return [item.text for item in rows.items]
