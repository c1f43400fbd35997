"""Requests about sandboxes in, answers out."""

from __future__ import annotations

from emulator.core.http import Answer, Request, json_answer
from emulator.core.tenants import Tenants
from emulator.ims.platform import Admission, Problem

ROOT = "/data/foundation/sandbox-management"
LIMIT = 200


class SandboxResponses:
    """HTTP of the emulated Sandbox Management."""

    def __init__(self, tenants: Tenants, admission: Admission) -> None:
        self._tenants = tenants
        self._admission = admission

    def list_all(self, request: Request) -> Answer:
        tenant = self._admission.view(request)
        query = dict(request.query)
        limit, offset = query.get("limit", "50"), query.get("offset", "0")
        if not limit.isdigit() or not 1 <= int(limit) <= LIMIT or not offset.isdigit():
            raise Problem(400, f"limit: 1 to {LIMIT}; offset: a number")
        known = self._tenants.organization(tenant.organization) or {"sandboxes": {}}
        names = sorted(known["sandboxes"])
        page = names[int(offset) : int(offset) + int(limit)]
        return json_answer(
            {
                "sandboxes": [
                    {
                        "name": name,
                        "title": name.title(),
                        "state": "active",
                        "type": "production" if name == "prod" else "development",
                        "region": "VA7",
                        "isDefault": name == "prod",
                    }
                    for name in page
                ],
                "_page": {"limit": int(limit), "count": len(page)},
                "_links": {},
            }
        )
