"""Saving to files: the conversation, or a piece of a message."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.markdown.pieces import Piece
from tui.screens.chat.actions.context import ChatContext
from tui.services.export.names import file_name, size_of
from tui.services.export.pieces import as_csv, code_name, save_text
from tui.services.export.saving import Format, Saved, default_folder, save, snapshot


class ExportActions:
    """Asks for a file name, and writes the file."""

    def __init__(self, context: ChatContext) -> None:
        self._context = context

    async def conversation(self) -> None:
        """Save the conversation to a file of the user's."""
        context = self._context
        if not context.pane.conversation.branch():
            context.notify(_("There is nothing to save yet."))
            return
        from tui.screens.save_dialog import SaveDialog, conversation_formats

        folder = await asyncio.to_thread(default_folder, context.services.dirs.data)
        suggested = folder / file_name(context.pane.conversation, Format.MARKDOWN)
        dialog = SaveDialog(suggested, self._save, conversation_formats(), _("Save this conversation"))
        context.push(dialog, self._saved)

    async def _save(self, form: Format, path: Path) -> Saved:
        """Write what is on the screen now; a reply may go on growing meanwhile."""
        pane = self._context.pane
        return await asyncio.to_thread(save, snapshot(pane.conversation), form, path, pane.session.growing_replies)

    async def piece(self, piece: Piece) -> None:
        """Ask where to save a piece, and save it."""
        from tui.screens.save_dialog import SaveDialog

        folder = await asyncio.to_thread(default_folder, self._context.services.dirs.data)
        if piece.kind == "table":
            texts, name = {"csv": as_csv(piece.table), "md": piece.source}, _("table") + ".csv"
            formats = {"csv": (_("CSV"), _("for a spreadsheet")), "md": (_("Markdown"), _("as it was written"))}
            title = _("Save this table")
        else:
            name = await asyncio.to_thread(code_name, piece.source, piece.language)
            texts, formats, title = {"": piece.source}, {"": ("", "")}, _("Save this code")

        async def save(suffix: str, path: Path) -> Saved:
            return await asyncio.to_thread(save_text, texts[suffix], path, name)

        self._context.push(SaveDialog(folder / name, save, formats, title), self._saved)

    def _saved(self, saved: Saved | None) -> None:
        if saved is not None:
            path, size = one_line(str(saved.path), 300), size_of(saved.size)
            self._context.notify(_("Saved {path}, {size}.").format(path=path, size=size))
