"""Short words for the tests of the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from filelock import FileLock

from tui.store.log_database import LogDatabase

Docs = dict[str, dict[str, Any]]


def connect(folder: Path, name: str = "c.jsonl") -> LogDatabase:
    return LogDatabase(folder / name, FileLock(folder / "lock", timeout=10, mode=0o600))


def put(database: LogDatabase, doc_id: str, **fields: Any) -> None:
    database.put("messages", doc_id, fields)


def remove(database: LogDatabase, doc_id: str) -> None:
    database.remove("messages", [doc_id])


def contents(database: LogDatabase) -> Docs:
    return database.get_all("messages")
