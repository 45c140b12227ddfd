"""The rows of models: what they say, and what they hand out."""

from __future__ import annotations

import pytest

from tests.terminal_view import text as shown
from tests.widgets.one_widget import OneWidget
from tui.domain.models import ModelInfo
from tui.widgets.model_list import MOST_ROWS, ModelList, price_per_million, short_count

MODELS = [
    ModelInfo("qwen3-32b", owner="local", context=32_768, price_in=0.0, price_out=0.0),
    ModelInfo("gpt-4.1-mini", owner="openai", context=1_047_576, price_in=4e-7, price_out=1.6e-6),
    ModelInfo("plain"),
]


class ListApp(OneWidget[ModelList]):
    def on_model_list_chosen(self, event: ModelList.Chosen) -> None:
        self.heard.append(event.model_id)


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (512, "512"),
        (4096, "4k"),
        (8000, "8k"),
        (32_768, "32k"),
        (128_000, "128k"),
        (131_072, "128k"),
        (200_000, "200k"),
        (1_000_000, "1M"),
        (1_047_576, "1M"),
        (1_048_576, "1M"),
        (1_500_000, "1.5M"),
        (2_097_152, "2M"),
    ],
)
def test_a_context_length_is_said_as_people_say_it(tokens: int, said: str) -> None:
    assert short_count(tokens) == said


@pytest.mark.parametrize(("price", "said"), [(0.0, "$0.00"), (4e-7, "$0.40"), (1.5e-5, "$15.00"), (2e-9, "$0.0020")])
def test_a_price_is_said_for_a_million_tokens(price: float, said: str) -> None:
    assert price_per_million(price) == said


async def test_a_row_says_id_owner_context_and_price_where_known() -> None:
    app = ListApp(ModelList("gpt-4.1-mini"))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show(MODELS, keep="gpt-4.1-mini")
        await pilot.pause()
        lines = shown(app).splitlines()
        assert lines[0].split() == ["MODEL", "OWNER", "CONTEXT", "$/M", "IN", "/", "OUT"]
        assert lines[1].split() == ["qwen3-32b", "local", "32k", "$0.00", "/", "$0.00"]
        assert lines[2].split() == ["●", "gpt-4.1-mini", "openai", "1M", "$0.40", "/", "$1.60"]
        assert lines[3].split() == ["plain"]
        assert app.widget.chosen_id == "gpt-4.1-mini"


async def test_a_column_that_nobody_fills_is_left_out() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show([ModelInfo("a"), ModelInfo("b")])
        await pilot.pause()
        assert shown(app).splitlines()[0].split() == ["MODEL"]


async def test_a_narrow_list_keeps_the_id() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(30, 20)) as pilot:
        app.widget.show(MODELS)
        await pilot.pause()
        assert "gpt-4.1-mini" in shown(app)
        assert "$" not in shown(app)


async def test_columns_follow_the_width() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(30, 20)) as pilot:
        app.widget.show(MODELS, keep="plain")
        await pilot.pause()
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert "$0.40 / $1.60" in shown(app)
        assert app.widget.chosen_id == "plain"


async def test_an_id_is_drawn_clean_and_returned_exact() -> None:
    wild = "a\x1b[31m b\u202e[bold]c"
    app = ListApp(ModelList(""))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show([ModelInfo(wild)])
        await pilot.pause()
        assert "a b[bold]c" in shown(app)
        app.widget.choose()
        await pilot.pause()
        assert app.heard == [wild]


async def test_two_models_of_the_same_id_are_no_trouble() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show([ModelInfo("twin", owner="x"), ModelInfo("twin", owner="y")])
        await pilot.pause()
        assert shown(app).count("twin") == 2


async def test_a_typed_id_is_offered_unless_a_model_has_it() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show(MODELS, "gpt")
        await pilot.pause()
        assert "use `gpt` as typed" in shown(app)
        app.widget.show(MODELS, "plain")
        await pilot.pause()
        assert "as typed" not in shown(app)


async def test_of_a_thousand_models_the_first_rows_are_laid_out_and_the_rest_counted() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show([ModelInfo(f"model-{n}") for n in range(10_000)], "model")
        await pilot.pause()
        assert app.widget.options.option_count == MOST_ROWS + 2
        app.widget.move(-1)
        await pilot.pause()
        assert app.widget.chosen_id == "model"
        last = app.widget.options.options[-1]
        assert "…and 9,800 more: type to narrow" in str(last.prompt)
        assert last.disabled


async def test_a_click_chooses() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show(MODELS)
        await pilot.pause()
        await pilot.click(ModelList, offset=(5, 2))
        await pilot.pause()
        assert app.heard == ["gpt-4.1-mini"]


async def test_an_empty_list_has_nothing_to_choose() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show([])
        app.widget.move(1)
        app.widget.choose()
        await pilot.pause()
        assert app.heard == []


async def test_a_page_down_onto_the_count_stays_on_the_last_model() -> None:
    app = ListApp(ModelList(""))
    async with app.run_test(size=(100, 20)) as pilot:
        app.widget.show([ModelInfo(f"model-{n}") for n in range(MOST_ROWS + 1)])
        await pilot.pause()
        for _ in range(MOST_ROWS):
            app.widget.move(10)
        assert app.widget.chosen_id == f"model-{MOST_ROWS - 1}"
