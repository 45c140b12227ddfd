"""The commands of the chat. A new one is a row here, and the function it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from tui.domain.i18n import _
from tui.screens.chat.actions import ChatActions
from tui.screens.chat.command_table import ANYWHERE, Command, CommandTable, Group
from tui.screens.chat.modes import Mode

ChatCommand: TypeAlias = Command[ChatActions]
ChatCommands: TypeAlias = CommandTable[ChatActions]


def chat_commands() -> Sequence[ChatCommand]:
    """Return all rows, in the order of help and palette, in the language of the user."""
    return (
        *_writing(),
        *_replies(),
        *_messages(),
        *_find(),
        *_labels(),
        *_conversations(),
        *_everywhere(),
    )


def _writing() -> Sequence[ChatCommand]:
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


def _replies() -> Sequence[ChatCommand]:
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


def _messages() -> Sequence[ChatCommand]:
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


def _find() -> Sequence[ChatCommand]:
    group = Group.FIND
    return (
        Command(
            "find.open",
            _("Find in this conversation"),
            group,
            lambda chat: chat.find.open(),
            {ANYWHERE: "ctrl+f", Mode.READ: "slash"},
            slash="find",
            synonyms="search grep words text",
        ),
        Command(
            "find.next",
            _("Next match"),
            group,
            lambda chat: chat.find.step(1),
            {Mode.FIND: "down ctrl+j f3 ctrl+f", Mode.READ: "n"},
        ),
        Command(
            "find.previous",
            _("Previous match"),
            group,
            lambda chat: chat.find.step(-1),
            {Mode.FIND: "up ctrl+k shift+f3", Mode.READ: "N shift+n"},
            both=_("Next match, previous match"),
        ),
        Command(
            "find.land",
            _("Read on at the match"),
            group,
            lambda chat: chat.find.land(),
            {Mode.FIND: "enter shift+tab"},
        ),
        Command(
            "find.everywhere",
            _("Search all conversations"),
            group,
            lambda chat: chat.conversation.browse(chat.find.words),
            {Mode.FIND: "tab"},
        ),
        Command("find.leave", _("Back to where you were"), group, lambda chat: chat.escape(), {Mode.FIND: "escape"}),
    )


def _labels() -> Sequence[ChatCommand]:
    group = Group.MESSAGES
    return (
        Command(
            "labels.verb",
            _("Save, quote or open instead of copying"),
            group,
            lambda chat: chat.labels.next_verb(),
            {Mode.LABELS: "tab"},
        ),
        Command("labels.down", _("Scroll down"), group, lambda chat: chat.labels.scroll(3), {Mode.LABELS: "j down"}),
        Command(
            "labels.up",
            _("Scroll up"),
            group,
            lambda chat: chat.labels.scroll(-3),
            {Mode.LABELS: "k up"},
            both=_("Scroll"),
        ),
        Command(
            "labels.page_down",
            _("Page down"),
            group,
            lambda chat: chat.labels.page(1),
            {Mode.LABELS: "pagedown"},
            both=_("Scroll"),
        ),
        Command(
            "labels.page_up",
            _("Page up"),
            group,
            lambda chat: chat.labels.page(-1),
            {Mode.LABELS: "pageup"},
            both=_("Scroll"),
        ),
        Command(
            "labels.leave", _("Leave the labels"), group, lambda chat: chat.labels.hide(), {Mode.LABELS: "escape f7"}
        ),
    )


def _conversations() -> Sequence[ChatCommand]:
    group = Group.CONVERSATIONS
    return (
        Command(
            "conversation.new",
            _("New conversation"),
            group,
            lambda chat: chat.conversation.new(),
            {ANYWHERE: "ctrl+n"},
            slash="new",
            synonyms="start begin fresh",
        ),
        Command(
            "conversation.browse",
            _("Conversations: browse, rename, trash"),
            group,
            lambda chat: chat.conversation.browse(),
            {ANYWHERE: "ctrl+o f3"},
            slash="conversations",
            old_words=("chats",),
            synonyms="open list search switch saved",
        ),
        Command(
            "conversation.rename",
            _("Rename this conversation"),
            group,
            lambda chat: chat.conversation.rename(),
            slash="rename",
            synonyms="title name call",
        ),
        Command(
            "conversation.pin",
            _("Pin or unpin this conversation"),
            group,
            lambda chat: chat.conversation.pin(),
            slash="pin",
            synonyms="top favourite keep",
        ),
        Command(
            "conversation.trash",
            _("Move this conversation to the trash"),
            group,
            lambda chat: chat.conversation.trash(),
            slash="trash",
            synonyms="delete remove bin",
        ),
        Command(
            "conversation.clear",
            _("Clear this conversation: hide its messages"),
            group,
            lambda chat: chat.conversation.clear(),
            slash="clear",
            synonyms="empty reset",
        ),
        Command(
            "conversation.save",
            _("Save to a file"),
            group,
            lambda chat: chat.export.conversation(),
            {Mode.READ: "w"},
            slash="save",
            synonyms="export markdown json html download write",
        ),
        Command(
            "conversation.outline",
            _("Outline: headings, code, bookmarks"),
            group,
            lambda chat: chat.outline.open(),
            {Mode.READ: "o"},
            slash="outline",
            synonyms="contents toc jump go",
        ),
        Command(
            "view.sidebar",
            _("Show or hide the sidebar"),
            group,
            lambda chat: chat.conversation.toggle_sidebar(),
            {ANYWHERE: "f9"},
            slash="side",
            synonyms="sidebar list panel",
        ),
    )


def _everywhere() -> Sequence[ChatCommand]:
    group = Group.EVERYWHERE
    return (
        Command(
            "model.choose",
            _("Choose a model"),
            group,
            lambda chat: chat.gateway.choose_model(),
            {ANYWHERE: "ctrl+l f2"},
            slash="model",
            synonyms="llm switch engine",
        ),
        Command(
            "gateway.choose",
            _("Choose a gateway"),
            group,
            lambda chat: chat.gateway.choose_gateway(),
            {ANYWHERE: "shift+f2"},
            slash="gateway",
            old_words=("profile",),
            synonyms="profile provider server connection address",
        ),
        Command(
            "gateway.set_up",
            _("Gateways: first steps"),
            group,
            lambda chat: chat.gateway.set_up(),
            slash="setup",
            old_words=("start",),
            synonyms="onboarding address connect add first",
        ),
        Command(
            "settings.open",
            _("Settings"),
            group,
            lambda chat: chat.gateway.settings(),
            {ANYWHERE: "shift+f4 ctrl+comma"},
            slash="settings",
            synonyms="temperature key parameters options preferences api system prompt proxy config",
        ),
        Command(
            "theme.choose",
            _("Theme: change the colours"),
            group,
            lambda chat: chat.context.screen.app.action_change_theme(),
            slash="theme",
            synonyms="light dark colour color appearance look",
        ),
        Command(
            "app.palette",
            _("All commands"),
            group,
            lambda chat: chat.context.calls.open_palette(),
            {ANYWHERE: "ctrl+p"},
        ),
        Command(
            "chat.slash",
            _("All commands, in an empty prompt"),
            group,
            lambda chat: chat.context.calls.open_palette(by_slash=True),
            {Mode.WRITE: "slash"},
            both=_("All commands"),
        ),
        Command(
            "chat.help",
            _("Keys and help"),
            group,
            lambda chat: chat.context.calls.open_help(),
            {ANYWHERE: "f1", Mode.READ: "question_mark"},
            slash="help",
            synonyms="keys shortcuts bindings manual",
        ),
        Command(
            "chat.escape",
            _("Stop the reply, else read"),
            group,
            lambda chat: chat.escape(),
            {ANYWHERE: "escape"},
        ),
        Command(
            "chat.interrupt",
            _("Copy, stop or quit"),
            group,
            lambda chat: chat.writing.interrupt(),
            {ANYWHERE: "ctrl+c super+c"},
        ),
        Command(
            "app.suspend",
            _("Suspend: back to the shell until fg"),
            group,
            lambda chat: chat.conversation.suspend(),
            slash="suspend",
            synonyms="shell background stop",
        ),
        Command(
            "app.quit",
            _("Quit; nothing is lost"),
            group,
            lambda chat: chat.writing.quit(),
            {ANYWHERE: "ctrl+q"},
            slash="quit",
            synonyms="exit close leave end",
        ),
    )
