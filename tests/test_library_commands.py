"""`chinwag export`, `import` and `backup`, as they are typed."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.fakes import full_disk, until
from tests.services.export.talks import rich_talk
from tests.services.importing.exports import Export
from tui.cli import main
from tui.domain.chat import ChatMessage, Conversation, Role, new_id
from tui.store.conversations import ConversationStore


class Shell:
    """Runs the commands on folders of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"

    def run(self, *arguments: str) -> Result:
        folders = ["--data-dir", str(self.data), "--cache-dir", str(self.folder / "cache")]
        done = CliRunner().invoke(main, [*folders, *arguments], catch_exceptions=False)
        assert "Traceback" not in done.output
        return done

    def store(self, *talks: Conversation, trashed: bool = False) -> None:
        async def save() -> None:
            store = ConversationStore(self.data, self.folder / "cache")
            await store.start()
            for talk in talks:
                await store.save(talk)
                if trashed:
                    await store.trash(talk.id)
            await store.close()

        asyncio.run(save())


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return Shell(tmp_path)


def talk(title: str, id: str = "") -> Conversation:  # noqa: A002 (as the field is named)
    made = Conversation(id=id or new_id(), title=title, created=1_700_000_000.0)
    made.add(ChatMessage(Role.USER, f"about {title}"))
    return made


def names() -> list[str]:
    return sorted(path.name for path in Path.cwd().iterdir())


def test_a_conversation_is_written_here_under_its_own_name(shell: Shell) -> None:
    shell.store(one := rich_talk())
    done = shell.run("export", one.id)
    (name,) = names()
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Saved {name}, ")
    assert name.endswith(" Why is the sky blue 天空.md")
    assert Path(name).read_text().startswith("# Why is the sky blue? / 天空\n")


def test_the_beginning_of_an_id_is_enough_where_there_is_one(shell: Shell) -> None:
    shell.store(talk("one", id="aaa1"), talk("two", id="aab2"), talk("exact", id="aa"))
    assert shell.run("export", "aab", "-o", "-").stdout.startswith("# two\n")
    assert shell.run("export", "aa", "-o", "-").stdout.startswith("# exact\n")
    done = shell.run("export", "a", "-o", "-")
    assert (done.exit_code, done.stdout) == (1, "")
    assert '3 conversation ids begin with "a": aa, aaa1… Type more of the id.' in done.stderr
    done = shell.run("export", "b\x1b[31m", "-o", "-")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith('No conversation id begins with "b".')


def test_without_an_id_it_says_what_is_needed_and_what_there_is(shell: Shell) -> None:
    shell.store(talk("Blue\x1b[31m sky", id="abc1"))
    done = shell.run("export")
    assert done.exit_code == 2
    assert "its id or the beginning of it, or use --last or --all" in done.stderr
    assert "\n  abc1  20" in done.stderr
    assert done.stderr.rstrip().endswith("Blue sky")
    assert shell.run("export", "abc", "--all").exit_code == 2
    assert shell.run("export", "--all", "-o", "-").exit_code == 2
    assert names() == []


def test_the_format_is_that_of_the_file_unless_it_is_named(shell: Shell) -> None:
    shell.store(talk("one"))
    assert shell.run("export", "--last", "-o", "a.html").exit_code == 0
    assert shell.run("export", "--last", "-o", "b.JSON").exit_code == 0
    assert shell.run("export", "--last", "-f", "json", "-o", "c.txt").exit_code == 0
    assert Path("a.html").read_text().startswith("<!DOCTYPE html>")
    assert json.loads(Path("b.JSON").read_text()) == json.loads(Path("c.txt").read_text())
    assert shell.run("export", "--last", "-f", "pdf").exit_code == 2


def test_a_trashed_conversation_can_be_exported_by_its_id(shell: Shell) -> None:
    shell.store(talk("gone", id="abc1"), trashed=True)
    assert shell.run("export", "abc", "-o", "-").stdout.startswith("# gone\n")
    assert shell.run("export", "--last").exit_code == 1
    assert shell.run("export", "--all").exit_code == 1


def test_all_are_written_into_a_folder_one_file_each(shell: Shell) -> None:
    shell.store(talk("same"), talk("same"), talk("other"))
    shell.store(talk("gone"), trashed=True)
    done = shell.run("export", "--all", "--format", "json")
    assert (done.exit_code, done.stdout) == (0, "Saved 3 conversations to chinwag conversations.\n")
    assert len(list(Path("chinwag conversations").glob("*same*.json"))) == 2
    assert "4 conversations to chinwag conversations (2)." in shell.run("export", "--all", "--trash").stdout
    assert shell.run("export", "--all", "-o", "chinwag conversations").exit_code == 0
    assert len(list(Path("chinwag conversations").iterdir())) == 6
    assert shell.run("export", "--all", "-o", "no/such/folder").exit_code == 1


def test_a_damaged_file_is_named_and_the_others_are_written(shell: Shell) -> None:
    shell.store(talk("one"), talk("bad", id="bad1"))
    (shell.data / "conversations" / "bad1.jsonl").write_bytes(b"rubbish\n")
    done = shell.run("export", "--all")
    assert done.exit_code == 1
    assert "Saved 1 conversation to" in done.stdout
    assert done.stderr.startswith("bad1: Nothing in this conversation can be read.")


def test_a_full_disk_is_said(shell: Shell) -> None:
    shell.store(talk("one"))
    with full_disk():
        done = shell.run("export", "--last")
    assert (done.exit_code, names()) == (1, [])
    assert "The disk is full" in done.stderr


def test_an_import_says_what_it_did_and_what_it_left_out(shell: Shell) -> None:
    export = Export().add("u", "root", "user", "Hi").add("e", "u", "assistant", "").add("a", "e", "assistant", "Yo")
    picture = {"content_type": "multimodal_text", "parts": [{"content_type": "image_asset_pointer"}] * 2}
    export.add("p", "a", "user", picture)
    Path("c.json").write_text(json.dumps([export.doc]))
    done = shell.run("import", "c.json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "Imported 1 conversation with 3 messages.\nLeft out: 2 pictures, 1 empty message.\n"
    done = shell.run("import", "c.json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == "1 conversation already exists. To import it again: --again\n"
    assert "Imported 1 conversation" in shell.run("import", "--again", "c.json").stdout
    assert shell.run("export", "--last", "-o", "-").stdout.startswith("# Blue sky\n")


def test_a_bad_file_is_an_error_with_line_and_column(shell: Shell) -> None:
    Path("bad.json").write_text('[\n{"a": }]')
    done = shell.run("import", "bad.json", "gone.json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "bad.json was not read completely. Line 2, column 7 is not JSON" in done.stderr
    assert "gone.json does not exist. Check the name." in done.stderr
    Path("none.json").write_text("[]")
    done = shell.run("import", "none.json")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "No conversation was found in none.json." in done.stderr
    assert shell.run("import").exit_code == 2


def test_a_backup_says_what_is_in_it_and_how_to_restore_it(shell: Shell) -> None:
    shell.store(talk("one"), talk("two"))
    shell.store(talk("gone"), trashed=True)
    done = shell.run("backup", "b.zip")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Saved 2 conversations, 1 in the trash, to b.zip, 1 kB, and verified the archive." in done.stdout
    assert "unzip it into an empty folder, then run: chinwag --data-dir" in done.stdout
    with zipfile.ZipFile("b.zip") as packed:
        packed.extractall("new")
    shell.data = Path("new").absolute()
    assert shell.run("export", "--all", "-o", "out").stdout == "Saved 2 conversations to out.\n"
    done = shell.run("backup", "b.zip")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "b.zip already exists" in done.stderr


def test_a_folder_without_conversations_has_nothing_to_give(shell: Shell) -> None:
    assert shell.run("export", "--all").exit_code == 1
    assert shell.run("export").exit_code == 2
    assert shell.run("backup", "b.zip").exit_code == 1
    assert not shell.data.exists(), "looking makes nothing"


def test_the_commands_do_without_the_screen() -> None:
    code = (
        "import sys\nimport tui.library_commands, tui.store.library, tui.services.importing.importer\n"
        "print({m.split('.')[0] for m in sys.modules} & {'textual', 'rich', 'httpx', 'markdown_it', 'pygments'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_person_who_looks_sees_how_far_it_is(shell: Shell) -> None:
    shell.store(*(talk(f"talk {n}") for n in range(3)))
    seen, looking = os.openpty()
    command = [sys.executable, "-m", "tui", "--data-dir", str(shell.data), "export", "--all"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=looking, text=True, check=True, env=here())
    os.close(looking)
    shown = os.read(seen, 10_000).decode()
    os.close(seen)
    assert "1 of 3" in shown
    assert shown.endswith("\r\x1b[2K"), "and nothing of it stays"
    assert done.stdout == "Saved 3 conversations to chinwag conversations.\n"


async def test_ctrl_c_keeps_what_is_finished_and_says_so(shell: Shell) -> None:
    talks = [{"messages": [{"role": "user", "content": f"Hi {n}"}]} for n in range(5_000)]
    Path("long.json").write_text(json.dumps(talks))
    command = [sys.executable, "-m", "tui", "--data-dir", str(shell.data), "import", "long.json"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=here())
    saved = shell.data / "conversations"
    await until(lambda: saved.exists() and len(list(saved.iterdir())) > 2, seconds=60)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (1, "Stopped. Conversations finished before that were kept.\n")
    told = re.match(r"Imported (\d+) conversations with", out)
    assert told is not None
    assert len(list(saved.iterdir())) - int(told[1]) in (0, 1), "the one that was being written may be there"


def here() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
