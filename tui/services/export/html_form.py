"""A conversation as one self-contained web page without scripts.

What people and models wrote is never markup of the page: HTML in it is text, links go only to the web or a mail
address, pictures are links. The page itself forbids scripts and everything from outside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from tui.domain.chat import ChatMessage, Conversation
from tui.domain.i18n import _
from tui.domain.safe_text import clean
from tui.services.export.html_style import coloured, style_sheet
from tui.services.export.names import moment
from tui.services.export.wording import ending, facts, settings_of, speaker, title_of

LINKS = ("http://", "https://", "mailto:")
"""How the address of a link may begin."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(conversation: Conversation, arriving: AbstractSet[str] = frozenset()) -> str:
    """Return the branch on screen as a page, light or dark like the reader's system. `arriving`: see `wording.ending`."""
    branch = conversation.branch()
    title = escape(title_of(conversation))
    about = " · ".join([*facts(conversation, len(branch)), *settings_of(conversation)])
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{title}</title>",
        f"<style>{style_sheet()}</style>",
        "</head>",
        "<body>",
        f'<header><h1 dir="auto">{title}</h1><p>{escape(about)}</p></header>',
        "<main>",
    ]
    markdown = _markdown()
    if conversation.system:
        parts.append(_folded(_("System prompt"), f'<div class="plain">{escape(clean(conversation.system))}</div>'))
    for message in branch:
        parts += _message(message, arriving, markdown)
    return "\n".join([*parts, "</main>", "</body>", "</html>", ""])


def _message(message: ChatMessage, arriving: AbstractSet[str], markdown: MarkdownIt) -> Iterator[str]:
    written = moment(message.created)
    yield f'<article class="{"reply" if message.is_reply else "asked"}">'
    yield f"<h2>{escape(speaker(message))}{f' <time>{escape(written)}</time>' if written else ''}</h2>"
    if message.reasoning.strip():
        yield _folded(_("Reasoning"), markdown.render(clean(message.reasoning)))
    if message.content.strip():
        content = clean(message.content)
        if message.is_reply:
            yield f'<div class="text" dir="auto">{markdown.render(content)}</div>'
        else:
            yield f'<div class="plain" dir="auto">{escape(content)}</div>'
    if said := ending(message, arriving):
        yield f'<p class="note">{escape(said)}</p>'
    yield "</article>"


def _folded(title: str, body: str) -> str:
    return f'<details><summary>{escape(title)}</summary><div class="text" dir="auto">{body}</div></details>'


def _markdown() -> MarkdownIt:
    markdown = _Markdown("commonmark", {"html": False, "highlight": coloured}, renderer_cls=_Renderer)
    markdown.enable(["table", "strikethrough"])
    return markdown


class _Markdown(MarkdownIt):
    """CommonMark with restricted links."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the name of the method it stands in for)
        """Return whether the address may be a link."""
        return url.strip().lower().startswith(LINKS)


class _Renderer(RendererHTML):
    """Turns pictures into links, so that the page fetches nothing; links do not reveal the page they are on."""

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return a link to the picture."""
        token = tokens[idx]
        address = str(token.attrs.get("src", ""))
        label = self.renderInlineAsText(token.children or [], options, env) or address
        return f'<a href="{escape(address)}" rel="noreferrer noopener">{escape(label)}</a>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Return the opening of a link."""
        tokens[idx].attrSet("rel", "noreferrer noopener")
        return self.renderToken(tokens, idx, options, env)
