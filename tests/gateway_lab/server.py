"""The lab server: asyncio streams, raw bytes, scripted replies. Standard library only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from .wire import dumps, reply

CHAT = "/v1/chat/completions"
MODELS = "/v1/models"
MAX_HEAD = 64 * 1024
MAX_BODY = 32 * 1024 * 1024


@dataclass
class Request:
    method: str
    target: str
    path: str
    query: dict
    headers: dict
    body: bytes
    json: Any
    origin: str
    conn: int
    scenario: str = ""
    run: str = ""
    rest: str = ""  # path after the scenario prefix
    nth: int = 0
    started: float = 0.0
    # filled in while the reply is played
    outcome: str = "open"  # open | complete | client_gone | closed_by_lab
    gone_at: float | None = None
    sent: int = 0

    def as_dict(self) -> dict:
        return {
            "method": self.method,
            "path": self.path,
            "rest": self.rest,
            "query": self.query,
            "headers": self.headers,
            "json": self.json,
            "origin": self.origin,
            "conn": self.conn,
            "nth": self.nth,
            "outcome": self.outcome,
            "started": self.started,
            "gone_at": self.gone_at,
            "sent": self.sent,
        }


class ClientGoneError(Exception):
    pass


class HangUpError(Exception):
    pass


class _Conn:
    """One accepted connection: a reader with a one-byte look-ahead that notices EOF."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ident: int, origin: str):
        self.reader, self.writer, self.ident, self.origin = reader, writer, ident, origin
        self._ahead: asyncio.Task | None = None
        self._buffer = b""

    def watch(self) -> None:
        if self._ahead is None:
            self._ahead = asyncio.ensure_future(self._read_some())

    async def _read_some(self) -> bytes:
        try:
            return await self.reader.read(65536)
        except (ConnectionError, OSError):
            return b""

    async def pull(self) -> bytes:
        self.watch()
        assert self._ahead is not None
        data = await asyncio.shield(self._ahead)
        self._ahead = None
        return data

    def client_left(self) -> bool:
        return bool(self._ahead and self._ahead.done() and self._ahead.result() == b"")

    async def pause(self, seconds: float) -> None:
        """Sleep, but raise ClientGoneError as soon as the peer closes."""
        self.watch()
        assert self._ahead is not None
        if not self._ahead.done():
            await asyncio.wait({self._ahead}, timeout=seconds)
            if self.client_left():
                raise ClientGoneError
            return
        if self.client_left():
            raise ClientGoneError
        await asyncio.sleep(seconds)

    async def read_request(self) -> tuple[str, str, dict, bytes] | None:
        buf = self._buffer
        while b"\r\n\r\n" not in buf:
            if len(buf) > MAX_HEAD:
                return None
            more = await self.pull()
            if not more:
                return None
            buf += more
            if buf[:1] == b"\x16":  # a TLS hello on the plain port: answer as web servers do
                self.writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                return None
        top, _, rest = buf.partition(b"\r\n\r\n")
        lines = top.decode("latin-1").split("\r\n")
        try:
            method, target, _version = lines[0].split(" ", 2)
        except ValueError:
            return None
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = b""
            while True:
                while b"\r\n" not in rest:
                    more = await self.pull()
                    if not more:
                        return None
                    rest += more
                size_line, _, rest = rest.partition(b"\r\n")
                size = int(size_line.split(b";")[0], 16)
                while len(rest) < size + 2:
                    more = await self.pull()
                    if not more:
                        return None
                    rest += more
                body += rest[:size]
                rest = rest[size + 2 :]
                if size == 0:
                    break
        else:
            want = min(int(headers.get("content-length") or 0), MAX_BODY)
            while len(rest) < want:
                more = await self.pull()
                if not more:
                    return None
                rest += more
            body, rest = rest[:want], rest[want:]
        self._buffer = rest
        return method, target, headers, body

    def reset(self) -> None:
        sock = self.writer.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def drop(self) -> None:
        with contextlib.suppress(Exception):
            self.writer.close()
        if self._ahead:
            self._ahead.cancel()


@dataclass
class GatewayLab:
    """Async context manager: `async with GatewayLab() as lab: lab.base_url("plain_stream")`."""

    scenarios: Iterable[Any] = ()
    host: str = "127.0.0.1"
    port: int = 0
    by_name: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.scenarios:
            from .scenarios import SCENARIOS

            self.scenarios = SCENARIOS
        for s in self.scenarios:
            if s.name in self.by_name:
                raise ValueError(f"two scenarios are named {s.name}")
            self.by_name[s.name] = s
        self._log: dict[tuple[str, str], list[Request]] = {}
        self._servers: list[asyncio.base_events.Server] = []
        self._tasks: set[asyncio.Task] = set()
        self._count = 0
        self.other_port = 0

    # ------------------------------------------------------------ life cycle
    async def start(self) -> GatewayLab:
        main = await asyncio.start_server(lambda r, w: self._accept(r, w, "a"), self.host, self.port, limit=2**20)
        other = await asyncio.start_server(lambda r, w: self._accept(r, w, "b"), self.host, 0, limit=2**20)
        self._servers = [main, other]
        self.port = main.sockets[0].getsockname()[1]
        self.other_port = other.sockets[0].getsockname()[1]
        return self

    async def stop(self) -> None:
        for s in self._servers:
            s.close()
        for t in list(self._tasks):
            t.cancel()
        if self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *exc: object) -> None:
        await self.stop()

    # ------------------------------------------------------------ addresses
    @property
    def origin(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def other_origin(self) -> str:
        return f"http://{self.host}:{self.other_port}"

    def base_url(self, name: str, run: str = "", form: str = "{root}/v1") -> str:
        """The base URL for one scenario. `form` says how it is spelled, see README."""
        root = f"{self.origin}/s/{name}" + (f"~{run}" if run else "")
        return form.format(
            root=root,
            host=self.host,
            port=self.port,
            name=name,
            tls_root=root.replace("http://", "https://", 1),
            closed=self._closed_port(),
            tail=root[len(self.origin) :],
        )

    def _closed_port(self) -> int:
        with socket.socket() as s:
            s.bind((self.host, 0))
            return s.getsockname()[1]

    # ------------------------------------------------------------ the log
    def log(self, name: str, run: str = "") -> list[Request]:
        return self._log.get((name, run), [])

    def reset(self, name: str | None = None, run: str = "") -> None:
        if name is None:
            self._log.clear()
        else:
            self._log.pop((name, run), None)

    # ------------------------------------------------------------ serving
    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, origin: str) -> None:
        self._count += 1
        conn = _Conn(reader, writer, self._count, origin)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                got = await conn.read_request()
                if got is None:
                    break
                if not await self._serve(conn, *got):
                    break
        except (ConnectionError, asyncio.CancelledError, ClientGoneError, HangUpError, OSError):
            pass
        finally:
            self._tasks.discard(task)
            conn.drop()

    async def _serve(self, conn: _Conn, method: str, target: str, headers: dict, body: bytes) -> bool:
        if target.startswith(("http://", "https://")):  # used as a proxy
            parts = urlsplit(target)
            target = parts.path + (f"?{parts.query}" if parts.query else "")
        parts = urlsplit(target)
        path = unquote(parts.path)
        try:
            parsed = json.loads(body) if body else None
        except ValueError:
            parsed = None
        req = Request(
            method,
            target,
            path,
            parse_qs(parts.query),
            headers,
            body,
            parsed,
            conn.origin,
            conn.ident,
            started=time.monotonic(),
        )

        if path.startswith("/_lab/"):
            return await self._control(conn, req)

        name, run, rest = self._select(req)
        req.scenario, req.run, req.rest = name, run, rest
        scenario = self.by_name.get(name)
        if scenario is None:
            ops = self._unscripted(req)
        else:
            seen = self._log.setdefault((name, run), [])
            req.nth = 1 + sum(1 for r in seen if r.method == method and r.rest == rest and r.origin == conn.origin)
            seen.append(req)
            ops = self._match(scenario, req)
        return await self._play(conn, req, ops)

    def _select(self, req: Request) -> tuple[str, str, str]:
        if req.path.startswith("/s/"):
            name, slash, rest = req.path[3:].partition("/")
            name, _, run = name.partition("~")
            return name, run, slash + rest
        model = req.json.get("model") if isinstance(req.json, dict) else None
        if isinstance(model, str):
            name, _, run = model.removeprefix("lab:").partition("~")
            if name in self.by_name:
                return name, run, req.path
        return "", "", req.path

    def _unscripted(self, req: Request) -> list[tuple]:
        if req.path == MODELS and req.method == "GET":
            return reply(
                200,
                {
                    "object": "list",
                    "data": [
                        {"id": s.name, "object": "model", "created": 1744416000, "owned_by": "gateway-lab"}
                        for s in self.by_name.values()
                    ],
                },
            )
        return reply(
            404,
            {
                "error": {
                    "message": f"the lab has no scenario for {req.path}",
                    "type": "invalid_request_error",
                    "code": "lab_unknown",
                }
            },
        )

    def _match(self, scenario: Any, req: Request) -> list[tuple]:
        for r in scenario.replies:
            if all(self._holds(k, v, req) for k, v in r["when"].items()):
                return r["ops"]
        return reply(
            404,
            {
                "error": {
                    "message": f"Invalid URL ({req.method} {req.rest})",
                    "type": "invalid_request_error",
                    "param": None,
                    "code": None,
                }
            },
        )

    @staticmethod
    def _holds(key: str, want: Any, req: Request) -> bool:
        body = req.json if isinstance(req.json, dict) else {}
        if key == "method":
            return req.method == want
        if key == "path":
            return req.rest == want
        if key == "nth":
            return req.nth == want
        if key == "nth_from":
            return req.nth >= want
        if key == "body_has":
            return want in body
        if key == "body_lacks":
            return want not in body
        if key == "origin":
            return req.origin == want
        if key == "query_has":
            return want in req.query
        raise ValueError(f"unknown condition {key}")

    async def _control(self, conn: _Conn, req: Request) -> bool:
        """GET /_lab/log/<name>[~run], POST /_lab/reset[/<name>], GET /_lab/scenarios."""
        what = req.path[len("/_lab/") :].split("/", 1)
        name, _, run = (what[1] if len(what) > 1 else "").partition("~")
        if what[0] == "log":
            out: Any = [r.as_dict() for r in self.log(name, run)]
        elif what[0] == "reset":
            self.reset(name or None, run)
            out = {"ok": True}
        elif what[0] == "scenarios":
            out = [s.public_view() for s in self.by_name.values()]
        else:
            out = {"error": {"message": "unknown control path"}}
        return await self._play(conn, req, reply(200, out))

    # ------------------------------------------------------------ playing a script
    async def _play(self, conn: _Conn, req: Request, ops: list[tuple]) -> bool:
        w = conn.writer
        framing = "none"
        keep = req.headers.get("connection", "").lower() != "close"
        prefix = f"/s/{req.scenario}" + (f"~{req.run}" if req.run else "")

        async def push(data: bytes) -> None:
            if conn.client_left() or w.transport.is_closing():
                raise ClientGoneError
            w.write(data)
            await w.drain()
            req.sent += len(data)

        async def body(data: bytes) -> None:
            if framing == "chunked":
                if data:
                    await push(b"%x\r\n%s\r\n" % (len(data), data))
            else:
                await push(data)

        conn.watch()
        try:
            for op in ops:
                kind = op[0]
                if kind == "head":
                    _, status, headers, framing = op
                    try:
                        phrase = HTTPStatus(status).phrase
                    except ValueError:
                        phrase = "Unassigned"
                    lines = [f"HTTP/1.1 {status} {phrase}"]
                    for k, v in headers.items():
                        v = v.replace("{self}", f"http://{self.host}:{self.port}")
                        v = v.replace("{other}", self.other_origin).replace("{prefix}", prefix)
                        lines.append(f"{k}: {v}")
                    if framing == "chunked":
                        lines.append("Transfer-Encoding: chunked")
                    elif framing.startswith("length:"):
                        lines.append(f"Content-Length: {framing[7:]}")
                    elif framing == "close":
                        lines.append("Connection: close")
                        keep = False
                    await push(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
                elif kind == "send":
                    await body(op[1])
                elif kind == "drip":
                    _, data, size, gap = op
                    for i in range(0, len(data), size):
                        await body(data[i : i + size])
                        if gap:
                            await conn.pause(gap)
                elif kind == "spam":
                    _, data, times, gap = op
                    for n in range(times):
                        await body(data)
                        if gap:
                            await conn.pause(gap)
                        elif n % 64 == 0:
                            await asyncio.sleep(0)
                elif kind == "raw":
                    await push(op[1])
                elif kind in ("wait", "hang"):
                    await conn.pause(op[1])
                elif kind == "end":
                    if framing == "chunked":
                        await push(b"0\r\n\r\n")
                elif kind == "fin":
                    req.outcome = "closed_by_lab"
                    w.close()
                    raise HangUpError
                elif kind == "rst":
                    await asyncio.sleep(0.15)  # let the client read what came before
                    req.outcome = "closed_by_lab"
                    conn.reset()
                    raise HangUpError
                else:
                    raise ValueError(f"unknown operation {kind}")
            req.outcome = "complete"
            return keep and framing != "none"
        except (ClientGoneError, ConnectionError, OSError):
            req.outcome = "client_gone"
            req.gone_at = time.monotonic()
            raise ClientGoneError from None


@contextlib.asynccontextmanager
async def running_lab(scenarios: Iterable[Any] = (), **kw: Any):
    """For tests: `async with running_lab() as lab: ...`"""
    lab = GatewayLab(scenarios, **kw)
    await lab.start()
    try:
        yield lab
    finally:
        await lab.stop()


__all__ = ["GatewayLab", "Request", "running_lab", "CHAT", "MODELS", "dumps"]
