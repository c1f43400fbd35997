"""A landing zone on AWS, by Amazon's own client, with the credentials of a session that Adobe gives.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from zoho_adobe.api.landing_zone import AwsAccess
from zoho_adobe.api.transport import CONNECT_TIMEOUT
from zoho_adobe.errors import ZoneConflictError
from zoho_adobe.exporter.asking import FOREIGN, Failed, ask, etag_of, no_answer, not_arrived, refused
from zoho_adobe.exporter.zone import Stored

PART = 8 * 1024 * 1024
_REGION = "us-east-1"
_DENIED = frozenset({"ExpiredToken", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch", "AccessDenied"})
T = TypeVar("T")


class AwsZone:
    """The folder of a bucket.

    Args:
        access: gives credentials that are good now; they end within hours.
        timeout: how long the storage may be silent, in seconds.
    """

    def __init__(self, access: Callable[[], AwsAccess], timeout: float) -> None:
        self._access = access
        self._timeout = timeout
        self._renew()

    def names(self, folder: str) -> dict[str, int]:
        """List the files of a folder and below; see `Zone`."""
        prefix = self._key("")

        def find() -> dict[str, int]:
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._key(f"{folder}/")
            )
            found = (item for page in pages for item in page.get("Contents", ()) if not item["Key"].endswith("/"))
            return {item["Key"].removeprefix(prefix): int(item["Size"]) for item in found}

        return self.do("a list of files", find)

    def read(self, name: str) -> Stored | None:
        """Read a small file; see `Zone`."""

        def read() -> Stored | None:
            try:
                found = self.call("get_object", name)
            except ClientError as error:
                if _code(error) in ("NoSuchKey", "404"):
                    return None
                raise
            text = found["Body"].read().decode("utf-8", "replace")
            date = found["ResponseMetadata"]["HTTPHeaders"]["date"]
            now = datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
            return Stored(text, etag_of(found["ETag"]), (now - found["LastModified"]).total_seconds())

        return self.do(f"reading {name}", read)

    def write(self, name: str, text: str, etag: str | None) -> str:
        """Write a small file; see `Zone`."""
        condition = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}

        def write() -> str:
            return etag_of(self.call("put_object", name, Body=text.encode(), **condition)["ETag"])

        try:
            return self.do(f"writing {name}", write)
        except ZoneConflictError:
            # A request whose answer was lost is repeated: the other version may be ours.
            present = self.read(name)
            if present is not None and present.text == text:
                return present.etag
            raise

    def remove(self, name: str, etag: str) -> None:
        """Delete a version of a file; see `Zone`."""
        try:
            self.do(f"deleting {name}", lambda: self.call("delete_object", name, IfMatch=etag))
        except ZoneConflictError:
            return

    def pieces(self, name: str) -> Iterator[bytes]:
        """Read a file a piece at a time; see `Zone`."""
        size = self.do(f"reading {name}", lambda: int(self.call("head_object", name)["ContentLength"]))
        for start in range(0, size, PART):
            wanted = f"bytes={start}-{min(start + PART, size) - 1}"

            def read(wanted: str = wanted) -> bytes:
                content: bytes = self.call("get_object", name, Range=wanted)["Body"].read()
                return content

            yield self.do(f"reading {name}", read)

    def create(self, name: str) -> _PartUpload:
        """Begin a file; see `Zone`."""
        return _PartUpload(self, name)

    def do(self, doing: str, call: Callable[[], T]) -> T:
        """Ask the storage.

        Args:
            doing: what is asked, for messages.
            call: asks; see `ask`.
        """

        def read(error: Exception) -> Failed | None:
            if isinstance(error, ClientError):
                code = _code(error)
                status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
                if code == "ConditionalRequestConflict":
                    # Two writes at the same time: Amazon asks to try again.
                    return no_answer(doing, error)
                conflict = status == 412
                return refused(doing, code, status, conflict=conflict, denied=status in (401, 403) or code in _DENIED)
            if isinstance(error, EndpointConnectionError | ConnectTimeoutError):
                return not_arrived(doing, error)
            return no_answer(doing, error) if isinstance(error, (BotoCoreError, *FOREIGN)) else None

        return ask(call, read, self._renew)

    def call(self, operation: str, name: str, **options: Any) -> dict[str, Any]:
        """Call the client for one file."""
        found: dict[str, Any] = getattr(self._client, operation)(Bucket=self._bucket, Key=self._key(name), **options)
        return found

    def _key(self, name: str) -> str:
        return f"{self._folder}/{name}"

    def _renew(self) -> None:
        access = self._access()
        self._bucket, self._folder = access.bucket, access.folder.strip("/")
        # The client would wait by itself, past a signal; it finds the bucket's own region by what S3 answers.
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=CONNECT_TIMEOUT, read_timeout=self._timeout)
        self._client = boto3.client(
            "s3",
            aws_access_key_id=access.key_id,
            aws_secret_access_key=access.secret,
            aws_session_token=access.session_token,
            region_name=_REGION,
            config=config,
        )


class _PartUpload:
    """A file in parts."""

    def __init__(self, zone: AwsZone, name: str) -> None:
        self._zone = zone
        self._name = name
        self._id = ""
        self._parts: list[dict[str, Any]] = []
        self._waiting = bytearray()

    def write(self, piece: bytes) -> None:
        """Add a piece; see `Upload`."""
        self._waiting += piece
        if len(self._waiting) >= PART:
            self._send()

    def commit(self) -> bool:
        """Let the file appear; see `Upload`."""
        self._send()
        done = {"UploadId": self._id, "MultipartUpload": {"Parts": self._parts}, "IfNoneMatch": "*"}

        def complete() -> bool:
            try:
                self._zone.call("complete_multipart_upload", self._name, **done)
            except ClientError as error:
                if _code(error) != "NoSuchUpload" or self._name not in self._zone.names(self._name.rpartition("/")[0]):
                    raise
                # It was completed by a request whose answer was lost.
                return False
            return True

        try:
            return self._zone.do(f"the file {self._name}", complete)
        except ZoneConflictError:
            return False

    def _send(self) -> None:
        doing, content = f"a part of {self._name}", bytes(self._waiting)
        self._waiting.clear()
        if not self._id:
            made = self._zone.do(doing, lambda: self._zone.call("create_multipart_upload", self._name))
            self._id = str(made["UploadId"])
        part = {"UploadId": self._id, "PartNumber": len(self._parts) + 1}
        sent = self._zone.do(doing, lambda: self._zone.call("upload_part", self._name, Body=content, **part))
        self._parts.append({"PartNumber": part["PartNumber"], "ETag": etag_of(sent["ETag"])})


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code") or "unknown")
