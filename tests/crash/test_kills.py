"""Whatever moment a process is killed at: what it acknowledged is on the disk.

CHINWAG_KILLS sets the number of kills, 100 by default.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("CHINWAG_KILLS", "100"))


@pytest.mark.timeout(60 + 2 * KILLS)
@pytest.mark.parametrize(("writers", "share"), [(1, 0.6), (2, 0.4)])
def test_nothing_that_was_acknowledged_is_lost_to_a_kill(tmp_path: Path, writers: int, share: float) -> None:
    kills = round(KILLS * share)
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.driver", str(tmp_path), str(kills), str(writers)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=60 + 2 * kills,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    print(counts)
    assert counts.get("lost", 0) == 0, done.stderr
    assert counts["kills"] >= kills
    assert counts["acknowledged"] > kills
    assert counts["thought to be growing"] == 0
    assert counts["damaged lines"] == 0
    assert kills < 30 or counts["compactions"] > 0
