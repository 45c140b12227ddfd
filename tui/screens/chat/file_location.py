"""What is said while the file of the conversation on the screen is not where it belongs."""

from __future__ import annotations

from textual.widgets import Static

from tui.domain.errors import StoreError
from tui.domain.file_location import FileLocation
from tui.domain.i18n import _
from tui.services.services import Services
from tui.services.session import ConversationSession


class FileLocationLine(Static):
    """A line that is there only while there is something to say."""

    def __init__(self, services: Services, session: ConversationSession) -> None:
        super().__init__(id="place", markup=False)
        self._services = services
        self._session = session
        self._conversation_id = ""
        self._was_listed = False
        """The file was where it belongs, so that it must have been moved since."""

    async def look(self) -> None:
        """Look for the file, and say where it is if not in its place."""
        shown = self._session.conversation
        if not shown.messages or self._session.is_asking:
            self.say("")
            return
        try:
            location = await self._services.store.place(shown.id)
        except StoreError:
            return  # said when something is saved
        if self._session.conversation.id == shown.id and self.is_attached:
            self.say(self._sentence(shown.id, location))

    def say(self, sentence: str) -> None:
        """Show a sentence; an empty one hides the line."""
        if self.content != sentence:  # each update lays out the whole screen, and this is called every two seconds
            self.update(sentence)
            self.display = bool(sentence)

    def _sentence(self, conversation_id: str, location: FileLocation) -> str:
        arriving = self._session.arriving is not None
        if conversation_id != self._conversation_id:
            self._conversation_id, self._was_listed = conversation_id, False
        # Nobody is answered in the trash.
        self._was_listed = self._was_listed or arriving or location is FileLocation.LISTED
        if location is FileLocation.GONE:
            return _("The file of this conversation was deleted. All of it is written again with your next prompt.")
        if location is FileLocation.LISTED:
            return ""
        moved = self._was_listed and conversation_id not in self._services.changes.trashed
        if arriving:
            then = _("The reply is saved there; your next prompt takes it back.")
        else:
            then = _("Your next prompt takes it back.")
        return (_("Moved to the trash in another window.") if moved else _("In the trash.")) + " " + then
