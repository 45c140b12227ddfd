"""What several of these tests need: small model files, waiting, looking at processes."""

import asyncio
import os
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

Value = str | int | list[str]


def write_gguf(path: Path, values: dict[str, Value] | None = None, version: int = 3) -> Path:
    """A GGUF file of metadata alone: strings, unsigned 32-bit numbers and lists of strings."""
    values = {"general.architecture": "llama", "tokenizer.chat_template": "x"} if values is None else values
    body = b"GGUF" + struct.pack("<IQQ", version, 0, len(values))
    for key, value in values.items():
        body += _text(key)
        if isinstance(value, str):
            body += struct.pack("<I", 8) + _text(value)
        elif isinstance(value, int):
            body += struct.pack("<II", 4, value)
        else:
            body += struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))
    path.write_bytes(body)
    return path


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


async def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait for a condition to hold."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has reaped yet does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc").exists()


def children_of(pid: int) -> set[int]:
    """Return the processes that a process has started and that have not ended."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return {int(line) for line in found.stdout.split()}
