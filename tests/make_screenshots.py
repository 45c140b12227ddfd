"""Draws `screenshots/*.svg` with the real app against a scripted gateway. `make screenshots` runs it."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

from tests.fakes import FakeGateway, until
from tests.sample import GATEWAYS, GROWING, IN_FULL, MODELS, NOW, QUESTION, REPLY, SAVED, conversation
from tests.screens.app_fixture import Stage
from tests.screens.chat_driver import driven
from tui.services.services import LaunchOptions

OUT = Path(__file__).parent.parent / "screenshots"


async def draw(
    name: str,
    size: tuple[int, int],
    *keys: str,
    theme: str = "",
    prompt: str = "",
    local: bool = False,
    first: bool = False,
    talk: tuple[str, float, str, str] | None = None,
) -> None:
    """One picture: start the app, press the keys, save what is shown."""
    gateway = FakeGateway(GROWING, asyncio.Event(), models=MODELS)
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder), gateway)
        stage.app()
        await stage.services.store.start()
        for saved in SAVED:
            await stage.services.store.save(conversation(*saved))
        shown = conversation("Merge sort, explained twice", 240, QUESTION, REPLY)
        await stage.services.store.save(shown)
        if talk is not None:
            shown = conversation(*talk)
            await stage.services.store.save(shown)
        await stage.services.store.close()
        profile = None if first else GATEWAYS.current()
        if profile is not None:
            await stage.services.preferences.save(GATEWAYS)
            await stage.services.keys.put("metask", "sk-of-the-pictures-3f9a")
        app = stage.app(LaunchOptions(profile=profile, conversation=shown.id if prompt or talk else ""))
        if local:
            app = stage.app(LaunchOptions(profile=stage.services.local.profile))
        if theme:
            app.theme = theme
        async with driven(app, size) as chat:
            if not first:
                await chat.ready()
            await chat.pause(0.4)
            if prompt:
                await until(lambda: chat.messages)
                await chat.send(prompt)
                await until(lambda: chat.is_arriving and gateway.requests)
                await chat.pause(0.4)
            if talk is not None:
                await until(lambda: chat.conversation.id == shown.id)
                await chat.pause(0.4)
            for key in keys:
                await chat.press(key)
                await chat.pause(0.4)
            await chat.pause(0.4)
            svg = app.export_screenshot(title="chinwag")
            await app.action_quit()
        (OUT / f"{name}.svg").write_text(portable(svg), encoding="utf-8")
        print(f"screenshots/{name}.svg")


def portable(svg: str) -> str:
    """Without a web font to fetch, and with leading spaces kept by every viewer."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("<text ", '<text xml:space="preserve" ')


async def main() -> None:
    """Draw all."""
    OUT.mkdir(exist_ok=True)
    second = "And when is it the wrong choice?"
    await draw("chat", (120, 40), "pageup", prompt=second)
    await draw("chat-light", (120, 40), "pageup", prompt=second, theme="chinwag-paper")
    await draw("chat-80x24", (80, 24), prompt=second)
    await draw("reading", (120, 40), "escape", talk=IN_FULL)
    await draw("reading-light", (120, 40), "escape", talk=IN_FULL, theme="chinwag-paper")
    await draw("labels", (80, 24), "f7", talk=IN_FULL)
    await draw("find", (120, 40), "ctrl+f", *"search", talk=IN_FULL)
    await draw("outline", (120, 40), "escape", "o", talk=IN_FULL)
    await draw("models", (120, 40), "ctrl+l", prompt=second)
    await draw("conversations", (120, 40), "ctrl+o", prompt=second)
    await draw("search", (120, 40), "ctrl+o", *"merge sort", "down", "down", "down", prompt=second)
    await draw("settings", (120, 40), "shift+f4", prompt=second)
    await draw("onboarding", (120, 40), first=True)


if __name__ == "__main__":
    os.environ["TZ"] = "UTC"
    time.tzset()
    with patch("time.time", lambda: NOW):
        asyncio.run(main())
