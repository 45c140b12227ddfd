"""Files of the user: named for what is in them, never over another, whole or not there."""

from __future__ import annotations

import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import full_disk
from tests.services.export.talks import rich_talk
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.domain.errors import StoreError
from tui.services.export.names import file_name, size_of
from tui.services.export.saving import Format, default_folder, render, save, snapshot


def named(title: str) -> str:
    return (
        file_name(Conversation(title=title, created=1_700_000_000.0), "md")
        .removeprefix("2023-11-14 ")
        .removeprefix("2023-11-15 ")
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why is the sky blue?", "Why is the sky blue.md"),
        ("天空为什么是蓝色的？", "天空为什么是蓝色的？.md"),
        ('a/b\\c:d*e"f<g>h|i?', "a b c d e f g h i.md"),
        ("  ..spaces.. . ", "..spaces.md"),
        ("", "Conversation.md"),
        ("\x1b[31mred\x00\n\u202etxt", "red txt.md"),
        ("🇨🇳👩\u200d💻", "🇨🇳👩💻.md"),
    ],
)
def test_a_name_is_made_from_the_title(title: str, name: str) -> None:
    assert named(title) == name


@given(st.text(st.characters(), max_size=300))
def test_every_name_is_one_that_every_file_system_takes(title: str) -> None:
    name = file_name(Conversation(title=title, created=1_700_000_000.0), "json")
    assert len(name.encode()) <= 130
    assert name == unicodedata.normalize("NFC", name)
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in name)
    assert name.endswith(".json")
    assert not name.removesuffix(".json").endswith((" ", "."))


def test_a_long_name_is_not_cut_inside_a_letter() -> None:
    name = named("é" * 10 + "क्षि" * 60)
    assert name.removesuffix(".md").encode().decode()
    assert len(name.encode()) <= 130
    for days in (1e18, -1e18, 0.0):
        assert file_name(Conversation(title="x", created=days), "md").endswith("x.md")


@pytest.mark.parametrize("form", Format)
def test_a_file_is_private_and_never_overwrites(tmp_path: Path, form: Format) -> None:
    talk = rich_talk()
    paths = [save(talk, form, tmp_path).path for _ in range(3)]
    stem = file_name(talk, form).removesuffix(f".{form}")
    assert [path.name for path in paths] == [f"{stem}{number}.{form}" for number in ("", " (2)", " (3)")]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    for path in paths:
        assert path.read_bytes() == render(talk, form)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_link_that_leads_nowhere_is_a_taken_name(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "elsewhere")
    assert save(rich_talk(), Format.MARKDOWN, tmp_path / "a.md").path.name == "a (2).md"
    assert not (tmp_path / "elsewhere").exists()


def test_a_full_disk_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(StoreError, match=r"disk is full: .*a\.md was not written.*Free some space"):
        save(rich_talk(), Format.MARKDOWN, tmp_path / "a.md")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"The folder .*nowhere does not exist\."):
        save(rich_talk(), Format.HTML, tmp_path / "nowhere" / "a.html")
    with pytest.raises(StoreError, match="too long"):
        save(rich_talk(), Format.HTML, tmp_path / ("a" * 300))
    with pytest.raises(StoreError, match="no home folder ~nobody-has-this-name"):
        save(rich_talk(), Format.HTML, Path("~nobody-has-this-name/a.html"))


def test_files_go_where_chinwag_was_started_or_where_it_makes_sense(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, data, start = tmp_path / "home", tmp_path / "data", tmp_path / "start"
    for folder in (home, data / "conversations", start):
        folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(home / "Documents"))
    monkeypatch.chdir(start)
    assert default_folder(data) == start
    monkeypatch.chdir(data / "conversations")
    assert default_folder(data) == home
    (home / "Documents").mkdir()
    monkeypatch.chdir("/")
    assert default_folder(data) == home / "Documents"


def test_a_snapshot_stands_still_while_a_reply_grows() -> None:
    talk = Conversation()
    growing = talk.add(ChatMessage(Role.ASSISTANT, "a", state=MessageState.STREAMING))
    taken = snapshot(talk)
    growing.content = "ab"
    talk.add(ChatMessage(Role.USER, "more"))
    assert [message.content for message in taken.branch()] == ["a"]


def test_sizes_are_for_people() -> None:
    assert [size_of(n) for n in (1, 999, 1499, 2_340_000)] == ["1 byte", "999 bytes", "1 kB", "2.3 MB"]
