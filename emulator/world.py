"""All that is emulated, put together."""

from __future__ import annotations

from pathlib import Path

from emulator.core import services
from emulator.core.base import Base
from emulator.core.faults import Faults
from emulator.core.http import Json, Request
from emulator.core.recorder import Identity, Recorder
from emulator.core.store import Document


class World(Base):
    """The emulated services, and the tools to watch and disturb them."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.services = tuple(services.find(self))
        self.recorder = Recorder(self.identify, self._secrets)
        self.faults = Faults(self.identify)

    def info(self) -> Document:
        """What a program needs to use the emulator as its Adobe and its Zoho."""
        client = self.tenants.client(self.seeded("client_id", self._first_client))
        if client is None:
            raise LookupError("the data directory lost its first client")
        ready = {"adobe": self.site.adobe, "ims": self.site.ims, **self.tenants.describe(client)}
        for service in self.services:
            ready.update(service.ready())
        return {**ready, "control": self.site.control}

    def identify(self, request: Request) -> Identity:
        """Whose request it is, by what it says of itself: proof is the services' business."""
        client = request.headers.get("x-api-key") or request.form().get("client_id")
        organization = request.headers.get("x-gw-ims-org-id")
        if client is None and organization is None:
            for service in self.services:
                found = service.identify(request)
                if found is not None:
                    return found
        known = self.tenants.client(client) if client else None
        if organization is None and known is not None:
            organization = known["organization"]
        return Identity(client, organization)

    def settle(self) -> None:
        """Carry out all that has had its time."""
        for service in self.services:
            service.settle()

    def advance(self, seconds: float) -> None:
        """Move the clock, and do what has become due by that."""
        self.clock.advance(seconds)
        self.settle()
        for service in self.services:
            service.advance()

    def change_behind(self, identifier: str, instructions: Json) -> None:
        for service in self.services:
            if service.change_behind is not None:
                service.change_behind(identifier, instructions)

    def _first_client(self) -> str:
        organization = self.tenants.create_organization()
        return str(self.tenants.create_client(organization["id"])["client_id"])

    def _secrets(self) -> set[str]:
        return set[str]().union(self.tenants.secret_values(), *(service.secrets() for service in self.services))
