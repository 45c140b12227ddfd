"""The web page: what people and models wrote is never markup of it, and it needs nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from tests.services.export.talks import CODE, rich_talk
from tui.domain.chat import ChatMessage, Conversation, MessageState, Role
from tui.services.export.html_form import as_html

SAFE_TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "article",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "time",
    "details",
    "summary",
    "div",
    "pre",
    "code",
    "span",
    "a",
    "em",
    "strong",
    "s",
    "br",
    "hr",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
VOID = {"meta", "br", "hr"}


class Page(HTMLParser):
    """What a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.text[tag] = self.text.get(tag, "") + data


def page(*contents: str, role: Role = Role.ASSISTANT) -> Page:
    talk = Conversation(title="</title><script>x</script>")
    for content in contents:
        talk.add(ChatMessage(role, content, reasoning=content, model="<i>m"))
    return Page(as_html(talk))


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>\n\n<iframe src='https://e.com'></iframe>",
    "[a](javascript:alert(1)) [b](JaVaScRiPt:alert(1)) [c](data:text/html,x) [d](file:///etc/passwd) [e](//e.com/x)",
    "[a](vbscript:x) <javascript:alert(1)> [f](&#106;avascript:alert(1)) [r]\n\n[r]: javascript:alert(1)",
    '![x"onerror="alert(1)](https://e.com/"onerror="alert(1)) ![y](data:image/png;base64,AA) ![z](x.png)',
    '```"><script>alert(1)</script>\n</code></pre><script>alert(1)</script>\n```',
    "```html\n<script>alert(1)</script>\n```\n`<b>`",
    "</div></article></main></body></html><script>alert(1)</script>",
    '[t](https://e.com "\\"><script>alert(1)</script>")',
    "<style>*{display:none}</style><!-- x --><?php x ?><![CDATA[x]]>&lt;script&gt;",
    "|<b>|\n|-|\n|<script>x</script>|",
]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("content", HOSTILE)
def test_nothing_that_was_written_is_markup(content: str, role: Role) -> None:
    shown = page(content, role=role)
    assert set(shown.tags) <= SAFE_TAGS
    assert shown.tags.count("style") == 1
    for tag, name, value in shown.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "srcset", "action", "formaction")
        if name == "href":
            assert tag == "a"
            assert value.startswith(("http://", "https://", "mailto:"))
    assert shown.text["title"] == "</title><script>x</script>"


def test_links_to_the_web_and_to_mail_are_followed_and_pictures_are_links() -> None:
    shown = page("[a](https://e.com/x?a=1&b=2) <me@e.com> ![pic](http://e.com/p.png)")
    links = [value for _tag, name, value in shown.attributes if name == "href"]
    assert links[:3] == ["https://e.com/x?a=1&b=2", "mailto:me@e.com", "http://e.com/p.png"]
    assert "pic" in shown.text["a"]


def test_the_page_fetches_and_runs_nothing() -> None:
    text = as_html(rich_talk())
    assert "default-src 'none'" in text
    for outside in ("url(", "@import", "<link", "<script", "src="):
        assert outside not in text


def test_code_is_coloured_and_whole() -> None:
    text = as_html(rich_talk())
    assert '<span class="k">def</span>' in text
    assert Page(text).text["pre"].startswith(CODE + "\n")
    assert "@media (prefers-color-scheme: dark)" in text


@pytest.mark.parametrize("language", ["", "nonsense", "python"])
@pytest.mark.parametrize("code", ["\n\n  x\n\n", "\tx = 1  ", "x" * 10 + "\n" + "y"])
def test_no_blank_of_code_is_lost(language: str, code: str) -> None:
    assert page(f"```{language}\n{code}\n```").text["pre"] == f"{code}\n" * 2


def test_markdown_of_replies_is_drawn_and_prompts_stay_as_typed() -> None:
    talk = Conversation()
    talk.add(ChatMessage(Role.USER, "**a**\n   b"))
    talk.add(ChatMessage(Role.ASSISTANT, "**c**\n\n| x |\n|---|\n| ~~y~~ |"))
    text = as_html(talk)
    assert '<div class="plain" dir="auto">**a**\n   b</div>' in text
    shown = Page(text)
    assert (shown.text["strong"], shown.text["s"]) == ("c", "y")


def test_other_branches_are_not_shown_and_endings_are() -> None:
    text = as_html(rich_talk())
    assert "Other" not in text
    assert '<p class="note">Stopped here.</p>' in text
    talk = Conversation()
    growing = talk.add(ChatMessage(Role.ASSISTANT, "x", state=MessageState.STREAMING))
    assert "still arriving" in as_html(talk, frozenset({growing.id}))
