"""Every scenario of the gateway lab, driven through the client."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from tests import lab_adapter
from tests.fakes import until
from tests.gateway_lab import KEY, SCENARIOS, TIMEOUTS, GatewayLab, Scenario, problems

MESSAGES = [{"role": "user", "content": "Why did the chicken cross the road?"}]
GROUPS = sorted({scenario.group for scenario in SCENARIOS})


async def played(lab: GatewayLab, scenario: Scenario) -> list[str]:
    """What is wrong with the client's handling of a scenario."""
    wrong: list[str] = []
    for n, form in enumerate(scenario.bases):
        run = f"r{n}"
        base = lab.base_url(scenario.name, run, form)
        try:
            async with asyncio.timeout(scenario.limit):
                result = await drive(lab, scenario, base, run)
        except TimeoutError:
            wrong.append(f"{scenario.name}: hung for {scenario.limit} s")
            continue
        found = problems(scenario, result, lab.log(scenario.name, run))
        wrong += [f"{scenario.name} ({form!r}): {problem}" for problem in found["full"]]
    return wrong


async def drive(lab: GatewayLab, scenario: Scenario, base: str, run: str) -> dict[str, Any]:
    extra: dict[str, Any] = {"timeouts": TIMEOUTS, "params": scenario.params}
    if scenario.kind == "models":
        return await lab_adapter.list_models(base, KEY, **extra)
    if scenario.kind == "cancel":
        return await cancelled(lab, scenario, base, run, extra)
    if scenario.kind == "chat_twice":
        extra["client"] = client = lab_adapter.client_for(base, KEY, **extra)
        try:
            await lab_adapter.complete(base, scenario.name, MESSAGES, scenario.stream, KEY, **extra)
            return await lab_adapter.complete(base, scenario.name, MESSAGES, scenario.stream, KEY, **extra)
        finally:
            await client.aclose()
    return await lab_adapter.complete(base, scenario.name, MESSAGES, scenario.stream, KEY, **extra)


async def cancelled(lab: GatewayLab, scenario: Scenario, base: str, run: str, extra: dict[str, Any]) -> dict[str, Any]:
    """Stop a reply after its first text, and see the connection close."""
    texts: list[str] = []
    first = asyncio.Event()

    def on_text(text: str) -> None:
        texts.append(text)
        first.set()

    call = lab_adapter.complete(base, scenario.name, MESSAGES, scenario.stream, KEY, on_text=on_text, **extra)
    task = asyncio.create_task(call)
    await first.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await until(lambda: lab.log(scenario.name, run)[0].outcome != "open", 2)
    return {"ok": True, "text": texts[0], "finish_reason": "stop", "error": None}


@pytest.mark.parametrize("group", GROUPS)
async def test_scenarios_of_a_group_are_handled_as_expected(lab: GatewayLab, group: str) -> None:
    """All of a group at once: most of them wait for a clock."""
    scenarios = [scenario for scenario in SCENARIOS if scenario.group == group]
    found = await asyncio.gather(*(played(lab, scenario) for scenario in scenarios))
    assert [problem for wrong in found for problem in wrong] == []


def test_every_scenario_is_played() -> None:
    assert len(SCENARIOS) == 74
