"""A gateway on loopback that streams a long reply at a given speed. The model's name says which: `200-1000` is
1,000 tokens at 200 a second, `0-4000` is 4,000 as fast as the socket takes them."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

LOG = Path(sys.argv[1]) if len(sys.argv) > 1 else None
"""One JSON line an event: when a request came, when its first and last token were sent (monotonic seconds)."""

PARAGRAPH = (
    "## Part {n}\n\nMerge sort splits the list **in half** until each piece has one item, then merges sorted halves. "
    "Merging is linear, and there are `log2(n)` levels.\n\n- stable: equal items keep their order\n"
    "- needs scratch space\n\n| size | time |\n|---|---|\n| 10 | 1 ms |\n| 1000 | 9 ms |\n\n"
    "```python\ndef merge(a: list, b: list) -> list:\n    while a and b:\n        yield (a if a[0] < b[0] else b).pop(0)\n```\n\n"
)


def tokens(count: int) -> list[str]:
    """A long reply in pieces of about four characters, with a mark at its end."""
    text = "".join(PARAGRAPH.format(n=n) for n in range(count * 4 // len(PARAGRAPH) + 1))[: count * 4 - 8]
    pieces = [text[at : at + 4] for at in range(0, len(text), 4)]
    return [*pieces, "\n\nTHE-END"]


def note(**event: object) -> None:
    """Write an event down."""
    if LOG is not None:
        with LOG.open("a") as file:
            file.write(json.dumps(event) + "\n")


def event(delta: str) -> bytes:
    """One server-sent event."""
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": delta}}]}).encode() + b"\n\n"


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET"):
            body = json.dumps({"data": [{"id": f"model-{n:04}"} for n in range(1, 1001)]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ")
            writer.write(str(len(body)).encode() + b"\r\n\r\n" + body)
            return
        length = next(
            int(line[15:]) for line in head.decode().lower().split("\r\n") if line.startswith("content-length:")
        )
        model = json.loads(await reader.readexactly(length))["model"]
        note(what="request", at=time.monotonic())
        rate, count = (int(part) for part in model.split("-"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
        begun = time.monotonic()
        note(what="first", at=begun)
        for n, piece in enumerate(tokens(count)):
            writer.write(event(piece))
            if rate:
                await asyncio.sleep(max(0.0, begun + (n + 1) / rate - time.monotonic()))
            await writer.drain()
        note(what="last", at=time.monotonic())
        writer.write(b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main() -> None:
    """Serve until ended."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
