"""Code is coloured by its language, stands on a panel of its own, and copies as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import examples
from tests.rendering.drawing import PALETTE, drawn, drawn_rows, parts_in
from tui.markdown.graphemes import steady
from tui.markdown.streaming import LiveDocument
from tui.rendering.code import code_lines
from tui.rendering.live_reply import LiveRows
from tui.rendering.painter import Painter, Widths
from tui.rendering.rows import Row

PAINTER = Painter(PALETTE, Widths.of(60))


def fence(language: str, code: str) -> str:
    return f"````{language}\n{code}\n````"


def copied(rows: list[Row]) -> str:
    """Rows of code without what is drawn around them, joined as copying joins them."""
    parts = []
    for row in rows:
        text = "".join(segment.text for segment in row.segments[:-1])[row.lead :]
        parts.append((text.rstrip(" ") if row.glue == "\n" else text) + row.glue)
    return "".join(parts).removesuffix("\n")


@pytest.mark.parametrize(
    "names",
    [
        ("py", "python", "python3", "Python"),
        ("js", "javascript", "node", "mjs", "jsx"),
        ("ts", "typescript", "tsx"),
        ("sh", "bash", "zsh", "shell"),
        ("c++", "cpp", "rs", "rust", "go", "golang", "cs", "csharp", "c#", "kt", "kotlin", "swift", "java", "vb"),
    ],
)
def test_a_language_is_known_by_the_names_models_use(names: tuple[str, ...]) -> None:
    for name in names:
        code = "if" if name == "vb" else 'return "x";\nif'
        assert [line for line in code_lines(code, name) if line.spans], name


def test_code_of_an_unknown_language_is_plain() -> None:
    assert [line.spans for line in code_lines("return 1", "nonesuch")] == [()]


@pytest.mark.parametrize(
    "name", ["yml", "yaml", "json", "jsonc", "jsonl", "toml", "ini", "env", "sql", "html", "svg", "dockerfile"]
)
def test_data_is_coloured_too(name: str) -> None:
    code = {"sql": "SELECT 1", "html": "<a>", "svg": "<a>", "dockerfile": "FROM x"}.get(
        name, '{"a": 1}' if "json" in name else "a: 1\nb = 1"
    )
    assert any(line.spans for line in code_lines(code, name))


def test_json_and_diffs_are_known_where_no_language_is_named() -> None:
    assert drawn(fence("", '{"a": [1, null]}'), 40)[0] == "▏json"
    assert drawn(fence("", "[x] not json"), 40)[0] == "▏text"
    assert drawn(fence("", "42"), 40)[0] == "▏text"
    assert drawn(fence("", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b"), 40)[0] == "▏diff"
    assert drawn(fence("", "diff --git a/x b/x"), 40)[0] == "▏diff"
    assert drawn(fence("", "--- a rule"), 40)[0] == "▏text"
    assert drawn(fence("text", '{"a": 1}'), 40)[0] == "▏text"


def test_whole_lines_of_a_diff_are_coloured() -> None:
    rows = drawn_rows(fence("diff", "@@ -1,2 +1,2 @@ def f():\n same\n-old = 1\n+new = 2"), 40)
    assert parts_in(rows, "code", "code-wrong") == ["-old = 1"]
    assert parts_in(rows, "code", "code-added") == ["+new = 2"]


def test_what_was_typed_into_a_shell_is_not_taken_for_a_program() -> None:
    rows = drawn_rows(fence("sh", "$ ls\nif is here"), 40)
    assert not parts_in(rows, "code", "code-keyword")
    assert parts_in(drawn_rows(fence("py", ">>> 1\nTrue"), 40), "code", "code-number") == ["1"]


def test_a_string_over_several_lines_is_coloured_on_each() -> None:
    rows = drawn_rows(fence("py", 'x = """one\n  two\nthree"""'), 40)
    assert parts_in(rows, "code", "code-string") == ['"""one', "  two", 'three"""']


def test_a_long_line_goes_on_below_with_a_hook_and_is_copied_in_one() -> None:
    code = "0123456789 " * 5 + "end"
    rows = drawn_rows(fence("", code + "\nshort"), 22)[1:]
    assert [row.text[0] for row in rows] == ["▏", "↪", "↪", "▏"]
    assert copied(rows) == code + "\nshort"


def test_code_is_at_most_120_cells_wide() -> None:
    assert max(map(len, drawn(fence("", "x" * 300), 200))) == 119


def test_of_very_long_code_the_beginning_is_coloured() -> None:
    lines = code_lines("\n".join(f"return {n}" for n in range(9000)), "py")
    assert len(lines) == 9000
    assert lines[0].spans
    assert not lines[-1].spans
    assert [line.plain for line in lines] == [f"return {n}" for n in range(9000)]


def test_a_growing_fence_draws_only_its_new_lines_again_and_ends_with_the_line_that_folds_it() -> None:
    document, live = LiveDocument(), LiveRows(PAINTER)
    for n in range(1200):
        document.append(f"x{n} = 1\n" if n else "before\n\n```py\n")
        before = list(live.rows)
        live.update(document.blocks, document.kept)
        changed = live.take_changed()
        assert changed >= len(before) - 1
        assert all(row is was for row, was in zip(live.rows[:changed], before, strict=False))
    document.append("```\n\nafter")
    live.update(document.blocks, document.kept)
    assert [row.text.strip("▏ ") for row in live.rows[-4:]] == ["x1199 = 1", "▾ fold 1,199 lines", "", "after"]
    whole = PAINTER.rows(document.blocks)
    assert [(row.text, row.block, row.lead, row.glue) for row in live.rows] == [
        (row.text, row.block, row.lead, row.glue) for row in whole
    ]


@settings(max_examples=examples(8))
@given(
    st.lists(st.integers(1, 4000), max_size=8), st.sampled_from(["```py\n", "> ```\n> ", "- ~~~js\n  ", "a\n```diff\n"])
)
def test_a_long_fence_that_grows_by_any_pieces_is_drawn_as_the_whole(sizes: list[int], opening: str) -> None:
    before = {"> ```\n> ": "> ", "- ~~~js\n  ": "  "}.get(opening, "")
    mark = "~~~" if "~" in opening else "```"
    lines = [f"line {n} = '{'x' * (n % 70)}'" for n in range(260)]
    source = opening + f"\n{before}".join([*lines, mark]) + "\n\nend"
    document, live, at = LiveDocument(), LiveRows(PAINTER), 0
    for size in [*sizes, 300, 5, len(source)]:
        document.append(source[at : at + size])
        at += size
        live.update(document.blocks, document.kept)
    whole = PAINTER.rows(document.blocks)
    assert [(row.text, row.block) for row in live.rows] == [(row.text, row.block) for row in whole]


characters = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))


@settings(max_examples=examples(200))
@given(
    st.text(alphabet=st.one_of(st.sampled_from("ab \n\"'#/*{}()=$>-+@<日👩\u0301"), characters), max_size=200),
    st.sampled_from(["py", "js", "sh", "console", "json", "diff", "html", "c++", "yaml", "sql", "md", "pycon", "rst"]),
)
def test_colours_change_no_character(code: str, language: str) -> None:
    lines = code_lines(code, language)
    assert [line.plain for line in lines] == code.split("\n")
    for line in lines:
        assert all(0 <= span.start < span.end <= len(line.plain) for span in line.spans)
        assert all(a.end <= b.start for a, b in zip(line.spans, line.spans[1:], strict=False))


@settings(max_examples=examples(100))
@given(st.text(alphabet="ab(日👩‍👧e\u0301🇩🇪 \n", max_size=80), st.integers(8, 40))
def test_copied_code_is_what_was_written(code: str, width: int) -> None:
    lines = steady("\n".join("x" + line.strip() + "x" for line in code.split("\n")))
    assert copied(drawn_rows(fence("py", lines), width)[1:]) == lines
