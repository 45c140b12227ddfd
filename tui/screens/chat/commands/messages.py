"""The rows for writing, replies and messages."""

from __future__ import annotations

from collections.abc import Sequence

from tui.domain.i18n import _
from tui.screens.chat.command_table import ANYWHERE, Command, Group
from tui.screens.chat.commands.row import ChatCommand
from tui.screens.chat.modes import Mode


def writing() -> Sequence[ChatCommand]:
    """Return the commands of the prompt."""
    group = Group.WRITING
    return (
        Command("prompt.send", _("Send"), group, lambda chat: chat.prompt.action_submit(), {Mode.WRITE: "enter"}),
        Command(
            "prompt.newline",
            _("New line"),
            group,
            lambda chat: chat.prompt.action_break_line(),
            {Mode.WRITE: "ctrl+j shift+enter"},
        ),
        Command(
            "prompt.undo",
            _("Undo"),
            group,
            lambda chat: chat.undo(),
            {Mode.WRITE: "ctrl+z super+z"},
        ),
        Command(
            "prompt.delete",
            _("Delete to the right, or quit"),
            group,
            lambda chat: chat.writing.delete_or_quit(),
            {Mode.WRITE: "ctrl+d"},
        ),
        Command(
            "prompt.editor",
            _("Write in your editor"),
            group,
            lambda chat: chat.writing.open_editor(),
            {ANYWHERE: "ctrl+g f8"},
            slash="editor",
            synonyms="vim nano emacs external long",
        ),
        Command(
            "prompt.history",
            _("Search earlier prompts"),
            group,
            lambda chat: chat.writing.search_history(),
            {ANYWHERE: "ctrl+r"},
            slash="history",
            synonyms="recall previous past",
        ),
    )


def replies() -> Sequence[ChatCommand]:
    """Return the commands for the reply that is arriving, or came last."""
    group = Group.REPLIES
    return (
        Command(
            "reply.stop",
            _("Stop the reply, keep the text"),
            group,
            lambda chat: chat.messages.stop(),
            slash="stop",
            synonyms="cancel abort halt interrupt",
        ),
        Command(
            "reply.retry",
            _("Retry the last reply"),
            group,
            lambda chat: chat.messages.retry(),
            {ANYWHERE: "f5", Mode.READ: "r"},
            slash="retry",
            synonyms="again regenerate repeat redo",
        ),
        Command(
            "reply.continue",
            _("Continue the last reply"),
            group,
            lambda chat: chat.messages.continue_reply(),
            {ANYWHERE: "shift+f5", Mode.READ: "plus"},
            slash="continue",
            synonyms="resume go on cut off",
        ),
        Command(
            "reply.copy",
            _("Copy the last reply"),
            group,
            lambda chat: chat.copy.last_reply(),
            {ANYWHERE: "f6"},
            slash="copy",
            synonyms="clipboard yank answer",
        ),
        Command(
            "message.pick",
            _("Copy code, a table, a link by letter"),
            group,
            lambda chat: chat.labels.show(),
            {ANYWHERE: "f7", Mode.READ: "c"},
            slash="pick",
            old_words=("labels",),
            synonyms="yank block formula url open",
        ),
        Command(
            "reasoning.fold",
            _("Fold or show reasoning"),
            group,
            lambda chat: chat.reading.fold_reasoning(),
            {ANYWHERE: "ctrl+t"},
            slash="think",
            synonyms="thoughts thinking hide",
        ),
        Command(
            "reply.start",
            _("Start of the reply"),
            group,
            lambda chat: chat.reading.reply_start(),
            {ANYWHERE: "ctrl+home"},
        ),
        Command("view.page_up", _("Scroll up"), group, lambda chat: chat.reading.page_up(), {ANYWHERE: "pageup"}),
        Command(
            "view.page_down",
            _("Scroll down"),
            group,
            lambda chat: chat.reading.page_down(),
            {ANYWHERE: "pagedown"},
            both=_("Scroll up, down"),
        ),
        Command(
            "reply.follow",
            _("Follow the reply"),
            group,
            lambda chat: chat.reading.follow(),
            {ANYWHERE: "ctrl+end"},
            slash="follow",
            synonyms="end bottom down",
        ),
    )


def messages() -> Sequence[ChatCommand]:
    """Return the commands for single messages, most of them keys of READ."""
    group = Group.MESSAGES
    return (
        Command(
            "mode.read",
            _("Read: move between messages"),
            group,
            lambda chat: chat.reading.read(),
            {ANYWHERE: "shift+tab"},
            slash="read",
            synonyms="scroll navigate mode vim",
        ),
        Command("cursor.next", _("Next message"), group, lambda chat: chat.reading.move(1), {Mode.READ: "j down"}),
        Command(
            "cursor.previous",
            _("Previous message"),
            group,
            lambda chat: chat.reading.move(-1),
            {Mode.READ: "k up"},
            both=_("Next, previous message"),
        ),
        Command("cursor.first", _("First message"), group, lambda chat: chat.reading.first(), {Mode.READ: "g home"}),
        Command(
            "cursor.last",
            _("Last message"),
            group,
            lambda chat: chat.reading.last(),
            {Mode.READ: "G shift+g end"},
            both=_("First, last message"),
        ),
        Command(
            "view.half_down",
            _("Half a page down"),
            group,
            lambda chat: chat.reading.half_page(1),
            {Mode.READ: "ctrl+d"},
        ),
        Command(
            "view.half_up",
            _("Half a page up"),
            group,
            lambda chat: chat.reading.half_page(-1),
            {Mode.READ: "ctrl+u"},
            both=_("Half a page down, up"),
        ),
        Command(
            "message.fold", _("Fold or open the message"), group, lambda chat: chat.reading.fold(), {Mode.READ: "space"}
        ),
        Command("message.less", _("Show less of it"), group, lambda chat: chat.reading.less(), {Mode.READ: "h left"}),
        Command(
            "message.more",
            _("Show more of it"),
            group,
            lambda chat: chat.reading.more(),
            {Mode.READ: "l right"},
            both=_("Show less, more of a message"),
        ),
        Command(
            "message.source", _("Show Markdown source"), group, lambda chat: chat.reading.source(), {Mode.READ: "z"}
        ),
        Command("message.copy", _("Copy the message"), group, lambda chat: chat.copy.message(), {Mode.READ: "y"}),
        Command("message.quote", _("Quote in the prompt"), group, lambda chat: chat.messages.quote(), {Mode.READ: "q"}),
        Command(
            "message.edit",
            _("Edit your last prompt, ask again"),
            group,
            lambda chat: chat.messages.edit(),
            {Mode.READ: "e"},
            slash="edit",
            old_words=("reword",),
            synonyms="change correct rewrite",
        ),
        Command(
            "message.previous_version",
            _("Show the previous version of a message"),
            group,
            lambda chat: chat.messages.version(-1),
            {Mode.READ: "left_square_bracket"},
        ),
        Command(
            "message.next_version",
            _("Show the next version of a message"),
            group,
            lambda chat: chat.messages.version(1),
            {Mode.READ: "right_square_bracket"},
            slash="version",
            synonyms="branch alternative flip other",
            both=_("Previous, next version"),
        ),
        Command(
            "message.bookmark",
            _("Set or remove a bookmark"),
            group,
            lambda chat: chat.messages.bookmark(),
            {Mode.READ: "m"},
            slash="bookmark",
            old_words=("mark",),
            synonyms="star flag favourite",
        ),
        Command(
            "bookmark.next",
            _("Go to the next bookmark"),
            group,
            lambda chat: chat.messages.next_bookmark(),
            {Mode.READ: "apostrophe"},
            slash="bookmarks",
            old_words=("marks",),
            both=_("Set a bookmark, go to the next one"),
        ),
        Command(
            "message.delete",
            _("Delete the last message"),
            group,
            lambda chat: chat.messages.delete(),
            {Mode.READ: "ctrl+x"},
            slash="delete",
            synonyms="remove hide",
        ),
        Command(
            "change.undo",
            _("Undo the last delete, clear, trash, rename, pin or bookmark"),
            group,
            lambda chat: chat.conversation.undo(),
            slash="undo",
            synonyms="revert back restore",
        ),
        Command(
            "change.undo_or_suspend",
            _("Undo; with nothing to undo, asked twice, suspend"),
            group,
            lambda chat: chat.conversation.undo_or_suspend(),
            {ANYWHERE: "ctrl+z"},
        ),
        Command("mode.write", _("Write"), group, lambda chat: chat.reading.write(), {Mode.READ: "i enter"}),
    )
