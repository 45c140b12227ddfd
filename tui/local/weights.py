"""A model's weights on this disk: location, verification, licence."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from tui.domain.errors import EngineError
from tui.domain.i18n import _

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Weights:
    """A file of weights inside a published Python package whose code is not needed. Sizes are bytes."""

    title: str
    """The model's own name, for the licence notice and the status."""
    requirement: str
    """The package, pinned, as an installer takes it."""
    member: str
    """The file inside the package."""
    size: int
    download: int
    """Size of the package to download."""
    sha256: str
    licence: str
    source: str

    def path(self, folder: Path) -> Path:
        """Return the path of the file in `folder`."""
        return folder / Path(self.member).name

    def licence_path(self, folder: Path) -> Path:
        """Return the path of the licence, next to the weights."""
        return self.path(folder).with_suffix(".LICENSE")

    def stamp_path(self, folder: Path) -> Path:
        """Return the path of the file that records a passed check."""
        return self.path(folder).with_suffix(".checked")


def is_checked(folder: Path, weights: Weights) -> bool:
    """Return whether the file was verified and has not changed since. Cheap: only the stamp is read."""
    try:
        return weights.stamp_path(folder).read_text("utf-8") == _stamp(folder, weights)
    except (OSError, UnicodeDecodeError):
        return False


def check(folder: Path, weights: Weights) -> Path:
    """Return the path of the weights after verifying them.

    Reads the whole file the first time and records the result. Blocks. EngineError "weights-missing", "weights-damaged"
    or "model-unreadable".
    """
    path = weights.path(folder)
    if is_checked(folder, weights):
        return path
    try:
        whole = path.stat().st_size == weights.size and sha256_of(path) == weights.sha256
    except FileNotFoundError:
        raise EngineError(
            "weights-missing", _("The tiny demo model is not installed. Run: chinwag local install"), str(path)
        ) from None
    except OSError as error:
        raise EngineError(
            "model-unreadable",
            _("{path} cannot be read: {reason}. Check its permissions.").format(path=path, reason=error.strerror),
        ) from error
    if not whole:
        raise EngineError(
            "weights-damaged",
            _("The file of the tiny demo model is damaged. Download it again with: chinwag local install"),
            str(path),
        )
    mark_checked(folder, weights)
    return path


def mark_checked(folder: Path, weights: Weights) -> None:
    """Record that the file has been verified, as it is now."""
    with contextlib.suppress(OSError):  # a folder that cannot be written is checked at every start instead
        weights.stamp_path(folder).write_text(_stamp(folder, weights), "utf-8")


def remove(folder: Path, weights: Weights) -> int:
    """Delete the weights and the files next to them and return the bytes freed. EngineError if that is not allowed."""
    freed = 0
    for path in (weights.path(folder), weights.licence_path(folder), weights.stamp_path(folder)):
        try:
            size = path.stat().st_size
            path.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise EngineError(
                "folder-unwritable",
                _("{path} cannot be removed: {reason}. Check its permissions.").format(
                    path=path, reason=error.strerror
                ),
            ) from error
        freed += size
    return freed


def sha256_of(path: Path) -> str:
    """Return the checksum of a file, in hexadecimal. Blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _stamp(folder: Path, weights: Weights) -> str:
    facts = weights.path(folder).stat()
    return f"{weights.sha256} {facts.st_size} {facts.st_mtime_ns}\n"
