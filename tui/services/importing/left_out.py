"""What an import leaves out, counted."""

from __future__ import annotations

from enum import StrEnum

from tui.domain.i18n import _, plural


class LeftOut(StrEnum):
    """Why something was left out."""

    EMPTY = "empty"
    HIDDEN = "hidden"
    PICTURE = "picture"
    FILE = "file"
    SOUND = "sound"
    TOOL_CALL = "tool call"
    TOOL_OUTPUT = "tool output"
    UNKNOWN_ROLE = "unknown role"
    UNKNOWN_KIND = "unknown kind"
    DAMAGED = "damaged"
    EMPTY_CONVERSATION = "empty conversation"
    TRASHED = "trashed"
    NO_CONVERSATION = "no conversation"
    OTHER_FILE = "other file"


NOT_UNDERSTOOD = frozenset({LeftOut.UNKNOWN_ROLE, LeftOut.DAMAGED})
"""Words of a conversation may be missing: the import did not succeed completely."""


def counted(reason: LeftOut, n: int) -> str:
    """Return so many of these, in words."""
    forms = {
        LeftOut.EMPTY: (_("{n} empty message"), _("{n} empty messages")),
        LeftOut.HIDDEN: (_("{n} hidden message"), _("{n} hidden messages")),
        LeftOut.PICTURE: (_("{n} picture"), _("{n} pictures")),
        LeftOut.FILE: (_("{n} attached file"), _("{n} attached files")),
        LeftOut.SOUND: (_("{n} recording"), _("{n} recordings")),
        LeftOut.TOOL_CALL: (_("{n} tool call"), _("{n} tool calls")),
        LeftOut.TOOL_OUTPUT: (_("{n} tool output"), _("{n} tool outputs")),
        LeftOut.UNKNOWN_ROLE: (_("{n} message with an unknown role"), _("{n} messages with an unknown role")),
        LeftOut.UNKNOWN_KIND: (_("{n} part of an unknown kind"), _("{n} parts of an unknown kind")),
        LeftOut.DAMAGED: (_("{n} damaged part"), _("{n} damaged parts")),
        LeftOut.EMPTY_CONVERSATION: (_("{n} conversation without a message"), _("{n} conversations without a message")),
        LeftOut.TRASHED: (_("{n} conversation in the trash"), _("{n} conversations in the trash")),
        LeftOut.NO_CONVERSATION: (
            _("{n} entry that is not a conversation"),
            _("{n} entries that are not conversations"),
        ),
        LeftOut.OTHER_FILE: (_("{n} file without a conversation"), _("{n} files without a conversation")),
    }
    return plural(*forms[reason], n)
