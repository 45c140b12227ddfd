"""`settings.toml`: read with the standard library, checked by msgspec, saved so that comments and order are kept."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tui.domain.errors import SettingsError
from tui.domain.i18n import N_, _
from tui.domain.settings import LOCAL_PROFILE, Clocks, GenerationOptions, KeySource, LocalSettings, Profile, Settings
from tui.store import files

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import Table

T = TypeVar("T")
Toml = dict[str, Any]

_KINDS = {
    "int": N_("a whole number"),
    "float": N_("a number"),
    "fraction": N_("a fraction"),
    "str": N_("text"),
    "bool": N_("true or false"),
    "array": N_("a list"),
    "object": N_("a table"),
}


class SettingsFile:
    """The user's settings, as TOML. API keys are never in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = Settings()
        """What was last loaded or saved: nothing else in the file is changed or deleted."""

    def load(self) -> Settings:
        """Return the settings, or defaults if there is no file. SettingsError names the line, or the setting, that is
        wrong."""
        self._known = Settings()
        if self.path.exists():
            self._known = _decode(self._read())
        return self._known

    def save(self, settings: Settings) -> None:
        """Write what differs from what was loaded; comments, order and unknown settings are kept.

        SettingsError if the file cannot be read, in which case it is left alone, or cannot be written.
        """
        _decode(self._read())
        before = _encode(self._known)
        after = _encode(settings)
        if before == after and self.path.exists():
            return
        import tomlkit

        document = tomlkit.parse(self._text())
        _merge(document, before, after)
        try:
            files.private_folder(self.path.parent)
            files.replace(self.path.resolve(), tomlkit.dumps(document).encode())
        except OSError as error:
            raise SettingsError(
                _("The settings cannot be saved to {path}: {reason}. Free some space or change its owner.").format(
                    path=self.path, reason=error.strerror
                )
            ) from error
        self._known = settings

    def _read(self) -> Toml:
        import tomllib  # only where there is a file to read

        try:
            return tomllib.loads(self._text())
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(
                _("{path} is not valid TOML: {reason}. Correct that line; until then changes are not saved.").format(
                    path=self.path, reason=error
                )
            ) from error

    def _text(self) -> str:
        try:
            return self.path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            raise SettingsError(_("{path} is not UTF-8 text. Save it as UTF-8.").format(path=self.path)) from error
        except OSError as error:
            raise SettingsError(
                _("{path} cannot be read: {reason}. Change its owner or permissions.").format(
                    path=self.path, reason=error.strerror
                )
            ) from error


def _decode(toml: Toml) -> Settings:
    profiles = toml.get("profiles", {})
    if not isinstance(profiles, dict):
        raise SettingsError(_("{setting}: must be {kind}").format(setting="profiles", kind=_("a table")))
    found = tuple(_profile(name, table) for name, table in profiles.items() if name != LOCAL_PROFILE)
    parts = {
        "profiles": found,
        "options": _part(toml, GenerationOptions, "options"),
        "local": _part(toml, LocalSettings, "local"),
    }
    return _convert({**toml, **parts}, Settings, "")


def _profile(name: str, table: Any) -> Profile:
    path = f"profiles.{name}"
    if not isinstance(table, dict):
        raise SettingsError(_("{setting}: must be {kind}").format(setting=path, kind=_("a table")))
    if "base_url" not in table:
        raise SettingsError(
            _("{setting}: is missing; it must be the address of the gateway").format(setting=f"{path}.base_url")
        )
    parts = {
        "name": name,
        "key": _key(table.get("key", "none"), f"{path}.key"),
        "options": _part(table, GenerationOptions, "options", path),
        "clocks": _part(table, Clocks, "clocks", path),
        "headers": tuple(_convert(table.get("headers", {}), dict[str, str], f"{path}.headers").items()),
    }
    return _convert({**table, **parts}, Profile, path)


def _part(table: Toml, kind: type[T], name: str, path: str = "") -> T:
    return _convert(table.get(name, {}), kind, f"{path}.{name}".lstrip("."))


def _key(value: Any, path: str) -> KeySource:
    match str(value).split(":", 1):
        case ["none" | "file" | "keyring" as kind]:
            return KeySource(kind)
        case ["env" | "command" as kind, where] if where.strip():
            return KeySource(kind, where.strip())
    raise SettingsError(
        _('{setting}: must be "env:NAME", "file", "keyring", "command:PROGRAM" or "none"; never the key itself').format(
            setting=path
        )
    )


def _convert(value: Any, kind: type[T], path: str) -> T:
    import msgspec

    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise SettingsError(_sentence(str(error), path)) from error


def _sentence(reason: str, path: str) -> str:
    """Return a sentence for msgspec's message, such as "Expected `int | null`, got `str` - at `$.max_tokens`"."""
    reason, _at, place = reason.partition(" - at `$")
    parts = [path, *place.strip("`.").split(".")]
    if named := re.match(r"(\w+) (must .*)", reason):  # a range, checked by the dataclass
        parts.append(named[1])
        reason = named[2]
    elif kinds := re.match(r"Expected `([^`]+)`, got `([^`]+)`", reason):
        wanted, got = (kind.removesuffix(" | null") for kind in kinds.groups())
        got = "fraction" if (wanted, got) == ("int", "float") else got
        reason = _("must be {wanted}, not {got}").format(
            wanted=_(_KINDS.get(wanted, wanted)), got=_(_KINDS.get(got, got))
        )
    elif value := re.match(r"Invalid enum value (.*)", reason):
        reason = _("{value} is not one of the choices").format(value=value[1])
    return _("{setting}: {reason}").format(setting=".".join(part for part in parts if part), reason=reason)


def _encode(settings: Settings) -> Toml:
    """Return everything that differs from the defaults, in the structure of the file."""
    found = _differing(settings, Settings())
    found["profiles"] = {
        profile.name: {**_differing(profile, Profile("", "")), "base_url": profile.base_url}
        for profile in settings.profiles
        if not profile.is_local
    }
    return found


def _differing(value: Any, default: Any) -> Toml:
    found: Toml = {}
    for field in fields(value):
        own, usual = getattr(value, field.name), getattr(default, field.name)
        if own == usual or field.name in ("name", "profiles"):
            continue
        if isinstance(own, KeySource):
            found[field.name] = f"{own.kind}:{own.where}" if own.where else own.kind
        elif isinstance(own, GenerationOptions | Clocks | LocalSettings):
            found[field.name] = _differing(own, usual)
        elif field.name == "headers":
            found[field.name] = dict(own)
        else:
            found[field.name] = own
    return found


def _merge(table: TOMLDocument | Table, before: Toml, after: Toml) -> None:
    """Change `table` from `before` to `after`, without touching what is the same in both."""
    import tomlkit

    for name in before.keys() - after.keys():
        table.pop(name, None)
    for name, value in after.items():
        if name in before and before[name] == value:
            continue
        if isinstance(value, dict):
            if name not in table:
                table[name] = tomlkit.table(is_super_table=name == "profiles")
            _merge(table[name], before.get(name, {}), value)
        else:
            table[name] = value
