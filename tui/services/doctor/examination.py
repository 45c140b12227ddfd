"""The checks in order, and how they depend on each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from tui.domain.i18n import _
from tui.services.doctor import files, gateway, terminal
from tui.services.doctor.check import Case, Check, Finding, Look, State, failure, skipped, warning
from tui.services.doctor.privacy import Privacy

GATEWAY = "gateway"
"""Needed by every check of the gateway: that one is configured."""


@dataclass(frozen=True, slots=True)
class Step:
    """One check."""

    name: str
    title: str
    """For people."""
    look: Look
    needs: tuple[str, ...] = ()
    """Names of checks that must not have failed."""
    keeps_time: bool = False
    """Whether `run` observes the limits itself."""

    @property
    def on_the_way(self) -> bool:
        """Whether this is a step to the gateway, within the time for the network."""
        return bool(self.needs)


STEPS = (
    Step("settings", _("settings file"), files.look_at_settings),
    Step("key", _("key"), gateway.find_key, needs=(GATEWAY,)),
    Step("address", _("address"), gateway.read_address, needs=(GATEWAY,)),
    Step("name_lookup", _("name lookup"), gateway.look_up_name, needs=("address",)),
    Step("connect", _("connect"), gateway.connect, needs=("name_lookup",)),
    Step("proxy", _("proxy"), gateway.name_proxy, needs=("address",)),
    Step("tls", _("TLS"), gateway.look_at_tls, needs=("connect",)),
    Step("models", _("key and models"), gateway.list_models, needs=("key", "connect", "tls")),
    Step("stream", _("one token"), gateway.stream_a_reply, needs=("models",), keeps_time=True),
    Step("store", _("data folder"), files.look_at_store),
    Step("index", _("index"), files.look_at_the_index),
    Step("conversations", _("conversations"), files.count_saved),
    Step("engine", _("embedded engine"), files.look_at_engine),
    Step("clipboard", _("clipboard"), terminal.find_clipboard),
    Step("terminal", _("terminal"), terminal.measure_terminal),
    Step("colours", _("colours"), terminal.count_colours),
    Step("kitty_keys", _("kitty keys"), terminal.ask_for_kitty_keys),
    Step("multiplexer", _("multiplexer"), terminal.find_multiplexer),
    Step("ssh", _("SSH"), terminal.notice_ssh),
    Step("locale", _("locale"), terminal.read_locale),
    Step("wide_characters", _("wide characters"), terminal.measure_wide_characters),
)

TITLES = {step.name: step.title for step in STEPS}


async def examine(case: Case) -> AsyncGenerator[Check, None]:
    """Run all checks in order and yield the results, which contain no secrets."""
    privacy = Privacy(case.environ)
    lost: dict[str, str] = {}
    """Why a check was skipped or failed, by its name, for those that need it."""
    try:
        for step in STEPS:
            finding = _without_gateway(case, step) or _without_need(step, lost) or await _look(case, step)
            if finding.state is State.FAILURE:
                lost[step.name] = _("{check} failed").format(check=step.title)
            yield Check(
                step.name,
                finding.state,
                privacy.apply(finding.found, case.key),
                privacy.apply(finding.next_step, case.key),
            )
    finally:
        await case.aclose()


async def _look(case: Case, step: Step) -> Finding:
    if step.keeps_time:
        return await step.look(case)
    most = case.seconds(case.limits.step) if step.on_the_way else case.limits.step
    try:
        async with asyncio.timeout(most):
            return await step.look(case)
    except TimeoutError:
        return failure(
            _("This took longer than {n:.2g} s and was given up.").format(n=most),
            _("Run chinwag doctor again; where it stays so, look what holds this step up."),
        )


def _without_need(step: Step, lost: dict[str, str]) -> Finding | None:
    """Return the result of a check whose precondition failed; those that need this one fail with it."""
    for need in step.needs:
        if need in lost:
            lost[step.name] = lost[need]
            return skipped(lost[need])
    return None


def _without_gateway(case: Case, step: Step) -> Finding | None:
    """Return the result of a gateway check when there is no gateway."""
    if not step.on_the_way or (case.profile is not None and not case.profile.is_local):
        return None
    if case.profile is not None:
        return skipped(_("the embedded engine answers; nothing leaves this machine"))
    if step.name != "address":
        return skipped(_("no gateway is configured"))
    return warning(
        _("No gateway is configured."),
        _("Start chinwag and choose one, or set CHINWAG_BASE_URL and CHINWAG_API_KEY."),
    )
