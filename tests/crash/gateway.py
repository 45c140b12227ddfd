"""A gateway on loopback that counts without end, and writes down when it sent what.

    python -m tests.crash.gateway FOLDER

A prompt names a run, such as `run-3-17`. The file FOLDER/run-3-17 has one line for each piece that was sent: the
monotonic second, and how many characters of reasoning and of text there are with it. The file is there from the
moment that the request came.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import NamedTuple

RUN = re.compile(r"run-\d+-\d+")
MODEL = "steady"
GAPS = (" ", " ", " é ", " 数字 ", " \U0001f468\u200d\U0001f469\u200d\U0001f467 ", "\n\n", " **b** ")
LONGEST = 20_000
"""Pieces; more than anybody waits for."""


class Piece(NamedTuple):
    """What is sent at once."""

    reasoning: str = ""
    content: str = ""


def rate(run: str) -> int:
    """Pieces a second."""
    return Random(run).choice([15, 50, 150])


def pieces(run: str) -> Iterator[Piece]:
    """The reply of a run: numbered words; every fourth run reasons first."""
    rng = Random(f"{run} text")
    thinking = rng.choice([0, 0, 0, 40])
    for n in count():
        text = f"{n}{rng.choice(GAPS)}"
        yield Piece(reasoning=text) if n < thinking else Piece(content=text)


def beginning(run: str, reasoning: int, content: int) -> Piece:
    """So many characters of the run's reasoning and text."""
    parts = Piece()
    for piece in pieces(run):
        if len(parts.content) >= content and (len(parts.reasoning) >= reasoning or piece.content):
            break
        parts = Piece(parts.reasoning + piece.reasoning, parts.content + piece.content)
    return Piece(parts.reasoning[:reasoning], parts.content[:content])


async def stream(run: str, writer: asyncio.StreamWriter, log: int) -> None:
    """Send a run's reply until the other side is gone."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
    begun = time.monotonic()
    reasoning = content = 0
    for n, piece in zip(range(LONGEST), pieces(run), strict=False):
        delta = {"reasoning_content": piece.reasoning} if piece.reasoning else {"content": piece.content}
        writer.write(b"data: " + json.dumps({"choices": [{"index": 0, "delta": delta}]}).encode() + b"\n\n")
        await writer.drain()
        reasoning, content = reasoning + len(piece.reasoning), content + len(piece.content)
        os.write(log, f"{time.monotonic()} {reasoning} {content}\n".encode())
        await asyncio.sleep(max(0.0, begun + (n + 1) / rate(run) - time.monotonic()))


async def answer(folder: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if head.startswith("get"):
            body = json.dumps({"data": [{"id": MODEL}]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            return
        length = next(int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:"))
        asked = json.loads(await reader.readexactly(length))["messages"][-1]["content"]
        run = RUN.findall(asked)[-1]
        log = os.open(folder / run, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            await stream(run, writer, log)
        finally:
            os.close(log)
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def main(folder: Path) -> None:
    """Serve until ended."""
    server = await asyncio.start_server(lambda *ends: answer(folder, *ends), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
