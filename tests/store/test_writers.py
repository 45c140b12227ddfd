"""Who is alive: a reply belongs to the process that writes it, until that process is gone, however it went."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from tests.store.conftest import OpenStore

CHILD = """
import asyncio, sys
from pathlib import Path
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.store.conversations import ConversationStore

async def main(folder):
    store = ConversationStore(folder / "data", folder / "cache")
    await store.start()
    conversation = Conversation(id="c", title="t")
    await store.save(conversation, conversation.add(ChatMessage(Role.ASSISTANT, "so far", state=MessageState.STREAMING)))
    print("saved", flush=True)
    await asyncio.sleep(60)

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_reply_whose_writer_was_killed_is_interrupted_not_growing(
    open_store: OpenStore, tmp_path: Path
) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, tmp_path, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    try:
        assert child.stdout is not None
        assert await child.stdout.readline() == b"saved\n"
        store = await open_store()
        assert len((await store.load("c")).growing) == 1
        child.send_signal(signal.SIGKILL)
        await child.wait()
        opened = await store.load("c")
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
        await child.communicate()
    assert opened.growing == frozenset()
    assert [message.content for message in opened.conversation.branch()] == ["so far"]
    assert len(list((tmp_path / "data" / "writers").iterdir())) == 2
    await open_store()  # cleans up after the dead
    assert len(list((tmp_path / "data" / "writers").iterdir())) == 2


async def test_many_windows_that_open_at_once_all_stay_alive(open_store: OpenStore, tmp_path: Path) -> None:
    stores = await asyncio.gather(*(open_store() for _ in range(8)))
    assert {file.name for file in (tmp_path / "data" / "writers").iterdir()} == {store.writer for store in stores}
    assert [store.read_only for store in stores] == [""] * 8


async def test_a_writer_that_is_named_but_was_never_here_is_not_growing(open_store: OpenStore, tmp_path: Path) -> None:
    """A conversation copied from another machine."""
    store = await open_store()
    (tmp_path / "data" / "conversations" / "c.jsonl").write_text(
        '{"table": "messages", "id": "m", "rev": 1, "doc": {"role": "assistant", "state": "streaming", "writer": "../x"}}\n'
    )
    assert (await store.load("c")).growing == frozenset()
    assert sorted(path.name for path in (tmp_path / "data" / "writers").iterdir()) == [store.writer]
