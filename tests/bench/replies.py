"""What the gateway answers, in tokens: long Markdown of every kind, one long list, one long fence."""

from __future__ import annotations

import re
from dataclasses import dataclass

BEGIN, END = "ZQBEGIN", "ZQEND"
"""The first and the last token hold these and the number that the prompt gave."""

_PARTS = """## Part {n}: how the cache behaves

A cache keeps **recent answers** close to the reader, so *most* look-ups never
reach the slow store. Section {n} walks through `get`, `put` and eviction, and
says what each one costs on an ordinary laptop.

- the index is a plain dictionary, so a look-up is one hash
- an entry that expires is dropped on the next read
  - nested: a background sweep would cost a wake-up each second
- the size limit counts **bytes**, not entries

1. read the key
2. compare the deadline
3. return the value or fetch it again

| step | cost | note |
|------|-----:|------|
| hash | 40 ns | constant |
| read | 90 ns | one cache line |
| miss | 2 ms | goes to disk |

```python
class Cache:
    def __init__(self, limit: int = {n}_000) -> None:
        self.limit, self.items = limit, {{}}

    def get(self, key: str) -> bytes | None:
        # the newest entry is kept at the end
        if key not in self.items:
            return None
        self.items[key] = self.items.pop(key)
        return self.items[key]
```

> Measure first: a faster structure that nobody waits for saves nothing.

"""
_ITEM = "- step **{n}** costs about `{n} ns`, most of it waiting for memory\n"
_LINE = "    total += table[{n}] * 12\n"
_FORMS = {"parts": _PARTS, "list": _ITEM, "fence": _LINE}
_TOKEN = re.compile(r"\n+|[ \t]*[^\s]{1,5}|[ \t]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a prompt asks the gateway for."""

    count: int
    """Tokens; of a list or a fence, items or lines."""
    form: str
    rate: float
    """Tokens a second; 0 is as fast as the socket takes them."""
    number: str = ""
    ahead: int = 0
    """Tokens that come at once, before the rate counts."""

    @property
    def prompt(self) -> str:
        """The words that ask for it."""
        return f"Write {self.count} {self.form} at {self.rate:g}/s after {self.ahead} as {self.number}"


_PROMPT = re.compile(r"Write (\d+) (\w+) at ([\d.]+)/s after (\d+) as (\d*)")


def understand(prompt: str) -> Asked:
    """What is asked for; a short reply where the words are others."""
    found = _PROMPT.search(prompt)
    if found is None:
        return Asked(40, "parts", 50)
    count, form, rate, ahead, number = found.groups()
    return Asked(int(count), form, float(rate), number, int(ahead))


def tokens(asked: Asked) -> list[str]:
    """The reply."""
    form, parts = _FORMS[asked.form], list[str]()
    if asked.form == "parts":
        n = 0
        while len(parts) < asked.count - 2:
            n += 1
            parts += _TOKEN.findall(form.format(n=n))
        del parts[asked.count - 2 :]
    else:
        parts = _TOKEN.findall("".join(form.format(n=n) for n in range(asked.count)))
    opening = "\n\n```python\n" if asked.form == "fence" else "\n\n"
    is_open = (opening + "".join(parts)).count("```") % 2 == 1
    return [BEGIN + asked.number + opening, *parts, ("\n```\n\n" if is_open else "\n\n") + END + asked.number]
