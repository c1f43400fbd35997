"""A stand-in of the part of GitHub's API that a review is posted by, on loopback."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghs-of-the-stand-in"
REPOSITORY = "acme/zoho"
LIMIT = 65_536


@dataclass
class GitHub:
    """What was posted: comments by the number of their pull request, and issues."""

    url: str = ""
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    late: dict[str, Any] | None = None
    """A comment that another run posts once the comments of a pull request were listed."""

    def environment(self) -> dict[str, str]:
        """Return the variables that a workflow has of its repository."""
        return {"GITHUB_API_URL": self.url, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_RUN_ID": "1"}

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: dict[str, str]) -> tuple[int, Any]:
        """Do what a request asks for."""
        if len(body.get("body", "")) > LIMIT:
            return 422, {"message": "body is too long (maximum is 65536 characters)"}
        if method != "GET":
            self.writes.append(f"{method} {path}")
        number = int(found.group(1)) if (found := re.search(r"/(\d+)(?:/comments)?$", path)) else 0
        items = [item for of in self.comments.values() for item in of] + self.issues
        if method == "PATCH":
            (item,) = (item for item in items if item["number" if "comments" not in path else "id"] == number)
            return 200, item | body if not item.update(body) else {}
        if method == "DELETE":
            (of,) = (of for of in self.comments.values() if any(item["id"] == number for item in of))
            of[:] = [item for item in of if item["id"] != number]
            return 204, None
        listed = self.comments.setdefault(number, []) if path.endswith("/comments") else self.issues
        if method == "POST":
            listed.append(self.item(len(items) + 1, **body))
            return 201, listed[-1]
        page, size = int(query["page"][0]), int(query["per_page"][0])
        shown = [item for item in listed if item["state"] == "open"]
        if path.endswith("/comments") and self.late is not None:
            listed.append(self.late)
            self.late = None
        return 200, shown[(page - 1) * size : page * size]

    @staticmethod
    def item(number: int, *, kind: str = "Bot", **fields: str) -> dict[str, Any]:
        """Make a comment or an issue."""
        url = f"https://github.com/{REPOSITORY}/issues/{number}"
        return {"id": number, "number": number, "state": "open", "user": {"type": kind}, "html_url": url, **fields}


@contextmanager
def running() -> Iterator[GitHub]:
    """Run the stand-in."""
    github = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            split = urlsplit(self.path)
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                status, answer = 401, {"message": "Bad credentials"}
            else:
                status, answer = github.answer(self.command, split.path, parse_qs(split.query), body)
            self.send_response(status)
            self.end_headers()
            if status != 204:
                self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PATCH = do_DELETE = _do  # noqa: N815 - the names that the server looks for

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        github.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield github
        finally:
            server.shutdown()
            thread.join()
