"""The real app on real files, with a scripted gateway at its edge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.fakes import FakeGateway
from tui.app import ChinwagApp
from tui.cli import open_folder
from tui.domain.settings import GenerationOptions, LocalSettings, Profile
from tui.paths import AppDirs
from tui.services.changes import Changes
from tui.services.chat import ChatService
from tui.services.clipboard import Clipboard
from tui.services.connections import Connections
from tui.services.local_model import LocalModel
from tui.services.preferences import Preferences
from tui.services.profile_memory import Cache
from tui.services.rescue import Rescue
from tui.services.services import LaunchOptions, Services
from tui.services.turns import Turns
from tui.store.conversations import ConversationStore
from tui.store.drafts import Drafts
from tui.store.history import PromptHistory
from tui.store.secrets import Secrets
from tui.store.settings import SettingsFile

PROFILE = Profile("lab", "http://127.0.0.1:1/v1", options=GenerationOptions())


class Stage:
    """Everything under one folder. The gateway may be changed between turns."""

    def __init__(self, folder: Path, gateway: FakeGateway, environ: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.gateway = gateway
        self.dirs = AppDirs(folder / "data", folder / "config", folder / "cache")
        self.environ = dict(environ or {"SSH_TTY": "test"})
        self.cache: Cache | None = None
        """Where something of the gateways is kept between two runs, if that is wanted."""
        self.checked: list[tuple[Profile, str | None]] = []
        """What the app asked to be connected to, with which key."""

    def app(self, start: LaunchOptions | None = None) -> ChinwagApp:
        """A fresh app, as after a new start."""
        preferences = Preferences(SettingsFile(self.dirs.settings))
        preferences.load()
        store = ConversationStore(self.dirs.data, self.dirs.cache)
        history = PromptHistory(store.folder)
        keys = Secrets(self.dirs.secrets, self.environ)
        turns = Turns(ChatService(store))
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
        )
        self.services = services
        return ChinwagApp(services, start or LaunchOptions(profile=PROFILE))

    @property
    def saved(self) -> str:
        """Everything in the conversation files."""
        files = (self.dirs.data / "conversations").glob("*.jsonl")
        return "\n".join(path.read_text("utf-8") for path in sorted(files))

    async def _connect(self, profile: Profile, key: str | None) -> FakeGateway:
        self.checked.append((profile, key))
        return self.gateway
