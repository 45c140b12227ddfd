"""What is said while the file of the conversation on the screen is not where it belongs."""

from __future__ import annotations

from tui.domain.file_location import FileLocation
from tui.domain.i18n import _


class FileLocationNotice:
    """Remembers where the file of the shown conversation was, so that a move is told from a place it always had."""

    def __init__(self) -> None:
        self._conversation_id = ""
        self._was_listed = False

    def sentence(self, conversation_id: str, place: FileLocation, *, arriving: bool, trashed_here: bool) -> str:
        """What to say, or empty. `arriving`: a reply is coming in this window; `trashed_here`: it was put there here."""
        if conversation_id != self._conversation_id:
            self._conversation_id, self._was_listed = conversation_id, False
        self._was_listed = (
            self._was_listed or arriving or place is FileLocation.LISTED
        )  # nobody is answered in the trash
        if place is FileLocation.GONE:
            return _("The file of this conversation was deleted. All of it is written again with your next prompt.")
        if place is FileLocation.LISTED:
            return ""
        moved = self._was_listed and not trashed_here
        where = _("Moved to the trash in another window.") if moved else _("In the trash.")
        if arriving:
            return f"{where} " + _("The reply is saved there; your next prompt takes it back.")
        return f"{where} " + _("Your next prompt takes it back.")
