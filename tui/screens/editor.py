"""Writing a prompt in the user's own editor."""

from __future__ import annotations

import asyncio
import os
import shlex
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from tui.domain.errors import ChinwagError
from tui.domain.i18n import _
from tui.domain.safe_text import clean


class EditorError(ChinwagError):
    """The editor could not be used. The sentence says what to do."""


async def edit_text(app: App[Any], text: str) -> str:
    """Let the user edit `text` in $VISUAL, else $EDITOR, else vi, which has the terminal meanwhile.

    The app goes on with its work and draws nothing. EditorError when there is no new text.
    """
    command = _command()
    draft = await asyncio.to_thread(_write_draft, text)
    try:
        status = await _hand_over(app, [*command, str(draft)])
        if status != 0:
            raise EditorError(_("The editor ended with an error; the prompt is as it was."))
        return await asyncio.to_thread(_read_draft, draft)
    finally:
        shutil.rmtree(draft.parent, ignore_errors=True)


def _command() -> list[str]:
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(wanted)
    except ValueError:  # an open quote
        command = []
    if not command:
        raise EditorError(
            _("“{editor}” is no command. Set EDITOR to your editor, for example to: nano").format(editor=wanted)
        )
    return command


def _write_draft(text: str) -> Path:
    try:
        draft = Path(tempfile.mkdtemp(prefix="chinwag-")) / "prompt.md"
        draft.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise EditorError(
            _("The prompt could not be written to {folder} ({reason}). Make room there, then try again.").format(
                folder=tempfile.gettempdir(), reason=error.strerror
            )
        ) from None
    return draft


def _read_draft(draft: Path) -> str:
    try:
        return clean(draft.read_text(encoding="utf-8", errors="replace")).rstrip("\n")
    except OSError as error:
        raise EditorError(
            _(
                "The editor left no text behind ({reason}); the prompt is as it was. "
                "Set EDITOR to one that saves the file it is given."
            ).format(reason=error.strerror)
        ) from None


async def _hand_over(app: App[Any], command: Sequence[str]) -> int:
    """Run a command that has the terminal to itself; its exit status."""
    failure: OSError | asyncio.CancelledError | None = None
    status = 0
    try:
        with app.batch_update(), app.suspend(), _interrupts_left_to_the_editor():
            try:
                status = await _run(command)
            except (OSError, asyncio.CancelledError) as error:  # `suspend` gives the terminal back only at its end
                failure = error
    except SuspendNotSupported:
        raise EditorError(_("This terminal cannot be handed to an editor.")) from None
    app.refresh(layout=True)  # what was to be drawn meanwhile is lost
    if isinstance(failure, OSError):
        raise EditorError(
            _("{editor} could not be started ({reason}). Set EDITOR to your editor.").format(
                editor=command[0], reason=failure.strerror
            )
        )
    if failure is not None:
        raise failure
    return status


async def _run(command: Sequence[str]) -> int:
    process = await asyncio.create_subprocess_exec(*command)
    try:
        return await process.wait()
    finally:
        if process.returncode is None:  # the app closes: two programs cannot share the terminal
            process.kill()
            await process.wait()


@contextmanager
def _interrupts_left_to_the_editor() -> Iterator[None]:
    """Keep ctrl+c from ending the app: where the editor leaves it to the terminal, it goes to both."""
    before = signal.signal(signal.SIGINT, lambda *_: None)  # not SIG_IGN, which the editor would inherit
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
