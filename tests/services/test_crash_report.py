"""A crash tells where, never what."""

from __future__ import annotations

import contextlib
from pathlib import Path

from tui.services.crash_report import describe, write_report


def crash(secret: str) -> Exception:
    empty: dict[str, int] = {}
    try:
        try:
            empty[secret]
        except KeyError as error:
            raise ValueError(f"while reading {secret}") from error
    except ValueError as error:
        return error
    raise AssertionError


def test_a_report_has_types_and_places_but_no_values(tmp_path: Path) -> None:
    path = write_report(crash("sk-very-secret"), tmp_path / "logs")
    assert path is not None
    said = path.read_text("utf-8")
    assert "builtins.ValueError" in said
    assert "builtins.KeyError" in said
    assert "test_crash_report.py" in said
    assert "sk-very-secret" not in said
    assert str(Path.home()) not in said
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_report_that_cannot_be_written_is_no_second_crash(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    assert write_report(crash("x"), tmp_path / "logs") is None


def test_a_chain_that_bites_its_tail_ends() -> None:
    error, cause = ValueError(), KeyError()
    for raised, behind in ((error, cause), (cause, error)):
        with contextlib.suppress(Exception):
            raise raised from behind
    assert describe(error).count("builtins.ValueError") == 1
