"""Containers and the stored access policies by which signatures open them."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping

from emulator.blob import exceptions, sas
from emulator.core.clock import Clock
from emulator.core.store import Document, Store

DAY = 86400


class Containers:
    """The containers of all accounts."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._containers = store.collection("blob_containers")

    def create(self, account: str, name: str, owner: str) -> Document:
        """Make a container; `owner` is the organization whose it is."""
        container: Document = {
            "id": f"{account}/{name}",
            "account": account,
            "name": name,
            "owner": owner,
            "key": base64.b64encode(secrets.token_bytes(64)).decode(),
            "ttl_days": 7,
            "policy": None,
        }
        return self._save(container)

    def get(self, identifier: str) -> Document | None:
        return self._containers.get(identifier)

    def set_ttl(self, identifier: str, days: float) -> None:
        self._save({**self._containers.get(identifier), "ttl_days": days})  # type: ignore[dict-item]

    def sign(self, identifier: str, policy: str, permissions: str, ends_at: float) -> str:
        """Replace the policy, with which every earlier signature ends, and sign by the new one."""
        container = self._containers.get(identifier) or {}
        given = sas.sign(container["key"], container["account"], container["name"], policy, permissions)
        entry = {"id": policy, "permissions": permissions, "ends_at": ends_at}
        self._save({**container, "policy": entry, "sig": given["sig"], "token": sas.token(given)})
        return sas.token(given)

    def admit(self, account: str, name: str, query: Mapping[str, str], permissions: str) -> Document:
        """The container, if the signature opens it for any of these permissions."""
        if "sig" not in query:
            raise exceptions.no_authentication()
        container = self._containers.get(f"{account}/{name}")
        if container is None or not sas.is_genuine(container["key"], account, name, query):
            raise exceptions.authentication_failed()
        policy = container["policy"]
        if policy is None or policy["id"] != query.get("si") or policy["ends_at"] <= self._clock.now():
            raise exceptions.authentication_failed()
        if not permissions:
            raise exceptions.not_authorized()
        granted = set(query.get("sp", "")) & set(policy["permissions"])
        if not granted & set(permissions):
            raise exceptions.permission_mismatch()
        return container

    def secret_values(self) -> set[str]:
        return {str(item["sig"]) for item in self._containers.all() if "sig" in item}

    def _save(self, container: Document) -> Document:
        self._containers.put(container["id"], container)
        return container
