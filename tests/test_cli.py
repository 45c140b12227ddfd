"""The command line, as it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tui import __version__
from tui.cli import main

ROOT = Path(__file__).parent.parent
COMMAND = str(Path(sys.executable).with_name("chinwag"))


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **environ}
    )


def test_the_version_is_printed() -> None:
    done = run("--version")
    assert done.returncode == 0
    assert __version__ in done.stdout


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_import_click_at_most(option: str) -> None:
    code = (
        "import sys\nfrom tui.cli import main\n"
        f"try: main([{option!r}])\nexcept SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'textual', 'httpx', 'tinydb', 'rich', 'msgspec', 'platformdirs'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_without_a_terminal_it_says_so_and_ends_with_2() -> None:
    done = run()
    assert done.returncode == 2
    assert "terminal" in done.stderr


def test_an_unknown_option_is_wrong_usage() -> None:
    assert run("--nonsense").returncode == 2


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The prompts and options that the app was opened with."""
    calls: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr("tui.cli.run_app", lambda options, prompt: calls.append((prompt, options)))
    return calls


@pytest.mark.parametrize(
    ("words", "prompt"),
    [
        (["why", "is", "it", "so?"], "why is it so?"),
        (["what", "does", "ls", "-h", "do"], "what does ls -h do"),
        (["what", "does", "ls", "--help", "do"], "what does ls --help do"),
        (["explain", "grep", "-rn"], "explain grep -rn"),
        (["what does --model do?"], "what does --model do?"),
        (["--", "what", "does", "--model", "do"], "what does --model do"),
        (["--local", "--", "doctor"], "doctor"),
    ],
)
def test_words_that_are_no_command_are_a_prompt(
    opened: list[tuple[str, dict[str, Any]]], words: list[str], prompt: str
) -> None:
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, [sent for sent, _ in opened]) == (0, [prompt])


def test_options_before_the_prompt_have_their_effect(opened: list[tuple[str, dict[str, Any]]]) -> None:
    CliRunner().invoke(main, ["--local", "--model", "tiny", "hello"])
    ((prompt, options),) = opened
    assert (prompt, options["local"], options["model"]) == ("hello", True, "tiny")


@pytest.mark.parametrize(
    ("word", "command"),
    [("docter", "doctor"), ("doctr", "doctor"), ("exprot", "export"), ("imports", "import"), ("bakcup", "backup")],
)
def test_a_misspelt_command_is_asked_about_and_nothing_is_sent(
    opened: list[tuple[str, dict[str, Any]]], word: str, command: str
) -> None:
    done = CliRunner().invoke(main, [word])
    assert (done.exit_code, opened) == (2, [])
    assert f"Did you mean {command}?" in done.stderr
    assert f"chinwag -- {word}" in done.stderr
    CliRunner().invoke(main, ["--", word])
    assert [sent for sent, _ in opened] == [word]


@pytest.mark.parametrize("words", [["hello"], ["why?"], ["docter", "who"], ["import this"], ["support"]])
def test_other_words_are_still_a_prompt(opened: list[tuple[str, dict[str, Any]]], words: list[str]) -> None:
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, [sent for sent, _ in opened]) == (0, [" ".join(words)])


@pytest.mark.parametrize("option", ["--gateway", "--profile"])
def test_a_gateway_is_named_by_either_option(opened: list[tuple[str, dict[str, Any]]], option: str) -> None:
    CliRunner().invoke(main, [option, "work", "hello"])
    ((_prompt, options),) = opened
    assert options["profile"] == "work"


@pytest.mark.parametrize("option", ["--local", "--model", "--model=tiny", "--version"])
def test_an_option_after_the_prompt_is_wrong_usage_and_nothing_is_sent(
    opened: list[tuple[str, dict[str, Any]]], option: str
) -> None:
    done = CliRunner().invoke(main, ["hello", option])
    assert (done.exit_code, opened) == (2, [])
    assert "Options go before the prompt" in done.output


def test_local_status_names_model_licence_and_the_next_step(tmp_path: Path) -> None:
    done = run("--data-dir", str(tmp_path), "local", "status")
    assert done.returncode == 1
    for word in ("tiny demo model", "Apache-2.0", "chinwag local install"):
        assert word in done.stdout


def test_local_remove_of_nothing_is_no_error(tmp_path: Path) -> None:
    done = run("--data-dir", str(tmp_path), "local", "remove")
    assert (done.returncode, done.stdout) == (0, "There was nothing to remove.\n")


def test_every_command_has_a_sentence_of_help() -> None:
    for command in main.commands.values():
        assert command.help


def test_the_wheel_works_elsewhere_with_its_style_sheets(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(tmp_path),
            str(ROOT),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("chinwag-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "elsewhere")
    sheets = {path.name for path in (tmp_path / "elsewhere" / "tui" / "styles").glob("*.tcss")}
    assert sheets == {path.name for path in (ROOT / "styles").glob("*.tcss")}
    done = subprocess.run(
        [sys.executable, "-c", "from tui.paths import STYLES; print(STYLES); import tui.app"],
        cwd=tmp_path / "elsewhere",
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()) == tmp_path / "elsewhere" / "tui" / "styles"
