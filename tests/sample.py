"""Conversations and gateways to be looked at: for the pictures of the README and for the tests of screens."""

from __future__ import annotations

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role, Usage
from tui.domain.settings import KeySource, Profile, Settings

NOW = 1_795_442_700.0
"""The moment every picture shows."""
MODELS = ("qwen3-32b", "llama-3.3-70b", "gpt-4.1-mini", "mistral-small", "deepseek-r1", "gemma-3-27b")
GATEWAYS = Settings(
    (
        Profile("metask", "https://napi.origintask.cn/v1", KeySource("file"), MODELS[0]),
        Profile("ollama", "http://localhost:11434/v1"),
    )
)
QUESTION = "Explain merge sort, with its cost, and the shortest Python you would ship."
REPLY = """\
Merge sort splits the list in half until each piece has one item, then **merges sorted halves** back together. \
Merging is linear, and there are `log2(n)` levels, so the whole sort is *O(n log n)* in every case.

- **Stable**: equal items keep their order
- Needs `O(n)` scratch space

```python
def merge_sort(items: list) -> list:
    if len(items) < 2:
        return items
    mid = len(items) // 2
    left, right = merge_sort(items[:mid]), merge_sort(items[mid:])
    return list(merge(left, right))  # heapq.merge
```
"""
IN_FULL = (
    "Binary search, in full",
    600,
    "How many comparisons does binary search need, and how does it compare?",
    """\
## How many

Each step halves the range, so $\\lceil \\log_2 n \\rceil$ comparisons are enough[^1]; see
[the article](https://en.wikipedia.org/wiki/Binary_search). With one comparison for a half,

$$
T(n) = T\\left(\\frac{n}{2}\\right) + O(1) \\quad\\Rightarrow\\quad T(n) = O(\\log n)
$$

| Method | Sorted first | Comparisons, worst | Good for |
|:--|:-:|--:|---|
| linear | no | 1,000,000 | short lists, and lists that are read once |
| binary | yes | 20 | many look-ups in a list that seldom changes |
| hashing | no | 1 | look-ups of whole keys, where order does not matter |

### In Python

1. take the middle
2. compare, and go on
   - [x] left, when it is too large
   - [x] right, when it is too small

```python
def search(items: list[int], wanted: int) -> int | None:
    # where the wanted item stands
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(items) and items[low] == wanted else None
```

> The standard library has it: `bisect.bisect_left`.

```diff
-middle = (low + high) / 2
+middle = (low + high) // 2
```

[^1]: A million items need twenty.
""",
)
GROWING = "Three cases come up in practice. When the data is **nearly sorted**, Timsort does far less work; when memory is tight, an in-place"
SAVED = [
    (
        "Postgres index advice",
        2 * 3600,
        "Our orders table is slow when we sort by date within a customer. Which index?",
        (
            "A composite one in the order of the query: `(customer_id, created_at DESC)`. The planner then reads the rows as "
            "they come, with no sort.\n\nWithout it Postgres falls back to an external merge sort on disk; `EXPLAIN "
            "(ANALYZE, BUFFERS)` shows it."
        ),
    ),
    (
        "Rewrite release notes",
        5 * 3600,
        "Make these notes shorter: fixed merge conflicts in the sort order of tags, faster search.",
        "**Fixed**: tags keep their order after a merge.\n**Faster**: search answers while you type.",
    ),
    (
        "Trip to Lisbon in March",
        26 * 3600,
        "Four days, no car, much rain?",
        "March has about ten wet days; pack for it.",
    ),
    (
        "Why is asyncio.shield odd?",
        30 * 3600,
        "Why does my task still end when I shield it?",
        "`shield` protects the inner task from being cancelled through the outer await, not from a loop that closes.",
    ),
    ("Regex for ISO dates", 4 * 86_400, "A regex for 2026-11-23?", "`\\d{4}-\\d{2}-\\d{2}`, then let `date` check it."),
    ("Sourdough timetable", 5 * 86_400, "Bake on Sunday at nine.", "Feed on Friday evening, mix on Saturday at noon."),
    ("写一封感谢信", 9 * 86_400, "请写一封简短的感谢信。", "亲爱的同事：谢谢你一直以来的支持。"),
    (
        "Letter to the landlord",
        12 * 86_400,
        "The heating has failed for a week.",
        "Dear Ms Pereira, since 11 November the heating in our flat has failed. Please have it repaired within the week.",
    ),
    (
        "Kubernetes probes",
        30 * 86_400,
        "Liveness or readiness?",
        (
            "Readiness takes a pod out of service, liveness restarts it. Sort out slow starts with a startup probe, and do not "
            "merge the two."
        ),
    ),
]
"""Titles, seconds since, question and reply."""


def conversation(title: str, age: float, question: str, reply: str) -> Conversation:
    """A saved exchange that ended `age` seconds ago."""
    then = NOW - age
    talk = Conversation(title=title, created=then, updated=then, model=MODELS[0])
    talk.add(ChatMessage(Role.USER, question, created=then - 1))
    answer = ChatMessage(Role.ASSISTANT, reply, model=MODELS[0], created=then, finished=then + 1.9)
    answer.first_token, answer.usage, answer.state = then + 0.3, Usage(24, 148, 172), MessageState.COMPLETE
    talk.add(answer)
    talk.updated = then
    return talk
