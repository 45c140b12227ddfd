"""The checks in order, and how they depend on each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from tui.domain.i18n import N_, _
from tui.services.doctor import files, gateway, terminal
from tui.services.doctor.check import Case, Check, Finding, Run, State, failure, skipped, warning
from tui.services.doctor.privacy import Privacy

GATEWAY = "gateway"
"""Needed by every check of the gateway: that one is configured."""


@dataclass(frozen=True, slots=True)
class Step:
    """One check."""

    name: str
    title: str
    """For people."""
    run: Run
    needs: tuple[str, ...] = ()
    """Names of checks that must not have failed."""
    keeps_time: bool = False
    """Whether `run` observes the limits itself."""

    @property
    def on_the_way(self) -> bool:
        """Whether this is a step to the gateway, within the time for the network."""
        return bool(self.needs)


STEPS = (
    Step("settings", N_("settings file"), files.check_settings),
    Step("key", N_("key"), gateway.find_key, needs=(GATEWAY,)),
    Step("address", N_("address"), gateway.read_address, needs=(GATEWAY,)),
    Step("name_lookup", N_("name lookup"), gateway.look_up_name, needs=("address",)),
    Step("connect", N_("connect"), gateway.connect, needs=("name_lookup",)),
    Step("proxy", N_("proxy"), gateway.name_proxy, needs=("address",)),
    Step("tls", N_("TLS"), gateway.check_tls, needs=("connect",)),
    Step("models", N_("model list"), gateway.list_models, needs=("key", "connect", "tls")),
    Step("stream", N_("one token"), gateway.stream_a_reply, needs=("models",), keeps_time=True),
    Step("store", N_("data folder"), files.check_data_folder),
    Step("index", N_("index"), files.check_index),
    Step("conversations", N_("conversations"), files.count_saved),
    Step("engine", N_("embedded engine"), files.check_engine),
    Step("clipboard", N_("clipboard"), terminal.find_clipboard),
    Step("terminal", N_("terminal"), terminal.measure_terminal),
    Step("colours", N_("colours"), terminal.count_colours),
    Step("kitty_keys", N_("kitty keys"), terminal.ask_for_kitty_keys),
    Step("multiplexer", N_("multiplexer"), terminal.find_multiplexer),
    Step("ssh", N_("SSH"), terminal.notice_ssh),
    Step("locale", N_("locale"), terminal.read_locale),
    Step("wide_characters", N_("wide characters"), terminal.measure_wide_characters),
)


async def examine(case: Case) -> AsyncGenerator[Check, None]:
    """Run all checks in order and yield the results, which contain no secrets."""
    privacy = Privacy(case.environ)
    lost: dict[str, str] = {}
    """Why a check was skipped or failed, by its name, for those that need it."""
    try:
        for step in STEPS:
            finding = _without_gateway(case, step) or _without_need(step, lost) or await _run(case, step)
            if finding.state is State.FAILURE:
                lost[step.name] = _("{check} failed").format(check=_(step.title))
            yield Check(
                step.name,
                _(step.title),
                finding.state,
                privacy.apply(finding.found, case.key),
                privacy.apply(finding.next_step, case.key),
            )
    finally:
        await case.aclose()


async def _run(case: Case, step: Step) -> Finding:
    if step.keeps_time:
        return await step.run(case)
    most = case.seconds(case.limits.step) if step.on_the_way else case.limits.step
    try:
        async with asyncio.timeout(most):
            return await step.run(case)
    except TimeoutError:
        return failure(
            _("This took longer than {n:.2g} s and was canceled.").format(n=most),
            _("Run chinwag doctor again; if it persists, check what is blocking this step."),
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
        return skipped(_("the embedded engine is used; nothing leaves this machine"))
    if step.name != "address":
        return skipped(_("no gateway is configured"))
    return warning(
        _("No gateway is configured."), _("Start chinwag and choose one, or set CHINWAG_BASE_URL and CHINWAG_API_KEY.")
    )
