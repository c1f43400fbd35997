"""The landing zone as Flow Service sees it: files by paths that begin with the container's name."""

from __future__ import annotations

import re
from io import BufferedReader
from typing import NamedTuple

from emulator.blob.models import Blobs, is_folder, size
from emulator.core.store import Document
from emulator.core.tenants import Tenant
from emulator.flow_service import exceptions
from emulator.landing_zone.models import AWS, CONTAINER, LandingZones

PATH = re.compile(rf"{CONTAINER}(/[^\"\\:|<>?\x00-\x1f\x7f]*)?")


class ZoneFile(NamedTuple):
    """A file of the zone."""

    path: str
    size: int
    modified: int
    blob: Document


class ZoneFiles:
    """The files of all landing zones."""

    def __init__(self, zones: LandingZones, blobs: Blobs) -> None:
        self._zones = zones
        self._blobs = blobs

    def entries(self, tenant: Tenant, folder: str) -> list[Document]:
        """What is in a folder, as explore shows it: files, and folders that lead on."""
        place = f"{folder.rstrip('/')}/"
        found: dict[str, Document] = {}
        for path, blob in self._blobs_of(tenant):
            if not path.startswith(place):
                continue
            name, below, _ = path[len(place) :].partition("/")
            leads_on = bool(below) or is_folder(blob)
            found[name] = {
                "type": "folder" if leads_on else "file",
                "name": name,
                "path": f"{place}{name}{'/' if leads_on else ''}",
                "canPreview": not leads_on,
                "canFetchSchema": not leads_on,
            }
        if not found and place != f"{CONTAINER}/" and not self._is_folder(tenant, place):
            raise exceptions.source_failed(f"The folder {folder} does not exist")
        return list(found.values())

    def find(self, tenant: Tenant, path: str) -> ZoneFile:
        for file in self._files(tenant):
            if file.path == path:
                return file
        raise exceptions.source_failed(f"The file {path} does not exist")

    def matching(self, tenant: Tenant, params: Document) -> list[ZoneFile]:
        """The files that a source connection means, the oldest first."""
        wanted = _pattern(params)
        found = [file for file in self._files(tenant) if wanted.fullmatch(file.path)]
        return sorted(found, key=lambda file: (file.modified, file.path))

    def open(self, file: ZoneFile) -> BufferedReader:
        return self._blobs.open(file.blob)

    def _files(self, tenant: Tenant) -> list[ZoneFile]:
        return [
            ZoneFile(path, size(blob), blob["modified"], blob)
            for path, blob in self._blobs_of(tenant)
            if not is_folder(blob)
        ]

    def _is_folder(self, tenant: Tenant, place: str) -> bool:
        return any(f"{path}/" == place and is_folder(blob) for path, blob in self._blobs_of(tenant))

    def _blobs_of(self, tenant: Tenant) -> list[tuple[str, Document]]:
        zone = self._zones.usable(tenant)
        if zone["provider"] == AWS:
            raise exceptions.source_failed("The files of a landing zone on AWS are not emulated")
        return [(f"{CONTAINER}/{blob['name']}", blob) for blob in self._blobs.all(zone["container"])]


def _pattern(params: Document) -> re.Pattern[str]:
    """A star stands for a part of one name: it never crosses into another folder."""
    path = params["path"].rstrip("/")
    described = re.escape(path).replace(r"\*", "[^/]*")
    if "*" not in path and params.get("type") == "folder":
        described += "/.+" if params.get("recursive") else "/[^/]+"
    return re.compile(described)
