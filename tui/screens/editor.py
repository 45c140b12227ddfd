"""Writing a prompt in the user's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from tui.domain.errors import ChinwagError
from tui.domain.safe_text import clean
from tui.domain.words import _


class EditorError(ChinwagError):
    """The editor could not be used."""


def edit_text(app: App[Any], text: str) -> str:
    """Let the user edit `text` in $VISUAL, else $EDITOR, else vi, while the app is suspended. EditorError when it fails."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="chinwag-") as folder:
        draft = Path(folder) / "prompt.md"
        draft.write_text(text, encoding="utf-8")
        try:
            with app.suspend():
                finished = subprocess.run([*command, str(draft)], check=False)
        except SuspendNotSupported:
            raise EditorError(_("This terminal cannot be handed to an editor.")) from None
        except OSError as error:
            raise EditorError(
                _("{editor} could not be started ({reason}). Set EDITOR to your editor.").format(
                    editor=command[0], reason=error.strerror
                )
            ) from None
        if finished.returncode != 0:
            raise EditorError(_("The editor ended with an error; the prompt is as it was."))
        return clean(draft.read_text(encoding="utf-8", errors="replace")).rstrip("\n")
