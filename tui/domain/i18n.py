"""Translation: every sentence the user reads passes `_()`.

A translation is a gettext catalogue at `tui/locale/<language>/LC_MESSAGES/chinwag.mo`; without one the English
sentences of the source are shown. Sentences with parts use named fields: `_("{n} models").format(n=n)`.
"""

import gettext
from pathlib import Path

_catalogue = gettext.translation("chinwag", Path(__file__).parent.parent / "locale", fallback=True)

_ = _catalogue.gettext


def N_(sentence: str) -> str:  # noqa: N802 (the usual name, see "Deferred translations" in the gettext documentation)
    """Return the sentence unchanged: marks one in a constant, which is translated by `_()` where it is shown."""
    return sentence


def plural(one: str, many: str, n: int, **fields: str) -> str:
    """Return the form of a sentence for the number `n`, with `{n}`, its thousands separated, and other fields filled in."""
    return _catalogue.ngettext(one, many, n).format(n=f"{n:,}", **fields)
