"""TinyDB on a `LogStorage`, with text ids for documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from filelock import BaseFileLock
from tinydb import TinyDB
from tinydb.table import Document, Table

from tui.store.lines import Doc
from tui.store.log_storage import LogStorage


class _Changing(dict[str, Doc]):
    """A table while it is changed: taking a document out of it, to change it, copies the document."""

    def __getitem__(self, doc_id: str) -> Doc:
        self[doc_id] = doc = dict(super().__getitem__(doc_id))
        return doc


class _TextIdTable(Table):
    """A table whose documents have text ids, and are not changed in place."""

    document_id_class = str  # type: ignore[assignment]  # TinyDB declares int, and takes any

    def _update_table(self, updater: Callable[[dict[str, Doc]], None]) -> None:  # type: ignore[override]
        """Update a table like TinyDB's own method, without iterating twice over thousands of documents to change one."""
        tables = self._storage.read() or {}
        tables[self.name] = changing = _Changing(tables.get(self.name, {}))
        updater(changing)
        self._storage.write(tables)
        self.clear_cache()


class LogDatabase(TinyDB):
    """A TinyDB on a `LogStorage`, whose documents have text ids."""

    table_class = _TextIdTable

    def __init__(self, path: Path, lock: BaseFileLock) -> None:
        super().__init__(path, lock, storage=LogStorage)

    @property
    def log(self) -> LogStorage:
        """The storage."""
        storage = self.storage
        assert isinstance(storage, LogStorage)
        return storage

    def put(self, table: str, doc_id: str, fields: Doc) -> None:
        """Insert a document, or change these fields of it."""
        self.table(table).upsert(Document(fields, doc_id))  # type: ignore[arg-type]

    def replace_all(self, table: str, docs: dict[str, Doc]) -> None:
        """Insert or replace any number of documents at once."""
        with self.log.together():
            self.remove(table, docs)
            self.table(table).insert_multiple(Document(doc, doc_id) for doc_id, doc in docs.items())  # type: ignore[arg-type]

    def remove(self, table: str, doc_ids: Iterable[str]) -> None:
        """Delete the documents of these ids that exist."""
        there = [doc_id for doc_id in doc_ids if self.get_one(table, doc_id) is not None]
        self.table(table).remove(doc_ids=there)  # type: ignore[arg-type]

    def get_one(self, table: str, doc_id: str) -> Doc | None:
        """Return one document, if it exists."""
        found = self.table(table).get(doc_id=doc_id)  # type: ignore[call-overload]
        return None if found is None else dict(found)

    def get_all(self, table: str) -> dict[str, Doc]:
        """Return all documents of a table by id, oldest first."""
        return {str(document.doc_id): document for document in self.table(table)}
