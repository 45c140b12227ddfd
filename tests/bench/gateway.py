"""A gateway on loopback that streams what the prompt asks for (see `replies`), at the speed it asks for."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

from tests.bench.replies import tokens, understand

LOG = Path(sys.argv[1]) if len(sys.argv) > 1 else None
"""One JSON line an event: when a request came, when each thousandth, the first and the last token were sent
(monotonic seconds)."""
MODELS = 1000


def note(**event: object) -> None:
    """Write an event down."""
    if LOG is not None:
        with LOG.open("a") as file:
            file.write(json.dumps(event) + "\n")


def frame(data: bytes) -> bytes:
    """A chunk of a body of unknown length."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(delta: str, finish: str | None = None) -> bytes:
    """One server-sent event."""
    choice = {"index": 0, "delta": {"content": delta}, "finish_reason": finish}
    return frame(b"data: " + json.dumps({"model": "bench", "choices": [choice]}).encode() + b"\n\n")


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection, which may ask several times."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            arrived = time.monotonic()
            if head.startswith(b"GET"):
                body = json.dumps({"data": [{"id": f"model-{n:04}"} for n in range(1, MODELS + 1)]}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
                )
                writer.write(body)
            else:
                await stream(json.loads(await read_body(reader, head)), arrived, writer)
            await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def read_body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    """What a request says."""
    headers = dict(line.split(": ", 1) for line in head.decode().lower().split("\r\n")[1:] if ": " in line)
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    body = b""
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return body


async def stream(request: dict[str, object], arrived: float, writer: asyncio.StreamWriter) -> None:
    """Send a reply."""
    messages = request["messages"]
    assert isinstance(messages, list)
    asked = understand(messages[-1]["content"])
    note(what="request", at=arrived)
    pieces = tokens(asked)
    events = [event(piece) for piece in pieces]
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    await writer.drain()
    begun = time.monotonic()
    for n, data in enumerate(events):
        if n == asked.ahead:
            begun = time.monotonic()
        if asked.rate and (wait := begun + max(0, n - asked.ahead) / asked.rate - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        if n == 0 or n % 1000 == 0 or n == len(events) - 1000:
            note(what="token", number=n, at=time.monotonic())
        writer.write(data)
        await writer.drain()
    note(what="last", number=len(events), at=time.monotonic())
    writer.write(event("", "stop") + frame(b"data: [DONE]\n\n") + b"0\r\n\r\n")


async def main() -> None:
    """Serve until ended."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
