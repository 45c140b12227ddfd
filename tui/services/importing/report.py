"""The results of an import, as numbers and as sentences."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tui.domain.i18n import N_, _, plural
from tui.domain.safe_text import one_line
from tui.services.importing.left_out import NOT_UNDERSTOOD, LeftOut, counted
from tui.services.importing.recognise import Unread

READS = N_(
    "chinwag can read its own files and backups; exports of ChatGPT, Claude, DeepSeek, Grok, Open WebUI, LibreChat,"
    " LM Studio, llama.cpp, Jan, Chatbox and Cherry Studio; ShareGPT and lists or lines of messages with role and content;"
    " databases of oterm, elia and llm; sessions of aichat."
)


@dataclass(slots=True)
class Report:
    """Grows while an import works."""

    conversations: int = 0
    messages: int = 0
    present: int = 0
    """Not imported, because they already exist."""
    trashed: int = 0
    """Of these, in the trash."""
    changed: int = 0
    """Of these, changed since they were imported."""
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    unread: list[Unread] = field(default_factory=list)
    """Conversations that could not be read."""
    failed: list[str] = field(default_factory=list)
    """A sentence for each file that could not be read completely."""
    strangers: list[str] = field(default_factory=list)
    """A sentence for each file in which there was nothing to import."""
    ids: list[str] = field(default_factory=list)
    """Ids of the new conversations, in the order of the files."""

    @property
    def done(self) -> str:
        """How much was imported, in a few words."""
        conversations = plural("{n} conversation", "{n} conversations", self.conversations)
        messages = plural("{n} message", "{n} messages", self.messages)
        return _("{conversations} with {messages}").format(conversations=conversations, messages=messages)

    def outcome(self) -> list[str]:
        """Return sentences about what was done."""
        found = []
        if self.conversations:
            found.append(_("Imported {done}.").format(done=self.done))
        if self.present:
            found += self._existing()
        if left_out := [counted(reason, n) for reason, n in self.left_out.most_common() if n > 0]:
            found.append(_("Left out: {parts}.").format(parts=", ".join(left_out)))
        return found

    def problems(self) -> list[str]:
        """Return sentences about what could not be read, or that nothing was found."""
        found = []
        for one in self.unread:
            title = one_line(one.title, 60)
            form = _('Not imported: "{title}" in {path}. {reason}') if title else _("Not imported: {path}. {reason}")
            found.append(form.format(title=title, path=one.path, reason=one.reason))
        found += self.failed
        lost = sum(self.left_out[reason] for reason in NOT_UNDERSTOOD)
        if lost:
            found.append(_("Some parts could not be understood; they are counted above."))
        found += self.strangers
        if self.strangers or self.unread:
            found.append(_(READS))
        return found

    def _existing(self) -> list[str]:
        found = [
            plural(
                "{n} conversation already exists. To import it again: --again",
                "{n} conversations already exist. To import them again: --again",
                self.present,
            )
        ]
        if self.trashed:
            found.append(plural("{n} of them is in the trash.", "{n} of them are in the trash.", self.trashed))
        if self.changed:
            found.append(plural("{n} of them has changed since.", "{n} of them have changed since.", self.changed))
        return found
