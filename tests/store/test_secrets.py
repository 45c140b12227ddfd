"""Keys: found where the profile says, stored privately, never told."""

from __future__ import annotations

import sys
import traceback
import types
from pathlib import Path

import pytest

from tui.domain.errors import SettingsError
from tui.domain.settings import KeySource, Profile
from tui.store import secrets
from tui.store.secrets import Secrets, masked

KEY = "sk-abcdefghijkl3f9a"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "secrets.toml"


def profile(source: KeySource, name: str = "metask") -> Profile:
    return Profile(name, "https://gateway.example/v1", source)


async def test_a_profile_without_a_key_has_none(path: Path) -> None:
    assert await Secrets(path, {}).get(profile(KeySource())) is None


async def test_a_key_from_the_environment(path: Path) -> None:
    found = Secrets(path, {"METASK_KEY": f" {KEY}\n"})
    assert await found.get(profile(KeySource("env", "METASK_KEY"))) == KEY
    with pytest.raises(SettingsError, match="OTHER is not set"):
        await found.get(profile(KeySource("env", "OTHER")))


async def test_a_stored_key_is_found_again_and_can_be_removed(path: Path) -> None:
    stored = Secrets(path, {})
    await stored.put("metask", KEY)
    await stored.put("a.b", "another-key-1")
    assert path.stat().st_mode & 0o777 == 0o600
    assert await Secrets(path, {}).get(profile(KeySource("file"))) == KEY
    await stored.remove("metask")
    await stored.remove("metask")
    assert await stored.get(profile(KeySource("file"), "a.b")) == "another-key-1"
    with pytest.raises(SettingsError, match="No key is stored for metask"):
        await stored.get(profile(KeySource("file")))


async def test_comments_in_the_file_of_keys_survive(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("# mine\n")
    await Secrets(path, {}).put("metask", KEY)
    assert path.read_text().startswith("# mine\n")


async def test_a_file_of_keys_that_others_may_read_is_closed(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(f'metask = "{KEY}"\n')
    path.chmod(0o644)
    assert await Secrets(path, {}).get(profile(KeySource("file"))) == KEY
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_broken_file_of_keys_is_told_without_its_content_and_never_overwritten(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(broken := f'metask = "{KEY}')
    with pytest.raises(SettingsError) as caught:
        await Secrets(path, {}).get(profile(KeySource("file")))
    assert KEY not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(SettingsError):
        await Secrets(path, {}).put("metask", KEY)
    assert path.read_text() == broken


async def test_a_command_prints_the_key_without_a_shell(path: Path) -> None:
    command = f"{sys.executable} -c \"print('{KEY}'); print('second line; $HOME')\""
    assert await Secrets(path, {}).get(profile(KeySource("command", command))) == KEY


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (f'{sys.executable} -c "import sys; print({KEY!r}); sys.exit(3)"', "failed with status 3"),
        (f'{sys.executable} -c ""', "printed nothing"),
        (f"/nowhere/at-all {KEY}", "cannot be started"),
        (f"pass 'show {KEY}", "open quotation mark"),
        (" ", "printed nothing"),
    ],
)
async def test_a_command_that_fails_is_told_without_the_key(path: Path, command: str, sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence) as caught:
        await Secrets(path, {}).get(profile(KeySource("command", command)))
    assert KEY not in str(caught.value)


async def test_a_command_that_hangs_is_stopped(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.2)
    with pytest.raises(SettingsError, match=r"no key within 0\.2 seconds"):
        await Secrets(path, {}).get(profile(KeySource("command", f'{sys.executable} -c "import time; time.sleep(60)"')))


async def test_a_key_from_the_keyring(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The keyring of the system is the outer edge."""
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = type("KeyringError", (Exception,), {})  # type: ignore[attr-defined]
    fake = types.ModuleType("keyring")
    passwords = {("chinwag", "metask"): KEY}

    def get_password(service: str, name: str) -> str | None:
        if name == "locked":
            raise errors.KeyringError
        return passwords.get((service, name))

    fake.get_password = get_password  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", fake)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert await Secrets(path, {}).get(profile(KeySource("keyring"))) == KEY
    with pytest.raises(SettingsError, match="no key for other"):
        await Secrets(path, {}).get(profile(KeySource("keyring"), "other"))
    with pytest.raises(SettingsError, match="Unlock it"):
        await Secrets(path, {}).get(profile(KeySource("keyring"), "locked"))


async def test_without_the_keyring_package_the_sentence_says_how_to_get_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SettingsError, match=r"chinwag\[keyring\]"):
        await Secrets(path, {}).get(profile(KeySource("keyring")))


async def test_a_key_that_no_header_can_carry_is_refused(path: Path) -> None:
    for key in (KEY + "\n" + KEY, "schlüssel-zum-glück", KEY + "\u200b"):
        with pytest.raises(SettingsError, match="Copy it again"):
            await Secrets(path, {}).put("metask", key)
    assert not path.exists()


def test_a_shown_key_keeps_its_secret() -> None:
    assert masked(KEY) == "••••3f9a"
    assert masked("short") == "••••"
