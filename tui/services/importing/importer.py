"""Importing conversations into the store, each once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterable
from pathlib import Path

from tui.domain.i18n import _
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut
from tui.services.importing.own import PROGRAM
from tui.services.importing.recognise import Nothing, Unread
from tui.services.importing.report import Report
from tui.services.importing.sources import Entry, Failed, Stranger, entries, shown
from tui.store.conversations import ConversationStore
from tui.store.origins import IMPORTED, Origin, Present, find_origins, origins_of

Progress = Callable[[Report], None]


class Importer:
    """Imports files. Existing conversations are never changed."""

    def __init__(self, store: ConversationStore, *, again: bool = False, progress: Progress | None = None) -> None:
        self._store = store
        self._again = again
        self._progress = progress
        self.report = Report()
        """Grows while `run` works, and shows what was done when it fails."""

    async def run(self, paths: Iterable[Path]) -> Report:
        """Import all files. A bad one does not stop the others; StoreError if nothing can be saved."""
        known = await self._store.folder.run(find_origins, self._store.folder, PROGRAM)
        for path in paths:
            before = self._size()
            found = entries(path)  # never closed here: after a cancel its thread may still be running it
            while (entry := await asyncio.to_thread(next, found, None)) is not None:
                await self._take(entry, known)
                if self._progress is not None:
                    self._progress(self.report)
            if self._size() == before:
                self.report.strangers.append(_("No conversation was found in {path}.").format(path=shown(path)))
        return self.report

    def _size(self) -> int:
        report = self.report
        return report.conversations + report.present + len(report.unread) + len(report.failed) + len(report.strangers)

    async def _take(self, entry: Entry, known: dict[Origin, Present]) -> None:
        report = self.report
        if isinstance(entry, Failed):
            report.failed.append(entry.sentence)
        elif isinstance(entry, Stranger):
            report.strangers.append(entry.sentence)
        elif isinstance(entry, Unread):
            report.unread.append(entry)
        elif isinstance(entry, Nothing):
            report.left_out[entry.reason] += 1
        elif (present := self._present(entry, known)) is not None:
            report.present += 1
            report.trashed += present.trashed
            report.changed += present.updated < entry.updated
        elif not entry.conversation.messages:
            report.left_out[LeftOut.EMPTY_CONVERSATION] += 1
            report.left_out += entry.left_out
        else:
            await self._keep(entry, known)

    def _present(self, found: Found, known: dict[Origin, Present]) -> Present | None:
        if self._again:
            return None
        origins = [found.origin, *(origin for origin, _updated in origins_of(found.before))]
        return next((known[origin] for origin in origins if origin in known), None)

    async def _keep(self, found: Found, known: dict[Origin, Present]) -> None:
        conversation, origin = found.conversation, found.origin
        imported = {"from": origin.program, "id": origin.id, "updated": found.updated}
        conversation.extra[IMPORTED] = imported | ({} if found.before is None else {"before": found.before})
        await self._store.save(conversation)
        known[origin] = Present(found.updated, trashed=False)
        known[Origin(PROGRAM, conversation.id)] = Present(math.inf, trashed=False)
        self.report.conversations += 1
        self.report.messages += len(conversation.messages)
        self.report.left_out += found.left_out
        self.report.ids.append(conversation.id)
