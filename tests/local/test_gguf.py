"""Reading the head of a model file."""

from pathlib import Path

import pytest

from tests.local.helpers import write_gguf
from tui.domain.errors import EngineError
from tui.local.gguf import trained_context


def kind_of(path: Path) -> str:
    with pytest.raises(EngineError) as failure:
        trained_context(path)
    assert path.name in str(failure.value)
    return failure.value.kind


def test_the_trained_context_is_read(tmp_path: Path) -> None:
    path = write_gguf(
        tmp_path / "m.gguf",
        {
            "general.architecture": "llama",
            "general.name": "Smol",
            "llama.context_length": 8192,
            "tokenizer.ggml.tokens": ["a", "bc", ""],
            "tokenizer.chat_template": "{{ x }}",
        },
    )
    assert trained_context(path) == 8192


def test_a_file_may_not_say_its_context(tmp_path: Path) -> None:
    assert trained_context(write_gguf(tmp_path / "base.gguf", {"general.architecture": "llama"})) is None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert kind_of(tmp_path / "gone.gguf") == "model-missing"


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\x03\x04 and so on"])
def test_a_file_of_another_kind_is_no_gguf(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.gguf"
    path.write_bytes(content)
    assert kind_of(path) == "model-not-gguf"


def test_a_folder_in_place_of_the_file_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "folder.gguf").mkdir()
    assert kind_of(tmp_path / "folder.gguf") == "model-unreadable"


def test_a_version_from_the_future_is_unsupported(tmp_path: Path) -> None:
    assert kind_of(write_gguf(tmp_path / "new.gguf", version=77)) == "model-unsupported"


def test_every_cut_within_the_head_is_noticed(tmp_path: Path) -> None:
    whole = write_gguf(
        tmp_path / "m.gguf", {"general.architecture": "llama", "n": 7, "l": ["one", "two"], "t": "end"}
    ).read_bytes()
    cut = tmp_path / "cut.gguf"
    for length in range(4, len(whole)):
        cut.write_bytes(whole[:length])
        assert kind_of(cut) == "model-damaged", length
