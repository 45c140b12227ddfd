"""API keys of gateways, read from where the user keeps them; never shown, never in the settings."""

from __future__ import annotations

import asyncio
import os
import shlex
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tui.domain.errors import SettingsError
from tui.domain.i18n import _
from tui.domain.settings import Profile
from tui.store import files

COMMAND_SECONDS = 5.0
SERVICE = "chinwag"
"""The service name of our keys in the system's keyring."""


class Secrets:
    """The keys of all profiles. SettingsErrors say what is missing and never contain a key."""

    def __init__(self, path: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._path = path
        self._environ = environ

    async def get(self, profile: Profile) -> str | None:
        """Return the key of a profile; `None` if it has none. SettingsError if it is not where the profile says."""
        match profile.key.kind:
            case "none":
                return None
            case "env":
                key = self._environ.get(profile.key.where, "")
                missing = _("The variable {where} is not set. Set it, or choose another key source in the settings.")
            case "file":
                key = (await asyncio.to_thread(self._read)).get(profile.name, "")
                missing = _("No key is stored for {name}. Enter one in the settings.")
            case "keyring":
                key = await asyncio.to_thread(_from_keyring, profile.name)
                missing = _(
                    "The system's keyring has no key for {name}. Add it, or choose another key source in the settings."
                )
            case "command":
                key = await _from_command(profile.key.where)
                missing = _("The command for the key of {name} printed nothing. Try it in a shell.")
        if not (key := key.strip()):
            raise SettingsError(missing.format(where=profile.key.where, name=profile.name))
        return _sendable(key)

    async def put(self, name: str, key: str) -> None:
        """Store the key of a profile in the file, which only this user may read."""
        key = _sendable(key.strip())
        await asyncio.to_thread(self._change, name, key)

    async def remove(self, name: str) -> None:
        """Delete the stored key of a profile, if there is one."""
        await asyncio.to_thread(self._change, name, None)

    def _read(self) -> dict[str, str]:
        import tomllib

        try:
            text = self._path.read_text("utf-8")
            if os.name == "posix" and self._path.stat().st_mode & 0o077:
                self._path.chmod(files.FILE_MODE)
            return {name: key for name, key in tomllib.loads(text).items() if isinstance(key, str)}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SettingsError(_unusable(self._path, error)) from error
        except ValueError:  # its message may quote a key
            raise SettingsError(
                _('{path} cannot be read. Each line must look like: name = "key"').format(path=self._path)
            ) from None

    def _change(self, name: str, key: str | None) -> None:
        import tomlkit

        known = self._read()
        if known.get(name) == key:
            return
        document = tomlkit.parse(self._path.read_text("utf-8") if self._path.exists() else "")
        if key is None:
            del document[name]
        else:
            document[name] = key
        try:
            files.private_folder(self._path.parent)
            files.replace(self._path.resolve(), tomlkit.dumps(document).encode())
        except OSError as error:
            raise SettingsError(_unusable(self._path, error)) from error


def masked(key: str) -> str:
    """Return a key for display: its last four characters, if enough of it stays hidden."""
    return f"••••{key[-4:]}" if len(key) >= 12 else "••••"


def _sendable(key: str) -> str:
    """Return the key; SettingsError if no HTTP header can hold it."""
    if not (key.isascii() and key.isprintable()):
        raise SettingsError(_("The key contains invalid characters. Copy it again."))
    return key


def _unusable(path: Path, error: OSError) -> str:
    return _("{path} cannot be used: {reason}. Change its owner or permissions.").format(
        path=path, reason=error.strerror
    )


def _from_keyring(name: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise SettingsError(
            _(
                "The keyring package is not installed. Run: pip install 'chinwag[keyring]', or choose another key source."
            )
        ) from None
    try:
        return keyring.get_password(SERVICE, name) or ""
    except KeyringError:
        raise SettingsError(
            _("The system's keyring does not answer. Unlock it, or choose another key source in the settings.")
        ) from None


async def _from_command(line: str) -> str:
    """Return the first line that a command prints. No shell is used, and nothing it prints reaches an error."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise SettingsError(
            _("The command for the key has an open quotation mark. Correct it in the settings.")
        ) from None
    if not words:
        return ""
    program = words[0]
    try:
        process = await asyncio.create_subprocess_exec(*words, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
    except OSError as error:
        raise SettingsError(
            _("{program} cannot be started: {reason}. Correct the command for the key in the settings.").format(
                program=program, reason=error.strerror
            )
        ) from None
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            printed, _errors = await process.communicate()
    except TimeoutError:
        raise SettingsError(
            _("{program} printed no key within {seconds:g} seconds. Try it in a shell.").format(
                program=program, seconds=COMMAND_SECONDS
            )
        ) from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise SettingsError(
            _("{program} failed with status {status}. Try it in a shell.").format(
                program=program, status=process.returncode
            )
        )
    return printed.decode(errors="replace").partition("\n")[0]
