"""What is asked again by itself."""

from __future__ import annotations

import pytest

from tui.api.failures import PassingError
from tui.api.retry import Retries
from tui.domain.errors import GatewayError

BASE = 0.0001


def passing(wait: float | None = None) -> PassingError:
    return PassingError("rate_limit", "Slow down.", status=429, retry_after=wait)


async def test_a_passing_failure_is_repeated_twice_with_a_growing_pause() -> None:
    pauses: list[float] = []
    retries = Retries(BASE, lambda seconds, error: pauses.append(seconds))
    assert [await retries.pause(passing()) for _ in range(4)] == [True, True, False, False]
    first, second = pauses
    assert 0.75 * BASE <= first <= 1.25 * BASE
    assert 1.5 * BASE <= second <= 2.5 * BASE


async def test_the_wait_that_the_server_asks_for_is_obeyed() -> None:
    pauses: list[float] = []
    retries = Retries(BASE, lambda seconds, error: pauses.append(seconds))
    assert await retries.pause(passing(0.01))
    assert pauses == [0.01]


async def test_a_wait_too_long_for_a_person_is_not_waited_for() -> None:
    assert not await Retries(BASE).pause(passing(20.5))


@pytest.mark.parametrize("kind", ["rate_limit", "server", "timeout", "auth"])
async def test_other_failures_are_not_repeated(kind: str) -> None:
    assert not await Retries(BASE).pause(GatewayError(kind, "No.", retryable=True))  # type: ignore[arg-type]
