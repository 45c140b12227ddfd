"""Cleans text from outside, wherever it is drawn, printed or copied.

The rules are those of terminals (ECMA-48 control functions, xterm's OSC strings): whatever could start a control
function is removed. An unterminated string sequence loses its introducer only, so that it cannot swallow the words
after it.
"""

import re

_SEQUENCES = re.compile(
    r"""
      (?:\x1b\[|\x9b) [0-?]* [\ -/]* [@-~]                               # CSI
    | (?:\x1b\]|\x9d) [^\x00-\x08\x0a-\x1f\x7f-\x9f]* (?:\x07|\x1b\\|\x9c)      # OSC, ended
    | (?:\x1b[P_^X]|[\x90\x98\x9e\x9f]) [^\x00-\x08\x0a-\x1f\x7f-\x9f]* (?:\x07|\x1b\\|\x9c)  # DCS, APC, PM, SOS, ended
    | \x1b [\[\]P_^X]                                                    # an introducer without an end
    | \x1b [\ -/]* [0-~]                                                 # other escapes
    """,
    re.VERBOSE,
)
_CONTROLS = dict.fromkeys([*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x202D, 0x202E])
_BIDI = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_SPACE = re.compile(r"[\s\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")


def join_surrogates(text: str) -> str:
    """Return the text with halves of surrogate pairs joined and lone ones replaced by U+FFFD, so that UTF-8 can hold
    it."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def clean(text: str) -> str:
    """Return text that is safe to draw: no escape sequences, no controls but tab and newline, no lone surrogates."""
    text = join_surrogates(text)
    text = _SEQUENCES.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)


def one_line(text: str, limit: int = 200) -> str:
    """Return `clean` text on a single line of at most `limit` characters, without bidirectional controls."""
    text = _SPACE.sub(" ", clean(text).translate(_BIDI)).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
