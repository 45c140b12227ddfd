"""The settings file: read strictly, saved gently."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tui.domain.errors import SettingsError
from tui.domain.settings import Clocks, GenerationOptions, KeySource, LocalSettings, Profile, Settings
from tui.store.settings import SettingsFile

WRITTEN = """\
# my settings
profile = "metask"   # the one at work
invented_later = 1

[profiles.metask]
# do not change
base_url = "https://gateway.example/v1"
key = "env:METASK_KEY"
future = [1, 2]  # unknown

[profiles.metask.options]
temperature = 1

[profiles."a.b"]
base_url = "http://localhost:11434/v1"

[local]
context = 512
"""

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8).filter(
    lambda name: name != "local"
)
OPTIONS = st.builds(
    GenerationOptions,
    temperature=st.none() | st.floats(0, 2),
    top_p=st.none() | st.floats(0, 1),
    max_tokens=st.none() | st.integers(1, 10**6),
)
KEY_SOURCES = st.sampled_from(
    [
        KeySource(),
        KeySource("file"),
        KeySource("keyring"),
        KeySource("env", "A_KEY"),
        KeySource("command", "pass show a:b"),
    ]
)
PROFILES = st.builds(
    Profile,
    name=NAMES,
    base_url=st.text(max_size=20),
    key=KEY_SOURCES,
    model=st.text(max_size=5),
    stream=st.booleans(),
    options=OPTIONS,
    system=st.none() | st.text(max_size=5),
    clocks=st.builds(Clocks, idle=st.floats(0.1, 100)),
    proxy=st.sampled_from(["", "none", "socks5://me:secret@proxy.example:1080"]),
    ca_file=st.text(max_size=5),
    headers=st.sampled_from([(), (("X-Title", "chinwag"),), (("X-A", "1"), ("X.B", '"2"'))]),
    colour=st.sampled_from(["", "accent", "error"]),
)
SETTINGS = st.builds(
    Settings,
    profiles=st.lists(PROFILES, max_size=3, unique_by=lambda profile: profile.name).map(tuple),
    profile=st.text(max_size=5),
    options=OPTIONS,
    system=st.text(max_size=20),
    theme=st.text(max_size=5),
    follow=st.sampled_from(["page", "tail"]),
    sidebar=st.booleans(),
    local=st.builds(LocalSettings, context=st.integers(256, 9999), threads=st.integers(0, 8)),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def write(path: Path, text: str) -> SettingsFile:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return SettingsFile(path)


def test_without_a_file_the_defaults_hold_and_none_is_made(path: Path) -> None:
    assert SettingsFile(path).load() == Settings()
    assert not path.exists()


def test_a_file_written_by_hand_is_understood(path: Path) -> None:
    loaded = write(path, WRITTEN).load()
    first, second = loaded.profiles
    assert first == Profile(
        "metask",
        "https://gateway.example/v1",
        KeySource("env", "METASK_KEY"),
        options=GenerationOptions(temperature=1.0),
    )
    assert (second.name, second.key) == ("a.b", KeySource())
    assert loaded.current() is first
    assert loaded.local.context == 512


@hypothesis_settings(max_examples=60, deadline=None)
@given(before=SETTINGS, after=SETTINGS)
def test_what_was_saved_is_loaded_again(
    tmp_path_factory: pytest.TempPathFactory, before: Settings, after: Settings
) -> None:
    file = SettingsFile(tmp_path_factory.mktemp("settings") / "settings.toml")
    for settings in (before, after):
        file.save(settings)
        assert SettingsFile(file.path).load().profiles == settings.profiles
        assert SettingsFile(file.path).load() == settings


def test_saving_touches_only_what_changed(path: Path) -> None:
    file = write(path, WRITTEN)
    loaded = file.load()
    metask = replace(loaded.profiles[0], model="m/1", options=GenerationOptions())
    file.save(replace(loaded, profiles=(metask, loaded.profiles[1]), theme="light"))
    assert path.read_text("utf-8") == WRITTEN.replace(
        "invented_later = 1\n", 'invented_later = 1\ntheme = "light"\n'
    ).replace(
        "future = [1, 2]  # unknown\n\n[profiles.metask.options]\ntemperature = 1\n",
        'future = [1, 2]  # unknown\nmodel = "m/1"\n',
    )


def test_saving_the_same_leaves_the_file_alone(path: Path) -> None:
    file = write(path, WRITTEN)
    file.save(file.load())
    assert path.read_text("utf-8") == WRITTEN


def test_a_change_made_by_hand_meanwhile_survives_a_save(path: Path) -> None:
    file = write(path, WRITTEN)
    loaded = file.load()
    write(path, WRITTEN.replace("context = 512", "context = 1024"))
    file.save(replace(loaded, theme="light"))
    again = SettingsFile(path).load()
    assert (again.theme, again.local.context) == ("light", 1024)


def test_what_could_not_be_loaded_is_not_deleted_once_the_file_is_repaired(path: Path) -> None:
    file = write(path, "theme = \n")
    with pytest.raises(SettingsError):
        file.load()
    path.write_text(WRITTEN)
    file.save(Settings(theme="chinwag-paper"))
    assert path.read_text().replace('theme = "chinwag-paper"\n', "") == WRITTEN


def test_a_file_that_breaks_during_the_run_loses_nothing_either(path: Path) -> None:
    file = write(path, WRITTEN)
    file.load()
    path.write_text("theme = \n")
    with pytest.raises(SettingsError):
        file.load()
    path.write_text(WRITTEN)
    file.save(Settings())
    assert path.read_text() == WRITTEN


def test_a_removed_profile_is_removed_and_the_embedded_one_never_saved(path: Path) -> None:
    file = write(path, WRITTEN)
    loaded = file.load()
    file.save(replace(loaded, profiles=(loaded.profiles[1], Profile("local", "http://127.0.0.1:1"))))
    assert [profile.name for profile in SettingsFile(path).load().profiles] == ["a.b"]
    assert "127.0.0.1" not in path.read_text("utf-8")


def test_a_first_save_makes_a_private_file_that_people_can_read(path: Path) -> None:
    profile = Profile("metask", "https://gateway.example/v1", KeySource("file"), options=GenerationOptions(top_p=0.5))
    SettingsFile(path).save(Settings((profile,), profile="metask"))
    assert path.read_text("utf-8") == (
        'profile = "metask"\n\n[profiles.metask]\nbase_url = "https://gateway.example/v1"\nkey = "file"\n\n'
        "[profiles.metask.options]\ntop_p = 0.5\n"
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_how_a_gateway_is_reached_is_read_and_written_as_people_would(path: Path) -> None:
    text = (
        '[profiles.m]\nbase_url = "https://gateway.example/v1"\nproxy = "socks5://proxy.example:1080"\n'
        'ca_file = "~/ca.pem"\ncolour = "accent"\n\n[profiles.m.headers]\n# who we are\nX-Title = "chinwag"\n'
    )
    file = write(path, text)
    [profile] = file.load().profiles
    assert (profile.proxy, profile.ca_file, profile.colour) == ("socks5://proxy.example:1080", "~/ca.pem", "accent")
    assert profile.headers == (("X-Title", "chinwag"),)
    file.save(Settings((replace(profile, headers=(*profile.headers, ("X-Team", "one"))),)))
    assert path.read_text("utf-8") == text + 'X-Team = "one"\n'
    file.save(Settings((replace(profile, headers=()),)))
    assert SettingsFile(path).load().profiles[0].headers == ()


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    """People keep such files in a repository of their own."""
    (tmp_path / "dotfiles").mkdir()
    target = tmp_path / "dotfiles" / "chinwag.toml"
    target.write_text(WRITTEN)
    path.parent.mkdir()
    path.symlink_to(target)
    SettingsFile(path).save(replace(SettingsFile(path).load(), theme="light"))
    assert path.is_symlink()
    assert 'theme = "light"' in target.read_text()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a = = 1", r"settings\.toml is not valid TOML: .*line 1, column 5"),
        ("theme = 1", r"theme: must be text, not a whole number"),
        ("sidebar = 'yes'", r"sidebar: must be true or false, not text"),
        ("follow = 'x'", r"follow: 'x' is not one of the choices"),
        ("options = 3", r"options: must be a table, not a whole number"),
        ("options.max_tokens = 1.5", r"options\.max_tokens: must be a whole number, not a fraction"),
        ("options.top_p = 2", r"options\.top_p: must be between 0 and 1"),
        ("options.temperature = nan", r"options\.temperature: must be between 0 and 2"),
        ("local.context = 1", r"local\.context: must be between 256 and 1048576"),
        ("profiles = 1", r"profiles: must be a table"),
        ("profiles.m = 1", r"profiles\.m: must be a table"),
        ("[profiles.m]", r"profiles\.m\.base_url: is missing"),
        ("[profiles.m]\nbase_url = 1", r"profiles\.m\.base_url: must be text, not a whole number"),
        (
            "[profiles.m]\nbase_url = 'x'\noptions.temperature = 3",
            r"profiles\.m\.options\.temperature: must be between 0 and 2",
        ),
        ("[profiles.m]\nbase_url = 'x'\nclocks.idle = 0", r"profiles\.m\.clocks\.idle: must be greater than 0"),
        ("[profiles.m]\nbase_url = 'x'\nproxy = 'ftp://me:sk-12345@p'", r"profiles\.m\.proxy: must be \"none\" or"),
        ("[profiles.m]\nbase_url = 'x'\nproxy = 1", r"profiles\.m\.proxy: must be text, not a whole number"),
        ("[profiles.m]\nbase_url = 'x'\nca_file = true", r"profiles\.m\.ca_file: must be text"),
        ("[profiles.m]\nbase_url = 'x'\ncolour = 'mauve'", r"profiles\.m\.colour: 'mauve' is not one of the choices"),
        ("[profiles.m]\nbase_url = 'x'\nheaders = 'a'", r"profiles\.m\.headers: must be a table, not text"),
        ("[profiles.m]\nbase_url = 'x'\nheaders.X = 1", r"profiles\.m\.headers.*: must be text, not a whole number"),
        (
            "[profiles.m]\nbase_url = 'x'\nheaders.Authorization = 'sk-12345'",
            r"profiles\.m\.headers: must be usable: Authorization is set by chinwag itself",
        ),
        ("[profiles.m]\nbase_url = 'x'\nkey = 'sk-12345'", r"profiles\.m\.key: must be \"env:NAME\""),
    ],
)
def test_a_wrong_setting_is_named_and_the_file_never_overwritten(path: Path, text: str, sentence: str) -> None:
    file = write(path, text)
    with pytest.raises(SettingsError, match=sentence) as caught:
        file.load()
    assert "sk-12345" not in str(caught.value)
    with pytest.raises(SettingsError, match=sentence):
        file.save(Settings(theme="light"))
    assert path.read_text("utf-8") == text


def test_a_file_that_is_not_text_is_a_sentence(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not UTF-8"):
        SettingsFile(path).load()


def test_a_folder_that_cannot_be_written_is_a_sentence(ordinary_folder: Path) -> None:
    ordinary_folder.chmod(0o500)
    with pytest.raises(SettingsError, match="cannot be saved"):
        SettingsFile(ordinary_folder / "config" / "settings.toml").save(Settings(theme="light"))
