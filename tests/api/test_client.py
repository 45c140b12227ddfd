"""The client against a server: what is sent, what is repeated, how it stops, what it never gives away."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.chains import behind
from tests.gateway_lab import KEY, GatewayLab, Scenario, ok, running_lab
from tests.gateway_lab.scenarios import chat, listing
from tests.gateway_lab.server import Request
from tests.gateway_lab.wire import DONE, chunk, completion, error_body, ev, reply, role, rule, stop, stream, words
from tests.lab_adapter import whole_reply
from tui.api.client import GatewayClient
from tui.domain.chat import ChatCompletionChunk, ChatRequest, Role
from tui.domain.errors import GatewayError
from tui.domain.settings import Clocks, GenerationOptions

CLOCKS = Clocks(connect=2, first=4, first_whole=4, idle=2, after_finish=0.2)
GOOD = stream(role(), words("Hello ", "there"), stop(), DONE)
REFUSES_OPTIONS = reply(400, {"error": {"message": "Unrecognized request argument: stream_options"}})
FIXED = error_body("'temperature' does not support 0.5 with this model. Only the default (1) value is supported.")


def asks(**more: Any) -> ChatRequest:
    return ChatRequest("m", [(Role.USER, "hi")], GenerationOptions(**more))


class Gateway:
    """A lab with one scenario, and a client for it."""

    def __init__(self, lab: GatewayLab, base: str) -> None:
        self.lab = lab
        self.client = GatewayClient(base, KEY, clocks=CLOCKS, retry_base=0.001)

    @property
    def seen(self) -> list[Request]:
        return self.lab.log("x")

    async def ask(self, request: ChatRequest | None = None, **more: Any) -> ChatCompletionChunk:
        """A streamed reply, joined."""
        text = ""
        last = ChatCompletionChunk()
        async with aclosing(self.client.stream_chat(request or asks(), **more)) as chunks:
            async for last in chunks:
                text += last.delta
        return ChatCompletionChunk(text, finish_reason=last.finish_reason, usage=last.usage, notice=last.notice)

    async def failure(self) -> GatewayError:
        with pytest.raises(GatewayError) as caught:
            await self.ask()
        return caught.value


@asynccontextmanager
async def gateway(*replies: Any, form: str = "{root}/v1") -> AsyncIterator[Gateway]:
    async with running_lab([Scenario("x", "own", "", list(replies), ok(""))]) as lab:
        playing = Gateway(lab, lab.base_url("x", form=form))
        try:
            yield playing
        finally:
            await playing.client.aclose()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.005)


async def stopped(task: asyncio.Task[Any]) -> None:
    """Cancel, as the user's stop does, and see that the cancel is passed on in time."""
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(1):
            await task


# What is sent


async def test_refused_stream_options_are_left_out_and_that_is_remembered() -> None:
    async with gateway(chat(REFUSES_OPTIONS, body_has="stream_options"), chat(GOOD)) as playing:
        assert (await playing.ask()).delta == "Hello there"
        assert (await playing.ask()).delta == "Hello there"
        assert ["stream_options" in seen.json for seen in playing.seen] == [True, False, False]


async def test_a_refusal_that_nothing_cures_is_shown_and_not_repeated() -> None:
    async with gateway(chat(REFUSES_OPTIONS)) as playing:
        assert (await playing.failure()).kind == "bad_request"
        assert len(playing.seen) == 2


async def test_a_setting_that_the_model_does_not_take_is_left_out_and_the_user_is_told_once() -> None:
    async with gateway(chat(reply(400, FIXED), body_has="temperature"), chat(GOOD)) as playing:
        assert "temperature" in (await playing.ask(asks(temperature=0.5))).notice
        assert (await playing.ask(asks(temperature=0.5))).notice == ""
        assert ["temperature" in seen.json for seen in playing.seen] == [True, False, False]


async def test_a_refused_system_prompt_is_sent_another_way_and_the_user_is_told() -> None:
    refused = reply(400, error_body("Unsupported value: 'messages[0].role' does not support 'system' with this model."))
    async with gateway(chat(refused, nth=1), chat(GOOD)) as playing:
        request = ChatRequest("m", [(Role.SYSTEM, "Be brief."), (Role.USER, "hi")])
        assert "system prompt" in (await playing.ask(request)).notice
        assert playing.seen[1].json["messages"] == [{"role": "user", "content": "Be brief.\n\nhi"}]


@pytest.mark.parametrize("form", [lambda error: reply(200, error), lambda error: stream(ev(error), DONE)])
async def test_a_refusal_in_an_answer_with_status_200_teaches_as_well(form: Callable[[Any], Any]) -> None:
    async with gateway(chat(form(FIXED), nth=1), chat(GOOD)) as playing:
        assert "temperature" in (await playing.ask(asks(temperature=0.5))).notice
        assert ["temperature" in seen.json for seen in playing.seen] == [True, False]


async def test_a_refusal_after_text_is_not_asked_about_again() -> None:
    async with gateway(chat(stream(role(), words("So far"), ev(FIXED), DONE))) as playing:
        chunks = playing.client.stream_chat(asks(temperature=0.5))
        assert (await anext(chunks)).delta == "So far"
        with pytest.raises(GatewayError):
            await anext(chunks)
        assert len(playing.seen) == 1


async def test_without_a_key_no_header_is_sent() -> None:
    async with gateway(chat(GOOD)) as playing:
        bare = GatewayClient(playing.lab.base_url("x"), clocks=CLOCKS)
        assert (await whole_reply(bare, asks())).delta == "Hello there"
        await bare.aclose()
        assert "authorization" not in playing.seen[0].headers


async def test_a_stream_is_asked_for_unpacked() -> None:
    async with gateway(chat(GOOD)) as playing:
        await playing.ask()
        assert playing.seen[0].headers["accept-encoding"] == "identity"
        assert playing.seen[0].headers["user-agent"].startswith("chinwag/")


async def test_a_bad_address_or_key_is_the_failure_of_the_first_request() -> None:
    bad = [("nonsense", KEY, "protocol"), ("http://xn--/v1", KEY, "protocol"), ("http://127.0.0.1:9", "sk-é\n", "auth")]
    for base, key, kind in bad:
        client = GatewayClient(base, key)
        with pytest.raises(GatewayError) as caught:
            await client.list_models()
        assert caught.value.kind == kind
        await client.aclose()


# What comes


async def test_the_first_text_does_not_wait_for_the_rest() -> None:
    async with gateway(chat(stream(role(), words("first"), ("hang", 30.0)))) as playing:
        chunks = playing.client.stream_chat(asks())
        async with asyncio.timeout(2):
            assert (await anext(chunks)).delta == "first"
        await chunks.aclose()


async def test_what_comes_in_one_read_comes_in_one_chunk() -> None:
    burst = b"".join(words(*(f"{n} " for n in range(200))))
    async with gateway(chat(stream(role() + burst + stop() + DONE))) as playing:
        chunks = [part async for part in playing.client.stream_chat(asks())]
        assert "".join(part.delta for part in chunks) == "".join(f"{n} " for n in range(200))
        assert len(chunks) < 20


async def test_a_burst_leaves_the_loop_a_turn_after_each_chunk() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    async with gateway(chat(stream(role(), ("spam", words("x")[0], 500, 0), stop(), DONE))) as playing:
        counting = asyncio.create_task(count())
        at = [turns async for _chunk in playing.client.stream_chat(asks())]
        counting.cancel()
        assert len(at) > 2
        assert all(later > earlier for earlier, later in pairwise(at[:-1]))


async def test_events_of_their_own_parts_that_come_together_come_in_one_chunk_and_are_counted() -> None:
    async with gateway(chat(stream(role(), ("spam", words("x")[0], 500, 0), stop(), DONE))) as playing:
        chunks = [part async for part in playing.client.stream_chat(asks())]
        assert len(chunks) < 100
        assert sum(part.deltas for part in chunks if part.delta) == 500
        assert "".join(part.delta for part in chunks) == "x" * 500


async def test_a_whole_reply_comes_at_once_and_in_one_chunk() -> None:
    async with gateway(chat(reply(200, completion("whole")))) as playing:
        request = ChatRequest("m", [(Role.USER, "hi")], stream=False)
        assert [part.delta async for part in playing.client.stream_chat(request)] == ["whole"]
        assert (await whole_reply(playing.client, asks())).delta == "whole"
        assert [seen.json["stream"] for seen in playing.seen] == [False, False]


async def test_a_break_after_the_finish_reason_costs_nothing() -> None:
    for after in (("rst",), ("fin",), ("hang", 30.0)):
        async with gateway(chat(stream(role(), words("whole"), stop(), end=after))) as playing:
            assert await playing.ask() == ChatCompletionChunk("whole", finish_reason="stop")


async def test_a_break_keeps_what_was_held_back() -> None:
    async with gateway(chat(stream(role(), words("<thi"), end=("fin",)))) as playing:
        chunks = playing.client.stream_chat(asks())
        assert (await anext(chunks)).delta == "<thi"
        with pytest.raises(GatewayError):
            await anext(chunks)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "odd\x1b"])
async def test_an_encoding_that_cannot_be_unpacked_is_refused(encoding: str) -> None:
    headers = {"Content-Type": "text/event-stream", "Content-Encoding": encoding}
    async with gateway(chat(stream(b"\x8b\x01noise", headers=headers))) as playing:
        assert (await playing.failure()).kind == "protocol"
        assert len(playing.seen) == 1


async def test_noise_that_is_called_gzip_is_a_failure() -> None:
    headers = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    async with gateway(chat(stream(b"this is not gzip", headers=headers))) as playing:
        assert (await playing.failure()).kind == "protocol"


async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.api.wire.ANSWER_LIMIT", 200_000)
    async with gateway(chat(stream(("spam", ev(chunk("x" * 1000)), 10_000, 0)))) as playing:
        assert "larger than" in str(await playing.failure())


# What is repeated


async def test_each_pause_is_announced_with_its_reason() -> None:
    told: list[tuple[float, str]] = []
    slow = reply(429, error_body("Slow down"), {"retry-after-ms": "20"})
    async with gateway(chat(slow, nth=1), chat(GOOD)) as playing:
        await playing.ask(on_retry=lambda seconds, error: told.append((seconds, error.kind)))
        assert told == [(0.02, "rate_limit")]


async def test_three_requests_are_the_most() -> None:
    async with gateway(chat(reply(503, error_body("Loading")))) as playing:
        assert (await playing.failure()).kind == "overloaded"
        assert len(playing.seen) == 3


async def test_a_close_before_any_answer_is_repeated() -> None:
    for early in ([("fin",)], [("rst",)], stream(end=("fin",))):
        async with gateway(chat(early, nth=1), chat(GOOD)) as playing:
            assert (await playing.ask()).delta == "Hello there"
            assert len(playing.seen) == 2


async def test_nothing_is_repeated_once_text_has_come() -> None:
    broken = ev(error_body("Slow down", "rate_limit_error", "429"))
    async with gateway(chat(stream(role(), words("so far"), broken))) as playing:
        assert (await playing.failure()).kind == "upstream"
        assert len(playing.seen) == 1


async def test_text_that_was_held_back_counts_as_text() -> None:
    broken = ev(error_body("Slow down", "rate_limit_error", "429"))
    async with gateway(chat(stream(role(), words("<th"), broken))) as playing:
        await playing.failure()
        assert len(playing.seen) == 1


async def test_a_long_wait_is_told_and_not_waited_for() -> None:
    async with gateway(chat(reply(429, error_body("Slow down"), {"Retry-After": "3600"}))) as playing:
        error = await playing.failure()
        assert error.retry_after == 3600
        assert "60 min" in str(error)
        assert len(playing.seen) == 1


# Redirects


@pytest.mark.parametrize("status", [301, 302, 303])
async def test_a_redirect_that_would_drop_the_prompt_is_not_followed(status: int) -> None:
    async with gateway(chat(reply(status, b"", {"Location": "{prefix}/elsewhere"}))) as playing:
        error = await playing.failure()
        assert error.kind == "redirect"
        assert "/elsewhere" in str(error)
        assert len(playing.seen) == 1


async def test_redirects_in_circles_end() -> None:
    async with gateway(chat(reply(307, b"", {"Location": "{prefix}/v1/chat/completions"}))) as playing:
        assert (await playing.failure()).kind == "redirect"
        assert len(playing.seen) == 4


@pytest.mark.parametrize(
    "location", ["", "http://", "http://[::1", "mailto:x@y", "//other.test/v1", "http://u:p@o.test/", "http://xn--/"]
)
async def test_odd_locations_lead_nowhere(location: str) -> None:
    async with gateway(chat(reply(308, b"", {"Location": location}))) as playing:
        assert (await playing.failure()).kind == "redirect"


async def test_a_model_list_may_be_moved_within_its_server() -> None:
    moved = listing(reply(301, b"", {"Location": "{prefix}/v2/models"}))
    there = rule(reply(200, {"data": [{"id": "a"}]}), method="GET", path="/v2/models")
    async with gateway(moved, there) as playing:
        assert [model.id for model in await playing.client.list_models()] == ["a"]
        assert all(seen.headers["authorization"] == f"Bearer {KEY}" for seen in playing.seen)


async def test_a_proxy_of_the_environment_carries_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    async with gateway(chat(GOOD)) as playing:
        monkeypatch.setenv("http_proxy", playing.lab.origin)
        client = GatewayClient("http://gateway.test/s/x/v1", KEY, clocks=CLOCKS)
        assert (await whole_reply(client, asks())).delta == "Hello there"
        await client.aclose()
        assert playing.seen[0].headers["host"] == "gateway.test"


# The way there


async def test_own_headers_go_with_every_request_and_along_a_redirect() -> None:
    moved = chat(reply(308, b"", {"Location": "{prefix}/v2/chat/completions"}))
    there = rule(GOOD, method="POST", path="/v2/chat/completions")
    async with gateway(moved, there, listing(reply(200, {"data": []}))) as playing:
        own = (("X-Title", "talk"), ("user-agent", "other/1"), ("X-Api-Key", "gate-secret"))
        client = GatewayClient(playing.lab.base_url("x"), KEY, clocks=CLOCKS, headers=own)
        await whole_reply(client, asks())
        await client.list_models()
        await client.aclose()
        sent = [
            (seen.headers["x-title"], seen.headers["user-agent"], seen.headers["x-api-key"]) for seen in playing.seen
        ]
        assert sent == [("talk", "other/1", "gate-secret")] * 3
        assert all(seen.headers["authorization"] == f"Bearer {KEY}" for seen in playing.seen)


async def test_a_secret_in_an_own_header_is_masked_like_the_key() -> None:
    async with gateway(chat(reply(400, error_body("bad header: gate-secret, talk")))) as playing:
        own = (("X-Api-Key", "gate-secret"), ("X-Title", "talk"))
        playing.client = GatewayClient(playing.lab.base_url("x"), KEY, clocks=CLOCKS, headers=own)
        error = str(await playing.failure())
        assert "gate-secret" not in error
        assert "…, talk" in error


async def test_an_own_proxy_carries_the_request_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with gateway(chat(GOOD)) as playing:
        proxy = playing.lab.origin.replace("http://", "http://me:hunter22@")
        client = GatewayClient("http://gateway.test/s/x/v1", KEY, clocks=CLOCKS, proxy=proxy)
        assert (await whole_reply(client, asks())).delta == "Hello there"
        await client.aclose()
        assert playing.seen[0].headers["proxy-authorization"].startswith("Basic ")


async def test_the_password_of_a_proxy_is_in_no_failure() -> None:
    async with gateway(chat(reply(400, error_body("user me with password hunter22 or hunter%322 unknown")))) as playing:
        proxy = playing.lab.origin.replace("http://", "http://me:hunter%322@")
        playing.client = GatewayClient("http://gateway.test/s/x/v1", KEY, clocks=CLOCKS, proxy=proxy)
        error = await playing.failure()
        assert "hunter" not in str(error) + repr(vars(error))
        assert "password … or …" in str(error)


async def test_a_proxy_that_is_not_there_is_named_without_its_password() -> None:
    proxy = "http://me:hunter22@127.0.0.1:9"
    client = GatewayClient("http://gateway.test", KEY, clocks=CLOCKS, proxy=proxy, retry_base=0.001)
    with pytest.raises(GatewayError, match=r"proxy 127\.0\.0\.1:9 \(the settings\)") as caught:
        await whole_reply(client, asks())
    assert "hunter22" not in "".join(traceback.format_exception(caught.value))
    await client.aclose()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
async def test_an_own_certificate_is_trusted_when_its_file_is_named(tmp_path: Path) -> None:
    certificate, private = tmp_path / "ca.pem", tmp_path / "key.pem"
    made = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-newkey", "ec", "-subj", "/CN=own"]
    made += ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made += ["-keyout", str(private), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, private)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            body = b'{"data": [{"id": "m"}]}'
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    stranger = GatewayClient(base, KEY, clocks=CLOCKS)
    friend = GatewayClient(base, KEY, clocks=CLOCKS, ca_file=str(certificate))
    try:
        with pytest.raises(GatewayError, match="ca_file") as caught:
            await stranger.list_models()
        assert caught.value.kind == "tls"
        assert [model.id for model in await friend.list_models()] == ["m"]
    finally:
        await stranger.aclose()
        await friend.aclose()
        server.close()


# What is told while waiting


async def test_comments_before_the_first_token_say_that_the_server_works() -> None:
    alive: list[int] = []
    come = stream(*[x for _n in range(4) for x in (b": working\n\n", ("wait", 0.02))], role(), words("x"), stop(), DONE)
    async with gateway(chat(come)) as playing:
        assert (await playing.ask(on_alive=lambda: alive.append(1))).delta == "x"
        assert alive == [1]


async def test_comments_between_tokens_say_nothing() -> None:
    alive: list[int] = []
    come = stream(role(), words("x"), *[x for _n in range(4) for x in (b": ping\n\n", ("wait", 0.02))], stop(), DONE)
    async with gateway(chat(come)) as playing:
        assert (await playing.ask(on_alive=lambda: alive.append(1))).delta == "x"
        assert alive == []


async def test_white_space_before_a_whole_reply_says_it_too() -> None:
    alive: list[int] = []
    late = [("head", 200, {"Content-Type": "application/json"}, "chunked"), ("send", b"\n\n"), ("wait", 0.05)]
    late += [("send", json.dumps(completion("x")).encode()), ("end",)]
    async with gateway(chat(late)) as playing:
        whole = await whole_reply(playing.client, asks(), on_alive=lambda: alive.append(1))
        assert (whole.delta, alive) == ("x", [1])


# Model lists


async def test_pages_of_models_are_followed() -> None:
    second = listing(reply(200, {"data": [{"id": "b"}, {"id": "a"}], "has_more": False}), query_has="after_id")
    first = listing(reply(200, {"data": [{"id": "a"}], "has_more": True, "last_id": "a"}))
    async with gateway(second, first) as playing:
        assert [model.id for model in await playing.client.list_models()] == ["a", "b"]


async def test_a_list_that_never_ends_is_left() -> None:
    async with gateway(listing(reply(200, {"data": [{"id": "a"}], "has_more": True, "last_id": "a"}))) as playing:
        assert [model.id for model in await playing.client.list_models()] == ["a"]
        assert len(playing.seen) == 2


@pytest.mark.parametrize("body", ["<html><title>Console</title>", "{", '{"error": {"message": "no"}}', "7", ""])
async def test_what_is_no_model_list_is_a_failure(body: str) -> None:
    async with gateway(listing(reply(200, body))) as playing:
        with pytest.raises(GatewayError):
            await playing.client.list_models()


# Stopping


async def test_a_stop_while_waiting_for_the_answer_closes_the_connection() -> None:
    async with gateway(chat([("hang", 30.0)])) as playing:
        task = asyncio.create_task(playing.ask())
        await until(lambda: bool(playing.seen))
        await stopped(task)
        await until(lambda: playing.seen[0].outcome == "client_gone")


@pytest.mark.parametrize("way", ["cancel", "aclose"])
async def test_a_stop_while_streaming_closes_the_connection(way: str) -> None:
    async with gateway(chat(stream(role(), words("first"), ("hang", 30.0)))) as playing:
        chunks = playing.client.stream_chat(asks())
        assert (await anext(chunks)).delta == "first"
        if way == "cancel":
            await stopped(asyncio.ensure_future(anext(chunks)))
        else:
            await chunks.aclose()
        await until(lambda: playing.seen[0].outcome == "client_gone")


@pytest.mark.parametrize("way", ["end", "refusal", "cancel", "aclose", "failure"])
async def test_every_answer_is_closed_before_the_request_is_over(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    opened: list[httpx.Response] = []
    send = httpx.AsyncClient.send

    async def spy(self: httpx.AsyncClient, *args: Any, **kwargs: Any) -> httpx.Response:
        opened.append(await send(self, *args, **kwargs))
        return opened[-1]

    monkeypatch.setattr(httpx.AsyncClient, "send", spy)
    open_ended = stream(role(), words("first"), ("hang", 30.0))
    torn = stream(role(), words("first"), b"data: {", end=("fin",))
    ops = {"end": GOOD, "refusal": reply(401, "no"), "failure": torn}.get(way, open_ended)
    async with gateway(chat(ops)) as playing:
        chunks = playing.client.stream_chat(asks())
        with suppress(GatewayError):
            await anext(chunks)
            if way == "cancel":
                await stopped(asyncio.ensure_future(anext(chunks)))
            elif way == "aclose":
                await chunks.aclose()
            else:
                assert [chunk async for chunk in chunks]
        assert [response.is_closed for response in opened] == [True]


async def test_a_stop_in_a_pause_sends_nothing_more() -> None:
    slow = reply(429, error_body("Slow down"), {"Retry-After": "15"})
    async with gateway(chat(slow)) as playing:
        paused = asyncio.Event()
        task = asyncio.create_task(playing.ask(on_retry=lambda seconds, error: paused.set()))
        await paused.wait()
        await stopped(task)
        assert len(playing.seen) == 1


async def test_a_stop_while_connecting_closes_the_connection() -> None:
    """A server that accepts and never answers the TLS handshake."""
    came, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        came.set()
        with suppress(ConnectionError):
            while await reader.read(65536):
                pass
        gone.set()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    client = GatewayClient(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}", KEY, clocks=CLOCKS)
    task = asyncio.create_task(whole_reply(client, asks()))
    try:
        async with asyncio.timeout(5):
            await came.wait()
            await stopped(task)
            await gone.wait()
    finally:
        await client.aclose()
        server.close()


async def test_two_replies_at_once_do_not_mix() -> None:
    slow = stream(role(), *[piece for n in range(20) for piece in (*words(f"a{n} "), ("wait", 0.002))], stop(), DONE)
    fast = stream(role(), *words(*(f"b{n} " for n in range(20))), stop(), DONE)
    async with gateway(chat(slow, body_has="temperature"), chat(fast)) as playing:
        one, two = await asyncio.gather(playing.ask(asks(temperature=1.0)), playing.ask())
        assert one.delta == "".join(f"a{n} " for n in range(20))
        assert two.delta == "".join(f"b{n} " for n in range(20))


async def test_closing_twice_and_asking_again_is_fine() -> None:
    async with gateway(chat(GOOD), chat(GOOD)) as playing:
        await playing.ask()
        await playing.client.aclose()
        await playing.client.aclose()
        assert (await playing.ask()).delta == "Hello there"


# The key


def leaks(error: BaseException) -> list[str]:
    """Where the key can be seen in an error: its words, its chain, its traceback, the values in its frames."""
    shows = (str(error), repr(error), repr(error.args), repr(vars(error)))
    found = [shown for shown in shows if KEY in shown]
    found += [f"a chain: {other!r}" for other in behind(error)]
    stack = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    own = [frame for frame in stack if "/tests/" not in frame.filename]
    found += [f"{frame.name}: {frame.locals}" for frame in own if KEY in str(frame.locals)]
    return found + [line for line in traceback.format_exception(error) if KEY in line]


REPEATS = f"Incorrect API key provided: {KEY}."
ENDS: list[list[Any]] = [
    [chat(reply(401, error_body(REPEATS)))],
    [chat(reply(400, REPEATS, {"x-request-id": KEY}))],
    [chat(reply(500, f"<html><title>{KEY}</title></html>"))],
    [chat(reply(307, b"", {"Location": "{other}/{prefix}"}))],
    [chat([("fin",)])],
    [chat([("rst",)])],
    [chat([("raw", b"\x15\x03\x01 no http\r\n\r\n"), ("fin",)])],
    [chat([("hang", 30.0)])],
    [chat(stream(role(), words("x"), end=("rst",)))],
    [chat(stream(role(), words("x"), ("hang", 30.0)))],
    [chat(stream(b"x", headers={"Content-Encoding": "gzip"}))],
]


@pytest.mark.parametrize("replies", ENDS, ids=range(len(ENDS)))
async def test_no_failure_of_a_reply_gives_the_key_away(replies: list[Any]) -> None:
    async with gateway(*replies) as playing:
        playing.client = GatewayClient(
            playing.lab.base_url("x"), KEY, clocks=Clocks(first=0.3, idle=0.2, after_finish=0.1), retry_base=0.001
        )
        error = await playing.failure()
        assert leaks(error) == []
        assert KEY not in repr(vars(playing.client))


@pytest.mark.parametrize(
    "ops",
    [
        stream(role(), words("x"), ev(error_body(REPEATS))),
        reply(200, f"<html><title>{KEY}</title></html>"),
        reply(200, REPEATS),
        reply(307, b"", {"Location": f"http://{KEY}.test/{KEY}"}),
        reply(302, b"", {"Location": f"/{KEY}"}),
    ],
)
async def test_an_answer_that_repeats_the_key_leaves_it_out_of_every_word(ops: list[Any]) -> None:
    async with gateway(chat(ops)) as playing:
        error = await playing.failure()
        assert KEY not in "".join(traceback.format_exception(error)) + repr(error.args) + repr(vars(error))
        assert "…" in str(error)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:{closed}/v1", "https://127.0.0.1:{port}/v1", "nonsense", "http://x y"]
)
async def test_no_failure_to_connect_gives_the_key_away(lab: GatewayLab, base: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = unused.getsockname()[1]
    client = GatewayClient(base.format(closed=closed, port=lab.port), KEY, clocks=CLOCKS, retry_base=0.001)
    for ask in (client.list_models(), whole_reply(client, asks())):
        with pytest.raises(GatewayError) as caught:
            await ask
        assert leaks(caught.value) == []
    await client.aclose()


async def test_a_key_no_header_can_hold_is_not_shown() -> None:
    client = GatewayClient("http://127.0.0.1:9", f"{KEY}\n{KEY}")
    with pytest.raises(GatewayError) as caught:
        await whole_reply(client, asks())
    assert leaks(caught.value) == []
