"""What is kept of a gateway between runs: there when it is whole, absent when it is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui.domain.models import ModelInfo
from tui.store.profile_cache import KnownProfile, ProfileCache

BASE = "https://gateway.example/v1"
KNOWN = KnownProfile(
    [ModelInfo("a", "A", "me", 8192, 0.00001, 0.5), ModelInfo("模型")],
    {"stream_options": False, "renamed": ["a"]},
    1_700_000_000.5,
)


def file_of(folder: Path) -> Path:
    [path] = (folder / "profiles").iterdir()
    return path


def test_what_was_saved_is_there_again(tmp_path: Path) -> None:
    ProfileCache(tmp_path).save("work", BASE, KNOWN)
    assert ProfileCache(tmp_path).load("work", BASE) == KNOWN


def test_it_is_private(tmp_path: Path) -> None:
    ProfileCache(tmp_path / "new").save("work", BASE, KNOWN)
    path = file_of(tmp_path / "new")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_another_address_or_name_makes_it_void(tmp_path: Path) -> None:
    cache = ProfileCache(tmp_path)
    cache.save("work", BASE, KNOWN)
    assert cache.load("work", "https://elsewhere.example/v1") == KnownProfile()
    assert cache.load("Work", BASE) == KnownProfile()


@pytest.mark.parametrize("name", ["../../x", "a/b", "", ".", "CON", "模型", "x" * 300, "a\x00b", "\ud800"])
def test_no_name_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    cache = ProfileCache(tmp_path / "cache")
    cache.save(name.replace("\ud800", "?"), BASE, KNOWN)
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]
    assert file_of(tmp_path / "cache").name.isascii()
    assert cache.load(name, BASE) in (KNOWN, KnownProfile())


def test_names_that_look_alike_have_their_own_files(tmp_path: Path) -> None:
    cache = ProfileCache(tmp_path)
    for n, name in enumerate(["a b", "a-b", "A b"]):
        cache.save(name, BASE, KnownProfile([ModelInfo(str(n))]))
    assert [cache.load(name, BASE).models[0].id for name in ["a b", "a-b", "A b"]] == ["0", "1", "2"]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"[" * 100_000,
        b"{}",
        json.dumps({"name": "work", "base_url": BASE, "models": [{"id": 7}], "learned": {}, "fetched": 1}).encode(),
        json.dumps({"name": "work", "base_url": BASE, "models": None, "learned": {}, "fetched": 1}).encode(),
        json.dumps({"name": "work", "base_url": BASE, "models": [], "learned": [], "fetched": 1}).encode(),
        json.dumps({"name": "work", "base_url": BASE, "models": [], "learned": {}, "fetched": "now"}).encode(),
    ],
)
def test_a_broken_file_counts_as_absent_and_is_replaced(tmp_path: Path, broken: bytes) -> None:
    cache = ProfileCache(tmp_path)
    cache.save("work", BASE, KNOWN)
    file_of(tmp_path).write_bytes(broken)
    assert cache.load("work", BASE) == KnownProfile()
    cache.save("work", BASE, KNOWN)
    assert cache.load("work", BASE) == KNOWN


def test_a_folder_that_cannot_be_used_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("a file where the folder should be")
    ProfileCache(tmp_path).save("work", BASE, KNOWN)
    assert ProfileCache(tmp_path).load("work", BASE) == KnownProfile()
