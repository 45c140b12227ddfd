"""Removes private details from the results, so that they can be shared."""

from __future__ import annotations

import getpass
import re
from collections.abc import Mapping
from pathlib import Path

from tui.domain.safe_text import one_line
from tui.store.secrets import masked

_USER_IN_URL = re.compile(r"(?<=://)[^/\s@]*@")
_SHORTEST_SECRET = 4
"""Shorter "keys" are placeholders for servers that need none."""
_LONGEST = 400


class Privacy:
    """Removes keys, the home folder and the user's name from sentences."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        homes = {str(Path(home)) for home in _homes(environ)}
        homes |= {str(Path(home).resolve()) for home in homes}
        longest_first = sorted(homes - {"/", "."}, key=len, reverse=True)
        self._homes = [re.compile(re.escape(home) + r"(?![\w-])") for home in longest_first]
        user = _user()
        self._user = re.compile(rf"(?<=[/\\]){re.escape(user)}(?=[/\\\s,.:;]|$)") if user else None

    def apply(self, text: str, key: str) -> str:
        """Return the text on one line, cleaned: at most the last four characters of the key, `~` for the home folder."""
        text = one_line(text, len(text) + 1)  # cleaning may join a split key
        if len(key) >= _SHORTEST_SECRET:
            text = text.replace(key, masked(key))
        text = _USER_IN_URL.sub("", text)
        for home in self._homes:
            text = home.sub("~", text)
        if self._user is not None:
            text = self._user.sub("…", text)
        return one_line(text, _LONGEST)


def _homes(environ: Mapping[str, str]) -> list[str]:
    return [
        home for home in (environ.get("HOME", ""), environ.get("USERPROFILE", ""), str(Path("~").expanduser())) if home
    ]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no such user, as in some containers
        return ""
