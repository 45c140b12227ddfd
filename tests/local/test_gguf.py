"""Reading the head of a model file."""

from pathlib import Path

import pytest

from tests.local.helpers import write_gguf
from tui.domain.errors import EngineError
from tui.local.gguf import inspect


def kind_of(path: Path) -> str:
    with pytest.raises(EngineError) as failure:
        inspect(path)
    assert path.name in str(failure.value)
    return failure.value.kind


def test_a_chat_model_tells_its_kind_and_has_no_warnings(tmp_path: Path) -> None:
    path = write_gguf(
        tmp_path / "m.gguf",
        {
            "general.architecture": "llama",
            "general.name": "Smol",
            "llama.context_length": 8192,
            "tokenizer.ggml.tokens": ["a", "bc", ""],
            "general.license": "apache-2.0",
            "tokenizer.chat_template": "{{ x }}",
        },
    )
    info = inspect(path)
    assert (info.name, info.architecture, info.context, info.licence) == ("Smol", "llama", 8192, "apache-2.0")
    assert info.size == path.stat().st_size
    assert info.warnings() == []


def test_a_model_without_a_chat_template_is_warned_about(tmp_path: Path) -> None:
    info = inspect(write_gguf(tmp_path / "base.gguf", {"general.architecture": "llama"}))
    assert [warning for warning in info.warnings() if "base.gguf has no chat template" in warning]


def test_a_model_larger_than_the_memory_is_warned_about(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "giant.gguf")
    with path.open("rb+") as file:
        file.truncate(1 << 43)  # sparse: no byte of it is written
    assert inspect(path).warnings() == ["giant.gguf is larger than this machine's memory."]


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
