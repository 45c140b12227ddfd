"""The keys that are named at the prompt, by mode."""

from __future__ import annotations

from tui.domain.i18n import _
from tui.screens.chat.actions import ChatActions
from tui.screens.chat.commands import ChatCommands
from tui.screens.chat.modes import Mode


def hints_of(mode: Mode, commands: ChatCommands, actions: ChatActions) -> str:
    """Return the keys that are alive in a mode, with what they do, the most important at both ends."""
    return " · ".join(f"{keys} {words}".rstrip() for keys, words in _hints(mode, commands, actions) if keys)


def _hints(mode: Mode, commands: ChatCommands, actions: ChatActions) -> list[tuple[str, str]]:
    def key(command_id: str) -> str:
        keys = commands.keys_of(command_id, mode)
        return keys[0].replace("ctrl+", "^") if keys else ""

    if mode is Mode.LABELS:
        return [*actions.labels.hints(), (key("labels.leave"), "")]
    if mode is Mode.EDIT:
        return [(key("prompt.send"), _("send as a new version")), (key("prompt.newline"), _("new line"))]
    if mode is Mode.READ and actions.find.word():
        return [
            (key("find.next"), _("next match")),
            (key("find.previous"), _("previous")),
            (key("find.open"), _("find")),
            (key("chat.escape"), _("clear highlights")),
        ]
    if mode is Mode.READ:
        return [
            (key("cursor.next") + key("cursor.previous"), _("move")),
            (key("find.open"), _("find")),
            (key("conversation.outline"), _("outline")),
            (key("message.pick"), _("copy code")),
            (key("message.copy"), _("copy")),
            (key("message.source"), _("source")),
            (key("chat.help"), _("keys")),
            (key("mode.write"), _("write")),
        ]
    return [
        (key("prompt.send"), _("send")),
        (key("prompt.newline"), _("new line")),
        (key("chat.slash"), _("commands")),
    ]
