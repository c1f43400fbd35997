"""Landing zones, one a sandbox, and the credentials that open them."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import UTC, datetime

from emulator.blob.containers import DAY
from emulator.blob.models import Blobs
from emulator.core.clock import Clock
from emulator.core.store import Document, Store
from emulator.core.tenants import Tenant
from emulator.landing_zone import exceptions

AZURE, AWS = "azure", "aws"
CONTAINER = "dlz-user-container"
# What a test may say of a zone, with what it is at first.
SETTINGS: Document = {
    "provider": AZURE,
    "ttl_days": 7,
    "lifetime_days": 90,
    "permissions": "racwdlm",
    "refuses": [],
    "aws": {},
}
REFUSALS = ("1701", "1702", "1703", "1714")
AWS_LIFETIME = 3600


class LandingZones:
    """The zones of all sandboxes. A zone is made when it is first asked for."""

    def __init__(self, store: Store, clock: Clock, blobs: Blobs) -> None:
        self._clock = clock
        self._blobs = blobs
        self._zones = store.collection("landing_zones")

    def zone(self, tenant: Tenant) -> Document:
        return self._zones.get(tenant.partition) or self._create(tenant)

    def change(self, tenant: Tenant, settings: Document) -> Document:
        """Say how a zone is from now on; with other permissions come other credentials."""
        zone = {**self.zone(tenant), **settings}
        self._save(tenant, zone)
        self._blobs.containers.set_ttl(zone["container"], zone["ttl_days"])
        self._blobs.sweep_again()
        if "permissions" in settings or "lifetime_days" in settings:
            return self._sign(tenant, zone)
        return zone

    # What clients are told

    def describe(self, tenant: Tenant) -> Document:
        zone = self.usable(tenant)
        if zone["provider"] == AWS:
            time_to_live = {"timeUnit": "days", "timeQuantity": zone["ttl_days"]}
            # Adobe's sample names another folder here than with the credentials: who takes this one reads nothing.
            place = {"bucketName": _aws(tenant, zone)["bucketName"], "dlzFolder": "dlz-adf-connectors"}
            return {"dlzPath": place, "dataTTL": time_to_live, "dlzProvider": "Amazon S3"}
        return {"containerName": CONTAINER, "containerTTL": str(zone["ttl_days"])}

    def credentials(self, tenant: Tenant) -> Document:
        """The credentials; new ones, if the last have ended."""
        zone = self.usable(tenant)
        if "1702" in zone["refuses"]:
            raise exceptions.sas_type_refused("SERVICE_SAS")
        if zone["provider"] == AWS:
            return self._aws_credentials(tenant, zone)
        if zone["ends_at"] <= self._clock.now():
            zone = self._sign(tenant, zone)
        return {
            "containerName": CONTAINER,
            "SASToken": zone["sas"],
            "storageAccountName": zone["account"],
            "SASUri": f"{zone['container']}?{zone['sas']}",
            "expiryDate": datetime.fromtimestamp(zone["ends_at"], UTC).date().isoformat(),
        }

    def refresh(self, tenant: Tenant) -> Document:
        """New credentials. All that were given out before end at once."""
        zone = self.usable(tenant)
        if "1703" in zone["refuses"]:
            raise exceptions.refresh_refused()
        if zone["provider"] == AWS:
            raise exceptions.action_refused("refresh")
        self._sign(tenant, zone)
        return self.credentials(tenant)

    def usable(self, tenant: Tenant) -> Document:
        zone = self.zone(tenant)
        if "1714" in zone["refuses"]:
            raise exceptions.client_refused(tenant.client_id)
        if "1701" in zone["refuses"]:
            raise exceptions.inactive()
        return zone

    def _create(self, tenant: Tenant) -> Document:
        account = f"dlblobstore{hashlib.sha256(tenant.partition.encode()).hexdigest()[:13]}"
        container = self._blobs.containers.create(account, CONTAINER, tenant.organization)
        zone = {**SETTINGS, "id": tenant.partition, "account": account, "container": container["id"]}
        return self._sign(tenant, zone)

    def _sign(self, tenant: Tenant, zone: Document) -> Document:
        ends_at = self._clock.now() + zone["lifetime_days"] * DAY
        signed = self._blobs.containers.sign(zone["container"], f"dlz-{uuid.uuid4()}", zone["permissions"], ends_at)
        return self._save(tenant, {**zone, "sas": signed, "ends_at": ends_at})

    def _aws_credentials(self, tenant: Tenant, zone: Document) -> Document:
        now = self._clock.now()
        session = zone.get("aws_session")
        if session is None or session["ends_at"] <= now:
            session = {"token": secrets.token_urlsafe(48), "ends_at": int(now) + AWS_LIFETIME}
            self._save(tenant, {**zone, "aws_session": session})
        given = _aws(tenant, zone)
        return {
            "credentials": {
                "clientId": tenant.client_id,
                "awsAccessKeyId": given["awsAccessKeyId"],
                "awsSecretAccessKey": given["awsSecretAccessKey"],
                "awsSessionToken": given.get("awsSessionToken", session["token"]),
            },
            "dlzPath": {"bucketName": given["bucketName"], "dlzFolder": given["dlzFolder"]},
            "dlzProvider": "Amazon S3",
            "expiryTime": session["ends_at"],
        }

    def _save(self, tenant: Tenant, zone: Document) -> Document:
        self._zones.put(tenant.partition, zone)
        return zone


def _aws(tenant: Tenant, zone: Document) -> Document:
    """What a test has said of the bucket, and what it is where it has said nothing."""
    return {
        "bucketName": f"dlz-prod-{tenant.sandbox}",
        "dlzFolder": "user_drop_zone",
        "awsAccessKeyId": f"ASIA{zone['account'][-13:].upper()}",
        "awsSecretAccessKey": hashlib.sha256(f"{zone['id']}/aws".encode()).hexdigest()[:40],
        **zone["aws"],
    }
