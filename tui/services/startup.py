"""The gateway of this run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from tui.domain.i18n import _
from tui.domain.settings import KeySource, Profile, Settings

ENVIRONMENT_PROFILE = "environment"
"""The name of a gateway that is given by CHINWAG_BASE_URL alone."""


def choose_profile(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    local: Profile,
    name: str = "",
    model: str = "",
    use_local: bool = False,
    or_local: bool = False,
) -> Profile | None:
    """Return the profile of this run; None if nothing is configured and the user has to choose.

    `CHINWAG_BASE_URL`, `CHINWAG_API_KEY` and `CHINWAG_MODEL` each override that field; the address alone is enough, and
    the key and model of the profile are not sent to another server. LookupError with a sentence if `name` is not a
    profile.
    """
    if use_local:
        return local
    profile = settings.current()
    if name:
        profile = next((known for known in settings.profiles if known.name == name), None)
        if profile is None:
            names = ", ".join(known.name for known in settings.profiles) or _("none")
            raise LookupError(
                _("There is no gateway named {name}. Known gateways: {names}.").format(name=name, names=names)
            )
    profile = _overridden(profile, environ)
    if profile is None:
        return local if or_local else None
    return replace(profile, model=model) if model else profile


def _overridden(profile: Profile | None, environ: Mapping[str, str]) -> Profile | None:
    address = environ.get("CHINWAG_BASE_URL", "")
    if profile is None:
        if not address:
            return None
        profile = Profile(ENVIRONMENT_PROFILE, address)
    if address:
        if _origin(address) != _origin(profile.base_url):  # never send the key of one server to another
            profile = replace(profile, key=KeySource(), model="")
        profile = replace(profile, base_url=address)
    if environ.get("CHINWAG_API_KEY"):
        profile = replace(profile, key=KeySource("env", "CHINWAG_API_KEY"))
    if environ.get("CHINWAG_MODEL"):
        profile = replace(profile, model=environ["CHINWAG_MODEL"])
    return profile


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address.strip())
    return parts.scheme.lower(), parts.netloc.lower()
