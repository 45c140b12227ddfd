"""LM Studio's conversation files: messages with versions, of which replies have steps."""

from __future__ import annotations

from tui.services.importing.assembly import Assembly, role_of
from tui.services.importing.content import Words
from tui.services.importing.fields import Doc, ident, instant, mapping, rows, text
from tui.services.importing.found import Found
from tui.services.importing.left_out import LeftOut

PROGRAM = "lm-studio"


def is_lm_studio(doc: Doc) -> bool:
    """Return whether this program wrote it."""
    return any(isinstance(raw.get("versions"), list) for raw in rows(doc, "messages"))


def read_lm_studio(doc: Doc) -> Found:
    """Return the conversation; other versions of a message are branches."""
    used = mapping(doc, "lastUsedModel")
    assembly = Assembly(PROGRAM, text(used, "identifier", "indexedModelIdentifier"))
    settings = rows(mapping(doc, "perChatPredictionConfig"), "fields")
    prompts = [text(one, "value") for one in settings if text(one, "key") == "llm.prediction.systemPrompt"]
    assembly.system = text(doc, "systemPrompt") or next(iter(prompts), "")
    before: str | None = None
    for number, raw in enumerate(doc["messages"]):
        versions = raw.get("versions") if isinstance(raw, dict) else None
        if not isinstance(versions, list):
            assembly.left_out[LeftOut.DAMAGED] += 1
            continue
        selected = raw.get("currentlySelected")
        above, keys = before, list[str]()
        for version in versions:
            if not isinstance(version, dict):
                assembly.left_out[LeftOut.DAMAGED] += 1
                continue
            words = assembly.words()
            model = _take(version, words)
            keys.append(
                assembly.add(
                    f"{number}.{len(keys)}",
                    above,
                    role_of(text(version, "role") or text(raw, "role")),
                    words,
                    model=model,
                    created=instant(version, "createdAt", "timestamp"),
                )
            )
        if keys:
            before = keys[selected if isinstance(selected, int) and 0 <= selected < len(keys) else 0]
    return assembly.finish(
        doc,
        ident(doc, "id"),
        title=text(doc, "name", "title"),
        created=instant(doc, "createdAt", "created"),
        updated=max(
            (found for key in ("userLastMessagedAt", "assistantLastMessagedAt") if (found := instant(doc, key))),
            default=None,
        ),
        leaf=before,
        pinned=doc.get("pinned") is True,
    )


def _take(version: Doc, words: Words) -> str:
    """Collect what a version says, and return the model that wrote it."""
    model = text(mapping(version, "senderInfo"), "senderName")
    steps = rows(version, "steps")
    for step in steps:
        if text(mapping(step, "style"), "type") == "thinking":
            words.think(step.get("content"))
        elif "content" in step:
            words.take(step["content"])
        else:
            words.take(step)
        model = model or text(mapping(step, "genInfo"), "identifier", "indexedModelIdentifier")
    if not steps:
        words.take(version.get("content"))
    return model
