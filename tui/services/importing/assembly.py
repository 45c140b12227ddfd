"""One conversation while it is put together from a file."""

from __future__ import annotations

from collections import Counter

from tui.domain.chat import ChatMessage, Conversation, MessageState, Role, now, title_from
from tui.domain.errors import StoreError
from tui.domain.i18n import _
from tui.domain.safe_text import one_line
from tui.services.importing.content import Words
from tui.services.importing.fields import UPDATED, Doc, instant
from tui.services.importing.found import Found, fingerprint, id_at
from tui.services.importing.left_out import LeftOut
from tui.services.importing.tree import Tree
from tui.store.origins import Origin

_ROLES: dict[str, Role | LeftOut] = {
    **dict.fromkeys(("user", "human", "prompter", "me", "you"), Role.USER),
    **dict.fromkeys(
        [
            "assistant",
            "ai",
            "gpt",
            "bot",
            "model",
            "chatgpt",
            "chatbot",
            "bing",
            "bard",
            "grok",
            "claude",
            "gemini",
            "llama",
            "llm",
            "agent",
            "response",
        ],
        Role.ASSISTANT,
    ),
    **dict.fromkeys(("system", "developer"), Role.SYSTEM),
    **dict.fromkeys(
        ["tool", "function", "observation", "function_response", "tool_response", "tool_result", "ipython"],
        LeftOut.TOOL_OUTPUT,
    ),
    **dict.fromkeys(("function_call", "tool_call"), LeftOut.TOOL_CALL),
}


def role_of(word: str) -> Role | LeftOut | None:
    """Return the author that a word of a file means, or as what such a message is left out."""
    return _ROLES.get(word.strip().lower())


class Assembly:
    """Collects the messages of a conversation with what is left out, and makes the conversation of them."""

    def __init__(self, program: str, model: str = "") -> None:
        self.program = program
        self.model = model
        self.system = ""
        self.left_out: Counter[LeftOut] = Counter()
        self.tree = Tree()

    def words(self) -> Words:
        """Return a collector for the words of the next message."""
        return Words(self.left_out)

    def add(
        self,
        key: str,
        parent: str | None,
        author: Role | LeftOut | None,
        words: Words,
        *,
        model: str = "",
        created: float | None = None,
        stopped: bool = False,
    ) -> str:
        """Add a message, or count why it is left out, and return the key that its children name.

        A system message before all others is the conversation's system prompt.
        """
        if author is Role.ASSISTANT:
            words.split_marks()
        content, reasoning = words.content, words.reasoning
        if isinstance(author, LeftOut):
            self.left_out[author] += 1
        elif not content and not reasoning:
            if not words.counted:
                self.left_out[LeftOut.EMPTY] += 1
        elif author is None:
            self.left_out[LeftOut.UNKNOWN_ROLE] += 1
        elif author is Role.SYSTEM and not self.tree and not self.system:
            self.system = content
        else:
            return self.tree.put(
                key,
                parent,
                ChatMessage(
                    author,
                    content,
                    reasoning=reasoning,
                    state=MessageState.STOPPED if stopped and author is Role.ASSISTANT else MessageState.COMPLETE,
                    model=(model or self.model) if author is Role.ASSISTANT else "",
                ),
                created,
            )
        self.tree.leave_out(key, parent)
        return key

    def finish(
        self,
        doc: Doc,
        doc_id: str,
        *,
        title: str = "",
        created: float | None = None,
        updated: float | None = None,
        leaf: str | None = None,
        pinned: bool = False,
    ) -> Found:
        """Return the conversation. StoreError if there were messages and none of them could be understood."""
        if not self.tree and any(self.left_out[reason] for reason in (LeftOut.UNKNOWN_ROLE, LeftOut.UNKNOWN_KIND)):
            raise StoreError(_("Its messages have a form that chinwag does not know."))
        updated = updated or instant(doc, *UPDATED)
        times = self.tree.times
        start = created or min(times, default=updated or now())
        conversation = Conversation(
            id=id_at(start),
            title=one_line(title),
            created=start,
            updated=updated or max(times, default=start),
            system=self.system or None,
            pinned=pinned,
        )
        self.tree.add_to(conversation, leaf)
        messages = conversation.messages.values()
        if not conversation.title:
            conversation.title = title_from(next((one.content for one in messages if one.role is Role.USER), ""))
        last = conversation.last_reply()
        conversation.model = (last.model if last is not None else "") or self.model
        return Found(conversation, Origin(self.program, doc_id or fingerprint(doc)), +self.left_out, updated or 0.0)
