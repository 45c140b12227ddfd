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
