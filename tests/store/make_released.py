"""Writes a data folder as this version writes it, to be read by every later one.

    python -m tests.store.make_released FOLDER

FOLDER becomes `tests/store/released/<version>`: `data/` and, beside it, what a reader must find in it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tui.domain.chat import ChatMessage, Conversation, MessageError, MessageState, Role, Usage
from tui.domain.settings import GenerationOptions
from tui.store.codec import SCHEMA
from tui.store.conversations import ConversationStore
from tui.store.drafts import Drafts
from tui.store.history import PromptHistory
from tui.store.lines import FORMAT

THEN = 1_795_000_000.0
"""Unix seconds."""
PROMPTS = ["first prompt", "two\nlines", "数据 é 👩‍👩‍👧"]
DRAFTS = {"new": "for nobody yet", "019d00000000cafe00000001": "half a sentence\nand more"}


def message(role: Role, content: str, n: int, **fields: Any) -> ChatMessage:
    """A message with an id and a time of its own."""
    return ChatMessage(role, content, id=f"019d0000{n:04x}babe0000{n:04x}", created=THEN + n, **fields)


async def main(folder: Path) -> None:
    """Write the folder."""
    with TemporaryDirectory() as cache:
        store = ConversationStore(folder / "data", Path(cache))
        await store.start()
        talks = [await rich(store), await trashed(store)]
        history = PromptHistory(store.folder)
        for prompt in PROMPTS:
            await history.add(prompt)
        drafts = Drafts(store.folder, history)
        for conversation_id, text in DRAFTS.items():
            await drafts.put(text[:4], conversation_id)
            await drafts.put(text, conversation_id)
        await store.close()
    (folder / "data" / "lock").unlink()
    (folder / "data" / "writers").rmdir()
    expected = {
        "format": FORMAT,
        "schema": SCHEMA,
        "conversations": [values_of(talk) for talk in talks],
        "trashed": [talks[1].id],
        "prompts": PROMPTS,
        "drafts": DRAFTS,
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", "utf-8")


def values_of(talk: Conversation) -> dict[str, Any]:
    """A conversation as plain values, but for who wrote it: that is another process each time."""
    values = asdict(talk)
    for each in values["messages"].values():
        del each["writer"]
    return values


async def rich(store: ConversationStore) -> Conversation:
    """One of everything: growth, reasoning, an error, versions, a deleted message, a reply that was continued."""
    talk = Conversation(
        id="019d00000000cafe00000001",
        title="Über alles: 数据 & \"quotes\"",
        created=THEN,
        updated=THEN,
        model="model-a",
        profile="lab",
        system="Be brief.",
        options=GenerationOptions(temperature=0.5, max_tokens=400),
        pinned=True,
    )  # fmt: skip
    question = talk.add(message(Role.USER, "Why?\n\n```py\nprint('é')\n```\u2028end", 1))
    reply = talk.add(message(Role.ASSISTANT, "", 2, state=MessageState.STREAMING, model="model-a"))
    await store.save(talk, question, reply)
    for more in ("Be", "cause ", "数", "据\n\n- one\n- two"):
        reply.content += more
        reply.reasoning += f"({more.strip()})"
        await store.save(talk, reply)
    reply.state, reply.finish_reason, reply.reasoned = MessageState.COMPLETE, "stop", 1.5
    reply.usage, reply.first_token, reply.finished = Usage(12, 34, 46), THEN + 3, THEN + 9
    await store.save(talk, reply)
    failed = talk.add_sibling(reply, message(Role.ASSISTANT, "half", 3, state=MessageState.FAILED, model="model-b"))
    failed.error = MessageError("rate_limit", "Too many requests. Wait 20 s.", 429, "req-1")
    failed.options, failed.finished = GenerationOptions(top_p=0.9), THEN + 11
    await store.save(talk, failed)
    gone = talk.add(message(Role.USER, "never mind", 4))
    gone.deleted = True
    await store.save(talk, gone)
    last = talk.add(message(Role.ASSISTANT, "It went on", 5, state=MessageState.STREAMING, model="model-b"))
    await store.save(talk, last)
    last.content += " after a pause."
    last.resumed, last.notice, last.finish_reason = True, "Cut at the token limit.", "length"
    last.state, last.finished = MessageState.COMPLETE, THEN + 99
    talk.updated = THEN + 99
    await store.save(talk, last)
    stopped = talk.add(message(Role.ASSISTANT, "", 6, state=MessageState.STOPPED))
    await store.save(talk, stopped)
    return talk


async def trashed(store: ConversationStore) -> Conversation:
    """A short one in the trash, whose reply was never ended."""
    talk = Conversation(id="019d00000001cafe00000002", title="In the trash", created=THEN, updated=THEN + 8)
    await store.save(talk, talk.add(message(Role.USER, "hi", 7)))
    await store.save(talk, talk.add(message(Role.ASSISTANT, "so f", 8, state=MessageState.STREAMING)))
    await store.trash(talk.id)
    return talk


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
