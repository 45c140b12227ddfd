"""The chat as its user meets it: keys go in, and what the screen shows comes out.

The tests of the chat know of its panes and widgets through this file only.
"""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from textual import events
from textual.containers import Vertical
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from tests import terminal_view
from tests.fakes import until
from tests.terminal_view import WIDE
from tui.app import ChinwagApp
from tui.domain.chat import ChatMessage, Conversation
from tui.domain.settings import Profile
from tui.screens.chat.draft_keeper import DraftKeeper
from tui.screens.chat.modes import Mode
from tui.screens.chat.pane import ChatPane
from tui.screens.chat.screen import ChatScreen
from tui.screens.rename_dialog import RenameDialog
from tui.widgets.find_bar import FindBar
from tui.widgets.transcript import Transcript

AnyScreen = TypeVar("AnyScreen", bound=Screen[Any])


@asynccontextmanager
async def driven(
    app: ChinwagApp, size: tuple[int, int] = WIDE, *, notifications: bool = False
) -> AsyncIterator[ChatDriver]:
    """Run an app that opens on the chat."""
    async with app.run_test(size=size, notifications=notifications) as pilot:
        yield ChatDriver(app, pilot)


class ChatDriver:
    """Presses keys in a running app and tells what came of them."""

    def __init__(self, app: ChinwagApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    # -- Keys and mouse

    async def press(self, *keys: str) -> None:
        """Press keys, each after the one before was handled."""
        await self.pilot.press(*keys)

    async def type(self, words: str) -> None:
        """Type a text."""
        await self.pilot.press(*words)

    async def send(self, prompt: str) -> None:
        """Type a prompt and press enter."""
        await self.pilot.press(*prompt, "enter")

    def burst(self, *keys: str) -> None:
        """Press keys that are all there before the first one has done anything."""
        terminal_view.burst(self.app, *keys)

    def paste(self, words: str) -> None:
        """Paste a text into the prompt."""
        self._pane.prompt_box.post_message(events.Paste(words))

    def clear_prompt(self) -> None:
        """Empty the prompt."""
        self._pane.prompt_box.clear()

    async def click(self, *args: Any, **kwargs: Any) -> None:
        """Click, as `Pilot.click` does."""
        await self.pilot.click(*args, **kwargs)

    async def drag(self, first: str, last: str) -> None:
        """Drag the mouse from the beginning of some words to the end of others."""
        await self.pilot.mouse_down(offset=self.position_of(first))
        x, y = self.position_of(last)
        x += len(last) - 1
        terminal_view.move_mouse(self.app, x, y)
        await self.pilot.pause()
        await self.pilot.mouse_up(offset=(x, y))

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal larger or smaller."""
        await self.pilot.resize_terminal(width, height)

    async def pause(self, delay: float | None = None) -> None:
        """Wait until all messages on their way were handled."""
        await self.pilot.pause(delay)

    # -- Whole steps

    async def ready(self) -> None:
        """Wait for the gateway's answer, or for its failure."""
        await until(lambda: self.is_chat and self.health in {"ready", "offline"})

    async def stored(self) -> None:
        """Wait until the store can be written."""
        await until(self._pane.session.store_opened.is_set)

    async def ask(self, prompt: str = "Hello") -> None:
        """Send a prompt and wait until its reply has begun."""
        await self.ready()
        await self.send(prompt)
        await until(lambda: len(self.messages) >= 2)

    async def done(self) -> None:
        """Wait until no reply is arriving."""
        await until(lambda: not self.is_arriving)

    async def command(self, word: str) -> None:
        """Give a slash command."""
        await until(lambda: self.is_chat and self.has_prompt_focus)
        await self.press("/", *word, "enter")
        await until(lambda: isinstance(self.app.screen, (ChatScreen, RenameDialog)))

    def open(self, conversation_id: str) -> None:
        """Turn to a saved conversation."""
        self._chat.open_conversation(conversation_id)

    async def open_and_wait(self, conversation_id: str) -> None:
        """Turn to a saved conversation and wait until all of it was read."""
        self.open(conversation_id)
        await self.opened(conversation_id)

    async def opened(self, conversation_id: str) -> None:
        """Wait until a conversation is shown and all of it was read."""
        await until(lambda: self.conversation.id == conversation_id and self._pane.session.whole.is_set())

    def new(self) -> None:
        """Begin a new conversation, whatever the mode is."""
        self._chat.new_conversation()

    def hold_rest(self) -> None:
        """Let it seem that the rest of a long conversation is still being read."""
        self._pane.session.whole.clear()

    @property
    def is_whole(self) -> bool:
        """Whether all of the conversation was read."""
        return self._pane.session.whole.is_set()

    def look_round(self) -> None:
        """Begin to look at the files and to fill the sidebar, as the chat does every few seconds."""
        self._chat._look_round()
        self._pane.post_message(ChatPane.Saved())

    async def look_at_disk(self) -> None:
        """Take in what other windows have written by now."""
        await self._pane.look_round()

    def use_model(self, model: str) -> None:
        """Pick a model."""
        self._pane.session.use_model(model)

    def use_gateway(self, profile: Profile) -> None:
        """Pick a gateway."""
        self._chat.use_profile(profile)

    # -- The screen

    @property
    def screen(self) -> Screen[Any]:
        """The screen on top."""
        return self.app.screen

    @property
    def is_chat(self) -> bool:
        """Whether the chat is the screen on top."""
        return isinstance(self.app.screen, ChatScreen)

    @property
    def text(self) -> str:
        """All text on the terminal."""
        return terminal_view.text(self.app)

    @property
    def lines(self) -> list[str]:
        """The text on the terminal, row by row."""
        return self.text.splitlines()

    @property
    def notices(self) -> str:
        """The notices that have not expired."""
        return terminal_view.notices(self.app)

    def position_of(self, words: str) -> tuple[int, int]:
        """Return the column and row where words are shown."""
        return terminal_view.position_of(self.app, words)

    async def on(self, kind: builtins.type[AnyScreen]) -> AnyScreen:
        """Wait for a screen of that kind and return it."""
        await until(lambda: isinstance(self.app.screen, kind))
        assert isinstance(self.app.screen, kind)
        return self.app.screen

    async def back(self) -> None:
        """Wait until the chat is the screen on top."""
        await until(lambda: self.is_chat)

    async def shows(self, *words: str) -> None:
        """Wait until all of these are on the terminal."""
        await until(lambda: all(each in self.text for each in words))

    async def hides(self, words: str) -> None:
        """Wait until this is not on the terminal."""
        await until(lambda: words not in self.text)

    async def told(self, *words: str) -> None:
        """Wait for notices with all of these."""
        await until(lambda: all(each in self.notices for each in words))

    async def quit(self) -> None:
        """Press ctrl+q and wait until the app has ended."""
        await self.press("ctrl+q")
        await self.has_quit()

    async def has_quit(self) -> None:
        """Wait until the app has ended."""
        await until(lambda: not self.app.is_running)

    @property
    def farewell(self) -> str:
        """What the app says on the terminal after it has ended."""
        return str(self.app._exit_renderables[0])

    # -- The conversation

    @property
    def conversation(self) -> Conversation:
        """The conversation that is shown."""
        return self._pane.conversation

    @property
    def messages(self) -> list[ChatMessage]:
        """The messages of the branch that is shown."""
        return self.conversation.branch()

    @property
    def shown_messages(self) -> list[str]:
        """The messages in the transcript, as they were written."""
        return [entry.message.content for entry in self.transcript.messages.entries]

    @property
    def reply(self) -> ChatMessage:
        """The last reply."""
        reply = self.conversation.last_reply()
        assert reply is not None, "there is no reply"
        return reply

    @property
    def title(self) -> str:
        """The title above the transcript."""
        return str(self._pane.query_one("#title", Static).content)

    @property
    def count(self) -> str:
        """What is said beside the title."""
        return str(self._pane.query_one("#count", Static).render())

    @property
    def file_notice(self) -> str:
        """What is said of the conversation's file, if anything is."""
        line = self._pane.query_one("#place", Static)
        return str(line.render()) if line.display else ""

    @property
    def is_arriving(self) -> bool:
        """Whether a reply is arriving in this conversation."""
        return self._pane.streaming

    # -- The prompt and the status line

    @property
    def draft(self) -> str:
        """The text in the prompt."""
        return self._pane.prompt_box.text

    @property
    def placeholder(self) -> str:
        """What the empty prompt says."""
        return str(self._pane.prompt_box.placeholder)

    @property
    def has_prompt_focus(self) -> bool:
        """Whether letters go into the prompt."""
        return self._pane.prompt_box.has_focus

    @property
    def prompt_region(self) -> Region:
        """Where the prompt and its frame are."""
        return self._pane.query_one("#prompt-frame", Vertical).region

    @property
    def mode(self) -> str:
        """The mode in the status line; empty while writing."""
        return self._pane.status.mode

    @property
    def is_reading(self) -> bool:
        """Whether letters move through the transcript."""
        return self._chat.is_reading

    @property
    def is_labelling(self) -> bool:
        """Whether labels are shown."""
        return self._chat.mode is Mode.LABELS

    @property
    def is_editing(self) -> bool:
        """Whether the prompt holds an earlier message."""
        return self._pane.editing

    @property
    def model(self) -> str:
        """The model of the next reply."""
        return self._pane.session.model

    @property
    def gateway(self) -> str:
        """The gateway in the status line."""
        return self._pane.status.gateway

    @property
    def health(self) -> str:
        """How the gateway is: ready, busy, offline or unknown."""
        return self._pane.status.health

    @property
    def warning(self) -> str:
        """The warning in the status line."""
        return self._pane.status.warning

    # -- The transcript

    @property
    def transcript(self) -> Transcript:
        """The transcript, for what only it can tell."""
        return self._pane.transcript

    @property
    def cursor_text(self) -> str:
        """The message under the cursor of READ, as it was written."""
        return self.conversation.messages[self.transcript.cursor.message_id or ""].content

    @property
    def top_line(self) -> str:
        """The first line of the transcript that is in view."""
        region = self.transcript.region
        return self.lines[region.y][region.x :].strip()

    @property
    def labels(self) -> list[str]:
        """The letters beside code, tables and links."""
        return list(self.transcript.labels.shown)

    @property
    def find_bar(self) -> FindBar:
        """The bar that asks what to find."""
        return self._pane.query_one(FindBar)

    def highlighted(self, *, current: bool = False) -> list[str]:
        """Return what is highlighted in the transcript: the current match, or the others."""
        theme = self.app.get_css_variables()
        surface = theme["user" if current else "block-cursor-background"].lower()
        pieces = terminal_view.segments(self.app, self.transcript.region)
        return [piece.text for piece in pieces if terminal_view.background(piece) == surface]

    # -- Below the screen

    @property
    def drafts(self) -> DraftKeeper:
        """The keeper of what is not sent."""
        return self._pane.drafts

    def is_idle(self, *groups: str) -> bool:
        """Return whether no work of these groups is under way."""
        return not [worker for worker in self.app.workers if worker.group in groups and not worker.is_finished]

    @property
    def _chat(self) -> ChatScreen:
        screen = self.app.screen
        assert isinstance(screen, ChatScreen), f"{screen} is on top"
        return screen

    @property
    def _pane(self) -> ChatPane:
        return self.app.screen.query_one(ChatPane)
