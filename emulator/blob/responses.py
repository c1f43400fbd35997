"""Blob requests in, Azure's answers out."""

from __future__ import annotations

import re
import uuid
from email.utils import formatdate
from pathlib import Path
from xml.etree.ElementTree import ParseError, fromstring

from emulator.blob import conditions, exceptions, listing, names
from emulator.blob.files import md5
from emulator.blob.models import Blobs, pieces, size
from emulator.core.clock import Clock
from emulator.core.http import Answer, Handler, Refusal, Request
from emulator.core.site import Site
from emulator.core.store import Document

ROOT = "/blob/{account}"
META = "x-ms-meta-"
META_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
RANGE = re.compile(r"bytes=(\d+)-(\d*)")
BLOCK_ID = re.compile(r"[A-Za-z0-9+/]{1,88}={0,2}")
# The headers of a blob's content, by the headers that set them.
CONTENT = {
    f"x-ms-blob-{name.lower()}": name
    for name in ("Content-Type", "Content-Encoding", "Content-Language", "Content-MD5", "Cache-Control")
} | {"x-ms-blob-content-disposition": "Content-Disposition"}


def as_azure(handler: Handler, clock: Clock) -> Handler:
    """Wrap a handler so that its answers carry the headers of Azure's servers."""

    def dressed(request: Request) -> Answer:
        try:
            answer = handler(request)
        except Refusal as refusal:
            answer = refusal.answer
        answer.headers["Server"] = "Windows-Azure-Blob/1.0 Microsoft-HTTPAPI/2.0"
        answer.headers["x-ms-request-id"] = str(uuid.uuid4())
        answer.headers["x-ms-version"] = request.headers.get("x-ms-version", "2020-04-08")
        answer.headers["Date"] = formatdate(clock.now(), usegmt=True)
        if "x-ms-client-request-id" in request.headers:
            answer.headers["x-ms-client-request-id"] = request.headers["x-ms-client-request-id"]
        return answer

    return dressed


class BlobResponses:
    """HTTP of the emulated Blob service."""

    def __init__(self, blobs: Blobs, clock: Clock, site: Site) -> None:
        self._blobs = blobs
        self._clock = clock
        self._site = site

    # Accounts and containers

    def account(self, request: Request) -> Answer:
        """A container's signature opens nothing of the account."""
        query = dict(request.query)
        raise exceptions.not_authorized() if "sig" in query else exceptions.no_authentication()

    def container(self, request: Request) -> Answer:
        query = dict(request.query)
        if (request.method, query.get("restype"), query.get("comp")) != ("GET", "container", "list"):
            self._container(request, "")
        container = self._container(request, "l")
        wanted = listing.read(query)
        page, following = listing.select(self._blobs.all(container["id"]), wanted)
        leases = {blob["id"]: self._blobs.leases.show(blob["id"]) for blob in page if not isinstance(blob, str)}
        endpoint = f"{self._site.blob}/{container['account']}/"
        body = listing.render((endpoint, container["name"]), wanted, page, following, leases)
        return Answer(200, body, {"Content-Type": "application/xml"})

    # Blobs

    def get(self, request: Request) -> Answer:
        comp = dict(request.query).get("comp")
        if comp == "blocklist":
            return self._block_list(request)
        if comp not in (None, "metadata"):
            raise exceptions.not_implemented(f"{request.method} comp={comp}")
        blob = self._find(request, "r")
        conditions.check_read(request.headers, blob)
        self._blobs.leases.check(blob["id"], request.headers.get("x-ms-lease-id"), write=False)
        headers, length = self._described(blob), size(blob)
        if comp == "metadata":
            return Answer(200, headers=headers)
        if request.method == "HEAD":
            return Answer(200, headers={**headers, "Content-Length": str(length)})
        start, end, status = 0, length, 200
        given = request.headers.get("x-ms-range", request.headers.get("Range"))
        match = RANGE.fullmatch(given) if given else None
        if match is not None:
            start, end, status = int(match[1]), min(int(match[2] or length) + 1, length), 206
            if start >= end:
                raise exceptions.invalid_range()
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{length}"
            headers["x-ms-blob-content-md5"] = headers.pop("Content-MD5", "")
        headers["Content-Length"] = str(end - start)
        return Answer(status, headers=headers, content=self._blobs.read(blob, start, end - start))

    def put(self, request: Request) -> Answer:
        comp = dict(request.query).get("comp")
        writers = {
            None: self._put_blob,
            "block": self._put_block,
            "blocklist": self._put_block_list,
            "metadata": self._set_metadata,
            "lease": self._lease,
        }
        if comp not in writers:
            raise exceptions.not_implemented(f"PUT comp={comp}")
        return writers[comp](request)

    def delete(self, request: Request) -> Answer:
        container = self._container(request, "d")
        self._blobs.delete(container["id"], request.params["name"], request.headers)
        return Answer(202)

    def _put_blob(self, request: Request) -> Answer:
        container, name = self._writable(request)
        kind = request.headers.get("x-ms-blob-type")
        if kind == "PageBlob":
            raise exceptions.hierarchical()
        if kind is None:
            raise exceptions.missing_header("x-ms-blob-type")
        if kind != "BlockBlob" or "x-ms-copy-source" in request.headers:
            raise exceptions.not_implemented(f"x-ms-blob-type: {kind}, x-ms-copy-source")
        upload = _upload(request)
        found = _checked_md5(request, upload)
        described = _content(request)
        described["content"].setdefault("Content-MD5", found)
        blob = self._blobs.put(container["id"], name, upload, described, request.headers)
        return self._written(blob, 201, {"Content-MD5": found})

    def _put_block(self, request: Request) -> Answer:
        container, name = self._writable(request)
        block = dict(request.query).get("blockid", "")
        if BLOCK_ID.fullmatch(block) is None:
            raise exceptions.invalid_parameter("blockid")
        upload = _upload(request)
        if upload.stat().st_size == 0:
            raise exceptions.invalid_header("Content-Length")
        found = _checked_md5(request, upload)
        self._blobs.stage(container["id"], name, block, upload, request.headers)
        return Answer(201, headers={"Content-MD5": found, "x-ms-request-server-encrypted": "true"})

    def _put_block_list(self, request: Request) -> Answer:
        container, name = self._writable(request)
        try:
            root = fromstring(_upload(request).read_bytes())  # noqa: S314 - what loopback sends
        except ParseError as error:
            raise exceptions.invalid_xml() from error
        wanted = [(item.tag, (item.text or "").strip()) for item in root]
        if root.tag != "BlockList" or any(place not in ("Latest", "Uncommitted", "Committed") for place, _ in wanted):
            raise exceptions.invalid_xml()
        blob = self._blobs.commit(container["id"], name, wanted, _content(request), request.headers)
        return self._written(blob, 201)

    def _set_metadata(self, request: Request) -> Answer:
        blob = self._find(request, "w")
        return self._written(self._blobs.set_metadata(blob, _metadata(request), request.headers), 200)

    def _block_list(self, request: Request) -> Answer:
        container = self._container(request, "r")
        name = request.params["name"]
        blob = self._blobs.look(container["id"], name)
        staged = self._blobs.staged(container["id"], name)
        if blob is None and not staged:
            raise exceptions.blob_not_found()
        committed = list(zip((block for block, _ in blob["blocks"]), pieces(blob), strict=True)) if blob else []
        lists = {
            "CommittedBlocks": [(block, piece.length) for block, piece in committed if block],
            "UncommittedBlocks": [(block, piece.length) for block, piece in staged.items()],
        }
        kind = dict(request.query).get("blocklisttype", "committed")
        body = "".join(
            f"<{name}>{''.join(f'<Block><Name>{b}</Name><Size>{s}</Size></Block>' for b, s in blocks)}</{name}>"
            for name, blocks in lists.items()
            if kind == "all" or name.lower().startswith(kind)
        )
        text = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{body}</BlockList>'
        return Answer(200, text.encode(), {"Content-Type": "application/xml"})

    # Leases

    def _lease(self, request: Request) -> Answer:
        blob = self._find(request, "wd" if request.headers.get("x-ms-lease-action") == "break" else "w")
        conditions.check_write(request.headers, blob)
        leases, headers, key = self._blobs.leases, request.headers, blob["id"]
        match headers.get("x-ms-lease-action"):
            case "acquire":
                duration = _whole(request, "x-ms-lease-duration", -1)
                if duration != -1 and not 15 <= duration <= 60:
                    raise exceptions.invalid_header("x-ms-lease-duration")
                lease = leases.acquire(key, duration, headers.get("x-ms-proposed-lease-id"))
                return self._written(blob, 201, {"x-ms-lease-id": lease})
            case "renew":
                lease = leases.renew(key, _needed(request, "x-ms-lease-id"))
                return self._written(blob, 200, {"x-ms-lease-id": lease})
            case "change":
                proposed = _needed(request, "x-ms-proposed-lease-id")
                lease = leases.change(key, _needed(request, "x-ms-lease-id"), proposed)
                return self._written(blob, 200, {"x-ms-lease-id": lease})
            case "release":
                leases.release(key, _needed(request, "x-ms-lease-id"))
                return self._written(blob, 200)
            case "break":
                period = _whole(request, "x-ms-lease-break-period", 0) if "x-ms-lease-break-period" in headers else None
                if period is not None and not 0 <= period <= 60:
                    raise exceptions.invalid_header("x-ms-lease-break-period")
                return self._written(blob, 202, {"x-ms-lease-time": str(leases.break_(key, period))})
        raise exceptions.invalid_header("x-ms-lease-action")

    def _container(self, request: Request, permissions: str) -> Document:
        place = request.params
        return self._blobs.containers.admit(place["account"], place["container"], dict(request.query), permissions)

    def _find(self, request: Request, permissions: str) -> Document:
        container = self._container(request, permissions)
        return self._blobs.find(container["id"], request.params["name"])

    def _writable(self, request: Request) -> tuple[Document, str]:
        """The container, if this may be written: to overwrite takes more than to create."""
        container = self._container(request, "cw")
        name = names.check(request.params["name"])
        if self._blobs.look(container["id"], name) is not None:
            self._container(request, "w")
        return container, name

    def _described(self, blob: Document) -> dict[str, str]:
        lease = self._blobs.leases.show(blob["id"])
        duration = {"x-ms-lease-duration": lease["duration"]} if "duration" in lease else {}
        return {
            "Content-Type": "application/octet-stream",
            **blob["content"],
            "ETag": blob["etag"],
            "Last-Modified": formatdate(blob["modified"], usegmt=True),
            "Accept-Ranges": "bytes",
            "x-ms-creation-time": formatdate(blob["created"], usegmt=True),
            "x-ms-blob-type": "BlockBlob",
            "x-ms-lease-state": lease["state"],
            "x-ms-lease-status": lease["status"],
            **duration,
            "x-ms-server-encrypted": "true",
            **{f"{META}{name}": value for name, value in blob["metadata"].items()},
        }

    def _written(self, blob: Document, status: int, further: dict[str, str] | None = None) -> Answer:
        modified = formatdate(blob["modified"], usegmt=True)
        headers = {"ETag": blob["etag"], "Last-Modified": modified, **(further or {})}
        return Answer(status, headers={**headers, "x-ms-request-server-encrypted": "true"})


def _upload(request: Request) -> Path:
    if request.upload is None:
        raise LookupError("the route takes no file")
    return request.upload


def _checked_md5(request: Request, upload: Path) -> str:
    found, given = md5(upload), request.headers.get("Content-MD5")
    if given is not None and given != found:
        raise exceptions.md5_mismatch()
    return found


def _content(request: Request) -> Document:
    content = {name: request.headers[header] for header, name in CONTENT.items() if header in request.headers}
    return {"content": content, "metadata": _metadata(request)}


def _metadata(request: Request) -> Document:
    found = {name[len(META) :]: value for name, value in request.headers.items() if name.lower().startswith(META)}
    if any(META_NAME.fullmatch(name) is None for name in found):
        raise exceptions.invalid_metadata()
    return found


def _needed(request: Request, name: str) -> str:
    if not request.headers.get(name):
        raise exceptions.missing_header(name)
    return request.headers[name]


def _whole(request: Request, name: str, default: int) -> int:
    try:
        return int(request.headers.get(name, default))
    except ValueError as error:
        raise exceptions.invalid_header(name) from error
