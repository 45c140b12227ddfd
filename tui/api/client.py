"""The client of one gateway."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from tui.api.address import parse_address
from tui.api.api_key import ApiKey
from tui.api.failures import BODY_LIMIT, hidden_error, refusal, web_page
from tui.api.models import MOST_PAGES, ModelPage, read_models, without_duplicates
from tui.api.patience import Heartbeat, Patience
from tui.api.reading import UnreadableError, decode
from tui.api.reply import Reply
from tui.api.request import GatewayQuirks, chat_body, encode
from tui.api.response_decoder import ChatBody
from tui.api.retry import OnRetry, Retries
from tui.domain.chat import ChatCompletionChunk, ChatRequest
from tui.domain.errors import GatewayError
from tui.domain.i18n import _
from tui.domain.models import ModelInfo
from tui.domain.settings import Clocks

if TYPE_CHECKING:
    from tui.api.wire import Answer, Wire

Chunks = AsyncGenerator[ChatCompletionChunk, None]
OnAlive = Callable[[], None]
"""Called at most once a second while the server keeps the connection open without sending data yet."""
MANY = 200
"""Messages from which a request is encoded in a thread."""
_BAD_REQUEST = 400
_T = TypeVar("_T")


class GatewayClient:
    """A client for one gateway with one key. Every failure is a GatewayError.

    Creating one is cheap and never fails: a bad address or key fails the first request. `retry_base` is the pause
    before the first retry, in seconds; `key_variable` names the environment variable that the key comes from, if any;
    `proxy`, `ca_file` and `headers` are as in `Profile`.
    """

    def __init__(
        self,
        base_url: str,
        key: str | None = None,
        *,
        key_variable: str = "",
        clocks: Clocks = Clocks(),
        retry_base: float = 0.5,
        learned: GatewayQuirks | None = None,
        proxy: str = "",
        ca_file: str = "",
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.learned = learned if learned is not None else GatewayQuirks()
        """What the gateway's refusals have taught so far."""
        self._base_url = base_url
        self._key = ApiKey(key, key_variable)
        self._clocks = clocks
        self._retry_base = retry_base
        self._proxy = proxy
        self._ca_file = ca_file
        self._headers = headers
        self._wire: Wire | None = None
        self._opening = asyncio.Lock()

    async def list_models(self) -> list[ModelInfo]:
        """Return the models that the key may use, in the gateway's order."""
        return await self._retried(self._fetch_models)

    async def stream_chat(
        self, request: ChatRequest, *, on_retry: OnRetry | None = None, on_alive: OnAlive | None = None
    ) -> Chunks:
        """Stream a reply; the last chunk has the finish reason, the usage and any notice.

        A failed reply is retried only while nothing of it has come: at once if the gateway's refusal taught how to ask,
        else after a pause. `on_retry` is called before each pause, and `on_alive` while comments come before the reply.
        With `request.stream` off it is asked for whole and comes as one chunk.
        """
        retries, heartbeat = Retries(self._retry_base, on_retry), Heartbeat(on_alive)
        known = self.learned.notices(request)
        while True:
            begun, said = False, None
            reader: ReplyReader | None = None
            try:
                wire = await self._ready()
                body, content = await self._written(request)
                streamed = self.learned.streams_for(request)
                patience = Patience(self._clocks, self._clocks.first if streamed else self._clocks.first_whole)
                async with wire.exchange(
                    "POST", "chat/completions", patience, content=content, streamed=streamed
                ) as answer:
                    if not answer.is_success:
                        said = self._key.mask(await answer.text(BODY_LIMIT))
                        raise refusal(answer.status, answer.headers, said, self._key)
                    reply = Reply(self._key, [each for each in self.learned.notices(request) if each not in known])
                    decoder = ChatBody(reply, answer.content_type, wire.address.base, self._key)
                    reader = ReplyReader(answer, decoder, reply, patience, heartbeat)
                    while (chunk := await reader.next()) is not None:
                        begun = True
                        yield chunk
                    if not wire.address.is_loopback:
                        await answer.drain()
                    return
            except GatewayError as error:
                failure = error
                if reader is not None:  # a success status may still carry a refusal
                    said = str(error)
            if begun:
                raise failure
            if said is not None and self.learned.learn(body, failure.status or _BAD_REQUEST, said):
                continue
            if not await retries.pause(failure):
                raise failure

    async def aclose(self) -> None:
        """Close the connections. Safe to call twice."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.aclose()

    async def _ready(self) -> Wire:
        async with self._opening:
            if self._wire is None:
                self._wire = await asyncio.to_thread(self._open_wire)
            return self._wire

    def _open_wire(self) -> Wire:
        from tui.api.wire import Wire  # importing httpx takes as long as drawing several frames

        self._key.header()
        return Wire(
            parse_address(self._base_url),
            self._key,
            self._clocks,
            proxy=self._proxy,
            ca_file=self._ca_file,
            headers=self._headers,
        )

    async def _retried(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        retries = Retries(self._retry_base)
        while True:
            try:
                return await ask()
            except GatewayError as error:
                failure = error
            if not await retries.pause(failure):
                raise failure

    async def _written(self, request: ChatRequest) -> tuple[dict[str, Any], bytes]:
        """Return the body of a request, and its bytes. With thousands of messages encoding takes a while, so a thread
        does it."""

        def write() -> tuple[dict[str, Any], bytes]:
            body = chat_body(request, self.learned)
            return body, encode(body)

        return await asyncio.to_thread(write) if len(request.messages) > MANY else write()

    async def _fetch_models(self) -> list[ModelInfo]:
        wire = await self._ready()
        found: list[ModelInfo] = []
        after: str | None = None
        for _page in range(MOST_PAGES):
            page = await self._fetch_page(wire, after)
            fresh = without_duplicates([*found, *page.models])
            if page.next_after is None or len(fresh) == len(found):
                return fresh
            found, after = fresh, page.next_after
        return found

    async def _fetch_page(self, wire: Wire, after: str | None) -> ModelPage:
        patience = Patience(self._clocks, min(self._clocks.first, self._clocks.first_whole))
        # Servers page lists under either name.
        params = {"after": after, "after_id": after} if after is not None else None
        async with wire.exchange("GET", "models", patience, params=params) as answer:
            text = self._key.mask(await answer.text(None if answer.is_success else BODY_LIMIT))
        if not answer.is_success:
            raise _no_models(refusal(answer.status, answer.headers, text, self._key))
        if text.lstrip().startswith("<"):
            raise web_page(text, wire.address.base, self._key)
        return await asyncio.to_thread(_read_page, text, self._key)


class ReplyReader:
    """Reads one reply from an answer, under the clocks, a chunk for each read from the network."""

    def __init__(
        self, answer: Answer, decoder: ChatBody, reply: Reply, patience: Patience, heartbeat: Heartbeat
    ) -> None:
        self._answer = answer
        self._decoder = decoder
        self._reply = reply
        self._patience = patience
        self._heartbeat = heartbeat
        self._failure: GatewayError | None = None
        self._is_at_end = False
        self._is_closed = False

    async def next(self) -> ChatCompletionChunk | None:
        """Return what came next; `None` after the last chunk. GatewayError when the reply fails."""
        while not self._reply.over and not self._is_at_end:
            await asyncio.sleep(0)  # a burst must not keep the keys waiting
            await self._read()
            if not self._is_at_end and (chunk := self._reply.take()):
                return chunk
        if not self._is_closed:
            self._is_closed = True
            last = self._reply.close()
            # A connection lost after the finish reason may only have cost the usage.
            if self._failure is None or self._reply.finished:
                self._failure = self._reply.verdict()
            if self._failure is None or last.delta or last.reasoning:
                return last
        if self._failure is not None:
            raise self._failure
        return None

    async def _read(self) -> None:
        reply = self._reply
        try:
            if piece := await self._answer.read():
                brought_data = self._decoder.feed(piece)
            else:
                self._is_at_end = True
                self._decoder.end()
                return
        except GatewayError as error:
            self._failure, self._is_at_end = error, True
            return
        if brought_data:
            self._patience.data_came(begun=reply.begun)
        elif not reply.begun:
            self._heartbeat.beat()
        if reply.finished:
            self._patience.finish_came()


def _read_page(text: str, key: ApiKey) -> ModelPage:
    try:
        payload = decode(text)
    except UnreadableError:
        payload = text
    if isinstance(payload, dict) and payload.get("error"):
        raise hidden_error(payload, key, begun=False)
    return read_models(payload)


def _no_models(error: GatewayError) -> GatewayError:
    """Return the error to show: a server without a model list can still be chatted with."""
    if error.kind != "not_found":
        return error
    sentence = _("This server has no model list ({status}). Type a model's name, or check the address.")
    return GatewayError("not_found", sentence.format(status=error.status), status=error.status)
