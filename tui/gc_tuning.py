"""Tuning of Python's garbage collector, so that it causes no visible pauses.

A pass takes about 0.7 ms per thousand messages in memory. With default thresholds, pauses of 100 ms were measured while
a conversation of 10,000 messages was opened. Most of what chinwag drops is freed without the collector.
"""

from __future__ import annotations

import gc

_YOUNG = 5_000
"""New objects that trigger a pass over those objects, about 3 ms."""
_PASSES = 2_000
"""Such passes that trigger one over the survivors too. This is rare: `collect_when_idle` comes first."""
_WORTH = 20
"""Passes after which collecting while idle is worthwhile."""


def suspend() -> None:
    """Suspend collecting until `freeze_heap`: nothing made during start-up is garbage."""
    gc.disable()


def freeze_heap() -> None:
    """Exclude everything made during start-up from collecting, then collect new objects a few at a time.

    The little garbage among it stays: finding it took 90 ms, just when the user begins to type.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, _PASSES, 10)
    gc.enable()


def collect_when_idle() -> None:
    """Collect what would be noticed at other times."""
    if gc.get_count()[1] > _WORTH:
        gc.collect()
