"""A conversation as JSON: everything that is stored, for importing again and for other programs."""

from __future__ import annotations

import json
from typing import Any

from tui.domain.chat import Conversation
from tui.store.codec import encode_message, encode_meta

VERSION = 1
"""The version of the format, under the key "chinwag"."""

KIND = "conversation"

ENVELOPE = frozenset({"chinwag", "kind", "id", "messages"})
"""The keys that are not fields of the conversation."""

_CONTROLS = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
"""JSON escapes the controls below these itself; these affect a terminal too."""


def as_json(conversation: Conversation) -> str:
    """Return the whole tree as indented JSON. Times are Unix seconds. The writing process is left out."""
    document: dict[str, Any] = {
        "chinwag": VERSION,
        "kind": KIND,
        "id": conversation.id,
        **{key: value for key, value in encode_meta(conversation).items() if key not in ENVELOPE},
        "messages": [encode_message(message) | {"writer": ""} for message in conversation.messages.values()],
    }
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # half a surrogate pair is kept, escaped
            text = json.dumps(document, indent=2)
    return text.translate(_CONTROLS) + "\n"
