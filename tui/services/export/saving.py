"""Exporting one conversation to a file. Blocking."""

from __future__ import annotations

import os
from collections.abc import Set as AbstractSet
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from tui.domain.chat import Conversation, MessageState
from tui.domain.safe_text import join_surrogates
from tui.services.export.names import file_name
from tui.store.new_file import expanded, is_folder, write_new_file


class Format(StrEnum):
    """The formats of an exported conversation; the value is also the file's suffix."""

    MARKDOWN = "md"
    JSON = "json"
    HTML = "html"


class Saved(NamedTuple):
    """A file that was written."""

    path: Path
    size: int
    """Bytes."""


def snapshot(conversation: Conversation) -> Conversation:
    """Return a copy that a thread can read while a reply is growing in the conversation."""
    messages = {
        message.id: replace(message) if message.state is MessageState.STREAMING else message
        for message in conversation.messages.values()
    }
    return replace(conversation, messages=messages)


def render(conversation: Conversation, form: Format, arriving: AbstractSet[str] = frozenset()) -> bytes:
    """Return the file's content. `arriving` are the ids of replies that are still arriving."""
    if form is Format.JSON:
        from tui.services.export.json_form import as_json

        return as_json(conversation).encode()
    if form is Format.HTML:
        from tui.services.export.html_form import as_html

        return join_surrogates(as_html(conversation, arriving)).encode()
    from tui.services.export.markdown_form import as_markdown

    return join_surrogates(as_markdown(conversation, arriving)).encode()


def save(conversation: Conversation, form: Format, path: Path, arriving: AbstractSet[str] = frozenset()) -> Saved:
    """Write a conversation to a path, or into a folder under a name of its own; nothing is overwritten.

    A taken name gets a number. StoreError, and nothing left behind, if it cannot be written.
    """
    path = expanded(path)
    if is_folder(path):
        path /= file_name(conversation, form)
    content = render(conversation, form, arriving)
    return Saved(write_new_file(path, content, numbered=True), len(content))


def default_folder(data: Path) -> Path:
    """Return the default folder for files: the current folder, else the user's documents, else the home folder.

    A folder that cannot be written, the root, and chinwag's own `data` folder are skipped.
    """
    from platformdirs import user_documents_path

    here = _working_folder()
    candidates = [user_documents_path(), Path.home()]
    if here is not None and here != Path(here.anchor) and not here.is_relative_to(data) and str(here).isprintable():
        candidates.insert(0, here)
    return next((folder for folder in candidates if folder.is_dir() and os.access(folder, os.W_OK)), Path.home())


def _working_folder() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # it was removed
        return None
