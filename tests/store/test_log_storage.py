"""The append-only file under TinyDB."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest
from filelock import FileLock, Timeout
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.store.logs import Docs, connect, contents, put, remove
from tui.domain.errors import StoreError
from tui.store.log_database import LogDatabase

Folders = Callable[[], Path]
TEXT = st.text(st.characters(), max_size=8)  # with lone surrogates
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["put", "grow", "delete", "together", "compact", "reopen"]),
        st.sampled_from("abcd"),
        TEXT,
        st.booleans(),
    ),
    max_size=30,
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    return lambda: tmp_path_factory.mktemp("log")


def lines_of(folder: Path, name: str = "c.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / name).read_bytes().splitlines()]


def act(database: LogDatabase, model: Docs, kind: str, doc_id: str, text: str) -> None:
    """Do the same to a file and to a dict."""
    if kind == "put":
        model[doc_id] = {"content": text, "tags": [text]}
        put(database, doc_id, **model[doc_id])
    elif kind == "grow" and doc_id in model:
        model[doc_id] = {**model[doc_id], "content": model[doc_id]["content"] + text}
        put(database, doc_id, **model[doc_id])
    elif kind == "delete" and doc_id in model:
        del model[doc_id]
        remove(database, doc_id)
    elif kind == "together":
        with database.log.together():
            for each in (doc_id, "e"):
                model[each] = {"content": text, "tags": []}
                put(database, each, **model[each])
    elif kind == "compact":
        database.log.compact(database.log.path.parent / "quarantine")


@settings(max_examples=examples(150))
@given(acts=ACTS)
def test_two_instances_on_one_file_behave_like_one_dict(
    folders: Folders, acts: list[tuple[str, str, str, bool]]
) -> None:
    folder = folders()
    both = [connect(folder), connect(folder)]
    model: Docs = {}
    for kind, doc_id, text, second in acts:
        if kind == "reopen":
            both[second] = connect(folder)
        else:
            act(both[second], model, kind, doc_id, text)
        assert contents(both[0]) == contents(both[1]) == model
    assert contents(connect(folder)) == model
    assert not (folder / "quarantine").exists()


@settings(max_examples=examples(100))
@given(base=ACTS, left=ACTS, right=ACTS, seed=st.integers(0, 1000))
def test_copies_changed_apart_can_be_joined_line_by_line_in_any_order(
    folders: Folders,
    base: list[tuple[str, str, str, bool]],
    left: list[tuple[str, str, str, bool]],
    right: list[tuple[str, str, str, bool]],
    seed: int,
) -> None:
    """What one side alone changed is as that side left it; what both changed is the same whatever the order."""
    folder = folders()
    database = connect(folder)
    model: Docs = {}
    put(database, "z", content="here before")
    for kind, doc_id, text, _second in base:
        act(database, model, kind, doc_id, text)
    whole = (folder / "c.jsonl").read_bytes()
    models: list[Docs] = []
    joined: list[bytes] = []
    for name, acts, mine in (("left.jsonl", left, "ab"), ("right.jsonl", right, "cd")):
        (folder / name).write_bytes(whole)
        side = connect(folder, name)
        models.append(dict(model))
        for kind, doc_id, text, shared in acts:
            if kind != "together":  # it touches what both sides have
                act(side, models[-1], kind, "e" if shared else doc_id if doc_id in mine else mine[0], text)
        joined += (folder / name).read_bytes().splitlines(keepends=True)
    outcomes = []
    for n in range(3):
        random.Random(seed + n).shuffle(joined)
        (folder / f"{n}.jsonl").write_bytes(b"".join(joined))
        outcomes.append(contents(connect(folder, f"{n}.jsonl")))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    for found, mine in zip(models, ("ab", "cd"), strict=True):
        assert {i: outcomes[0].get(i) for i in mine} == {i: found.get(i) for i in mine}


def test_the_format_is_a_header_and_one_line_a_revision(tmp_path: Path) -> None:
    database = connect(tmp_path)
    put(database, "a", content="Hel")
    put(database, "a", content="Hello 数")
    remove(database, "a")
    head, *rest = lines_of(tmp_path)
    assert head == {"chinwag": 1, "file": head["file"]}
    assert rest == [
        {"table": "messages", "id": "a", "rev": 1, "doc": {"content": "Hel"}},
        {"table": "messages", "id": "a", "rev": 2, "grow": {"content": [3, "lo 数"]}},
        {"table": "messages", "id": "a", "rev": 3, "doc": None},
    ]


def test_growing_text_writes_only_the_addition(tmp_path: Path) -> None:
    database = connect(tmp_path)
    put(database, "a", content="x" * 10_000, state="streaming")
    before = (tmp_path / "c.jsonl").stat().st_size
    put(database, "a", content="x" * 10_000 + "y", state="streaming")
    assert (tmp_path / "c.jsonl").stat().st_size - before < 100
    assert contents(connect(tmp_path))["a"]["content"] == "x" * 10_000 + "y"


def test_saving_what_is_there_writes_nothing(tmp_path: Path) -> None:
    database = connect(tmp_path)
    put(database, "a", content="x")
    before = (tmp_path / "c.jsonl").read_bytes()
    put(database, "a", content="x")
    assert (tmp_path / "c.jsonl").read_bytes() == before


def test_changes_made_together_reach_the_file_in_one_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = connect(tmp_path)
    writes: list[str] = []

    def recording(path: Path, mode: str = "r", **more: Any) -> IO[Any]:
        writes.extend([mode] * mode.startswith("a"))
        return open(path, mode, **more)

    monkeypatch.setattr("tui.store.log_storage.open", recording, raising=False)
    with database.log.together():
        put(database, "a", content="1")
        put(database, "b", content="2")
        assert contents(database) == {"a": {"content": "1"}, "b": {"content": "2"}}
    assert len(writes) == 1
    assert contents(connect(tmp_path)).keys() == {"a", "b"}


def test_many_documents_are_replaced_in_one_write(tmp_path: Path) -> None:
    database = connect(tmp_path)
    put(database, "a", content="1", old=True)
    put(database, "b", content="2")
    database.replace_all("messages", {"a": {"content": "new"}, "c": {"content": "3"}})
    assert contents(database) == contents(connect(tmp_path))
    assert contents(database) == {"a": {"content": "new"}, "b": {"content": "2"}, "c": {"content": "3"}}
    assert len(lines_of(tmp_path)) == 5


def test_changes_made_together_are_dropped_together(tmp_path: Path) -> None:
    database = connect(tmp_path)
    put(database, "a", content="1")

    def fail_half_way() -> None:
        with database.log.together():
            put(database, "a", content="2")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert contents(database) == contents(connect(tmp_path)) == {"a": {"content": "1"}}


def test_compaction_leaves_one_line_a_document_and_keeps_deletions(tmp_path: Path) -> None:
    database = connect(tmp_path)
    for n in range(5):
        put(database, "a", content=str(n))
    put(database, "b", content="gone")
    remove(database, "b")
    database.log.compact(tmp_path / "quarantine")
    assert lines_of(tmp_path)[1:] == [
        {"table": "messages", "id": "a", "rev": 5, "doc": {"content": "4"}},
        {"table": "messages", "id": "b", "rev": 2, "doc": None},
    ]


def test_an_older_copy_joined_after_a_compaction_brings_nothing_back(tmp_path: Path) -> None:
    database = connect(tmp_path)
    put(database, "a", content="an older and longer text")
    put(database, "b", content="deleted later")
    copy = (tmp_path / "c.jsonl").read_bytes()
    put(database, "a", content="new")
    remove(database, "b")
    database.log.compact(tmp_path / "quarantine")
    (tmp_path / "c.jsonl").write_bytes((tmp_path / "c.jsonl").read_bytes() + copy)
    assert contents(connect(tmp_path)) == {"a": {"content": "new"}}


def test_growth_that_waits_survives_a_compaction(tmp_path: Path) -> None:
    database = connect(tmp_path)
    put(database, "a", content="a")
    put(database, "a", content="ab")
    put(database, "a", content="abc")
    head, first, second, third = (tmp_path / "c.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "c.jsonl").write_bytes(head + first + third)
    database = connect(tmp_path)
    assert contents(database) == {"a": {"content": "a"}}
    database.log.compact(tmp_path / "quarantine")
    with (tmp_path / "c.jsonl").open("ab") as file:
        file.write(second)
    assert contents(connect(tmp_path)) == {"a": {"content": "abc"}}


def test_a_document_whose_growth_was_lost_can_still_be_saved(tmp_path: Path) -> None:
    database = connect(tmp_path)
    for end in range(1, 5):
        put(database, "a", content="abcd"[:end])
    lines = (tmp_path / "c.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "c.jsonl").write_bytes(b"".join(lines[:2] + lines[3:]))
    database = connect(tmp_path)
    put(database, "a", content="a new")
    put(database, "a", content="a new text")
    assert contents(database) == contents(connect(tmp_path)) == {"a": {"content": "a new text"}}
    assert "grow" in lines_of(tmp_path)[-1]


def test_a_file_is_wasteful_once_most_of_many_lines_are_outdated(tmp_path: Path) -> None:
    database = connect(tmp_path)
    for n in range(110):
        put(database, "a", content=str(n))
    before = database.log.wasteful
    database.log.compact(tmp_path / "quarantine")
    contents(database)
    assert (before, database.log.wasteful) == (True, False)
    assert not (tmp_path / "quarantine").exists()


def test_a_reader_takes_no_lock_and_writes_nothing(tmp_path: Path) -> None:
    put(connect(tmp_path), "a", content="1")
    (tmp_path / "c.jsonl").write_bytes((tmp_path / "c.jsonl").read_bytes() + b'{"torn')
    before = (tmp_path / "c.jsonl").read_bytes()
    with FileLock(tmp_path / "lock", thread_local=False):
        assert contents(connect(tmp_path)) == {"a": {"content": "1"}}
    assert (tmp_path / "c.jsonl").read_bytes() == before


def test_a_lock_that_is_not_free_fails_the_write_and_leaves_memory_as_the_file(tmp_path: Path) -> None:
    database = LogDatabase(tmp_path / "c.jsonl", FileLock(tmp_path / "lock", timeout=0.01, thread_local=False))
    put(database, "a", content="1")
    other = (tmp_path / "lock").open("rb")
    with other:
        import fcntl

        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Timeout):
            put(database, "a", content="2")
        assert contents(database) == {"a": {"content": "1"}}


def test_a_write_rolled_back_elsewhere_does_not_confuse_a_reader(tmp_path: Path) -> None:
    """The reader saw lines of another process before their fsync failed; then others were written in their place."""
    writer, reader = connect(tmp_path), connect(tmp_path)
    put(writer, "a", content="1")
    kept = (tmp_path / "c.jsonl").read_bytes()
    put(writer, "b", content="rolled back")
    assert contents(reader).keys() == {"a", "b"}
    (tmp_path / "c.jsonl").write_bytes(kept)
    put(connect(tmp_path), "c", content="a longer text than the one that was rolled back")
    assert contents(reader).keys() == {"a", "c"}
    assert reader.log.damaged_lines == 0


def test_a_file_of_a_newer_format_is_read_as_far_as_possible_and_never_written(tmp_path: Path) -> None:
    newer = b'{"chinwag": 99, "file": "x"}\n{"table": "messages", "id": "a", "rev": 1, "doc": {"content": "1"}}\n{"what": 1}\n'
    (tmp_path / "c.jsonl").write_bytes(newer)
    database = connect(tmp_path)
    assert contents(database) == {"a": {"content": "1"}}
    assert database.log.newer
    assert database.log.damaged_lines == 0
    with pytest.raises(StoreError, match="Update chinwag"):
        put(database, "a", content="2")
    database.log.compact(tmp_path / "quarantine")
    assert (tmp_path / "c.jsonl").read_bytes() == newer
    assert contents(database) == {"a": {"content": "1"}}


def test_files_are_private(tmp_path: Path) -> None:
    database = connect(tmp_path)
    put(database, "a", content="1")
    assert (tmp_path / "c.jsonl").stat().st_mode & 0o777 == 0o600
    database.log.compact(tmp_path / "quarantine")
    assert (tmp_path / "c.jsonl").stat().st_mode & 0o777 == 0o600
    copy = database.log.copy_to(tmp_path / "quarantine")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.parent.stat().st_mode & 0o777 == 0o700


def test_a_missing_file_is_an_empty_database(tmp_path: Path) -> None:
    database = connect(tmp_path)
    assert contents(database) == {}
    database.log.compact(tmp_path / "quarantine")
    assert not (tmp_path / "c.jsonl").exists()
