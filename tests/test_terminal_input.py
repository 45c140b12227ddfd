"""Whatever a terminal sends is text or keys, and never the end of the program."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App
from textual.drivers import linux_driver

from tui.domain.safe_text import clean
from tui.terminal_input import PASTE_BEGINS, PASTE_ENDS, PasteCleaner, PasteSafeParser, harden

PASTED = st.lists(
    st.sampled_from(["\x1b[0m", "\x1b", "\r", "\n", "\x07", "\x01", "\x1b]0;t\x07", "日本", "word ", "[2", "01~"])
).map("".join)


def pasted_by(parser: PasteSafeParser, pieces: list[str]) -> tuple[list[str], list[str]]:
    found = [event for piece in pieces if piece for event in parser.feed(piece)]
    pastes = [event.text for event in found if isinstance(event, events.Paste)]
    return pastes, [event.key for event in found if isinstance(event, events.Key)]


@given(PASTED, st.lists(st.integers(1, 9), max_size=40), st.integers(3, len(PASTE_BEGINS)))
def test_a_paste_is_one_clean_text_however_it_is_torn(text: str, sizes: list[int], torn: int) -> None:
    text = text.replace(PASTE_ENDS, "")
    cut = 1 + torn  # after two characters, a terminal's pause makes a key of them: escape, alt+[
    data, pieces = f"a{PASTE_BEGINS}{text}{PASTE_ENDS}b"[cut:], [f"a{PASTE_BEGINS}"[:cut]]
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    pastes, keys = pasted_by(PasteSafeParser(), [*pieces, data])
    assert pastes == [clean(text)]
    assert keys == ["a", "b"]


@given(st.text(st.characters(exclude_characters="\x1b"), max_size=30))
def test_what_is_not_pasted_passes_unchanged(text: str) -> None:
    assert PasteCleaner().feed(text) == text


def test_escape_and_other_keys_do_not_wait() -> None:
    cleaner = PasteCleaner()
    for key in ("\x1b", "\x1b[", "\x1b[A", "\x1b[15~", "\x1bOP"):
        assert cleaner.feed(key) == key


def test_the_driver_still_has_the_names_that_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XTermParser", "getincrementaldecoder"):
        monkeypatch.setattr(linux_driver, name, getattr(linux_driver, name))
    harden(linux_driver)
    assert linux_driver.XTermParser is PasteSafeParser
    assert linux_driver.getincrementaldecoder("utf-8")().decode(b"caf\xe9!") == "caf\ufffd!"
    assert issubclass(App().driver_class, linux_driver.LinuxDriver)
