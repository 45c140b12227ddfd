"""The keys in the README, written from the command table: `python -m tests.readme_keys`."""

from __future__ import annotations

from pathlib import Path

from tui.screens.chat.command_table import CommandTable
from tui.screens.chat.commands import chat_commands
from tui.screens.help import key_columns

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- keys: python -m tests.readme_keys -->\n", "<!-- end of keys -->\n"


def keys_in_readme() -> str:
    """Return the part of the README between the two marks."""
    return README.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]


def keys_of_table() -> str:
    """Return what should stand there: the sections of the help."""
    lines = ["", "| | |", "|---|---|"]
    for column in key_columns(CommandTable(chat_commands())):
        for section in column:
            lines.append(f"| **{section.title.capitalize()}** | |")
            lines += [f"| {line.keys.replace('  ', ' · ')} | {line.what} |" for line in section.lines]
    return "\n".join([*lines, "", ""])


def write() -> None:
    """Write the keys into the README."""
    text = README.read_text("utf-8")
    README.write_text(text.replace(BEGIN + keys_in_readme() + END, BEGIN + keys_of_table() + END), "utf-8")


if __name__ == "__main__":
    write()
