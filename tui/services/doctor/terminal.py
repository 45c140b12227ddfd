"""Checks of the terminal and its environment."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from tui.domain.i18n import N_, _
from tui.domain.safe_text import one_line
from tui.services.clipboard import Route
from tui.services.doctor.check import Case, Finding, ok, skipped, warning
from tui.services.programs import program_output

SMALLEST = (40, 10)
"""Columns and rows that a conversation needs."""
WIDE = "漢"
"""Two columns wide in Unicode's East Asian Width."""

QUESTION = f"\r{WIDE}\x1b[6n\r\x1b[K\x1b[?u\x1b[c".encode()
"""The cursor position after a wide character; the flags of the kitty keyboard protocol; the device attributes.

Every terminal answers the last query, so the wait ends there.
"""
_CURSOR = re.compile(rb"\x1b\[\d+;(\d+)R")
_KITTY = re.compile(rb"\x1b\[\?\d+u")

_TMUX_THAT_COPIES = (3, 2)
"""The first tmux version that passes copied text to its terminal when asked."""

_NO_TERMINAL = N_("the input or output is not a terminal")
_NO_ANSWER = N_("the terminal does not answer")


async def find_clipboard(case: Case) -> Finding:
    """Report how copied text would travel. Nothing is copied."""
    routes = case.services.clipboard.routes
    program = await asyncio.to_thread(_clipboard_program) if Route.SYSTEM in routes else ""
    if program:
        return ok(program)
    if Route.TMUX in routes:
        return await _check_tmux()
    if case.environ.get("STY"):
        return ok(_("through GNU screen and the terminal (OSC 52)"))
    if case.environ.get("TERM", "").startswith(("tmux", "screen")):
        return warning(
            _("Through the terminal (OSC 52); a tmux in between must let it pass."),
            _("Add “set -s set-clipboard on” to ~/.tmux.conf on the machine where tmux runs."),
        )
    if case.services.clipboard.remote:
        return ok(_("through the terminal (OSC 52), because this is a remote shell"))
    return warning(
        _("No clipboard program; copying uses the terminal (OSC 52)."),
        _("Install wl-clipboard or xclip if copied text does not arrive."),
    )


async def _check_tmux() -> Finding:
    said = await program_output(("tmux", "-V"), 2.0)
    version = re.search(r"(\d+)\.(\d+)", said)
    if version is None:
        return warning(_("Through the terminal (OSC 52), because tmux cannot be run."), _("Add tmux to PATH."))
    if (int(version[1]), int(version[2])) < _TMUX_THAT_COPIES:
        return warning(
            _("{tmux} does not pass copied text to the terminal.").format(tmux=one_line(said)),
            _("Use tmux 3.2 or newer, or add “set -s set-clipboard on” to ~/.tmux.conf."),
        )
    return ok(_("through {tmux}").format(tmux=one_line(said)))


async def measure_terminal(case: Case) -> Finding:
    """Report its size."""
    if case.terminal.size is None:
        return skipped(_(_NO_TERMINAL))
    columns, rows = case.terminal.size
    name = case.environ.get("TERM", "")
    found = _("{columns} × {rows}, TERM={name}").format(columns=columns, rows=rows, name=name)
    if name in ("", "dumb"):
        return warning(found, _("Set TERM to your terminal's type, such as xterm-256color."))
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return warning(found, _("Make it at least {columns} × {rows}.").format(columns=SMALLEST[0], rows=SMALLEST[1]))
    return ok(found)


async def count_colours(case: Case) -> Finding:
    """Report how many colours the environment promises."""
    named, term = case.environ.get("COLORTERM", ""), case.environ.get("TERM", "")
    found = _("COLORTERM={colorterm}, TERM={term}").format(colorterm=named, term=term)
    if case.environ.get("NO_COLOR"):
        return ok(_("off, because NO_COLOR is set"))
    if named.lower() in ("truecolor", "24bit") or term.endswith("-direct"):
        return ok(_("16 million ({found})").format(found=found))
    if "256" in term or "kitty" in term:
        return ok(_("256 ({found})").format(found=found))
    return warning(
        _("16 or fewer ({found})").format(found=found), _("Set COLORTERM=truecolor if your terminal supports it.")
    )


async def ask_for_kitty_keys(case: Case) -> Finding:
    """Check whether the terminal reports keys by the kitty protocol. Nothing depends on it."""
    case.answers = await case.terminal.ask(QUESTION)
    if case.answers is None:
        return skipped(_(_NO_TERMINAL))
    if not case.answers:
        return skipped(_(_NO_ANSWER))
    if _KITTY.search(case.answers):
        return ok(_("reported; use shift+enter for a new line"))
    return ok(_("not reported; use ctrl+j for a new line"))


async def find_multiplexer(case: Case) -> Finding:
    """Check for tmux, screen or zellij."""
    if "ZELLIJ" in case.environ:
        return warning("zellij", _("zellij uses ctrl+p, ctrl+o and ctrl+n: press ctrl+g to lock it, or use / and f3."))
    if "TMUX" in case.environ:
        return ok("tmux")
    if "STY" in case.environ:
        return ok(_("screen; it uses ctrl+a and ctrl+s"))
    return ok(_("none"))


async def notice_ssh(case: Case) -> Finding:
    """Report whether the terminal is on another machine. Its address is not shown."""
    return ok(_("yes") if case.services.clipboard.remote else _("no"))


async def read_locale(case: Case) -> Finding:
    """Check whether text is output as UTF-8."""
    variable, name = _locale(case.environ)
    if not name:
        return warning(_("not set"), _("Set LANG to a UTF-8 locale, such as C.UTF-8."))
    found = _("{variable}={name}").format(variable=variable, name=name)
    if re.search(r"utf-?8", name, re.IGNORECASE):
        return ok(found)
    return warning(found, _("Set {variable} to a UTF-8 locale, such as C.UTF-8.").format(variable=variable))


async def measure_wide_characters(case: Case) -> Finding:
    """Check whether the terminal draws a wide character two columns wide, as chinwag expects."""
    if case.answers is None:
        return skipped(_(_NO_TERMINAL))
    position = _CURSOR.search(case.answers)
    if position is None:
        return skipped(_(_NO_ANSWER))
    width = int(position[1]) - 1
    if width == 2:
        return ok(_("two columns"))
    return warning(
        _("drawn {n} columns wide instead of 2").format(n=width),
        _("Use a UTF-8 locale and a terminal that supports CJK."),
    )


def _locale(environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the variable that sets the locale, and its value."""
    for variable in ("LC_ALL", "LC_CTYPE", "LANG"):
        if name := environ.get(variable, ""):
            return variable, name
    return "", ""


def _clipboard_program() -> str:
    import pyperclip  # slow: it searches for programs

    copy, _paste = pyperclip.determine_clipboard()
    name = getattr(copy, "__name__", "")
    return name.removeprefix("copy_") if name.startswith("copy_") else ""
