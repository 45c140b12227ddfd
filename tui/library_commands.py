"""`chinwag export`, `import` and `backup`. Each function prints its results and returns the exit code."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path

from tui.domain.chat import OpenedConversation
from tui.domain.errors import ChinwagError, StoreError
from tui.domain.i18n import _, plural
from tui.domain.safe_text import clean, one_line
from tui.services.export.names import day, size_of
from tui.services.export.saving import Format, render, save
from tui.store.backup import write_backup
from tui.store.conversations import ConversationStore
from tui.store.new_file import expanded, is_folder, new_folder
from tui.store.origins import conversation_ids, newest_ids

OFFERED = 10
"""Conversations that are listed when none was named."""

STDOUT = Path("-")


@dataclass(frozen=True, slots=True)
class ExportSelection:
    """Which conversations to export."""

    id: str = ""
    """The beginning of an id."""
    last: bool = False
    """The conversation that was changed last."""
    every: bool = False
    trash: bool = False
    """With `every`, also those in the trash."""


class _Progress:
    """A progress line on standard error, if that is a terminal."""

    def __init__(self) -> None:
        self._shown = False

    def show(self, text: str) -> None:
        """Replace the line."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._shown = False


def export(store: ConversationStore, wanted: ExportSelection, form: Format | None, output: Path | None) -> int:
    """Export one conversation or all, one file each; return 0 when all were written, 2 when none was named."""
    if form is None:
        suffix = "" if output is None else output.suffix.removeprefix(".").lower()
        form = Format(suffix) if suffix in list(Format) else Format.MARKDOWN
    if wanted.every:
        if output == STDOUT:
            return _fail(2, _("--all writes one file per conversation: name a folder, not standard output."))
        return _run(_export_all(store, wanted, form, output))
    return _run(_export_one(store, wanted, form, output))


async def _export_one(store: ConversationStore, wanted: ExportSelection, form: Format, output: Path | None) -> int:
    try:
        if not wanted.id and not wanted.last:
            return await _name_newest(store)
        opened = await store.load(await _find(store, wanted))
        _warn(opened)
        if output == STDOUT:
            content = await asyncio.to_thread(render, opened.conversation, form, opened.growing)
            sys.stdout.buffer.write(content)
            sys.stdout.flush()
            return 0
        saved = await asyncio.to_thread(save, opened.conversation, form, output or Path(), opened.growing)
    finally:
        await store.close()
    _print(_("Saved {path}, {size}.").format(path=saved.path, size=size_of(saved.size)))
    return 0


async def _export_all(store: ConversationStore, wanted: ExportSelection, form: Format, output: Path | None) -> int:
    progress = _Progress()
    failed: list[str] = []
    done = 0
    try:
        ids = await store.folder.run(conversation_ids, store.folder)
        if wanted.trash:
            ids += await store.folder.run(conversation_ids, store.folder, trashed=True)
        if not ids:
            return _fail(1, _("There is nothing to export in {path}.").format(path=store.folder.path))
        folder = await asyncio.to_thread(_folder_for, output)
        for number, conversation_id in enumerate(ids, 1):
            progress.show(_("{n} of {all}").format(n=number, all=len(ids)))
            try:
                opened = await store.load(conversation_id)
            except StoreError as error:  # reading this one failed; a failed write ends the export
                failed.append(f"{conversation_id}: {error}")
                continue
            await asyncio.to_thread(save, opened.conversation, form, folder, opened.growing)
            done += 1
    finally:
        progress.clear()
        await store.close()
    _print(
        _("Saved {conversations} to {folder}.").format(
            conversations=plural("{n} conversation", "{n} conversations", done), folder=folder
        )
    )
    for sentence in failed:
        _print_error(sentence)
    return int(bool(failed))


def _folder_for(output: Path | None) -> Path:
    """Return the named folder, created if needed; else a new one here."""
    if output is None:
        return new_folder(Path(_("chinwag conversations")))
    output = expanded(output)
    return output if is_folder(output) else new_folder(output)


async def _find(store: ConversationStore, wanted: ExportSelection) -> str:
    """Return the full id of the conversation, also of one in the trash."""
    if wanted.last:
        newest = await store.folder.run(newest_ids, store.folder, 1)
        if not newest:
            raise StoreError(_("There is no conversation in {path}.").format(path=store.folder.path))
        return newest[0]
    ids = await store.folder.run(conversation_ids, store.folder)
    ids += await store.folder.run(conversation_ids, store.folder, trashed=True)
    if wanted.id in ids:
        return wanted.id
    meant = sorted({one for one in ids if one.startswith(wanted.id)})
    if not meant:
        raise StoreError(
            _('No conversation id begins with "{id}". To list the newest: chinwag export').format(
                id=one_line(wanted.id, 60)
            )
        )
    if len(meant) > 1:
        raise StoreError(
            _('{n} conversation ids begin with "{id}": {first}, {second}… Type more of the id.').format(
                n=len(meant), id=one_line(wanted.id, 60), first=meant[0], second=meant[1]
            )
        )
    return meant[0]


async def _name_newest(store: ConversationStore) -> int:
    """Print what is missing, with ids to choose from."""
    _print_error(_("Name a conversation by its id or the beginning of it, or use --last or --all."))
    for conversation_id in await store.folder.run(newest_ids, store.folder, OFFERED):
        try:
            conversation = (await store.load(conversation_id)).conversation
        except StoreError:
            continue  # it cannot be exported
        _print_error(f"  {conversation_id}  {day(conversation.updated)}  {one_line(conversation.title, 60)}")
    return 2


def import_files(store: ConversationStore, paths: list[Path], *, again: bool) -> int:
    """Import conversations and return 0 when everything could be read, else 1."""
    from tui.services.importing.importer import Importer

    progress = _Progress()
    importer = Importer(store, again=again, progress=lambda report: progress.show(report.done))
    report = importer.report

    async def run() -> int:
        try:
            await store.start()
            if store.read_only:
                raise StoreError(store.read_only)
            await importer.run(paths)
        finally:
            progress.clear()
            await store.close()
            for sentence in report.outcome():
                _print(sentence)
        for sentence in report.problems():
            _print_error(sentence)
        return int(bool(report.problems()))

    return _run(run())


def backup(store: ConversationStore, path: Path) -> int:
    """Back up everything that cannot be recreated to one archive."""
    progress = _Progress()

    async def run() -> int:
        try:
            written = await store.folder.run(
                write_backup,
                store.folder,
                expanded(path),
                lambda done, of: progress.show(_("{n} of {all}").format(n=done, all=of)),
            )
        finally:
            progress.clear()
            await store.close()
        kept = plural("{n} conversation", "{n} conversations", written.conversations)
        trashed = plural("{n} in the trash", "{n} in the trash", written.trashed)
        _print(
            _("Saved {conversations}, {trashed}, to {path}, {size}, and verified the archive.").format(
                conversations=kept, trashed=trashed, path=written.path, size=size_of(written.size)
            )
        )
        _print(_("To restore: unzip it into an empty folder, then run: chinwag --data-dir FOLDER"))
        _print(_("To import it into this folder: chinwag import {name}").format(name=written.path.name))
        return 0

    return _run(run())


def _warn(opened: OpenedConversation) -> None:
    if opened.damaged_lines:
        _print_error(
            plural(
                "{n} line of this conversation was damaged and is missing.",
                "{n} lines of this conversation were damaged and are missing.",
                opened.damaged_lines,
            )
        )


def _run(work: Coroutine[object, object, int]) -> int:
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # where text is not UTF-8
    try:
        return asyncio.run(work)
    except ChinwagError as error:
        return _fail(1, str(error))
    except KeyboardInterrupt:
        return _fail(1, _("Stopped. Conversations finished before that were kept."))


def _print(sentence: str) -> None:
    print(clean(sentence), flush=True)


def _print_error(sentence: str) -> None:
    print(clean(sentence), file=sys.stderr)


def _fail(exit_code: int, sentence: str) -> int:
    _print_error(sentence)
    return exit_code
