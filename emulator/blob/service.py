"""Blob storage as a service of the emulator."""

from __future__ import annotations

from emulator.blob import exceptions, urls
from emulator.blob.files import Files
from emulator.blob.models import Blobs
from emulator.blob.responses import BlobResponses
from emulator.core.base import Base
from emulator.core.faults import Voice
from emulator.core.http import Request
from emulator.core.recorder import Identity
from emulator.core.services import Service


def blobs(base: Base) -> Blobs:
    """The blobs of all accounts."""
    return base.once(Blobs, lambda: Blobs(base.store, base.clock, Files(base.data / "blobs")))


def register(base: Base) -> Service:
    """Blob storage."""
    model = blobs(base)

    def identify(request: Request) -> Identity | None:
        """Whose storage it is: a signature names no client."""
        root, _, place = request.path[1:].partition("/")
        container = model.containers.get("/".join(place.split("/")[:2]))
        return Identity(None, container["owner"]) if root == "blob" and container is not None else None

    return Service(
        mounts={"": urls.routes(BlobResponses(model, base.clock, base.site), base.clock)},
        voice=Voice(exceptions.plain, exceptions.expired),
        settle=model.sweep,
        secrets=model.containers.secret_values,
        identify=identify,
    )
