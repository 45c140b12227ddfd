"""Code and tables as files: what they are called, and what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.domain.errors import StoreError
from tui.services.export.pieces import as_csv, code_name, save_text


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("python", "import os\n\nclass MergeSort:\n    def run(self): ...", "MergeSort.py"),
        ("py", "async def main():\n    pass", "main.py"),
        ("Python", "print(1)", "code.py"),
        ("js", "export default function sortAll(items) {}", "sortAll.js"),
        ("typescript", "const sum = (a: number) => a", "sum.ts"),
        ("js", "const limit = 3;", "code.js"),
        ("rust", "pub(crate) fn merge<T>(a: T) {}", "merge.rs"),
        ("go", "package main\n\nfunc (s *Stack) Push(x int) {}", "Push.go"),
        ("java", "public final class Heap<T> {}", "Heap.java"),
        ("sql", "CREATE TABLE IF NOT EXISTS users (id int);", "users.sql"),
        ("bash", "ls -la", "code.sh"),
        ("yaml", "a: 1", "code.yaml"),
        ("json", "{}", "code.json"),
        ("html", "<p>", "code.html"),
        ("c++", "int main() {}", "code.cpp"),
        ("dockerfile", "FROM scratch", "Dockerfile"),
        ("makefile", "all:", "Makefile"),
        ("markdown", "# x", "code.md"),
        ("", "words", "text.txt"),
        ("text", "def x(): ...", "text.txt"),
        ("no-such-language", "x", "code.txt"),
        ("python", "# src/app/server.py\nimport os", "server.py"),
        ("", "// main.rs\nfn main() {}", "main.rs"),
        ("css", "/* site.css */\np {}", "site.css"),
        ("python", "# ../../.bashrc\nx", "code.py"),
        ("python", "# use utils.py here\nx", "code.py"),
        ("python", "def " + "x" * 300 + "(): ...", "x" * 60 + ".py"),
    ],
)
def test_a_name_tells_language_and_first_definition(language: str, code: str, name: str) -> None:
    assert code_name(code, language) == name


def test_cells_with_commas_quotes_and_breaks_come_back() -> None:
    assert as_csv([["a", "b"], ['1,"2"', "x\ny"], ["", "日本"]]) == 'a,b\n"1,""2""","x\ny"\n,日本\n'


def test_a_text_ends_with_one_newline_and_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    assert save_text("a", tmp_path, "x.py").path == tmp_path / "x.py"
    saved = save_text("b\n", tmp_path / "x.py", "other.py")
    assert saved == (tmp_path / "x (2).py", 2)
    assert [(tmp_path / name).read_text() for name in ("x.py", "x (2).py")] == ["a\n", "b\n"]


def test_a_folder_that_is_missing_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"The folder .*nowhere"):
        save_text("a", tmp_path / "nowhere" / "x.py", "x.py")
    assert list(tmp_path.iterdir()) == []
