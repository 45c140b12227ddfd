"""What the doctor says of this machine, and what it keeps to itself."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from socket import getaddrinfo

import pytest

from tests.services.doctor_case import PLAIN_ENVIRON, AnsweringTerminal, case_in, places_in, results, said
from tui import __version__
from tui.cli import build_services
from tui.doctor_command import run
from tui.domain.chat import ChatMessage, Conversation, Role
from tui.domain.settings import KeySource, Profile
from tui.services.doctor.check import Case, Limits, State
from tui.services.doctor.examination import STEPS
from tui.services.doctor.privacy import Privacy
from tui.store.index import index_path

NAMES = [
    "settings",
    "key",
    "address",
    "name_lookup",
    "connect",
    "proxy",
    "tls",
    "models",
    "stream",
    "store",
    "index",
    "conversations",
    "engine",
    "clipboard",
    "terminal",
    "colours",
    "kitty_keys",
    "multiplexer",
    "ssh",
    "locale",
    "wide_characters",
]
KEY = "sk-planted-0123456789wxyz"
NO_SERVER = "http://127.0.0.1:9/v1"


async def save_a_conversation(folder: Path) -> None:
    store = build_services(places_in(folder)).store
    await store.start()
    conversation = Conversation(title="Secret plans")
    await store.save(conversation, conversation.add(ChatMessage(Role.USER, "Secret words")))
    await store.recent()
    await store.close()


def test_the_names_and_their_order_are_stable() -> None:
    assert [step.name for step in STEPS] == NAMES


def test_a_check_needs_only_what_was_checked_before() -> None:
    known = {"gateway"}
    for step in STEPS:
        assert set(step.needs) <= known
        known.add(step.name)


async def test_everything_that_is_not_ok_names_a_next_step_or_what_it_waits_for(tmp_path: Path) -> None:
    for check in (await results(case_in(tmp_path, Profile("dead", NO_SERVER)))).values():
        assert check.found
        if check.state in (State.WARNING, State.FAILURE):
            assert check.next_step


async def test_a_new_user_has_nothing_yet_and_nothing_is_made(tmp_path: Path) -> None:
    checks = await results(case_in(tmp_path))
    assert {checks[name].state for name in ("settings", "store", "index", "conversations")} == {State.OK}
    assert list(tmp_path.iterdir()) == []


async def test_saved_conversations_are_counted_and_not_shown(tmp_path: Path) -> None:
    await save_a_conversation(tmp_path)
    data = places_in(tmp_path).data
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*.jsonl")}
    checks = await results(case_in(tmp_path))
    assert (checks["conversations"].state, checks["conversations"].found) == (State.OK, "1 saved")
    assert (checks["index"].state, checks["index"].found) == (State.OK, "healthy")
    assert checks["store"].state is State.OK
    assert "Secret" not in said(checks)
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*.jsonl")} == before
    assert list(data.rglob("*.tmp")) == []


async def test_a_broken_settings_file_is_a_failure_with_its_line(tmp_path: Path) -> None:
    settings = places_in(tmp_path).settings
    settings.parent.mkdir()
    settings.write_text("theme = \n")
    checks = await results(case_in(tmp_path))
    assert checks["settings"].state is State.FAILURE
    assert "line 1" in checks["settings"].found
    assert settings.read_text() == "theme = \n"


async def test_a_good_settings_file_is_found(tmp_path: Path) -> None:
    settings = places_in(tmp_path).settings
    settings.parent.mkdir()
    settings.write_text('[profiles.a]\nbase_url = "https://a.test/v1"\n')
    checks = await results(case_in(tmp_path))
    assert checks["settings"].state is State.OK
    assert checks["settings"].found.endswith("settings.toml, 1 gateway")


async def test_a_data_folder_that_cannot_be_used_is_a_failure(tmp_path: Path) -> None:
    places_in(tmp_path).data.write_text("a file where the folder should be")
    checks = await results(case_in(tmp_path))
    assert checks["store"].state is State.FAILURE
    assert "--data-dir" in checks["store"].next_step
    assert places_in(tmp_path).data.read_text() == "a file where the folder should be"


async def test_a_lock_that_another_program_keeps_is_a_warning(tmp_path: Path) -> None:
    await save_a_conversation(tmp_path)
    other = build_services(places_in(tmp_path)).store.folder
    with other.lock:
        checks = await results(case_in(tmp_path))
    await other.close()
    assert checks["store"].state is State.WARNING
    assert "lock" in checks["store"].found


@pytest.mark.parametrize(
    "content", [b"this is no database, but long enough to be taken for one " * 20, b"SQLite format 3\0"]
)
async def test_a_damaged_index_is_a_warning_and_left_alone(tmp_path: Path, content: bytes) -> None:
    index = index_path(places_in(tmp_path).cache, places_in(tmp_path).data)
    index.parent.mkdir()
    index.write_bytes(content)
    checks = await results(case_in(tmp_path))
    assert checks["index"].state is State.WARNING
    assert index.read_bytes() == content


async def test_an_index_of_another_version_is_no_trouble(tmp_path: Path) -> None:
    await save_a_conversation(tmp_path)
    with closing(sqlite3.connect(index_path(places_in(tmp_path).cache, places_in(tmp_path).data))) as db:
        db.execute("PRAGMA user_version = 99")
    checks = await results(case_in(tmp_path))
    assert checks["index"].state is State.OK
    assert "another version" in checks["index"].found


@pytest.mark.parametrize(
    ("name", "environ", "state", "found"),
    [
        ("colours", {"COLORTERM": "truecolor", "TERM": "xterm"}, State.OK, "16 million"),
        ("colours", {"TERM": "xterm-256color"}, State.OK, "256"),
        ("colours", {"TERM": "xterm"}, State.WARNING, "16 or fewer"),
        ("colours", {"TERM": "xterm", "NO_COLOR": "1"}, State.OK, "NO_COLOR"),
        ("multiplexer", {"TMUX": "/tmp/tmux-0/default,1,0"}, State.OK, "tmux"),
        ("multiplexer", {"STY": "123.pts-0"}, State.OK, "screen"),
        ("multiplexer", {"ZELLIJ": "0"}, State.WARNING, "zellij"),
        ("multiplexer", {}, State.OK, "none"),
        ("locale", {"LANG": "de_DE.utf8"}, State.OK, "LANG=de_DE.utf8"),
        ("locale", {"LANG": "C.UTF-8", "LC_ALL": "de_DE.ISO-8859-1"}, State.WARNING, "LC_ALL=de_DE.ISO-8859-1"),
        ("locale", {}, State.WARNING, "not set"),
        ("terminal", {"TERM": "dumb"}, State.WARNING, "TERM=dumb"),
        ("terminal", {"TERM": "xterm"}, State.OK, "120 × 40"),
    ],
)
async def test_the_surroundings_are_read_from_the_environment(
    tmp_path: Path, name: str, environ: dict[str, str], state: State, found: str
) -> None:
    checks = await results(case_in(tmp_path, environ=environ, terminal=AnsweringTerminal(b"")))
    assert checks[name].state is state
    assert found in checks[name].found


@pytest.mark.parametrize(
    ("answers", "keys", "wide"),
    [
        (b"\x1b[5;3R\x1b[?1u\x1b[?62;4c", "reported; use shift+enter", "two columns"),
        (b"\x1b[5;2R\x1b[?6c", "not reported; use ctrl+j", "drawn 1 columns wide"),
        (b"\x1b[?6c", "not reported; use ctrl+j", "the terminal does not answer"),
        (b"", "the terminal does not answer", "the terminal does not answer"),
    ],
)
async def test_keys_and_widths_are_what_the_terminal_answers(
    tmp_path: Path, answers: bytes, keys: str, wide: str
) -> None:
    checks = await results(case_in(tmp_path, terminal=AnsweringTerminal(answers)))
    assert checks["kitty_keys"].found.startswith(keys)
    assert checks["wide_characters"].found.startswith(wide)


async def test_a_very_small_terminal_is_a_warning(tmp_path: Path) -> None:
    checks = await results(case_in(tmp_path, terminal=AnsweringTerminal(b"", columns=39)))
    assert checks["terminal"].state is State.WARNING


async def test_without_a_terminal_it_is_not_checked(tmp_path: Path) -> None:
    checks = await results(case_in(tmp_path))
    assert {checks[name].state for name in ("terminal", "kitty_keys", "wide_characters")} == {State.NOT_CHECKED}


async def test_home_and_user_are_never_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "people" / "ada"
    folder = home / "chat"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    places_in(folder).data.write_text("a file where the folder should be")
    settings = places_in(folder).settings
    settings.parent.mkdir()
    settings.write_text("theme = \n")
    checks = await results(case_in(folder, environ={**PLAIN_ENVIRON, "HOME": str(home)}))
    assert "~/chat/config/settings.toml" in checks["settings"].found
    assert "~/chat/data" in checks["store"].found
    assert "ada" not in said(checks)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/ada/x", "~/x"),
        ("/home/adam/x", "/home/adam/x"),
        ("/media/ada/disk", "/media/…/disk"),
        ("/media/ada", "/media/…"),
        ("a canada map", "a canada map"),
        (f"key {KEY}.", "key ••••wxyz."),
        (f"key {KEY[:9]}\x1b[31m{KEY[9:]}", "key ••••wxyz"),
        ("http://me:word@proxy.test:1 is it", "http://proxy.test:1 is it"),
        ("two\nlines", "two lines"),
    ],
)
def test_sentences_are_made_fit_for_everybody(monkeypatch: pytest.MonkeyPatch, text: str, shown: str) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    assert Privacy({"HOME": "/home/ada"}).apply(text, KEY) == shown


def test_a_failed_check_gives_1_and_none_gives_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(case_in(tmp_path), as_json=False) == 0
    assert run(case_in(tmp_path, Profile("dead", NO_SERVER)), as_json=False) == 1
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert f"chinwag {__version__}" in printed


def test_json_is_one_object_with_a_list_of_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(case_in(tmp_path, Profile("dead", NO_SERVER)), as_json=True) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["complete"] is True
    assert [check["name"] for check in printed["checks"]] == NAMES
    for check in printed["checks"]:
        assert check.keys() == {"name", "state", "found", "next"}
        assert check["state"] in {"ok", "warning", "failure", "not checked"}
        assert isinstance(check["found"], str)
        assert isinstance(check["next"], str)


@pytest.mark.parametrize(("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_is_for_terminals_that_want_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
    coloured: bool,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    run(case_in(tmp_path), as_json=False)
    assert ("\x1b[32mok" in capsys.readouterr().out) == coloured


def test_nobody_waits_for_a_thread_that_hangs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def hanging(host: str, *more: object, **named: object) -> object:
        if host == "gateway.test":
            released.wait(60)
        return getaddrinfo(host, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("socket.getaddrinfo", hanging)
    case = case_in(tmp_path, Profile("slow", "https://gateway.test/v1"), limits=Limits(step=0.2))
    try:
        assert run(case, as_json=False) == 1
        assert not released.is_set()
    finally:
        released.set()
    assert "name lookup" in capsys.readouterr().out


async def test_a_key_is_not_in_the_repr_of_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_KEY", KEY)
    case: Case = case_in(tmp_path, Profile("dead", NO_SERVER, KeySource("env", "LAB_KEY")))
    checks = await results(case)
    assert checks["key"].state is State.OK
    assert KEY not in repr(case)
    assert KEY not in said(checks)
