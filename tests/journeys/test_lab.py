"""What a user does with a gateway, from the first key to the reopened conversation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.gateway_lab.verdict import KEY
from tests.journeys.conftest import StartChinwag
from tests.journeys.terminal import Terminal

pytestmark = pytest.mark.journey


def at(lab: str, scenario: str) -> dict[str, str]:
    return {"CHINWAG_BASE_URL": f"{lab}/s/{scenario}/v1", "CHINWAG_API_KEY": "sk-journey", "CHINWAG_MODEL": "lab-model"}


def ask(terminal: Terminal, prompt: str) -> None:
    terminal.wait_for("Message lab-model")
    terminal.type(prompt)
    terminal.wait_for(prompt)
    terminal.press("enter")


def saved(tmp_path: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in (tmp_path / "data" / "conversations").glob("*.jsonl"))


def test_a_reply_is_streamed_saved_and_reopened(start: StartChinwag, lab: str, tmp_path: Path) -> None:
    terminal = start(**at(lab, "plain_stream"))
    ask(terminal, "Tell me a joke")
    terminal.wait_for("Why did the chicken?")
    terminal.press("ctrl+q")
    assert terminal.wait_until_gone() == 0
    assert "Why did the chicken?" in saved(tmp_path)
    assert "sk-journey" not in saved(tmp_path)

    again = start(**at(lab, "plain_stream"))
    again.wait_for("Tell me a joke")  # in the list beside the empty new conversation
    again.wait_for(lambda screen: "Why did the chicken?" not in screen)
    again.press("ctrl+o")
    again.wait_for("rename")
    again.press("enter")
    again.wait_for(lambda screen: "rename" not in screen)  # the list is gone, and with it the preview
    again.wait_for("Why did the chicken?")


def test_escape_stops_and_keeps_the_text(start: StartChinwag, lab: str, tmp_path: Path) -> None:
    terminal = start(**at(lab, "cancel_midway"))
    ask(terminal, "Count for me")
    terminal.wait_for("Once 0 1")
    terminal.press("escape")
    terminal.wait_for("Stopped")
    terminal.press("ctrl+q")
    terminal.wait_until_gone()
    assert '"stopped"' in saved(tmp_path)


def test_kill_9_in_mid_reply_loses_nothing(start: StartChinwag, lab: str) -> None:
    terminal = start(**at(lab, "cancel_midway"))
    ask(terminal, "Count for me")
    terminal.wait_for("Once 0 1 2 3 4 5")
    terminal.kill()

    again = start("--last", **at(lab, "plain_stream"))
    again.wait_for("Interrupted")
    again.wait_for("Once 0 1 2")
    again.press("f5")
    again.wait_for("Why did the chicken?")


def test_the_model_is_switched_in_mid_conversation(start: StartChinwag, lab: str, tmp_path: Path) -> None:
    root = {"CHINWAG_BASE_URL": f"{lab}/v1", "CHINWAG_API_KEY": "sk-journey", "CHINWAG_MODEL": "plain_stream"}
    terminal = start(**root)
    terminal.wait_for("Message plain_stream")
    terminal.type("first")
    terminal.press("enter")
    terminal.wait_for("Why did the chicken?")
    terminal.press("ctrl+l")
    terminal.wait_for("Choose a model")
    terminal.type("sse_crlf")
    terminal.wait_for(lambda screen: "sse_giant_line" not in screen and "sse_crlf" in screen)
    terminal.press("enter")
    terminal.wait_for("Message sse_crlf")
    terminal.type("second")
    terminal.press("enter")
    terminal.wait_for("carriage")
    terminal.press("ctrl+q")
    terminal.wait_until_gone()
    lines = [json.loads(line) for line in saved(tmp_path).splitlines()]
    models = {line["doc"]["model"] for line in lines if line.get("table") == "messages" and line.get("doc")}
    assert {"plain_stream", "sse_crlf"} <= models


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 20), (40, 10)])
def test_small_terminals_hold_a_conversation(start: StartChinwag, lab: str, columns: int, rows: int) -> None:
    terminal = start(columns=columns, rows=rows, **at(lab, "plain_stream"))
    ask(terminal, "Tell me")
    terminal.wait_for("Why did the chicken?")


def test_hostile_text_reaches_no_terminal(start: StartChinwag, lab: str) -> None:
    terminal = start(**at(lab, "ansi_in_reply"))
    ask(terminal, "Attack")
    terminal.wait_for("after")
    assert "pwned" not in terminal.screen.title


def test_an_unreachable_gateway_is_said_and_nothing_is_lost(start: StartChinwag, tmp_path: Path) -> None:
    terminal = start(CHINWAG_BASE_URL="http://127.0.0.1:9/v1", CHINWAG_MODEL="lab-model")
    ask(terminal, "Anyone there?")
    terminal.wait_for("f5 retry")
    assert "Anyone there?" in saved(tmp_path)


def test_a_wrong_key_points_to_the_settings_and_is_never_shown(start: StartChinwag, lab: str, tmp_path: Path) -> None:
    terminal = start(**{**at(lab, "err_401"), "CHINWAG_API_KEY": KEY})
    ask(terminal, "Hello?")
    assert KEY not in terminal.wait_for("shift+f4")
    terminal.press("ctrl+q")
    terminal.wait_until_gone()
    assert KEY not in saved(tmp_path)


def test_a_data_folder_that_cannot_be_written_keeps_the_prompt_in_the_box(
    start: StartChinwag, lab: str, tmp_path: Path
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    terminal = start(**at(lab, "plain_stream"))
    ask(terminal, "Keep these words")
    terminal.wait_for("Not sent")
    assert "Keep these words" in terminal.text


def test_a_broken_settings_file_is_named_and_left_alone(start: StartChinwag, lab: str, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    broken = "theme = \n"
    (tmp_path / "config" / "settings.toml").write_text(broken)
    terminal = start(**at(lab, "plain_stream"))
    terminal.wait_for("line 1")
    terminal.wait_for("Message lab-model")
    assert (tmp_path / "config" / "settings.toml").read_text() == broken


def test_without_the_weights_the_app_opens_and_says_what_to_do(start: StartChinwag, tmp_path: Path) -> None:
    terminal = start("--or-local")
    terminal.wait_for("Run: chinwag local install")
    terminal.type("These words stay")
    terminal.press("enter")
    terminal.wait_for("f5 retry")
    assert "These words stay" in saved(tmp_path)


@pytest.mark.parametrize("content", [b"", b"this is no model", b"GGUF" + b"\0" * 4096])
def test_a_file_that_is_no_model_is_named(start: StartChinwag, tmp_path: Path, content: bytes) -> None:
    model = tmp_path / "broken.gguf"
    model.write_bytes(content)
    terminal = start("--local-model", str(model))
    terminal.wait_for("broken")
    terminal.wait_for("Message broken")


def test_pasted_escapes_and_bytes_that_are_no_text_do_no_harm(start: StartChinwag, lab: str, tmp_path: Path) -> None:
    terminal = start(**at(lab, "plain_stream"))
    terminal.wait_for("Message lab-model")
    terminal.send(b"\x1b[200~one \x1b[31mtwo\x07\rthree\x01\x1b[201~")
    terminal.wait_for("three")
    terminal.send(b"\xe9 four")
    terminal.wait_for("four")
    assert not (tmp_path / "data" / "history.jsonl").exists()
    terminal.press("enter")
    terminal.wait_for("Why did the chicken?")
    assert '"one two\\nthree\ufffd four"' in saved(tmp_path)
