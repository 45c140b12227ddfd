"""The rows for finding, labels, conversations and the app."""

from __future__ import annotations

from collections.abc import Sequence

from tui.domain.i18n import _
from tui.screens.chat.command_table import ANYWHERE, Command, Group
from tui.screens.chat.commands.row import ChatCommand
from tui.screens.chat.modes import Mode


def find() -> Sequence[ChatCommand]:
    """Return the commands for finding in the conversation."""
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


def labels() -> Sequence[ChatCommand]:
    """Return the keys while labels are shown."""
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


def conversations() -> Sequence[ChatCommand]:
    """Return the commands for the conversation, and for the way to others."""
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


def everywhere() -> Sequence[ChatCommand]:
    """Return the commands for the app as a whole."""
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
