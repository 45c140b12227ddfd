"""What the doctor says of the way to a gateway."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.gateway_lab import GatewayLab
from tests.gateway_lab.model import Scenario, ok
from tests.gateway_lab.scenarios import chat, listing
from tests.gateway_lab.wire import DONE, error_body, reply, role, stop, stream, words
from tests.services.doctor_case import case_in, results, said
from tui.domain.settings import LOCAL_PROFILE, KeySource, Profile
from tui.services.doctor.check import Check, Limits, State

KEY = "sk-planted-0123456789wxyz"
MODELS = listing(reply(200, {"object": "list", "data": [{"id": "one"}, {"id": "two"}]}))
HELLO = chat(stream(role(), words("Hi ", "there"), stop(), DONE))
WAY = ["name_lookup", "connect", "proxy", "tls", "models", "stream"]


def scenario(name: str, *replies: object) -> Scenario:
    return Scenario(name, "doctor", name, list(replies), ok(""))


CAUSES: dict[str, tuple[list[Any], str, str]] = {
    "limited": (reply(429, error_body("Slow down. Upgrade at https://x.test/billing"), {"Retry-After": "2"}), "asks to wait 2 s", "Wait as long"),
    "broke": (reply(429, error_body("insufficient balance")), "waiting does not help", "Top up"),
    "blocked": (reply(403, "<html><title>Just a moment...</title>", ctype="text/html"), "firewall", "Try another network"),
    "abroad": (reply(403, error_body("Country, region, or territory not supported")), "country or region", "serves your country"),
    "not_yours": (reply(403, error_body("This key may not use model one")), "may not do that", "what a key may do"),
    "filtered": (reply(400, error_body("Flagged by moderation")), "content filter", "another model"),
    "withheld": (stream(role(), stop("PROHIBITED_CONTENT"), DONE), "content filter", "another model"),
    "embeds": (reply(400, error_body('"one" does not support chat')), "cannot chat", "another model"),
    "unknown_model": (reply(404, error_body("model not found")), "not found", "another model"),
    "odd": (reply(400, error_body("Something else")), "Something else", "another model"),
    "too_long": (reply(400, error_body("context_length_exceeded")), "too long", "larger context window"),
}  # fmt: skip
"""Answers to a chat, what the doctor finds in them, and what it advises."""

SCENARIOS = [
    scenario("good", MODELS, HELLO),
    scenario("whole", MODELS, chat(reply(200, {"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}))),
    scenario("wrong_key", listing(reply(401, {"error": {"message": f"Incorrect API key provided: {KEY}"}}))),
    scenario("page", listing(reply(200, "<html><title>Welcome</title></html>", ctype="text/html"))),
    scenario("no_list", listing(reply(404, {"detail": "Not Found"})), HELLO),
    scenario("empty_list", listing(reply(200, {"data": []})), HELLO),
    scenario("list_stalls", listing([("hang", 30.0)])),
    scenario("never_begins", MODELS, chat([("hang", 30.0)])),
    scenario("stalls_midway", MODELS, chat(stream(role(), words("wait"), ("hang", 30.0)))),
    scenario("busy", MODELS, chat(reply(503, {"error": {"message": "loading"}}))),
    scenario("says_nothing", MODELS, chat(stream(role(), stop(), DONE))),
    scenario("hidden_list", listing(reply(403, {"error": {"message": "Missing scopes: model.read"}})), HELLO),
    scenario("thinks_unseen", MODELS, chat(stream(role(), stop("length"), DONE))),
    *(scenario(name, MODELS, chat(what)) for name, (what, *_said) in CAUSES.items()),
    scenario("hostile", listing(reply(403, {"error": {"message": "no\x1b]52;c;cHduZWQ=\x07 \x1b[31mway\u202e"}}))),
]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("LAB_KEY", KEY)


@pytest_asyncio.fixture
async def lab() -> AsyncIterator[GatewayLab]:
    async with GatewayLab(SCENARIOS) as lab:
        yield lab


def profile_for(base_url: str, model: str = "", **more: object) -> Profile:
    return Profile("lab", base_url, KeySource("env", "LAB_KEY"), model, **more)  # type: ignore[arg-type]


async def examine_at(lab: GatewayLab, name: str, folder: Path, model: str = "", **more: float) -> dict[str, Check]:
    return await results(case_in(folder, profile_for(lab.base_url(name), model), limits=Limits(**more)))


def requests(lab: GatewayLab, name: str) -> list[str]:
    return [request.method for request in lab.log(name)]


async def test_a_good_gateway_is_ok_at_every_step(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "good", tmp_path)
    assert {name: checks[name].state for name in ("key", "address", *WAY)} == {
        **dict.fromkeys(("key", "address", *WAY), State.OK),
        "tls": State.NOT_CHECKED,
    }
    assert checks["key"].found == "••••wxyz from the variable LAB_KEY"
    assert checks["models"].found.startswith("2 models in ")
    assert checks["stream"].found.startswith("one: first token after ")
    assert requests(lab, "good") == ["GET", "POST"]
    assert lab.log("good")[1].json["max_tokens"] <= 16


async def test_a_profile_that_does_not_stream_is_asked_for_a_whole_reply(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await results(case_in(tmp_path, profile_for(lab.base_url("whole"), stream=False)))
    assert checks["stream"].state is State.OK
    assert lab.log("whole")[1].json["stream"] is False


async def test_a_wrong_key_fails_and_is_not_repeated(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "wrong_key", tmp_path)
    assert checks["models"].state is State.FAILURE
    assert checks["models"].next_step == "Correct the variable LAB_KEY."
    assert (checks["stream"].state, checks["stream"].found) == (State.NOT_CHECKED, "model list failed")
    assert KEY not in said(checks)
    assert KEY[:12] not in said(checks)


async def test_a_refused_connection_stops_the_way_there(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await results(case_in(tmp_path, profile_for(lab.base_url("good", form="http://{host}:{closed}/v1"))))
    assert checks["connect"].state is State.FAILURE
    assert "connection refused" in checks["connect"].found
    assert {checks[name].found for name in ("tls", "models", "stream")} == {"connect failed"}
    assert checks["store"].state is State.OK


async def test_a_web_page_points_to_the_base_url(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "page", tmp_path)
    assert checks["models"].state is State.FAILURE
    assert "web page" in checks["models"].found
    assert "Check the address" in checks["models"].next_step


async def test_without_a_list_a_named_model_is_asked_all_the_same(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "no_list", tmp_path, model="mine")
    assert checks["models"].state is State.WARNING
    assert checks["stream"].state is State.OK
    assert lab.log("no_list")[1].json["model"] == "mine"


@pytest.mark.parametrize("name", ["no_list", "empty_list"])
async def test_without_a_list_and_a_name_no_model_is_asked(lab: GatewayLab, tmp_path: Path, name: str) -> None:
    checks = await examine_at(lab, name, tmp_path)
    assert checks["models"].state is State.WARNING
    assert (checks["stream"].state, checks["stream"].found) == (State.NOT_CHECKED, "no model is known")
    assert "--model" in checks["stream"].next_step
    assert requests(lab, name) == ["GET"]


async def test_a_list_that_never_comes_is_given_up(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "list_stalls", tmp_path, step=0.5)
    assert checks["models"].state is State.FAILURE
    assert "0.5 s" in checks["models"].found
    assert checks["stream"].state is State.NOT_CHECKED


async def test_all_network_steps_share_their_time(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "list_stalls", tmp_path, step=600.0, network=1.0)
    assert checks["models"].state is State.FAILURE


async def test_a_reply_that_does_not_begin_is_given_up(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "never_begins", tmp_path, stream=0.3)
    assert checks["stream"].state is State.FAILURE
    assert "did not start replying" in checks["stream"].found


async def test_a_reply_that_stalls_still_gives_the_time_of_its_first_token(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "stalls_midway", tmp_path, stream=0.5)
    assert checks["stream"].state is State.WARNING
    assert "the first token came after" in checks["stream"].found


async def test_a_busy_server_is_asked_for_one_reply_only(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await examine_at(lab, "busy", tmp_path)
    assert checks["stream"].state is State.FAILURE
    assert requests(lab, "busy") == ["GET", "POST"]


async def test_a_reply_without_text_is_worth_a_warning(lab: GatewayLab, tmp_path: Path) -> None:
    assert (await examine_at(lab, "says_nothing", tmp_path))["stream"].state is State.WARNING


@pytest.mark.parametrize(("name", "found", "advice"), [(name, *told) for name, (_what, *told) in CAUSES.items()])
async def test_the_cause_and_the_advice_fit(
    lab: GatewayLab, tmp_path: Path, name: str, found: str, advice: str
) -> None:
    check = (await examine_at(lab, name, tmp_path))["stream"]
    assert check.state in (State.FAILURE, State.WARNING)
    assert found in check.found
    assert advice in check.next_step
    assert ("op up" in f"{check.found} {check.next_step}") == (name == "broke")
    assert "address" not in check.next_step  # it has just given a model list


async def test_a_list_that_the_key_may_not_see_does_not_keep_a_named_model_from_being_asked(
    lab: GatewayLab, tmp_path: Path
) -> None:
    checks = await examine_at(lab, "hidden_list", tmp_path, model="mine")
    assert (checks["models"].state, checks["stream"].state) == (State.WARNING, State.OK)


async def test_a_model_that_thinks_for_longer_than_it_is_let_is_ok(lab: GatewayLab, tmp_path: Path) -> None:
    assert (await examine_at(lab, "thinks_unseen", tmp_path))["stream"].state is State.OK


async def test_what_a_server_says_is_cleaned(lab: GatewayLab, tmp_path: Path) -> None:
    found = said(await examine_at(lab, "hostile", tmp_path))
    assert "no way" in found
    assert not {"\x1b", "\x07", "\u202e"} & set(found)


async def test_without_a_gateway_the_rest_is_checked_and_the_way_on_is_named(tmp_path: Path) -> None:
    checks = await results(case_in(tmp_path))
    assert checks["address"].state is State.WARNING
    assert "CHINWAG_BASE_URL" in checks["address"].next_step
    assert {checks[name].state for name in ("key", *WAY)} == {State.NOT_CHECKED}
    assert State.FAILURE not in {check.state for check in checks.values()}


async def test_the_embedded_engine_is_not_started(tmp_path: Path) -> None:
    case = case_in(tmp_path, Profile(LOCAL_PROFILE, ""))
    checks = await results(case)
    assert not case.services.local.running
    assert {checks[name].state for name in ("address", *WAY)} == {State.NOT_CHECKED}
    assert checks["engine"].state is State.FAILURE


@pytest.mark.parametrize(
    "base_url", ["ftp://host/v1", "https://someone:hunter22@host:no/v1", "https://someone:hunter22@host/v1"]
)
async def test_a_bad_address_fails_without_its_password(tmp_path: Path, base_url: str) -> None:
    checks = await results(case_in(tmp_path, profile_for(base_url)))
    assert checks["address"].state is State.FAILURE
    assert {checks[name].found for name in WAY} == {"address failed"}
    assert "hunter22" not in said(checks)


async def test_a_missing_key_leaves_the_way_there_to_be_checked(
    lab: GatewayLab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAB_KEY")
    checks = await examine_at(lab, "good", tmp_path)
    assert checks["key"].state is State.FAILURE
    assert checks["connect"].state is State.OK
    assert checks["models"].found == "key failed"
    assert requests(lab, "good") == []


async def test_a_name_that_does_not_exist_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nowhere(*_: object, **__: object) -> list[object]:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nowhere)
    checks = await results(case_in(tmp_path, profile_for("https://gateway.test/v1")))
    assert checks["name_lookup"].state is State.FAILURE
    assert "gateway.test" in checks["name_lookup"].found
    assert checks["connect"].found == "name lookup failed"


async def test_a_name_lookup_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> list[object]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    checks = await results(case_in(tmp_path, profile_for("https://gateway.test/v1"), limits=Limits(step=0.2)))
    assert checks["name_lookup"].state is State.FAILURE


async def test_a_proxy_is_gone_through_and_its_password_is_hidden(lab: GatewayLab, tmp_path: Path) -> None:
    proxy = f"http://someone:hunter22@{lab.host}:{lab.port}"
    there = profile_for("http://gateway.test/s/good/v1", proxy=proxy)
    checks = await results(case_in(tmp_path, there))
    assert checks["proxy"].found == f"{lab.host}:{lab.port}, set by the settings"
    assert f"the proxy {lab.host}" in checks["name_lookup"].found
    assert checks["connect"].state is State.OK
    assert checks["tls"].state is State.WARNING
    assert "unencrypted" in checks["tls"].found
    assert checks["stream"].state is State.OK
    assert "hunter22" not in said(checks)
    assert "someone" not in said(checks)


async def test_https_to_a_plain_port_is_a_tls_failure(lab: GatewayLab, tmp_path: Path) -> None:
    checks = await results(case_in(tmp_path, profile_for(lab.base_url("good", form="{tls_root}/v1"))))
    assert checks["connect"].state is State.OK
    assert checks["tls"].state is State.FAILURE
    assert checks["models"].found == "TLS failed"


class SecureServer:
    """Speaks TLS with a certificate of its own, and answers every request with a list of models."""

    def __init__(self, folder: Path, days: int) -> None:
        self.certificate, self._key = folder / "own.pem", folder / "own.key"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-days", str(days), "-subj", "/CN=Lab Authority", "-addext", "subjectAltName=IP:127.0.0.1"),
                *("-keyout", str(self._key), "-out", str(self.certificate)),
            ],
            check=True,
            capture_output=True,
        )
        self.requests: list[bytes] = []

    async def __aenter__(self) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self._key)
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=context)
        return f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.read(65536)
        if head:
            self.requests.append(head.split(b"\r\n")[0])
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nConnection: close\r\n\r\n" + b'{"data":[]}')
        writer.close()


needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="makes certificates with openssl")


@needs_openssl
@pytest.mark.parametrize(("days", "state"), [(90, State.OK), (5, State.WARNING)])
async def test_a_certificate_is_told_with_its_issuer_and_its_days(tmp_path: Path, days: int, state: State) -> None:
    server = SecureServer(tmp_path, days)
    async with server as base_url:
        checks = await results(case_in(tmp_path, profile_for(base_url, ca_file=str(server.certificate))))
    assert checks["tls"].state is state
    assert checks["tls"].found == f"TLSv1.3, certificate of Lab Authority, {days - 1} days left"
    assert checks["models"].state is State.WARNING
    assert server.requests == [b"GET /v1/models HTTP/1.1"]


@needs_openssl
async def test_a_certificate_nobody_vouches_for_is_a_failure(tmp_path: Path) -> None:
    server = SecureServer(tmp_path, 90)
    async with server as base_url:
        checks = await results(case_in(tmp_path, profile_for(base_url)))
    assert checks["connect"].state is State.OK
    assert checks["tls"].state is State.FAILURE
    assert "ca_file" in checks["tls"].next_step
    assert server.requests == []
