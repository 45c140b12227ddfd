"""What an error carries along."""

from __future__ import annotations


def behind(error: BaseException) -> list[BaseException]:
    """Return the errors behind an error: its cause and its context, which a traceback would show."""
    return [found for found in (error.__cause__, error.__context__) if found is not None]
