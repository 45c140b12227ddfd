"""Torn lines, bad bytes, full disks, power cuts."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.logs import connect, contents, put
from tui.store import files

FULL_DISK = """
import resource, sys
from pathlib import Path
from tests.store.logs import connect, contents, put

folder = Path(sys.argv[1])
database = connect(folder)
put(database, "a", content="first")
before = (folder / "c.jsonl").read_bytes()
unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
for room in range(0, 400, 7):
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, unlimited[1]))
    try:
        put(database, "b", content="x" * 1000)
    except OSError as error:
        print(error.errno)
    assert (folder / "c.jsonl").read_bytes() == before
    assert contents(database) == {"a": {"content": "first"}}
for size in range(0, len(before), 7):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, unlimited[1]))
    try:
        database.log.compact(folder / "quarantine")
    except OSError as error:
        print(error.errno)
    assert (folder / "c.jsonl").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["c.jsonl", "lock"]
resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
put(database, "b", content="second")
assert contents(connect(folder)) == {"a": {"content": "first"}, "b": {"content": "second"}}
"""


def test_a_last_line_torn_at_any_byte_costs_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    database = connect(tmp_path)
    put(database, "a", content="é数 first")
    complete = file.read_bytes()
    put(database, "b", content="é数 second")
    whole = file.read_bytes()
    for end in range(len(complete), len(whole) + 1):
        file.write_bytes(whole[:end])
        torn = connect(tmp_path)
        found = contents(torn)
        assert found["a"] == {"content": "é数 first"}
        assert ("b" in found) == (end >= len(whole) - 1)
        assert torn.log.damaged_lines == 0
        put(torn, "c", content="third")
        again = connect(tmp_path)
        assert contents(again) == contents(torn) == {**found, "c": {"content": "third"}}
        again.log.compact(tmp_path / "quarantine")
        assert contents(connect(tmp_path)) == contents(again)


def test_a_reply_torn_at_any_byte_of_its_growth_keeps_what_came_before(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    database = connect(tmp_path)
    put(database, "a", content="one")
    complete = file.read_bytes()
    put(database, "a", content="one two")
    whole = file.read_bytes()
    for end in range(len(complete), len(whole) - 1):
        file.write_bytes(whole[:end])
        torn = connect(tmp_path)
        assert contents(torn) == {"a": {"content": "one"}}
        put(torn, "a", content="one three")
        assert contents(connect(tmp_path)) == {"a": {"content": "one three"}}


def test_a_bad_byte_anywhere_costs_one_line(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    database = connect(tmp_path)
    for doc_id in "abc":
        put(database, doc_id, content=doc_id)
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + b"\0" + whole[at + 1 :])
        damaged = connect(tmp_path)
        assert len(contents(damaged)) >= (1 if whole[at] == ord("\n") else 2)  # a lost line end joins two lines
        put(damaged, "d", content="d")
        assert contents(connect(tmp_path)) == contents(damaged)
        assert "d" in contents(damaged)


def test_damaged_lines_are_counted_and_copied_before_they_are_compacted_away(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    for doc_id in "abc":
        put(connect(tmp_path), doc_id, content=doc_id)
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"id"', b'"\xffd"')
    damaged = b"".join(lines)
    file.write_bytes(damaged)
    database = connect(tmp_path)
    assert contents(database).keys() == {"a", "c"}
    assert database.log.damaged_lines == 1
    database.log.compact(tmp_path / "quarantine")
    assert [copy.read_bytes() for copy in (tmp_path / "quarantine").iterdir()] == [damaged]
    assert contents(database).keys() == {"a", "c"}
    assert database.log.damaged_lines == 0


def test_a_full_disk_leaves_file_and_memory_as_they_were(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) == {str(errno.EFBIG)}
    assert len(done.stdout.split()) > 60


def test_a_failed_fsync_is_a_failed_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = connect(tmp_path)
    put(database, "a", content="1")
    before = (tmp_path / "c.jsonl").read_bytes()

    def fail(_fd: int) -> None:
        raise OSError(errno.EIO, "broken disk")

    monkeypatch.setattr(files, "sync", fail)
    with pytest.raises(OSError, match="broken disk"):
        put(database, "a", content="2")
    monkeypatch.undo()
    assert (tmp_path / "c.jsonl").read_bytes() == before
    assert contents(database) == {"a": {"content": "1"}}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs the name of an open file")
def test_at_every_acknowledgement_the_whole_file_has_been_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut keeps what fsync has covered: the content of each inode, and each folder's names, at its last sync."""
    durable: dict[int, bytes] = {}
    names: set[tuple[str, int]] = set()
    sync = files.sync

    def recording(fd: int) -> None:
        sync(fd)
        path = Path(f"/proc/self/fd/{fd}").resolve()
        if path.is_dir():
            names.clear()
            names.update((entry.name, entry.stat().st_ino) for entry in path.iterdir())
        else:
            durable[path.stat().st_ino] = path.read_bytes()

    monkeypatch.setattr(files, "sync", recording)
    database = connect(tmp_path)
    for n in range(30):
        put(database, str(n % 7), content="x" * n, state="streaming")
        if n % 10 == 9:
            database.log.compact(tmp_path / "quarantine")
        file = tmp_path / "c.jsonl"
        assert durable[file.stat().st_ino] == file.read_bytes()
        assert (file.name, file.stat().st_ino) in names
