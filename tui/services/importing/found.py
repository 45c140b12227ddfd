"""A conversation found in a file, with new ids."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from tui.domain.chat import Conversation
from tui.services.importing.left_out import LeftOut
from tui.store.origins import Origin


@dataclass(slots=True)
class Found:
    """A conversation read from a file, with new ids."""

    conversation: Conversation
    origin: Origin
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    updated: float = 0.0
    """When it was last changed there, in Unix seconds; 0 if the file does not say."""
    before: object = None
    """Where it had been imported from before, as in the field `IMPORTED`."""


def fingerprint(value: object) -> str:
    """Return an id for a conversation to which the file gives none."""
    try:
        written = json.dumps(value, sort_keys=True)
    except RecursionError:
        written = _flat(value)
    return hashlib.sha256(written.encode()).hexdigest()


def _flat(value: object) -> str:
    """Return a deeply nested value as text, without recursion."""
    found, ahead = [], [value]
    while ahead:
        at = ahead.pop()
        ahead += (
            [one for pair in at.items() for one in pair] if isinstance(at, dict) else at if isinstance(at, list) else []
        )
        found.append(type(at).__name__ if isinstance(at, dict | list) else json.dumps(at))
    return " ".join(found)


def id_at(seconds: float) -> str:
    """Return a new id that sorts to this time, in the format of `new_id`."""
    return f"{max(0, min(round(seconds * 1000), (1 << 48) - 1)):012x}{os.urandom(6).hex()}"


def renewed(conversation: Conversation) -> Conversation:
    """Return the same tree with new ids that sort by the times of the messages."""
    ids = {old: id_at(message.created) for old, message in conversation.messages.items()}
    messages = [
        replace(message, id=ids[old], parent_id=ids.get(message.parent_id or ""), writer="")
        for old, message in conversation.messages.items()
    ]
    return replace(
        conversation,
        id=id_at(conversation.created),
        leaf=ids.get(conversation.leaf or ""),
        messages={message.id: message for message in messages},
    )


def fenced(title: str, language: str, content: str) -> str:
    """Return an attached document as a fenced block under its title."""
    longest = max(map(len, re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    head = f"**{title}**\n\n" if title else ""
    return f"{head}{fence}{language}\n{content.rstrip(chr(10))}\n{fence}"
