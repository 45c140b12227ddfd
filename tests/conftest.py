"""What every test may use."""

from __future__ import annotations

import os

os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
for name in ("CHINWAG_BASE_URL", "CHINWAG_API_KEY", "CHINWAG_MODEL", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
    os.environ.pop(name, None)
