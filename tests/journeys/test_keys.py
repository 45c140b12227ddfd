"""A gateway may repeat the key in every place: nothing that the app writes or shows holds it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.conftest import COMMAND, ROOT, StartChinwag
from tests.journeys.leaks import PLANTED, SCENARIOS
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

SHOWN = 4
"""As many characters at the end of a key may be shown."""
PIECE = 8
SECRET = PLANTED.removeprefix("sk-planted-")[:-SHOWN]
PIECES = [SECRET[at : at + PIECE] for at in range(len(SECRET) - PIECE + 1)]
HERE = Path(__file__).parent

CRASHING = """
import sys
from pathlib import Path
from tui.api.reply import Reply
from tui.cli import main

key = Path(sys.argv.pop()).read_text()

def broken(reply):
    raise RuntimeError("a bug that quotes " + key)

Reply.close = broken
main()
"""
"""The app with a bug; its one argument is the file of keys."""


class Recorder:
    """Keeps every byte that reaches the terminal."""

    def __init__(self, terminal: Terminal) -> None:
        self._next = terminal.stream
        self.data = bytearray()
        terminal.stream = self  # type: ignore[assignment]

    def feed(self, data: bytes) -> None:
        self.data += data
        self._next.feed(data)


@pytest.fixture(scope="module")
def leaky() -> Iterator[str]:
    """The origin of a gateway that repeats the key."""
    command = [sys.executable, "-m", "tests.gateway_lab", "--extra", str(HERE / "leaks.py")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


def configure(tmp_path: Path, base_url: str, model: str) -> None:
    """A profile as the settings screen leaves it, its key in the file of keys."""
    config = tmp_path / "config"
    config.mkdir(mode=0o700)
    settings = f'[profiles.leaky]\nbase_url = "{base_url}"\nkey = "file"\nmodel = "{model}"\n'
    (config / "settings.toml").write_text(settings)
    (config / "secrets.toml").write_text(f'leaky = "{PLANTED}"\n')
    (config / "secrets.toml").chmod(0o600)


def leaks(tmp_path: Path, *shown: bytes) -> list[str]:
    """Where a piece of the key is: files of all folders but the file of keys, and what was shown."""
    folders = [tmp_path / name for name in ("data", "config", "cache", "home")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name != "secrets.toml"]
    texts = {str(path): path.read_bytes() for path in files} | {f"shown {n}": text for n, text in enumerate(shown)}
    return [f"{name}: {piece}" for name, text in texts.items() for piece in PIECES if piece.encode() in text]


def have_ended(tmp_path: Path, many: int, _screen: str) -> bool:
    """Whether so many replies on disk have come to an end."""
    states: dict[str, str] = {}
    for path in (tmp_path / "data" / "conversations").glob("*.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            document = json.loads(line).get("doc") or {}
            if document.get("role") == "assistant":
                states[document["id"]] = document["state"]
    return sum(state in ("complete", "failed") for state in states.values()) == many


def test_the_search_would_find_a_leak(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").write_text(f"key {PLANTED[:-6]}")
    assert leaks(tmp_path)
    assert leaks(tmp_path / "none", f"…{PLANTED[12:24]}".encode())
    assert leaks(tmp_path / "none", PLANTED[-SHOWN:].encode()) == []


def test_a_key_that_every_answer_repeats_is_nowhere(start: StartChinwag, leaky: str, tmp_path: Path) -> None:
    names = [scenario.name for scenario in SCENARIOS]
    configure(tmp_path, f"{leaky}/v1", names[0])
    terminal = start()
    record = Recorder(terminal)
    for n, name in enumerate(names):
        if n:
            terminal.press("ctrl+l")
            terminal.wait_for("Choose a model")
            terminal.type(name)
            terminal.press("enter")
        terminal.wait_for(f"Message {name}")
        terminal.type("Tell me")
        terminal.press("enter")
        terminal.wait_for(partial(have_ended, tmp_path, n + 1))
        terminal.press("f6")
    terminal.press("shift+f4")
    terminal.wait_for(PLANTED[-SHOWN:])
    terminal.press("escape", "ctrl+q")
    assert terminal.wait_until_gone() == 0
    assert b"So far so good" in record.data
    assert leaks(tmp_path, bytes(record.data), terminal.text.encode()) == []


def test_a_key_in_the_list_of_models_is_nowhere(start: StartChinwag, leaky: str, tmp_path: Path) -> None:
    configure(tmp_path, f"{leaky}/s/leak_refused/v1", "lab-model")
    terminal = start()
    record = Recorder(terminal)
    terminal.wait_for("Message lab-model")
    terminal.press("ctrl+l")
    terminal.wait_for("2 models")
    terminal.press("escape", "ctrl+q")
    assert terminal.wait_until_gone() == 0
    assert b"Incorrect API key provided" in record.data
    assert leaks(tmp_path, bytes(record.data)) == []


def test_a_crash_that_quotes_the_key_gives_it_to_nobody(environ: dict[str, str], leaky: str, tmp_path: Path) -> None:
    configure(tmp_path, f"{leaky}/v1", "plain_stream")
    secrets = str(tmp_path / "config" / "secrets.toml")
    with Terminal([sys.executable, "-c", CRASHING, secrets], environ) as terminal:
        record = Recorder(terminal)
        terminal.wait_for("Message plain_stream")
        terminal.type("Tell me")
        terminal.press("enter")
        assert terminal.wait_until_gone() == 1
    [report] = (tmp_path / "cache" / "logs").glob("crash-*.txt")
    assert "RuntimeError" in report.read_text()
    assert leaks(tmp_path, bytes(record.data)) == []


@pytest.mark.parametrize("name", ["leak_list", "leak_refused", "leak_midway"])
def test_the_doctor_s_report_can_be_shown_to_anybody(
    environ: dict[str, str], leaky: str, tmp_path: Path, name: str
) -> None:
    configure(tmp_path, f"{leaky}/s/{name}/v1", "lab-model")
    shown: list[bytes] = []
    for arguments in (["doctor"], ["doctor", "--json"]):
        done = subprocess.run([COMMAND, *arguments], env=environ, capture_output=True, timeout=60, check=False)
        shown += [done.stdout, done.stderr]
    assert json.loads(shown[2])
    assert leaks(tmp_path, *shown) == []


def test_a_key_that_is_no_key_is_not_printed_before_the_app_starts(environ: dict[str, str], tmp_path: Path) -> None:
    """Without a terminal, and with a broken settings file that holds what should be in the file of keys."""
    configure(tmp_path, "http://127.0.0.1:9/v1", "m")
    (tmp_path / "config" / "settings.toml").write_text(f'[profiles.m]\nbase_url = "x"\nkey = "{PLANTED}"\n')
    done = subprocess.run([COMMAND, "hello"], env=environ, capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    (tmp_path / "config" / "settings.toml").unlink()
    assert leaks(tmp_path, done.stdout, done.stderr) == []
