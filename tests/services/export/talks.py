"""A conversation that has everything in it."""

from __future__ import annotations

from tui.domain.chat import ChatMessage, Conversation, MessageError, MessageState, Role, Usage
from tui.domain.settings import GenerationOptions

CODE = "def f(x):\n\tif x < 1:   \n        return '<b>&amp;'  # 中文\n\n\n    return None"


def rich_talk() -> Conversation:
    """A branch of a system message, two questions and two replies, and a reply beside the first."""
    talk = Conversation(
        title="Why is the sky blue? / 天空",
        created=1_700_000_000.25,
        updated=1_700_000_900.5,
        model="qwen3-32b",
        profile="lab",
        system="Be brief.",
        options=GenerationOptions(temperature=0.5, max_tokens=200),
        pinned=True,
    )
    talk.add(ChatMessage(Role.USER, "Why?\n  <script>alert(1)</script>", created=1_700_000_001.0))
    first = talk.add(
        ChatMessage(
            Role.ASSISTANT,
            f"Here:\n\n```python\n{CODE}\n```\n\nDone.",
            reasoning="Light **scatters**.",
            reasoned=1.5,
            model="qwen3-32b",
            usage=Usage(3, 4, 7),
            finish_reason="stop",
            created=1_700_000_002.0,
            first_token=1_700_000_003.0,
            finished=1_700_000_005.0,
            extra={"rating": 5},
        )
    )
    talk.add_sibling(
        first,
        ChatMessage(
            Role.ASSISTANT,
            "Other",
            state=MessageState.FAILED,
            error=MessageError("network", "No connection to lab.", 502, "r1"),
            model="other",
            created=1_700_000_006.0,
        ),
    )
    talk.leaf = first.id
    talk.add(ChatMessage(Role.USER, "And 为什么?", created=1_700_000_007.0))
    talk.add(
        ChatMessage(
            Role.ASSISTANT,
            "It began\n\n```sh\nls",
            state=MessageState.STOPPED,
            model="qwen3-32b",
            created=1_700_000_008.0,
        )
    )
    return talk
