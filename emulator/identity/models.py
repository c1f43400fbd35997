"""The namespaces of an organization: Adobe's and its own. They are seen in every sandbox, and never deleted."""

from __future__ import annotations

import re

from emulator.core.clock import Clock
from emulator.core.http import Json
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenant
from emulator.identity import exceptions

TYPES = frozenset({"COOKIE", "CROSS_DEVICE", "DEVICE", "EMAIL", "MOBILE", "NON_PEOPLE", "PHONE"})
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
WRITABLE = ("name", "code", "idType", "description")
FIRST_CUSTOM = 10_000_000
STANDARD = [
    {"id": number, "code": code, "name": name, "idType": kind, "description": f"Adobe's namespace {name}"}
    for number, code, name, kind in (
        (0, "CORE", "CORE", "COOKIE"),
        (4, "ECID", "ECID", "COOKIE"),
        (6, "Email", "Email", "EMAIL"),
        (7, "Phone", "Phone", "PHONE"),
        (8, "WAID", "Windows AID", "DEVICE"),
        (9, "TNTID", "TNTID", "COOKIE"),
        (11, "Email_LC_SHA256", "Emails (SHA256, lowercased)", "EMAIL"),
        (14, "Phone_E.164", "Phone (E.164)", "PHONE"),
        (20914, "GAID", "Google Ad ID (GAID)", "DEVICE"),
        (20915, "IDFA", "Apple IDFA (ID for Advertisers)", "DEVICE"),
        (411, "AdCloud", "AdCloud", "COOKIE"),
    )
]


class Namespaces:
    """The emulated Identity Service."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._clock = clock
        self._custom = store.collection("namespaces", lambda item: str(item["imsOrgId"]))

    def all(self, tenant: Tenant) -> list[Document]:
        own = [item["namespace"] for _, item in self._custom.newest_first(tenant.organization)]
        stamps = {"status": "ACTIVE", "custom": False, "createTime": 0, "updateTime": 0}
        return [*({**item, **stamps} for item in STANDARD), *reversed(own)]

    def of_organization(self, organization: str) -> list[Document]:
        return [
            {**item["namespace"], "id": str(item["namespace"]["id"]), "sandboxName": "prod"}
            for item in self._custom.all()
            if item["imsOrgId"] == organization
        ]

    def find(self, tenant: Tenant, identifier: str) -> Document:
        for namespace in self.all(tenant):
            if str(namespace["id"]) == identifier:
                return namespace
        raise exceptions.not_found(identifier)

    def create(self, tenant: Tenant, body: Json) -> Document:
        written = _checked(body)
        if any(written["code"] == item["code"] for item in self.all(tenant)):
            raise exceptions.code_taken(written["code"])
        return self._save(tenant, FIRST_CUSTOM + len(self._custom.all()), written, self._clock.now_ms())

    def change(self, tenant: Tenant, identifier: str, body: Json) -> Document:
        there = self.find(tenant, identifier)
        if not there["custom"]:
            raise exceptions.standard(there["code"])
        written = _checked({name: there[name] for name in WRITABLE} | (body if isinstance(body, dict) else {}))
        for name in ("code", "idType"):
            if written[name] != there[name]:
                raise exceptions.invalid(f"{name} cannot be changed")
        return self._save(tenant, there["id"], written, there["createTime"])

    def _save(self, tenant: Tenant, number: int, written: Document, created: int) -> Document:
        namespace = {
            "id": number,
            **written,
            "status": "ACTIVE",
            "custom": True,
            "createTime": created,
            "updateTime": self._clock.now_ms(),
        }
        self._custom.put(f"{tenant.organization}/{number}", {"imsOrgId": tenant.organization, "namespace": namespace})
        return namespace


def _checked(body: Json) -> Document:
    if not isinstance(body, dict):
        raise exceptions.invalid("The body must be a JSON object")
    unknown = sorted(set(body) - set(WRITABLE))
    if unknown:
        raise exceptions.invalid(f"Unknown attributes: {', '.join(unknown)}")
    written = {name: body.get(name, "") for name in WRITABLE}
    if not all(isinstance(value, str) for value in written.values()) or not written["name"].strip():
        raise exceptions.invalid("name, code and idType are required")
    if CODE.fullmatch(written["code"]) is None:
        raise exceptions.invalid("code: one word of letters and digits")
    # Older guides write Cross_device.
    written["idType"] = written["idType"].upper()
    if written["idType"] not in TYPES:
        raise exceptions.invalid(f"idType: one of {', '.join(sorted(TYPES))}")
    return written
