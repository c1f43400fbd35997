"""The emulated services on one loopback port."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
import traceback
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from email.utils import formatdate
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from emulator.control import Control
from emulator.core.faults import ADOBE, Fault, Kind, Voice
from emulator.core.http import Answer, Handler, Refusal, Request, Route, json_answer
from emulator.world import World

LOOPBACK = "127.0.0.1"
LOOPBACK_NAMES = frozenset({LOOPBACK, "localhost", "::1"})

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
Wrap = Callable[[Route], Endpoint]


class Server:
    """Turns HTTP into calls of the services, with log, figures and faults on the way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._uploads = world.data / "uploads"
        shutil.rmtree(self._uploads, ignore_errors=True)
        self._uploads.mkdir(mode=0o700)
        self._runner: web.AppRunner | None = None

    def application(self) -> web.Application:
        app = web.Application()
        for service in self._world.services:
            for root, routes in service.mounts.items():
                self._mount(app, root, routes, partial(self._emulated, voice=service.voice))
        self._mount(app, "/_control", Control(self._world).routes(), self._control)
        self._mount(app, "", [Route("*", "/{path:.*}", _not_emulated)], partial(self._emulated, voice=ADOBE))
        return app

    async def start(self, port: int) -> int:
        """Listen, and tell on which port."""
        self._runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOOPBACK, port)
        await site.start()
        bound: int = self._runner.addresses[0][1]
        self._world.site.base = f"http://{LOOPBACK}:{bound}"
        return bound

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def _mount(self, app: web.Application, root: str, routes: Sequence[Route], wrap: Wrap) -> None:
        for route in routes:
            app.router.add_route(route.method, root + route.path, wrap(route))

    def _control(self, route: Route) -> Endpoint:
        async def endpoint(http: web.Request) -> web.StreamResponse:
            async with self._received(http, route) as request:
                return await _send(http, _foreign(http) or self._work(route.handler, request))

        return endpoint

    def _emulated(self, route: Route, voice: Voice) -> Endpoint:
        async def endpoint(http: web.Request) -> web.StreamResponse:
            refused = _foreign(http)
            if refused is not None:
                return _render(refused)
            async with self._received(http, route) as request:
                entry = self._world.recorder.enter(time.time(), request)
                try:
                    faults = self._world.faults.take(request)
                    if not faults:
                        answer = self._answer(route.handler, request)
                        entry.status = answer.status
                        return await _send(http, answer)
                    entry.faults = [fault.kind.value for fault in faults]
                    response, entry.status = await self._disturbed(http, request, route.handler, faults, voice)
                    return response
                finally:
                    self._world.recorder.leave(entry, time.time())

        return endpoint

    @asynccontextmanager
    async def _received(self, http: web.Request, route: Route) -> AsyncIterator[Request]:
        """Read a request. A file that nobody has taken over is gone afterwards."""
        upload = self._uploads / uuid.uuid4().hex if route.streams else None
        body = b""
        if upload is not None:
            with upload.open("wb") as file:
                async for chunk in http.content.iter_any():
                    file.write(chunk)
        elif http.can_read_body:
            body = await http.read()
        try:
            yield Request(http.method, http.path, list(http.query.items()), http.headers, body, http.match_info, upload)
        finally:
            if upload is not None:
                upload.unlink(missing_ok=True)

    def _answer(self, handler: Handler, request: Request) -> Answer:
        """Do the work; the answer tells the time of the emulated world."""
        answer = self._work(handler, request)
        answer.headers.setdefault("Date", formatdate(self._world.clock.now(), usegmt=True))
        return answer

    def _work(self, handler: Handler, request: Request) -> Answer:
        try:
            self._world.settle()
            return handler(request)
        except Refusal as refusal:
            return refusal.answer
        except Exception:
            traceback.print_exc()
            return json_answer({"title": "The emulator failed", "status": 500, "detail": "see its log"}, 500)

    async def _disturbed(
        self, http: web.Request, request: Request, handler: Handler, faults: list[Fault], voice: Voice
    ) -> tuple[web.StreamResponse, int | None]:
        """Answer with the faults applied; the status is None where no whole answer was sent."""
        spoiler: Fault | None = None
        pause_after = 0.0
        for fault in faults:
            if fault.kind is Kind.CHANGE_BEHIND:
                self._change_behind(request, fault)
            elif fault.kind not in (Kind.DELAY, Kind.LATENCY):
                spoiler = fault
            elif fault.after_work:
                pause_after += fault.seconds
            else:
                await asyncio.sleep(fault.seconds)
        answer = Answer()
        if spoiler is None or spoiler.works_first():
            answer = self._answer(handler, request)
        await asyncio.sleep(pause_after)
        if spoiler is None:
            return await _send(http, answer), answer.status
        if spoiler.kind in (Kind.DROP_BEFORE, Kind.DROP_AFTER):
            _hang_up(http)
            return web.Response(), None
        if spoiler.kind is Kind.TRUNCATE:
            return await _truncated(http, answer), None
        answer = spoiler.answer(voice)
        return _render(answer), answer.status

    def _change_behind(self, request: Request, fault: Fault) -> None:
        identifier = request.params.get("id", "")
        ops = fault.ops or [{"op": "add", "path": "/description", "value": "changed behind your back"}]
        try:
            self._world.change_behind(identifier, ops)
        except Refusal as refusal:
            print(f"change_behind: {refusal}", file=sys.stderr)


def _not_emulated(request: Request) -> Answer:
    return json_answer({"title": "Not emulated", "status": 501, "detail": f"{request.method} {request.path}"}, 501)


def _foreign(http: web.Request) -> Answer | None:
    """Refuse what came by another name than loopback's: a web page may give 127.0.0.1 a name of its own."""
    names = [urlsplit(f"//{http.headers.get('Host', '')}").hostname]
    if "Origin" in http.headers:
        names.append(urlsplit(http.headers["Origin"]).hostname)
    if all(name in LOOPBACK_NAMES for name in names):
        return None
    return json_answer({"title": "Misdirected Request", "status": 421, "detail": "only loopback is served"}, 421)


def _render(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body or None, headers=answer.headers)


async def _send(http: web.Request, answer: Answer) -> web.StreamResponse:
    if answer.content is None:
        return _render(answer)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    await response.prepare(http)
    for chunk in answer.content:
        await response.write(chunk)
    await response.write_eof()
    return response


def _hang_up(http: web.Request) -> None:
    if http.transport is not None:
        http.transport.close()


async def _truncated(http: web.Request, answer: Answer) -> web.StreamResponse:
    body = answer.body if answer.content is None else b"".join(answer.content)
    headers = {**answer.headers, "Content-Length": str(len(body))}
    response = web.StreamResponse(status=answer.status, headers=headers)
    await response.prepare(http)
    await response.write(body[: len(body) // 2])
    _hang_up(http)
    return response
