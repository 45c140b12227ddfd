"""Every sentence the user reads passes `_()`, so that a second language is data.

A translation is a gettext catalogue at `tui/locale/<language>/LC_MESSAGES/chinwag.mo`; without one the English
sentences in the source are shown. Sentences with parts use named fields: `_("{n} models").format(n=n)`.
"""

import gettext
from pathlib import Path

_catalogue = gettext.translation("chinwag", Path(__file__).parent.parent / "locale", fallback=True)

_ = _catalogue.gettext


def plural(one: str, many: str, n: int) -> str:
    """Return the form of a sentence that fits the number `n`, with `{n}` filled in, its thousands set apart."""
    return _catalogue.ngettext(one, many, n).format(n=f"{n:,}")
