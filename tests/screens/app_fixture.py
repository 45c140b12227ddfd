"""The real app on real files, with a scripted gateway at its edge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.fakes import FakeGateway
from tui.app import ChinwagApp
from tui.cli import open_folder
from tui.domain.settings import GenerationOptions, LocalSettings, Profile
from tui.paths import Places
from tui.services.changes import Changes
from tui.services.chat import ChatService
from tui.services.clipboard import Clipboard
from tui.services.connections import Connections
from tui.services.local_model import LocalModel
from tui.services.parts import Parts, Start
from tui.services.preferences import Preferences
from tui.services.rescue import Rescue
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
        self.places = Places(folder / "data", folder / "config", folder / "cache")
        self.environ = dict(environ or {"SSH_TTY": "test"})
        self.checked: list[tuple[Profile, str | None]] = []
        """What the app asked to be connected to, with which key."""

    def app(self, start: Start | None = None) -> ChinwagApp:
        """A fresh app, as after a new start."""
        preferences = Preferences(SettingsFile(self.places.settings))
        preferences.load()
        store = ConversationStore(self.places.data, self.places.cache)
        history = PromptHistory(store.folder)
        keys = Secrets(self.places.secrets, self.environ)
        turns = Turns(ChatService(store))
        local = LocalModel(LocalSettings(), self.places.models, self.places.logs / "engine.log")
        parts = Parts(
            preferences=preferences,
            store=store,
            history=history,
            drafts=Drafts(store.folder, history),
            keys=keys,
            turns=turns,
            changes=Changes(store, turns),
            rescue=Rescue(self.places.data, open_folder, [self.folder / "home"]),
            connections=Connections(keys, self._connect, local),
            local=local,
            clipboard=Clipboard(self.places.cache / "copied.txt", self.environ),
            places=self.places,
        )
        self.parts = parts
        return ChinwagApp(parts, start or Start(profile=PROFILE))

    @property
    def saved(self) -> str:
        """Everything in the conversation files."""
        files = (self.places.data / "conversations").glob("*.jsonl")
        return "\n".join(path.read_text("utf-8") for path in sorted(files))

    async def _connect(self, profile: Profile, key: str | None) -> FakeGateway:
        self.checked.append((profile, key))
        return self.gateway
