"""HTTP exchanges with one gateway: one request, one answer, with timeouts; every failure is a GatewayError.

Errors are raised outside of the handlers that catch httpx's own, so that no exception chain leads to a request and the
key in its header.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import cast

import httpx

from tui import __version__
from tui.api.address import Address, origin_of
from tui.api.api_key import ApiKey
from tui.api.network_failures import Route
from tui.api.patience import Patience
from tui.api.sse import MIB
from tui.api.transport import choose_proxy, open_client, proxy_secrets
from tui.domain.errors import GatewayError
from tui.domain.headers import is_secret
from tui.domain.i18n import _
from tui.domain.settings import Clocks

MOST_REDIRECTS = 3
ANSWER_LIMIT = 64 * MIB
_REPEAT_AS_IT_IS = {307, 308}
_REDIRECTS = {301, 302, 303, *_REPEAT_AS_IT_IS}
_ENCODINGS = {"", "identity", "gzip", "deflate"}
_DRAIN_SECONDS = 0.05
_AT_ONCE = 16 * 1024
"""Bytes that are handed on together at most, unless one part is larger: a burst must not keep the keys waiting."""
_AHEAD = 64 * 1024
"""Bytes that may wait to be taken before no more are read."""
_KEPT_HEADERS = ("Accept-Encoding", "Content-Type")


class Answer:
    """The answer to a request, its body still arriving."""

    def __init__(self, response: httpx.Response, route: Route, patience: Patience) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._response = response
        self._route = route
        self._patience = patience
        self._body = _ReadAhead(cast("AsyncGenerator[bytes, None]", response.aiter_bytes()))  # it is closed by hand
        self._size = 0

    @property
    def is_success(self) -> bool:
        """Whether the status says so. The body may still hold an error."""
        return 200 <= self.status < 300

    @property
    def content_type(self) -> str:
        """The media type as sent, or empty."""
        return self.headers.get("content-type", "")

    async def read(self) -> bytes:
        """Return what the next network read brings; empty at the end. GatewayError when it breaks or takes too long."""
        failure: GatewayError
        try:
            async with asyncio.timeout(self._patience.seconds()):
                part = await self._body.read()
        except TimeoutError:
            failure = self._patience.failure()
        except (httpx.HTTPError, OSError) as error:
            heard, begun = self._patience.heard, self._patience.begun
            failure = self._route.failure_to_read(error, heard=heard, begun=begun)
        else:
            self._size += len(part)
            if self._size > ANSWER_LIMIT:
                sentence = _("The response is larger than {n} MiB and was canceled.")
                raise GatewayError("protocol", sentence.format(n=ANSWER_LIMIT // MIB))
            if part:
                self._patience.bytes_came()
            return part
        raise failure

    async def text(self, limit: int | None = None) -> str:
        """Return the whole body, or its first `limit` bytes, with bad UTF-8 replaced."""
        body = bytearray()
        while (limit is None or len(body) < limit) and (part := await self.read()):
            body += part
            self._patience.data_came(begun=False)
        return bytes(body[:limit]).decode("utf-8-sig", "replace")

    async def drain(self) -> None:
        """Read the rest after a finished reply, so that the connection can be reused."""
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                while await self._body.read():
                    pass
        except (httpx.HTTPError, OSError):  # TimeoutError is an OSError
            return

    async def aclose(self) -> None:
        """Return the connection to the pool, or close it if the answer is not at its end."""
        try:
            await self._body.aclose()
        finally:
            await self._response.aclose()


class _ReadAhead:
    """Reads a body in a task of its own, so that all that one network read brought can be taken at once.

    The parts of a chunked body are handed out one by one, and servers send each event of a stream as such a part.
    """

    def __init__(self, parts: AsyncGenerator[bytes, None]) -> None:
        self._parts = parts
        self._held: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._failure: Exception | None = None
        self._came = asyncio.Event()
        """There is something to take, or nothing more will come."""
        self._taken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def read(self) -> bytes:
        """Return what has come, else what comes next; empty at the end. Raises what reading the body raised."""
        if self._task is None:
            self._task = asyncio.create_task(self._read_on(), name="read ahead")
        await self._came.wait()
        if not self._held and self._failure is not None:
            raise self._failure
        return self._take()

    async def aclose(self) -> None:
        """Stop reading, wherever it is."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._parts.aclose()

    async def _read_on(self) -> None:
        try:
            async for part in self._parts:
                if part:
                    self._held.append(part)
                    self._size += len(part)
                    self._came.set()
                while self._size >= _AHEAD:  # whoever shows the reply sets the pace
                    self._taken.clear()
                    await self._taken.wait()
        except Exception as error:  # noqa: BLE001 - not swallowed: `read` raises it, once all before it was taken
            self._failure = error
        finally:
            self._ended = True
            self._came.set()

    def _take(self) -> bytes:
        found, size = [], 0
        while self._held and size < _AT_ONCE:
            found.append(self._held.popleft())
            size += len(found[-1])
        self._size -= size
        self._taken.set()
        if not self._held and not self._ended:
            self._came.clear()
        return b"".join(found)


class Wire:
    """The connections to one gateway. Creating it is slow (TLS certificates): do it in a thread."""

    def __init__(
        self,
        address: Address,
        key: ApiKey,
        clocks: Clocks,
        *,
        proxy: str = "",
        ca_file: str = "",
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`proxy`, `ca_file` and `headers` as in `Profile`."""
        _check(address)
        self.address = address
        self._key = key
        self._clocks = clocks
        self._auth = _Bearer(key)
        self._proxy = choose_proxy(address, proxy)
        key.hide(value for name, value in headers if is_secret(name))
        if self._proxy is not None:
            key.hide(proxy_secrets(self._proxy.url))
        self._headers = httpx.Headers({"User-Agent": f"chinwag/{__version__}"})
        self._headers.update(list(headers))
        self._http = open_client(address, clocks, self._proxy, ca_file)

    @asynccontextmanager
    async def exchange(
        self,
        method: str,
        path: str,
        patience: Patience,
        *,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        streamed: bool = False,
    ) -> AsyncGenerator[Answer, None]:
        """Send a request and yield its answer, which is closed at the end of the block."""
        headers = self._headers.copy()
        headers["Accept-Encoding"] = "identity" if streamed else "gzip, deflate"  # compression holds tokens back
        if content is not None:
            headers["Content-Type"] = "application/json"
        route = Route(self.address, self._proxy, self._key, self._clocks.connect)
        request = self._http.build_request(
            method,
            self.address.url(path),
            content=content,
            params=params,
            headers=headers,
            extensions={"trace": route.trace},
        )
        answer = Answer(await self._send(request, route, patience), route, patience)
        try:
            encoding = answer.headers.get("content-encoding", "").strip().lower()
            if encoding not in _ENCODINGS:
                sentence = _("The server compressed its response as “{encoding}”, which is not supported here.")
                raise GatewayError("protocol", sentence.format(encoding=self._key.excerpt(encoding, 40)))
            yield answer
        finally:
            await answer.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def _send(self, request: httpx.Request, route: Route, patience: Patience) -> httpx.Response:
        for _turn in range(MOST_REDIRECTS + 1):
            response = await self._send_once(request, route, patience)
            if response.status_code not in _REDIRECTS:
                return response
            await response.aclose()
            request = self._redirected(request, response, route)
        raise GatewayError("redirect", _("The server redirects in a loop. Check the address."))

    async def _send_once(self, request: httpx.Request, route: Route, patience: Patience) -> httpx.Response:
        failure: GatewayError
        sent = False
        try:
            async with asyncio.timeout(patience.seconds()):
                response = await self._http.send(request, stream=True, auth=self._auth)
            sent = True
        except TimeoutError:
            failure = patience.failure()
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
            failure = route.failure_to_send(error)
        else:
            return response
        finally:
            if not sent:
                await route.abandon()
        raise failure

    def _redirected(self, request: httpx.Request, response: httpx.Response, route: Route) -> httpx.Request:
        """Return the request to repeat; GatewayError if the redirect leads elsewhere or would drop the body."""
        target = self._target(request, response)
        origin = origin_of(str(target)) if target is not None else None
        if target is None or origin is None:
            raise GatewayError("redirect", _("The server redirects to an invalid address. Check the address."))
        if origin != self.address.origin:
            sentence = _(
                "The server redirects to another address ({server}). Nothing was sent there; change the address if you trust it."
            )
            raise GatewayError("redirect", sentence.format(server=self._key.excerpt(f"{origin[1]}:{origin[2]}", 100)))
        if response.status_code not in _REPEAT_AS_IT_IS and request.method != "GET":
            sentence = _("The server redirects to {path} ({status}). Change the address.")
            path = self._key.excerpt(target.path, 100)
            raise GatewayError("redirect", sentence.format(path=path, status=response.status_code))
        return self._http.build_request(
            request.method,
            target.copy_with(userinfo=b"", fragment=None),
            content=request.content,
            headers={
                name: request.headers[name] for name in (*_KEPT_HEADERS, *self._headers) if name in request.headers
            },
            extensions={"trace": route.trace},
        )

    @staticmethod
    def _target(request: httpx.Request, response: httpx.Response) -> httpx.URL | None:
        try:
            return request.url.join(response.headers.get("location", ""))
        except (httpx.InvalidURL, ValueError):
            return None


class _Bearer(httpx.Auth):
    """Adds the key to each request; httpx never shows this header in a `repr`."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        if header := self._key.header():
            request.headers["Authorization"] = header
        yield request


def _check(address: Address) -> None:
    """Raise GatewayError for what httpx does not accept as a URL, such as an impossible host name."""
    usable = False
    with suppress(httpx.InvalidURL, ValueError):
        usable = bool(httpx.URL(address.base).host)
    if not usable:
        raise GatewayError("protocol", _("This is not a valid address: {url}").format(url=address.base))
