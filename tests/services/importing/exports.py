"""Exports of other chats, built the way these write them."""

from __future__ import annotations

from typing import Any

from tui.domain.chat import Conversation
from tui.services.importing.chatgpt import is_chatgpt, read_chatgpt

START = 1_700_000_000.0
ROOT = "00000000-0000-4000-8000-000000000000"


class Export:
    """Builds a conversation of ChatGPT's export."""

    def __init__(self, **more: Any) -> None:
        self.doc: dict[str, Any] = {
            "title": "Blue sky",
            "create_time": START,
            "update_time": START + 500,
            "conversation_id": "c-1",
            "default_model_slug": "gpt-4o",
            "mapping": {"root": {"id": "root", "message": None, "parent": None, "children": []}},
            "current_node": "root",
            **more,
        }

    def add(self, key: str, parent: str, role: str, content: Any, **more: Any) -> Export:
        if isinstance(content, str):
            content = {"content_type": "text", "parts": [content]}
        nodes = self.doc["mapping"]
        message = {
            "id": key,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": START + len(nodes),
            "content": content,
            "status": "finished_successfully",
            "metadata": {"model_slug": "gpt-4o"} if role == "assistant" else {},
            "recipient": "all",
            **more,
        }
        nodes[key] = {"id": key, "message": message, "parent": parent, "children": []}
        nodes[parent]["children"].append(key)
        self.doc["current_node"] = key
        return self

    def read(self) -> Conversation:
        assert is_chatgpt(self.doc)
        found = read_chatgpt(self.doc)
        self.left_out = dict(found.left_out)
        self.origin = found.origin
        return found.conversation


def message(n: int, sender: str, *blocks: Any, parent: str | None = ROOT, **more: Any) -> dict[str, Any]:
    """Return a message of Claude's export."""
    content = [{"type": "text", "text": block} if isinstance(block, str) else block for block in blocks]
    found = {
        "uuid": f"m{n}",
        "text": " ".join(block for block in blocks if isinstance(block, str)),
        "content": content,
        "sender": sender,
        "created_at": f"2024-05-01T10:00:{n:02}.500000Z",
        "updated_at": f"2024-05-01T10:00:{n:02}.500000Z",
        "attachments": [],
        "files": [],
        **more,
    }
    return found if parent is None else {**found, "parent_message_uuid": parent}
