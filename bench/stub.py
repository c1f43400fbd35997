"""The requests that base connections make, answered as fast as Python can: `python -m bench.stub` prints its URL.

It believes everything and forgets everything when it ends. It only shows whether the emulator's own speed is part of
what the bench measures.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

_PAGE = 100
_CONNECTIONS = "/adobe/data/foundation/flowservice/connections"


@dataclass
class World:
    """What the stub holds."""

    latency: float = 0.0
    requests: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    connections: dict[str, dict[str, Any]] = field(default_factory=dict)
    etags: itertools.count[int] = field(default_factory=itertools.count)

    def answer(self, method: str, target: str, body: bytes) -> tuple[int, Any]:
        """Answer a request with a status and a JSON value."""
        path = urlsplit(target).path
        if path.startswith("/control/"):
            return 200, self._control(path.split("/")[2:])
        if path.endswith(("/token", "/token/v3")):
            # Any secret-looking text serves as a token.
            token = f"1000.{uuid.uuid4().hex}"
            return 200, {"access_token": token, "expires_in": 3600, "api_domain": "https://www.zohoapis.com"}
        if path == _CONNECTIONS:
            return (201, self._save(str(uuid.uuid4()), json.loads(body))) if method == "POST" else self._list(target)
        if path.startswith(_CONNECTIONS):
            id_, _, verb = path.removeprefix(f"{_CONNECTIONS}/").partition("/")
            return self._one(method, id_, verb, body)
        return 200, {"items": [], "_links": {}}

    def _one(self, method: str, id_: str, verb: str, body: bytes) -> tuple[int, Any]:
        found = self.connections.get(id_)
        if found is None:
            return 404, {"type": "FLOW-1404", "title": "Not found", "status": 404, "detail": f"{id_} does not exist"}
        if verb == "test":
            return 200, {"result": True}
        if method == "DELETE":
            del self.connections[id_]
            return 204, None
        if method == "PATCH":
            for op in json.loads(body):
                if op["path"] == "/auth/params":
                    found["auth"]["params"] = op["value"]
                else:
                    found[op["path"].strip("/")] = op["value"]
            return 200, self._save(id_, found)
        return 200, {"items": [found]}

    def _save(self, id_: str, connection: dict[str, Any]) -> dict[str, Any]:
        etag = f'"{next(self.etags)}"'
        self.connections[id_] = {"state": "enabled", **connection, "id": id_, "etag": etag}
        return {"id": id_, "etag": etag}

    def _list(self, target: str) -> tuple[int, Any]:
        begin = int(parse_qs(urlsplit(target).query).get("continuationToken", ["0"])[0])
        page = list(self.connections.values())[begin : begin + _PAGE]
        more = begin + _PAGE < len(self.connections)
        links = {"next": {"href": f"/connections?continuationToken={begin + _PAGE}"}} if more else {}
        return 200, {"items": page, "_links": links}

    def _control(self, words: list[str]) -> dict[str, Any]:
        if words[0] == "latency":
            self.latency = float(words[1])
        elif words[0] == "forget":
            self.requests = self.most_in_flight = 0
        elif words[0] == "clear":
            self.connections.clear()
        return {"requests": self.requests, "in_flight": self.most_in_flight}


async def serve(world: World, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection until the client closes it."""
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            method, target, _ = head.split(" ", 2)
            fields = (line.partition(":") for line in head.split("\r\n")[1:])
            headers = {name.lower(): value.strip() for name, _, value in fields}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            counted = not target.startswith("/control/")
            if counted:
                world.requests += 1
                world.in_flight += 1
                world.most_in_flight = max(world.most_in_flight, world.in_flight)
                await asyncio.sleep(world.latency)
            status, value = world.answer(method, target, body)
            world.in_flight -= counted
            content = b"" if value is None else json.dumps(value).encode()
            kind = "application/problem+json" if status == 404 else "application/json"
            writer.write(
                f"HTTP/1.1 {status} -\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n".encode()
                + content
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    """Listen on loopback, and print where."""
    world = World()
    server = await asyncio.start_server(lambda reader, writer: serve(world, reader, writer), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
