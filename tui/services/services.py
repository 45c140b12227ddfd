"""The services for the screens, created by the command line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui.domain.keymap import Keymap
from tui.domain.settings import Profile

if TYPE_CHECKING:  # for the annotations: the store's libraries are imported when it is built
    from tui.paths import AppDirs
    from tui.services.changes import Changes
    from tui.services.clipboard import Clipboard
    from tui.services.connections import Connections
    from tui.services.local_model import LocalModel
    from tui.services.preferences import Preferences
    from tui.services.rescue import Rescue
    from tui.services.turns import Turns
    from tui.store.conversations import ConversationStore
    from tui.store.drafts import Drafts
    from tui.store.history import PromptHistory
    from tui.store.secrets import Secrets


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that outlives a screen."""

    preferences: Preferences
    store: ConversationStore
    history: PromptHistory
    drafts: Drafts
    keys: Secrets
    turns: Turns
    changes: Changes
    rescue: Rescue
    connections: Connections
    local: LocalModel
    clipboard: Clipboard
    dirs: AppDirs
    keymap: Keymap = field(default_factory=Keymap)


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """The options of this run."""

    profile: Profile | None = None
    """The gateway to use; None if none is configured."""
    model: str = ""
    """The model for this run, overriding conversations and settings."""
    prompt: str = ""
    """Sent at once in a new conversation."""
    last: bool = False
    """Open the newest conversation."""
    conversation: str = ""
    """Open this conversation."""
