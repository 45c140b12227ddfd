"""The real app on real files, with a scripted gateway at its edge."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from tests.fakes import FakeGateway
from tests.screens.chat_driver import ChatDriver, driven
from tests.terminal_view import WIDE
from tui.app import ChinwagApp
from tui.cli import open_folder
from tui.domain.chat import ChatMessage, Conversation, Role
from tui.domain.settings import GenerationOptions, LocalSettings, Profile
from tui.paths import AppDirs
from tui.services.changes import Changes
from tui.services.clipboard import Clipboard
from tui.services.connections import Connections
from tui.services.local_model import LocalModel
from tui.services.preferences import Preferences
from tui.services.rescue import Rescue
from tui.services.services import LaunchOptions, Services
from tui.services.turns import Turns
from tui.store.conversations import ConversationStore
from tui.store.drafts import Drafts
from tui.store.history import PromptHistory
from tui.store.keymap import load_keymap
from tui.store.profile_cache import ProfileCache
from tui.store.secrets import Secrets
from tui.store.settings import SettingsFile

PROFILE = Profile("lab", "http://127.0.0.1:1/v1", options=GenerationOptions())
COUNTING = (("one", "uno"), ("two", "due"), ("three", "tre"))


class SlowSaves:
    """Holds the saves of a store back until `gate` is set."""

    def __init__(self, store: Any) -> None:
        self.gate = asyncio.Event()
        self.waiting = 0
        self._save = store.save
        store.save = self

    async def __call__(self, conversation: Conversation, *messages: ChatMessage) -> None:
        self.waiting += 1
        await self.gate.wait()
        await self._save(conversation, *messages)


def kill(store: ConversationStore) -> None:
    """Leave the files as the kernel does when a process is killed: its locks are released, nothing else happens."""
    store.folder._alive.release()


class Stage:
    """Everything under one folder. The gateway may be changed between turns."""

    def __init__(self, folder: Path, gateway: FakeGateway, environ: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.gateway = gateway
        self.dirs = AppDirs(folder / "data", folder / "config", folder / "cache")
        self.environ = dict(environ or {"SSH_TTY": "test"})
        self.cache: ProfileCache | None = None
        """Where something of the gateways is kept between two runs, if that is wanted."""
        self.checked: list[tuple[Profile, str | None]] = []
        """What the app asked to be connected to, with which key."""

    # -- The app

    def app(self, start: LaunchOptions | None = None) -> ChinwagApp:
        """Return a fresh app, as after a new start."""
        preferences = Preferences(SettingsFile(self.dirs.settings))
        preferences.load()
        store = ConversationStore(self.dirs.data, self.dirs.cache)
        history = PromptHistory(store.folder)
        keys = Secrets(self.dirs.secrets, self.environ)
        turns = Turns(store)
        local = LocalModel(LocalSettings(), self.dirs.models, self.dirs.logs / "engine.log")
        services = Services(
            preferences=preferences,
            store=store,
            history=history,
            drafts=Drafts(store.folder, history),
            keys=keys,
            turns=turns,
            changes=Changes(store, turns),
            rescue=Rescue(self.dirs.data, open_folder, [self.folder / "home"]),
            connections=Connections(keys, self._connect, local, self.cache),
            local=local,
            clipboard=Clipboard(self.dirs.cache / "copied.txt", self.environ),
            dirs=self.dirs,
            keymap=load_keymap(self.dirs.keymap),
        )
        self.services = services
        return ChinwagApp(services, start or LaunchOptions(profile=PROFILE))

    @asynccontextmanager
    async def chat(
        self, start: LaunchOptions | None = None, *, size: tuple[int, int] = WIDE, notifications: bool = False
    ) -> AsyncIterator[ChatDriver]:
        """Run a fresh app that opens on the chat."""
        async with driven(self.app(start), size, notifications=notifications) as chat:
            yield chat

    @asynccontextmanager
    async def opened(self, conversation: Conversation, size: tuple[int, int] = WIDE) -> AsyncIterator[ChatDriver]:
        """Run a fresh app with that conversation on the screen."""
        start = LaunchOptions(profile=PROFILE, conversation=conversation.id)
        async with self.chat(start, size=size, notifications=True) as chat:
            await chat.ready()
            await chat.opened(conversation.id)
            await chat.pause()
            yield chat

    # -- The files

    @property
    def saved(self) -> str:
        """Everything in the conversation files."""
        files = (self.dirs.data / "conversations").glob("*.jsonl")
        return "\n".join(path.read_text("utf-8") for path in sorted(files))

    async def on_disk(self, conversation: Conversation) -> list[str]:
        """Return the messages of a conversation as they are stored."""
        return [m.content for m in (await self.services.store.load(conversation.id)).conversation.branch()]

    async def talk(self, *said: tuple[str, str]) -> Conversation:
        """Store a conversation of these prompts and replies, as another window would."""
        conversation = Conversation(title="Counting", model="test-model")
        for question, answer in said or COUNTING:
            conversation.add(ChatMessage(Role.USER, question))
            conversation.add(ChatMessage(Role.ASSISTANT, answer, model="test-model"))
        async with self.other_window() as store:
            await store.save(conversation)
        return conversation

    @asynccontextmanager
    async def other_window(self) -> AsyncIterator[ConversationStore]:
        """Open the same files as another process would."""
        store = ConversationStore(self.dirs.data, self.dirs.cache)
        await store.start()
        try:
            yield store
        finally:
            await store.close()

    # -- Trouble with them

    def slow_saves(self) -> SlowSaves:
        """Hold back all saves from now on."""
        return SlowSaves(self.services.store)

    @asynccontextmanager
    async def busy_disk(self) -> AsyncIterator[None]:
        """Hold the store's thread for as long as this lasts."""
        hold = threading.Event()
        job = asyncio.ensure_future(self.services.store.folder.run(lambda: hold.wait(20)))
        await asyncio.sleep(0)
        try:
            yield
        finally:
            hold.set()
            await job

    @contextmanager
    def folder_in_use(self) -> Iterator[None]:
        """Hold the lock of the folder, as another program would, for as long as this lasts."""
        other = ConversationStore(self.dirs.data, self.dirs.cache)
        self.services.store.folder.lock.timeout = 0.05
        with other.folder.lock:
            yield
        self.services.store.folder.lock.timeout = 10

    async def _connect(self, profile: Profile, key: str | None) -> FakeGateway:
        self.checked.append((profile, key))
        return self.gateway
