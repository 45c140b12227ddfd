"""Reads the header of a GGUF file without the engine.

The layout is that of the GGUF specification, versions 2 and 3: a magic number, counts, then typed key-value pairs.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

from tui.domain.errors import EngineError
from tui.domain.i18n import _

MAGIC = b"GGUF"
VERSIONS = (2, 3)

_STRING, _ARRAY = 8, 9
_NUMBERS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_LONGEST_KEY = 1 << 16
_LONGEST_TEXT = 1 << 24

Value = str | int | float | bool | None


def trained_context(path: Path) -> int | None:
    """Return the context length in tokens that a model was trained for; None if the file does not say.

    Blocks, about 50 ms for a large vocabulary. EngineError "model-missing", "model-unreadable", "model-not-gguf",
    "model-unsupported" or "model-damaged".
    """
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise _not_gguf(path)
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                values = _Reader(data, path).read()
    except FileNotFoundError:
        raise EngineError(
            "model-missing", _("There is no model file at {path}. Check the path.").format(path=path)
        ) from None
    except OSError as error:
        raise EngineError(
            "model-unreadable",
            _("{path} cannot be read: {reason}. Choose another model file.").format(
                path=path, reason=error.strerror or error
            ),
        ) from error
    context = values.get(f"{values.get('general.architecture')}.context_length")
    return context if isinstance(context, int) and context > 0 else None


class _Reader:
    """Walks the key-value pairs; lists, such as the vocabulary, are skipped."""

    def __init__(self, data: mmap.mmap, path: Path) -> None:
        self._data = data
        self._path = path
        self._at = len(MAGIC)

    def read(self) -> dict[str, Value]:
        try:
            if (version := self._number("<I")) not in VERSIONS:
                raise EngineError(
                    "model-unsupported",
                    _("{name} is in a version of GGUF that the engine does not support. Choose another file.").format(
                        name=self._path.name
                    ),
                    f"version {version}",
                )
            self._number("<Q")  # the count of tensors
            return {self._string(_LONGEST_KEY): self._value() for _pair in range(int(self._number("<Q")))}
        except (struct.error, KeyError, UnicodeDecodeError, ValueError) as error:
            raise damaged(self._path.name, repr(error)) from error

    def _number(self, form: str) -> int | float | bool:
        (number,) = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        found: int | float | bool = number
        return found

    def _string(self, longest: int) -> str:
        length = int(self._number("<Q"))
        if length > longest:
            raise ValueError(length)
        start = self._skip(length)
        return self._data[start : self._at].decode("utf-8", "replace")

    def _value(self) -> Value:
        kind = int(self._number("<I"))
        if kind == _STRING:
            return self._string(_LONGEST_TEXT)
        if kind != _ARRAY:
            return self._number(_NUMBERS[kind])
        of, count = int(self._number("<I")), int(self._number("<Q"))
        if of == _STRING:
            for _item in range(count):
                self._skip(int(self._number("<Q")))
        else:
            self._skip(struct.calcsize(_NUMBERS[of]) * count)
        return None

    def _skip(self, length: int) -> int:
        start = self._at
        if start + length > len(self._data):
            raise ValueError(length)
        self._at += length
        return start


def damaged(name: str, detail: str = "") -> EngineError:
    """Return the failure for a truncated or corrupt model file."""
    return EngineError(
        "model-damaged",
        _("The model file {name} is damaged or incomplete. Download it again, or choose another.").format(name=name),
        detail,
    )


def _not_gguf(path: Path) -> EngineError:
    return EngineError(
        "model-not-gguf", _("{name} is not a GGUF model file. Choose another file.").format(name=path.name), str(path)
    )
