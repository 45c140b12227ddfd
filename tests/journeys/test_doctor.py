"""`chinwag doctor` as it is installed: piped, in a terminal, and stopped half-way."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.journeys.conftest import COMMAND, StartChinwag
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey

KEY = "sk-journey-0123456789wxyz"


def doctor(environ: dict[str, str], *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "doctor", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**environ, **more},
    )


def at(lab: str, scenario: str) -> dict[str, str]:
    return {"CHINWAG_BASE_URL": f"{lab}/s/{scenario}/v1", "CHINWAG_API_KEY": KEY, "CHINWAG_MODEL": "lab-model"}


def answer(terminal: Terminal) -> None:
    """Let the terminal answer questions, as real ones do."""
    setattr(terminal.screen, "write_process_input", terminal.type)  # noqa: B010 (pyte's hook is a method to replace)


def test_piped_it_prints_a_line_for_each_check(environ: dict[str, str], lab: str) -> None:
    done = doctor(environ, **at(lab, "plain_stream"))
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert len(lines) == 22
    assert all(line.startswith(("ok ", "warning ", "not checked ")) for line in lines[1:])
    assert "first token after" in done.stdout
    assert "\x1b" not in done.stdout
    assert done.stderr == ""


def test_neither_key_nor_home_is_printed(environ: dict[str, str], lab: str) -> None:
    environ = {**environ, "CHINWAG_DATA_DIR": f"{environ['HOME']}/data"}
    for arguments in ([], ["--json"]):
        done = doctor(environ, *arguments, **at(lab, "err_401"))
        assert done.returncode == 1
        assert "~/data" in done.stdout
        for secret in (KEY, KEY[:12], environ["HOME"]):
            assert secret not in done.stdout + done.stderr


def test_json_is_read_by_programs(environ: dict[str, str], lab: str) -> None:
    done = doctor(environ, "--json", **at(lab, "plain_stream"))
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert checks["stream"]["state"] == "ok"
    assert checks["terminal"]["state"] == "not checked"
    assert done.stdout.isascii()


def test_text_that_the_output_cannot_hold_is_replaced(environ: dict[str, str], lab: str) -> None:
    done = doctor(environ, **at(lab, "plain_stream"), PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "????wxyz" in done.stdout


def test_a_profile_that_does_not_exist_is_wrong_usage(environ: dict[str, str]) -> None:
    done = doctor(environ, "--profile", "nobody")
    assert done.returncode == 2
    assert "nobody" in done.stderr


def test_a_broken_settings_file_is_a_failure_whatever_profile_is_asked_for(environ: dict[str, str]) -> None:
    folder = Path(environ["CHINWAG_CONFIG_DIR"])
    folder.mkdir()
    (folder / "settings.toml").write_text("theme = \n")
    done = doctor(environ, "--profile", "mine")
    assert done.returncode == 1
    assert "line 1" in done.stdout


def test_in_a_terminal_size_and_widths_are_measured(start: StartChinwag, lab: str) -> None:
    terminal = start("doctor", columns=150, rows=40, **at(lab, "plain_stream"))
    answer(terminal)
    assert terminal.wait_until_gone() == 0
    assert "150 × 40" in terminal.text
    assert "two columns" in terminal.text
    assert "漢" not in terminal.text


def test_ctrl_c_ends_it_and_keeps_what_was_found(start: StartChinwag, lab: str) -> None:
    terminal = start("doctor", columns=150, rows=40, **at(lab, "cancel_midway"))
    terminal.wait_for("model list")
    terminal.press("ctrl+c")
    assert terminal.wait_until_gone() == 1
    assert "Stopped; the remaining checks were skipped." in terminal.text
    assert "data folder" not in terminal.text
    assert "Traceback" not in terminal.text
