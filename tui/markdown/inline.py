"""Builds the styled text of a paragraph, heading or cell from inline tokens of markdown-it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.domain.i18n import _
from tui.markdown.blocks import Span, StyledText
from tui.markdown.math.formula import draw_formula
from tui.markdown.math.symbols import SUBSCRIPTS, SUPERSCRIPTS

if TYPE_CHECKING:
    from markdown_it.token import Token

_STYLES = {"strong": "strong", "em": "emphasis", "s": "struck", "link": "link"}
_EASTERN = "\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
"""Scripts without a space between an address and the words after it."""
_ADDRESS = re.compile(rf"https?://(?=[\w-]+\.\w|localhost\b|[\w-]+:\d)[^\s<>\[\]\"'`|\\^{{}}{_EASTERN}]{{1,2000}}")
_SCRIPT = re.compile(r"<(sub|sup)>([^<>]{1,40})</\1>")
_BREAK = re.compile(r"<br ?/?>")
_BRACKETS = {")": "(", "]": "["}


def styled(tokens: list[Token], *, breaks: bool = False) -> StyledText:
    """Return the text of inline tokens. With `breaks`, `<br>` is a line break: a table cell has no other way to write one."""
    writer = _Writer(breaks=breaks)
    for token in tokens:
        writer.add(token)
    return StyledText("".join(writer.parts), tuple(writer.spans))


def tail(text: StyledText, cut: int) -> StyledText:
    """Return the text from position `cut` on."""
    spans = (span._replace(start=max(0, span.start - cut), end=span.end - cut) for span in text.spans)
    return StyledText(text.plain[cut:], tuple(span for span in spans if span.end > span.start))


def footnote_mark(label: str) -> str:
    """Return how a footnote is shown in the text: a number as a superscript."""
    return label.translate(SUPERSCRIPTS) if label.isascii() and label.isdecimal() else f"[{label}]"


class _Writer:
    """Collects text and spans."""

    def __init__(self, *, breaks: bool) -> None:
        self.parts: list[str] = []
        self.spans: list[Span] = []
        self._breaks = breaks
        self._opened: list[tuple[str, int, int, str]] = []
        self._links = 0
        self._position = 0

    def add(self, token: Token) -> None:
        kind = token.type
        if kind == "softbreak":
            self._put(" ")
        elif kind == "hardbreak":
            self._put("\n")
        elif kind == "code_inline":
            self._styled(token.content, "inline-code")
        elif kind == "formula":
            self._formula(token)
        elif kind == "footnote_ref":
            label = str(token.meta["label"])
            self._styled(footnote_mark(label), "footnote", source=f"[^{label}]")
        elif kind == "image":
            self._image(token)
        elif kind.endswith("_open"):
            style = _STYLES.get(kind.removesuffix("_open"), "")
            self._links += style == "link"
            self._opened.append((style, self._position, len(self.parts), str(token.attrGet("href") or "")))
        elif kind.endswith("_close") and self._opened:
            self._close(*self._opened.pop())
        else:
            self._text(token.content)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self._position += len(text)

    def _styled(self, text: str, style: str, url: str = "", source: str = "") -> None:
        start = self._position
        self._put(text)
        if text:
            self.spans.append(Span(start, self._position, style, url, source))

    def _close(self, style: str, start: int, part: int, url: str) -> None:
        if style == "link":
            self._links -= 1
            shown = "".join(self.parts[part:])
            if self._position == start:
                self._put(url)
            self.spans.append(Span(start, self._position, "link", url))
            if url and url not in (shown, f"mailto:{shown}"):
                self._put(" ")
                self._styled(f"({url})", "target", url)
        elif style and self._position > start:
            self.spans.append(Span(start, self._position, style))

    def _image(self, token: Token) -> None:
        url = str(token.attrGet("src") or "")
        name = "".join(child.content for child in token.children or ()) or url
        self._styled(_("image: {name}").format(name=name), "link", url)
        if url and url != name:
            self._styled(f" ({url})", "target", url)

    def _formula(self, token: Token) -> None:
        source = str(token.meta["source"])
        drawn = draw_formula(token.content, flat=True)
        if drawn is None:
            self._styled(source, "formula")
        else:
            self._styled(drawn[0], "formula", source=source)

    def _text(self, text: str) -> None:
        at = 0
        if "</su" in text:
            for found in _SCRIPT.finditer(text):
                table = SUBSCRIPTS if found[1] == "sub" else SUPERSCRIPTS
                if all(ord(character) in table for character in found[2]):
                    self._linked(text[at : found.start()])
                    self._styled(found[2].translate(table), "script", source=found[0])
                    at = found.end()
        self._linked(text[at:])

    def _linked(self, text: str) -> None:
        """Add text in which a bare web address is a link."""
        at = 0
        if "://" in text and not self._links:
            for found in _ADDRESS.finditer(text):
                address = _trimmed(found[0])
                if _is_letter(text[found.start() - 1 : found.start()]):
                    continue
                self._broken(text[at : found.start()])
                self._styled(address, "link", address)
                at = found.start() + len(address)
        self._broken(text[at:])

    def _broken(self, text: str) -> None:
        self._put(_BREAK.sub("\n", text) if self._breaks and "<br" in text else text)


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _trimmed(address: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    while address:
        last = address[-1]
        if last in "?!.,:;*_~" or (last in _BRACKETS and address.count(last) > address.count(_BRACKETS[last])):
            address = address[:-1]
        else:
            break
    return address
