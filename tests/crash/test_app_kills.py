"""Whatever moment the app is killed at while a reply streams into it: all but the last second is on the disk.

CHINWAG_APP_KILLS sets the number of kills, 5 by default.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("CHINWAG_APP_KILLS", "5"))
LANES = 4


@pytest.mark.journey
@pytest.mark.timeout(90 + 3 * KILLS)
def test_a_kill_takes_no_more_than_the_last_second_of_a_reply(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.app_driver", str(tmp_path), str(KILLS), str(LANES)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=90 + 3 * KILLS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    print(counts)
    assert counts["lost"] == 0, done.stderr
    assert counts["kills"] >= KILLS
    assert counts["prompts acknowledged"] > KILLS // 2
    assert counts["characters kept"] > KILLS
    assert counts["reopened as interrupted"] > 0
    assert counts["thought to be growing"] == 0
    assert counts["damaged lines"] == 0
