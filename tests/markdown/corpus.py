"""Pieces of Markdown with every construct, and with the quarrels between them."""

from hypothesis import strategies as st

PIECES = [
    "para one\n",
    "word ",
    "para `code` *em* **strong** ~~gone~~\n",
    "\n",
    "\n\n",
    "- a\n",
    "- b\n",
    "-\n",
    "  - nested\n",
    "  cont\n",
    "1. one\n",
    "7) seven\n",
    "- [ ] task\n",
    "- [x] done\n",
    "> quote\n",
    "> - x\n",
    "> ```\n",
    "lazy\n",
    "```py\n",
    "  ```\n",
    "```\n",
    "````\n",
    "```foo`bar\n",
    "~~~\n",
    "code = 1\n",
    "a | b\n",
    "---|---\n",
    "| 1 | 2 |\n",
    "===\n",
    "---\n",
    "* * *\n",
    "# Head\n",
    "## \n",
    "    indented\n",
    "\tindented\n",
    "[foo]: /url\n",
    "[foo]\n",
    "[foo][bar] [text](http://x.org)\n",
    "[bar]:\n",
    "/bar\n",
    "'title\n",
    "more'\n",
    "![image](u.png)\n",
    "<http://auto.link>\n",
    "<div>\n",
    "</div>\n",
    "line  \n",
    "back\\\n",
    "\\",
    "*",
    "`",
    "|",
    "-",
    "\r\n",
    "\r",
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b]52;c;open",
    "\x9b1m",
    "\x1b",
    "日本語の文。",
    "👩‍👩‍👧",
    "e\u0301",
    "\u2028",
    "\ud83d",
    "\ude00",
    "&amp;",
    "[^1]",
    "[^1]: a note\n",
    "[^big]: \n",
    "    more of it\n",
    "see[^big] and [^none]\n",
    "$x^2$ ",
    "$$\n",
    "$$\\frac{a}{b}$$\n",
    "\\[\n",
    "x = 1\n",
    "\\]\n",
    "\\(a\\) ",
    "\\begin{align}\n",
    "a &= b \\\\\n",
    "\\end{align}\n",
    "```math\n",
    "$5 and $10\n",
    "https://x.org/a_b.\n",
    "H<sub>2</sub>O<br>\n",
    "10. ten\n",
    "98. many\n",
    "   - deep\n",
    "\t- tab\n",
    " - one in\n",
    "+ plus\n",
    ">\n",
    "> > twice\n",
    "> [foo]: /quoted\n",
    ">     code\n",
    "| `a|b` | c\\|d |\n",
    ":-:|--:|:--\n",
    "[red]x[/red]",
    "[@click=app.quit]y[/]",
]

sources = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)

EVERYTHING = """\
# Head one

Some *prose* with **strong**, ~~struck~~ and `inline code`, a [link](https://example.org/a?b=1),
<https://auto.link/> and ![a chart](https://x.org/c.png). A line\\
broken by hand.

- bullet
  - nested
- [x] done
- [ ] open

9. nine
10. ten

   second paragraph

> quoted prose
>
> > twice

```python
def f(x: int) -> str:
    return "a long line of code, long enough to be folded at sixty columns at least"
```

    indented code

| left | right | middle |
|:-----|------:|:------:|
| a    |     1 | x      |
| a rather long cell that has to wrap somewhere | 22 | `y` |

***

<b>HTML</b> is text.
"""

CONSTRUCTS = {
    "headings": "# One #\n\nTwo\n===\ntext\nThree\nmore\n---\n### \n#none\n",
    "tight list": "Intro:\n- one\n- two\n  and more\n- [x] three\n- four\n\nEnd.",
    "list that turns loose": "- one\n- two\n- three\n\n- four\n\n  more\n- five\n",
    "numbers that grow": "8. a\n9. b\n1. c\n10. d\n   - in\n\n     deep\n99. e\n\ntext",
    "numbers that turn wide": "97. a\n98. b\n99. c\n100. d\n",
    "items of all kinds": "- ```py\n  x = 1\n  ```\n- > quoted\n  lazy\n-\n- # head\n- | a | b |\n  |---|---|\n  | 1 | 2 |\n-     code\n",
    "items deep inside": "   - a\n   - b\n  - c\n - d\n\t- tab\n* other\n+ list\n",
    "quotes": "> one\n> two\nlazy\n>\n> - item\n>   more\n> - next\n>\n> ```\n> code\n> ```\n> > twice\n>> thrice\n> end\n\nout\n",
    "table": "| left | right |\n|:-----|------:|\n| a | 1 |\n| `x|y` | c\\|d |\n| a<br>b |\nno pipe\n\nafter | table\n",
    "table in the way": "text\na | b\n---|---\n1 | 2\n> quote\n",
    "fences": "```py\nx\n``\n```\n~~~~ js {a=b}\n~~~\n~~~~\n````\n```\n````\n    indented\n\n    code\n```never closed\n",
    "links": "[a], [B c] and [d](http://x.org 'ti') <https://auto.link/>\nhttps://bare.org/x.\n\n[a]: /one\n[b  C]: <two>\n 'title\n more'\n[d]: /three",
    "definitions in quotes": "> [a] [b]\n>\n> [a]: /one\n> 'title'\n>\n> x\n\n- [b]: /two\n- [b]\n",
    "footnotes": "Said[^1] and[^big] and[^none].\n\n- In an item[^1]\n- more\n\n[^1]: First *note*\n[^big]: Second\n\n    with more\n    - list\n\n[^1] End.",
    "formulas": "So $x^2$ and \\(y\\) cost $5 and $10.\n$$\n\\frac{a}{b}\n$$\nthen\n\\[ z \\]\n\n\\begin{align}\na &= b \\\\\n&= c\n\\end{align}\n\n$$\nopen\n\n```math\nx_1\n```\n",
    "formulas inside": "- $$\n  x\n  $$\n- \\[\n\n> $$y$$\n> $$\n> z\n\n$a$ $",
    "inline": "*em* **strong** ~~gone~~ `co``de` ``a`b`` \\*no\\* a\\\nb  \nc &amp; &#x263A; &no; ***both*** _a_b_ **中文。**后",
    "images": "![a *chart*](https://x.org/c.png) ![](u.png) [![in](a.png)](b)",
    "html": "<details>\n<summary>Sum</summary>\n\nH<sub>2</sub>O, x<sup>2</sup> <br>\n</details>\n<!-- note -->\n",
    "rules": "---\n***\n_ _ _\n- - -\n* * *\ntext\n---\n",
    "scripts": "日本語の文。👩\u200d👩\u200d👧 e\u0301 שלום مرحبا\n\n- 項目一\n- 項目二\n",
    "controls": "a\x1b[31mred\x1b[0m b\r\nc\rd\x1b]0;title\x07e\x9b1mf\u2028g\n- x\r\n- y\r\n",
}
"""A text for each construct, and for what has gone wrong in one."""

SCRIPTS = "ab-/(. 日。「」ー한ก็क्षिשם\u0301\u200d\u200c\u00a0\ufe0f\u3000👩👧🏽🇩🇪🏳🌈☺1\u20e3\n"
"""Letters of many scripts, and what joins to one cell or takes two."""
