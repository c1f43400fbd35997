"""Source connections on the landing zone: files of one format, in a folder or under a pattern.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/collect/cloud-storage
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.platform import FlowServiceClient, Made, made_of


@dataclass(frozen=True, slots=True)
class Files:
    """What a source connection reads.

    Attributes:
        path: the container and, below it, a folder, a file, or a pattern with "*".
        format: "delimited", "json" or "parquet".
        compression: such as "gzip", empty for none.
        delimiter: what is between two cells, empty where Adobe's default holds.
    """

    path: str
    format: str
    compression: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True)
class FileSource:
    """A source connection as Flow Service shows it.

    Attributes:
        id: its id.
        name: its name.
        description: its description, empty if it has none.
        clients: the client ids that made it and changed it last, where Flow Service shows them.
        files: what it reads.
    """

    id: str
    name: str
    description: str
    clients: tuple[str, ...]
    files: Files


class FileSources(FlowServiceClient):
    """Source connections on the landing zone, in one sandbox."""

    def create(self, name: str, description: str, files: Files) -> Made:
        """Make a source connection; there is no base connection behind it.

        Args:
            name: its full name.
            description: its description, or empty for none.
            files: what it reads.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            ApiError: Flow Service refused.
        """
        properties = {"compressionType": files.compression, "columnDelimiter": files.delimiter}
        given = {key: value for key, value in properties.items() if value}
        body = {
            "name": name,
            **({"description": description} if description else {}),
            "data": {"format": files.format, **({"properties": given} if given else {})},
            "params": {"path": files.path, "type": "folder" if _is_folder(files.path) else "file", "recursive": False},
            "connectionSpec": {"id": self.spec.id, "version": self.spec.version},
        }
        return self.post("/sourceConnections", f"the source connection {name!r}", body, made_of)

    def source(self, source_id: str) -> FileSource:
        """Read a source connection.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        doing = f"reading the source connection {source_id}"
        return _source(self.one(f"/sourceConnections/{source_id}", doing)[1])

    def sources(self) -> Iterator[FileSource]:
        """List all source connections on the landing zone of the sandbox, page by page."""
        for _, item in self.pages("/sourceConnections", [("property", f"connectionSpec.id=={self.spec.id}")]):
            yield _source(item)


def _is_folder(path: str) -> bool:
    return "*" in path or path.endswith("/") or "." not in path.rpartition("/")[2]


def _source(item: dict[str, Any]) -> FileSource:
    data, params = _object(item.get("data")), _object(item.get("params"))
    # Older source connections have the delimiter beside the format.
    properties = {**data, **_object(data.get("properties"))}
    return FileSource(
        id=str(item["id"]),
        name=str(item.get("name") or ""),
        description=str(item.get("description") or ""),
        clients=(str(item.get("createdClient") or ""), str(item.get("updatedClient") or "")),
        files=Files(
            path=str(params.get("path") or ""),
            format=str(data.get("format") or ""),
            compression=str(properties.get("compressionType") or ""),
            delimiter=str(properties.get("columnDelimiter") or ""),
        ),
    )


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
