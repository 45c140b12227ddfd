"""Python's garbage collector, kept from being felt.

A pass takes as long as there are objects to look at: some 0.7 ms for a thousand messages. A hundred milliseconds were
seen while a conversation of 10,000 messages was read, by the collector's usual measure. Most of what chinwag drops is
freed without it.
"""

from __future__ import annotations

import gc

_YOUNG = 5_000
"""New objects after which those are looked at, and only those: some 3 ms."""
_PASSES = 2_000
"""Such passes after which what survived them is looked at too. It seldom comes to that: `tidy` is earlier."""
_WORTH = 20
"""Passes after which tidying is worth while."""


def begin() -> None:
    """Nothing made while starting is garbage: wait with collecting until `settle`."""
    gc.disable()


def settle() -> None:
    """The start is over: keep what it made out of sight for good, and look at new objects a few at a time.

    The little garbage among it stays: to look for it took 90 ms, just when the user begins to type.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, _PASSES, 10)
    gc.enable()


def tidy() -> None:
    """Nobody is looking: do what would be felt at other times."""
    if gc.get_count()[1] > _WORTH:
        gc.collect()
