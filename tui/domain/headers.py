"""Extra request headers that a user may set."""

import re

from tui.domain.i18n import _

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
"""A token of RFC 9110, section 5.6.2."""
_RESERVED = re.compile(
    r"authorization|host|content-.*|proxy-.*|accept-encoding|connection|keep-alive|te|trailer|transfer-encoding|upgrade"
    r"|expect",
    re.IGNORECASE,
)
_MOST_VALUE = 4096
_SECRET = re.compile(r"key|token|secret|auth|cookie|passw", re.IGNORECASE)


def header_problem(name: str, value: str) -> str:
    """Return why a header cannot be sent, without its value, or an empty string.

    Headers for the key, the body and the connection are set by chinwag itself.
    """
    if not _NAME.fullmatch(name):
        return _("a header's name can contain only letters, digits and dashes")
    if _RESERVED.fullmatch(name):
        return _("{name} is set by chinwag itself").format(name=name)
    if not (value.isascii() and value.isprintable()):
        return _("{name} contains characters that are not allowed in a header").format(name=name)
    if not value.strip():
        return _("{name} has no value").format(name=name)
    if len(value) > _MOST_VALUE:
        return _("{name} is too long").format(name=name)
    return ""


def is_secret(name: str) -> bool:
    """Return whether the value of a header of that name is probably a secret, and so never shown."""
    return _SECRET.search(name) is not None
