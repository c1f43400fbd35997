"""Files in a tenant's landing zone, written as any user of Microsoft's client would."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence

from azure.storage.blob import ContainerClient

from tests.support.emulator.clients import Adobe
from tests.support.emulator.zone import Zone
from tests.support.tenant import Tenant
from zoho_adobe.settings import SCOPES


def container(tenant: Tenant) -> ContainerClient:
    """Open the container of the sandbox `dev` with credentials that Adobe gives."""
    credentials = {
        "organization": tenant.organization,
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
        "scopes": SCOPES,
    }
    return Zone(Adobe(tenant.emulator, credentials)).client()


def put(tenant: Tenant, name: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Write a packed file of rows, all with the same columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    container(tenant).upload_blob(name, gzip.compress(text.getvalue().encode()))
