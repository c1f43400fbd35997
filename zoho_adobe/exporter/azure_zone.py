"""A landing zone on Azure, by Microsoft's own client.

Source: https://learn.microsoft.com/en-us/rest/api/storageservices/put-block-list
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from azure.core import MatchConditions
from azure.core.exceptions import (
    AzureError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ResourceNotFoundError,
    ServiceRequestError,
)
from azure.storage.blob import BlobBlock, ContainerClient, LinearRetry

from zoho_adobe.api.landing_zone import AzureAccess
from zoho_adobe.api.transport import CONNECT_TIMEOUT
from zoho_adobe.errors import ZoneConflictError
from zoho_adobe.exporter.asking import FOREIGN, Failed, ask, etag_of, no_answer, not_arrived, refused
from zoho_adobe.exporter.zone import Stored

BLOCK = 8 * 1024 * 1024
_FOLDER = "hdi_isfolder"
T = TypeVar("T")


class AzureZone:
    """A container.

    Args:
        access: gives credentials that are good now; they may end at any time, and somebody may replace them.
        timeout: how long the storage may be silent, in seconds.
    """

    def __init__(self, access: Callable[[], AzureAccess], timeout: float) -> None:
        self._access = access
        self._timeout = timeout
        self._client = self._open()

    def names(self, folder: str) -> dict[str, int]:
        """List the files of a folder and below; see `Zone`."""

        def find(client: ContainerClient) -> dict[str, int]:
            found = client.list_blobs(name_starts_with=f"{folder}/", include=["metadata"])
            return {blob.name: int(blob.size or 0) for blob in found if _FOLDER not in (blob.metadata or {})}

        return self.do("a list of files", find)

    def read(self, name: str) -> Stored | None:
        """Read a small file; see `Zone`."""

        def read(client: ContainerClient) -> Stored | None:
            seen: list[datetime] = []

            def look(response: object) -> None:
                date = getattr(response, "http_response").headers.get("Date", "")  # noqa: B009 - untyped there
                seen.append(datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC))

            try:
                download = client.get_blob_client(name).download_blob(raw_response_hook=look)
            except ResourceNotFoundError:
                return None
            text = download.readall().decode("utf-8", "replace")
            properties = download.properties
            return Stored(text, etag_of(properties.etag), (seen[0] - properties.last_modified).total_seconds())

        return self.do(f"reading {name}", read)

    def write(self, name: str, text: str, etag: str | None) -> str:
        """Write a small file; see `Zone`."""

        def write(client: ContainerClient) -> str:
            blob, content = client.get_blob_client(name), text.encode()
            if etag is None:
                return etag_of(blob.upload_blob(content)["etag"])
            condition = MatchConditions.IfNotModified
            written = blob.upload_blob(content, overwrite=True, etag=etag, match_condition=condition)
            return etag_of(written["etag"])

        try:
            return self.do(f"writing {name}", write)
        except ZoneConflictError:
            # The client repeats a request whose answer was lost: the other version may be ours.
            present = self.read(name)
            if present is not None and present.text == text:
                return present.etag
            raise

    def remove(self, name: str, etag: str) -> None:
        """Delete a version of a file; see `Zone`."""

        def remove(client: ContainerClient) -> None:
            try:
                blob = client.get_blob_client(name)
                blob.delete_blob(etag=etag, match_condition=MatchConditions.IfNotModified)
            except (ResourceNotFoundError, ResourceModifiedError):
                return

        self.do(f"deleting {name}", remove)

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file a piece at a time; see `Zone`."""
        start = 0
        while True:
            piece = self.do(f"reading {name}", partial(_range, name=name, start=start))
            if piece:
                yield piece
            if len(piece) < BLOCK:
                return
            start += len(piece)

    def create(self, name: str) -> _BlockUpload:
        """Begin a file; see `Zone`."""
        return _BlockUpload(self, name)

    def _open(self) -> ContainerClient:
        # The client would wait by itself, past a signal and with another policy than all other requests.
        policy = LinearRetry(retry_total=0)
        return ContainerClient.from_container_url(
            self._access().uri, retry_policy=policy, connection_timeout=CONNECT_TIMEOUT, read_timeout=self._timeout
        )

    def do(self, doing: str, call: Callable[[ContainerClient], T]) -> T:
        """Ask the storage.

        Args:
            doing: what is asked, for messages.
            call: asks; see `ask`.
        """

        def read(error: Exception) -> Failed | None:
            if isinstance(error, HttpResponseError):
                code = getattr(error, "error_code", None)
                said = str(getattr(code, "value", code) or f"status {error.status_code}")
                conflict = isinstance(error, ResourceExistsError | ResourceModifiedError)
                status = error.status_code or 0
                return refused(doing, said, status, conflict=conflict, denied=status in (401, 403))
            if isinstance(error, ServiceRequestError):
                return not_arrived(doing, error)
            return no_answer(doing, error) if isinstance(error, (AzureError, *FOREIGN)) else None

        return ask(lambda: call(self._client), read, self._renew)

    def _renew(self) -> None:
        ended, self._client = self._client, self._open()
        ended.close()


class _BlockUpload:
    """A file in blocks. Their ids are of this upload alone, so that no other one can get in between."""

    def __init__(self, zone: AzureZone, name: str) -> None:
        self._zone = zone
        self._name = name
        self._id = secrets.token_hex(8)
        self._blocks: list[BlobBlock] = []
        self._waiting = bytearray()

    def write(self, piece: bytes) -> None:
        """Add a piece; see `Upload`."""
        self._waiting += piece
        if len(self._waiting) >= BLOCK:
            self._stage()

    def commit(self) -> bool:
        """Let the file appear; see `Upload`."""
        if self._waiting:
            self._stage()

        def commit(client: ContainerClient) -> None:
            blob = client.get_blob_client(self._name)
            blob.commit_block_list(self._blocks, match_condition=MatchConditions.IfMissing)

        try:
            self._zone.do(f"the file {self._name}", commit)
        except ZoneConflictError:
            return False
        return True

    def _stage(self) -> None:
        block = f"{self._id}{len(self._blocks):06d}"
        content = bytes(self._waiting)
        self._waiting.clear()
        self._zone.do(
            f"a block of {self._name}",
            lambda client: client.get_blob_client(self._name).stage_block(block, content, len(content)),
        )
        self._blocks.append(BlobBlock(block_id=block))


def _range(client: ContainerClient, name: str, start: int) -> bytes:
    try:
        content: bytes = client.get_blob_client(name).download_blob(offset=start, length=BLOCK).readall()
    except HttpResponseError as error:
        # The last piece ended where the file does.
        if error.status_code == 416:
            return b""
        raise
    return content
