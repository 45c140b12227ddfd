"""A conversation session on real files, with a scripted gateway and a view that remembers. No terminal is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.fakes import FakeGateway
from tui.domain.chat import ChatMessage, Conversation, Role
from tui.domain.settings import LocalSettings, Profile
from tui.paths import AppDirs
from tui.services.changes import Changes
from tui.services.clipboard import Clipboard
from tui.services.connections import Connections
from tui.services.local_model import LocalModel
from tui.services.preferences import Preferences
from tui.services.reply_task import ReplyTask
from tui.services.rescue import Rescue, RescueFolder
from tui.services.services import Services
from tui.services.session import ConversationSession
from tui.services.session_view import Severity
from tui.services.turns import Turns
from tui.store.conversations import ConversationStore
from tui.store.drafts import Drafts
from tui.store.history import PromptHistory
from tui.store.secrets import Secrets
from tui.store.settings import SettingsFile

GATEWAY = Profile("lab", "http://127.0.0.1:1/v1", model="test-model")


class RecordingView:
    """Remembers what it was told to show, in order."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.told: list[str] = []
        self.cursor = ""
        self.prepared: list[str] = []
        self.end: list[str] = []

    async def prepare(self, messages: Sequence[ChatMessage], growing: frozenset[str]) -> None:
        self.prepared = [message.content for message in messages]

    async def painted(self) -> None:
        self.seen.append("painted")

    def conversation_shown(self, at: str = "", *, prepared: bool = False) -> None:
        self.seen.append("prepared shown" if prepared else "shown")
        self.cursor = at

    def beginning_read(self, end: Sequence[ChatMessage]) -> None:
        self.seen.append("beginning read")
        self.end = [message.content for message in end]

    def branch_changed(self, *, to: str = "", keep_end: bool = False) -> None:
        self.seen.append("branch changed, end kept" if keep_end else "branch changed")
        self.cursor = to

    def messages_changed(self, messages: Sequence[ChatMessage]) -> None:
        self.seen.append("changed " + ", ".join(message.content for message in messages))

    def refresh_header(self) -> None:
        """The header is drawn from the session's values, which the tests look at."""

    def reply_started(self, task: ReplyTask, *, question: ChatMessage | None = None, instead_of: str = "") -> None:
        asked = "again" if question is None else question.content
        self.seen.append(f"asked {asked}" + (", in place" if instead_of else ""))

    def gateway_missing(self) -> None:
        self.seen.append("gateway missing")

    def tell(self, sentence: str, *, severity: Severity = "information", timeout: float | None = None) -> None:
        self.told.append(sentence)

    def change_made(self) -> None:
        self.seen.append("change made")

    def saved(self) -> None:
        """The lists are filled again from the files."""


class SessionCase:
    """One session, and what is below it. The gateway's steps may be changed between replies."""

    def __init__(self, folder: Path, *steps: str) -> None:
        self.dirs = AppDirs(folder / "data", folder / "config", folder / "cache")
        self.gateway = FakeGateway(*steps)
        self.view = RecordingView()
        self.store = ConversationStore(self.dirs.data, self.dirs.cache)
        history = PromptHistory(self.store.folder)
        turns = Turns(self.store)
        local = LocalModel(LocalSettings(), self.dirs.models, self.dirs.logs / "engine.log")
        keys = Secrets(self.dirs.secrets, {})
        self.services = Services(
            preferences=Preferences(SettingsFile(self.dirs.settings)),
            store=self.store,
            history=history,
            drafts=Drafts(self.store.folder, history),
            keys=keys,
            turns=turns,
            changes=Changes(self.store, turns),
            rescue=Rescue(self.dirs.data, _no_rescue, [folder]),
            connections=Connections(keys, self._connect, local),
            local=local,
            clipboard=Clipboard(self.dirs.cache / "copied.txt", {}),
            dirs=self.dirs,
        )
        self.session = ConversationSession(self.services, self.view)

    async def start(self) -> SessionCase:
        """Open the store and choose a gateway."""
        await self.store.start()
        self.session.store_opened.set()
        self.services.connections.use(GATEWAY)
        return self

    async def close(self) -> None:
        """Stop all replies and let go of the folder."""
        await self.services.turns.close()
        await self.store.close()

    async def done(self) -> None:
        """Wait until no reply is arriving or being saved."""
        for task in self.services.turns.running:
            await task.wait()

    async def ask(self, prompt: str) -> ReplyTask:
        """Send a prompt, and wait until its reply is saved."""
        task = await self.session.send(prompt)
        assert task is not None, self.view.told
        await task.wait()
        return task

    async def on_disk(self) -> list[str]:
        """Return the branch of the conversation as it is on disk."""
        return texts((await self.store.load(self.session.conversation.id)).conversation)

    async def _connect(self, profile: Profile, key: str | None) -> FakeGateway:
        return self.gateway


def texts(conversation: Conversation) -> list[str]:
    """Return what the branch of a conversation says."""
    return [message.content for message in conversation.branch()]


def long_conversation(messages: int) -> Conversation:
    """Return a conversation of so many messages, numbered."""
    conversation = Conversation(title="Counting")
    for n in range(messages):
        conversation.add(ChatMessage(Role.ASSISTANT if n % 2 else Role.USER, f"number {n}, " + "word " * 400))
    return conversation


def _no_rescue(folder: Path) -> RescueFolder:
    raise NotImplementedError
