"""How hard the property tests try: `pytest --hypothesis-profile quick` has them try a tenth as often."""

from __future__ import annotations

from hypothesis import settings

FULL = 100

settings.register_profile("full", max_examples=FULL, deadline=None, database=None)
settings.register_profile("quick", settings.get_profile("full"), max_examples=FULL // 10)
settings.load_profile("full")


def examples(count: int) -> int:
    """Return how many examples a test tries that tries so many in the full profile."""
    return max(5, count * settings().max_examples // FULL)
