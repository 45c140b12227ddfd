"""The commands of the palette: every action, by name and by slash word."""

from __future__ import annotations

from dataclasses import dataclass

from tui.domain.i18n import _


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the palette."""

    title: str
    slash: str
    keys: str
    action: str
    """An action of the screen the palette was opened on."""

    @property
    def label(self) -> str:
        """What is shown and searched."""
        return f"{self.title}  /{self.slash}"


CHAT_COMMANDS = (
    Command(_("New conversation"), "new", "ctrl+n", "new_conversation"),
    Command(_("Conversations: browse, rename, trash"), "chats", "ctrl+o · f3", "conversations"),
    Command(_("Choose a model"), "model", "ctrl+l · f2", "choose_model"),
    Command(_("Choose a gateway"), "profile", "shift+f2", "choose_gateway"),
    Command(_("Settings"), "settings", "shift+f4", "settings"),
    Command(_("Gateways: first steps"), "start", "", "onboarding"),
    Command(_("Stop the reply, keep the text"), "stop", "escape", "stop"),
    Command(_("Retry the last reply"), "retry", "f5", "retry"),
    Command(_("Continue the last reply"), "continue", "shift+f5", "resume"),
    Command(_("Copy the last reply"), "copy", "f6", "copy_reply"),
    Command(_("Copy code, a table or a link by its letter"), "labels", "f7", "labels"),
    Command(_("Edit your last prompt, ask again"), "reword", "esc e", "edit_last"),
    Command(_("Show the next version of the last message"), "version", "esc ]", "other_version"),
    Command(_("Delete the last message"), "delete", "esc ctrl+x", "delete_last"),
    Command(_("Clear this conversation: hide its messages"), "clear", "", "clear_conversation"),
    Command(_("Rename this conversation"), "rename", "", "rename_conversation"),
    Command(_("Pin this conversation, or no longer"), "pin", "", "pin_conversation"),
    Command(_("Put this conversation into the trash"), "trash", "", "trash_conversation"),
    Command(_("Undo the last delete, clear, trash, rename, pin or mark"), "undo", "esc ctrl+z", "undo_change"),
    Command(_("Find in this conversation; tab: in all"), "find", "ctrl+f", "find"),
    Command(_("Search earlier prompts"), "history", "ctrl+r", "search_history"),
    Command(_("Save to a file"), "save", "", "save"),
    Command(_("Write in your editor"), "edit", "ctrl+g · f8", "edit_prompt"),
    Command(_("Show or hide the sidebar"), "side", "f9", "toggle_sidebar"),
    Command(_("Follow the reply"), "follow", "ctrl+end", "follow"),
    Command(_("Fold or show reasoning"), "think", "ctrl+t", "fold_reasoning"),
    Command(_("Read: move between messages"), "read", "shift+tab", "read"),
    Command(_("Outline: questions, headings, code, marks"), "outline", "esc o", "outline"),
    Command(_("Mark the last message, or no longer"), "mark", "esc m", "mark_last"),
    Command(_("Go to the next mark"), "marks", "esc '", "next_mark"),
    Command(_("Keys and help"), "help", "f1", "help"),
    Command(_("Suspend: back to the shell until fg"), "suspend", "", "app.suspend_process"),
    Command(_("Quit; nothing is lost"), "quit", "ctrl+q", "app.quit"),
)
