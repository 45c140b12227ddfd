"""What the README says of the keys is what they do."""

from __future__ import annotations

from tests.readme_keys import keys_in_readme, keys_of_table


def test_the_keys_of_the_readme_are_those_of_the_command_table() -> None:
    assert keys_in_readme() == keys_of_table(), "run python -m tests.readme_keys"
