"""Lists of blobs: what of them is asked for, and the XML that tells it. No HTTP and no storage."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate
from xml.etree.ElementTree import Element, SubElement, tostring

from emulator.blob import exceptions
from emulator.blob.models import is_folder, size
from emulator.core.store import Document

LARGEST_PAGE = 5000


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list request asks for."""

    prefix: str
    delimiter: str
    marker: str
    limit: int
    metadata: bool


def read(query: dict[str, str]) -> Listing:
    """Read the query of a list request."""
    limit = query.get("maxresults", str(LARGEST_PAGE))
    if not limit.isdecimal():
        raise exceptions.invalid_parameter("maxresults")
    if int(limit) == 0:
        raise exceptions.out_of_range("maxresults")
    return Listing(
        query.get("prefix", ""),
        query.get("delimiter", ""),
        query.get("marker", ""),
        min(int(limit), LARGEST_PAGE),
        "metadata" in query.get("include", "").split(","),
    )


def select(blobs: list[Document], wanted: Listing) -> tuple[list[Document | str], str]:
    """One page of blobs and of prefixes that stand for all below them, and the marker of the next page."""
    entries: dict[str, Document | str] = {}
    for blob in blobs:
        name = blob["name"]
        # What is a directory to the storage is a prefix to a list by delimiter, even where nothing is below.
        shown = f"{name}{wanted.delimiter}" if wanted.delimiter and is_folder(blob) else name
        if not shown.startswith(wanted.prefix) or (is_folder(blob) and shown == wanted.prefix):
            continue
        head, cut, _ = shown[len(wanted.prefix) :].partition(wanted.delimiter or "\0")
        key = f"{wanted.prefix}{head}{wanted.delimiter}" if cut else name
        if key >= wanted.marker:
            entries.setdefault(key, key if cut else blob)
    names = sorted(entries)
    following = names[wanted.limit] if len(names) > wanted.limit else ""
    return [entries[name] for name in names[: wanted.limit]], following


def render(
    place: tuple[str, str], wanted: Listing, page: list[Document | str], following: str, leases: dict[str, Document]
) -> bytes:
    """The XML of a page; `place` is the endpoint and the container's name."""
    root = Element("EnumerationResults", ServiceEndpoint=place[0], ContainerName=place[1])
    for name, value in (("Prefix", wanted.prefix), ("Marker", wanted.marker), ("Delimiter", wanted.delimiter)):
        if value:
            SubElement(root, name).text = value
    SubElement(root, "MaxResults").text = str(wanted.limit)
    blobs = SubElement(root, "Blobs")
    for item in page:
        if isinstance(item, str):
            SubElement(SubElement(blobs, "BlobPrefix"), "Name").text = item
        else:
            _blob(blobs, item, wanted, leases[item["id"]])
    SubElement(root, "NextMarker").text = following
    return b'<?xml version="1.0" encoding="utf-8"?>' + tostring(root)


def _blob(blobs: Element, blob: Document, wanted: Listing, lease: Document) -> None:
    element = SubElement(blobs, "Blob")
    SubElement(element, "Name").text = blob["name"]
    properties = SubElement(element, "Properties")
    told = {
        "Creation-Time": formatdate(blob["created"], usegmt=True),
        "Last-Modified": formatdate(blob["modified"], usegmt=True),
        "Etag": blob["etag"].strip('"'),
        "ResourceType": "directory" if is_folder(blob) else "file",
        "Content-Length": str(size(blob)),
        "Content-Type": "application/octet-stream",
        **blob["content"],
        "BlobType": "BlockBlob",
        "AccessTier": "Hot",
        "AccessTierInferred": "true",
        "LeaseStatus": lease["status"],
        "LeaseState": lease["state"],
        "ServerEncrypted": "true",
    }
    for name, value in told.items():
        SubElement(properties, name).text = value
    if wanted.metadata:
        metadata = SubElement(element, "Metadata")
        for name, value in blob["metadata"].items():
            SubElement(metadata, name).text = value
