"""The keys that are named at the prompt, by mode."""

from __future__ import annotations

from tui.domain.i18n import _
from tui.screens.chat.actions import ChatActions
from tui.screens.chat.commands import ChatCommands
from tui.screens.chat.key_hint import KeyHint
from tui.screens.chat.modes import Mode


def hints_of(mode: Mode, commands: ChatCommands, actions: ChatActions) -> list[KeyHint]:
    """Return the keys that are alive in a mode, with what they do, the most important at both ends."""
    return [hint for hint in _hints(mode, commands, actions) if hint.keys]


def _hints(mode: Mode, commands: ChatCommands, actions: ChatActions) -> list[KeyHint]:
    def key(command_id: str) -> str:
        return next(iter(commands.keys_of(command_id, mode)), "")

    def hint(command_id: str, words: str) -> KeyHint:
        return KeyHint(key(command_id), words, command_id)

    if mode is Mode.LABELS:
        return [*actions.labels.hints(key("labels.verb")), hint("labels.leave", "")]
    if mode is Mode.EDIT:
        return [hint("prompt.send", _("send as a new version")), hint("prompt.newline", _("new line"))]
    if mode is Mode.READ and actions.find.word():
        return [
            hint("find.next", _("next match")),
            hint("find.previous", _("previous")),
            hint("find.open", _("find")),
            hint("chat.escape", _("clear highlights")),
        ]
    if mode is Mode.READ:
        return [
            KeyHint(key("cursor.next") + key("cursor.previous"), _("move")),
            hint("find.open", _("find")),
            hint("conversation.outline", _("outline")),
            hint("message.pick", _("copy code")),
            hint("message.copy", _("copy")),
            hint("message.source", _("source")),
            hint("chat.help", _("keys")),
            hint("mode.write", _("write")),
        ]
    if actions.context.pane.streaming:
        return [
            KeyHint(key("chat.escape"), _("stop"), "reply.stop"),
            hint("prompt.newline", _("new line")),
            hint("chat.slash", _("commands")),
        ]
    return [
        hint("prompt.send", _("send")),
        hint("prompt.newline", _("new line")),
        hint("chat.slash", _("commands")),
    ]


def frame_title(mode: Mode, commands: ChatCommands) -> str:
    """Return what the frame of the prompt says where a new prompt cannot just be written."""
    if mode is Mode.EDIT:
        return _("editing an earlier message · {key} back to your draft").format(
            key=next(iter(commands.keys_of("chat.escape")), "")
        )
    if mode is Mode.READ:
        return _("READ MODE · {key} to write").format(key=next(iter(commands.keys_of("mode.write", mode)), ""))
    return ""
