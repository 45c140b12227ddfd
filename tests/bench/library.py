"""Makes a data folder of the size that years of use would give.

    python -m tests.bench.library FOLDER [--conversations 10000] [--messages 20] [--long 10000] [--seed 1]

Then `chinwag --data-dir FOLDER`. The same seed and the same `--until` make the same conversations.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.bench.words import Prose
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role, Usage, title_from
from tui.store import files
from tui.store.codec import encode_message, encode_meta
from tui.store.lines import Line, header

YEARS = 2 * 365 * 86400.0
MODELS = ("gpt-4o", "claude-sonnet-4", "qwen3-32b", "deepseek-r1", "llama-3.3-70b")
THINKS = "deepseek-r1"

LONG_PROMPT = "The long talk about everything"
"""The first words, and so the title, of the one long conversation. It is the newest."""
LONG_END = "That is all there is to say."
"""The last words of the long conversation."""

SINGLE = "zyzzyva"
"""A word of exactly one message in the whole library, in the middle of it."""
PLANTED = {
    "quagga": (500, "Was it true that the quagga sleeps standing?"),
    "麒麟": (500, "有人说麒麟在山上睡觉。"),
    "龘": (1000, "请问龘字怎么读?"),
}
"""Rare words: each is in the third message of every so many conversations, in this sentence."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is made."""

    folder: Path
    conversations: int = 10_000
    messages: int = 20
    """On the branch of each; retries come on top."""
    long: int = 10_000
    """Messages of the one long conversation; 0 for none."""
    seed: int = 1
    until: float = 0.0
    """Unix seconds of the newest message."""

    @property
    def trashed(self) -> int:
        """Conversations in the trash, on top of the others."""
        return self.conversations // 100


def make(plan: Plan, processes: int = 2) -> None:
    """Make the folder, which must be missing or empty of conversations."""
    for name in ("conversations", "trash"):
        folder = plan.folder / name
        files.private_folder(folder)
        if next(folder.glob("*.jsonl"), None) is not None:
            raise FileExistsError(f"{folder} has conversations already")
    step = 100
    total = plan.conversations + plan.trashed
    with ProcessPoolExecutor(processes) as pool:
        jobs = [pool.submit(_make_long, plan)] if plan.long else []
        jobs += [pool.submit(_make_some, plan, range(at, min(at + step, total))) for at in range(0, total, step)]
        for job in jobs:
            job.result()


def find_long(data: Path) -> str:
    """The id of the long conversation: its file is the largest."""
    return max(data.glob("conversations/*.jsonl"), key=lambda file: file.stat().st_size).stem


def _make_some(plan: Plan, numbers: range) -> None:
    for number in numbers:
        rng = Random(f"{plan.seed}-{number}")
        begun = plan.until - 7200 - YEARS * (1 - (number % plan.conversations) / plan.conversations)
        conversation = Conversation(id=_id(begun, rng), created=begun, updated=begun, model=rng.choice(MODELS))
        _fill(conversation, plan.messages, 60.0, rng, chinese=number % 10 == 9)
        _plant(conversation, number, plan)
        conversation.pinned = number < plan.conversations and number % 2000 == 1000
        place = "conversations" if number < plan.conversations else "trash"
        _write(plan.folder / place, conversation)


def _make_long(plan: Plan) -> None:
    rng = Random(f"{plan.seed}-long")
    begun = plan.until - YEARS / 4
    conversation = Conversation(id=_id(begun, rng), created=begun, updated=begun, model=MODELS[0])
    _fill(conversation, plan.long, (plan.until - begun - 3600) / plan.long, rng, chinese=False)
    first = next(iter(conversation.messages.values()))
    first.content = f"{LONG_PROMPT}\n\n{first.content}"
    list(conversation.messages.values())[-1].content += f"\n\n{LONG_END}"
    conversation.title = title_from(first.content)
    _write(plan.folder / "conversations", conversation)


def _fill(conversation: Conversation, count: int, pause: float, rng: Random, *, chinese: bool) -> None:
    """Prompts and replies by turns, `pause` seconds apart."""
    prose = Prose(rng)
    at = conversation.created
    for n in range(count):
        if n % 2 == 0:
            conversation.add(_prompt(prose, rng, at, chinese))
        else:
            if rng.random() < 0.05:
                conversation.model = rng.choice(MODELS)
            reply = conversation.add(_reply(prose, rng, at, conversation.model, chinese))
            if rng.random() < 0.02:  # a retry: the one before stays beside it
                conversation.add_sibling(reply, _reply(prose, rng, at + pause / 2, conversation.model, chinese))
        at += pause
    if conversation.messages:
        conversation.title = title_from(next(iter(conversation.messages.values())).content)


def _prompt(prose: Prose, rng: Random, at: float, chinese: bool) -> ChatMessage:
    length = int(20 + rng.expovariate(1 / 180))
    text = prose.chinese(length // 3) if chinese else prose.english(length)
    if rng.random() < 0.05:
        text += "\n\n" + prose.code(300)
    return ChatMessage(Role.USER, text, id=_id(at, rng), created=at)


def _reply(prose: Prose, rng: Random, at: float, model: str, chinese: bool) -> ChatMessage:
    length = int(150 + rng.expovariate(1 / 750))
    reply = ChatMessage(
        Role.ASSISTANT,
        "\n\n".join(_services(prose, rng, length, chinese)),
        id=_id(at + 1, rng),
        model=model,
        created=at + 1,
        first_token=at + 1.6,
        finished=at + 2 + length / 400,
        finish_reason="stop",
        usage=Usage(length // 2, length // 4, length // 2 + length // 4),
    )
    if model == THINKS:
        reply.reasoning, reply.reasoned = prose.english(length), 4.0
    if rng.random() < 0.01:
        reply.state, reply.finish_reason, reply.usage = MessageState.STOPPED, None, None
    return reply


def _services(prose: Prose, rng: Random, length: int, chinese: bool) -> Iterator[str]:
    if chinese:
        yield prose.chinese(length // 3)
        return
    kind = rng.random()
    if kind < 0.15:
        yield prose.english(length // 2)
        yield prose.code(length // 2)
    elif kind < 0.2:
        yield prose.english(length // 2)
        yield prose.table(length // 2)
    elif kind < 0.4:
        yield f"## {prose.english(30)}"
        yield "\n".join(f"- {prose.english(length // 5)}" for _n in range(5))
    else:
        yield prose.english(length // 2)
        yield prose.english(length // 2)


def _plant(conversation: Conversation, number: int, plan: Plan) -> None:
    if number >= plan.conversations or plan.messages < 3:
        return
    third = list(conversation.messages.values())[2]
    for every, sentence in PLANTED.values():
        if number % every == 0:
            third.content += f" {sentence}"
    if number == plan.conversations // 2:
        third.content += f" Spell {SINGLE} for me."


def _write(folder: Path, conversation: Conversation) -> None:
    """As the app would write it, without waiting for the disk."""
    lines = [Line("meta", "meta", 1, encode_meta(conversation))]
    lines += [Line("messages", message.id, 1, encode_message(message)) for message in conversation.messages.values()]
    with open(folder / f"{conversation.id}.jsonl", "xb", opener=files.private) as file:
        file.write(header() + b"".join(line.encode() for line in lines))


def _id(at: float, rng: Random) -> str:
    return f"{int(at * 1000):012x}{rng.getrandbits(48):012x}"


def main() -> None:
    """Make a library and say how big it is."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.library", description="Make a library of a given size."
    )
    parser.add_argument("folder", type=Path)
    for name, default in (("conversations", 10_000), ("messages", 20), ("long", 10_000), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--until", type=float, default=time.time(), help="Unix seconds of the newest message")
    chosen = parser.parse_args()
    begun = time.monotonic()
    make(Plan(**vars(chosen)))
    found = list(chosen.folder.rglob("*.jsonl"))
    size = sum(path.stat().st_size for path in found) / 1e6
    print(f"{len(found)} conversations, {size:.0f} MB, in {time.monotonic() - begun:.0f} s: {chosen.folder}")


if __name__ == "__main__":
    main()
