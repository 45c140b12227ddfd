"""Finding the versions and branches in a tree of messages, even if the file it came from was damaged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.domain.chat import ChatMessage


def versions_of(shown: Iterable[ChatMessage], messages: Iterable[ChatMessage]) -> dict[str, list[ChatMessage]]:
    """Return the versions of each message in `shown` that has several, oldest first, by its id.

    Deleted messages, and replies that failed before the first word, are left out.
    """
    children: dict[str | None, list[ChatMessage]] = {}
    for message in messages:
        children.setdefault(message.parent_id, []).append(message)
    found = {}
    for message in shown:
        if len(siblings := children.get(message.parent_id, ())) > 1:
            versions = [each for each in siblings if each is message or (each.role is message.role and _is_seen(each))]
            if len(versions) > 1:
                found[message.id] = sorted(versions, key=_age)
    return found


def newest_end(message: ChatMessage, messages: Iterable[ChatMessage]) -> ChatMessage:
    """Return the end of the branch below `message` that has the newest message that is not deleted."""
    children: dict[str, list[ChatMessage]] = {}
    for each in messages:
        if each.parent_id is not None:
            children.setdefault(each.parent_id, []).append(each)
    below, seen = [message], {message.id}
    for each in below:  # it grows during the iteration, so that parents come before their children
        fresh = [child for child in children.get(each.id, ()) if child.id not in seen]
        seen.update(child.id for child in fresh)
        children[each.id] = fresh
        below += fresh
    newest: dict[str, tuple[float, str]] = {}
    for each in reversed(below):
        ages = [newest[child.id] for child in children[each.id] if child.id in newest]
        if not each.deleted:
            ages.append(_age(each))
        if ages:
            newest[each.id] = max(ages)
    end = message
    while ahead := [child for child in children[end.id] if child.id in newest]:
        end = max(ahead, key=lambda child: newest[child.id])
    return end


def _age(message: ChatMessage) -> tuple[float, str]:
    return message.created, message.id


def _is_seen(message: ChatMessage) -> bool:
    return not message.deleted and bool(message.content.strip() or message.reasoning.strip())
