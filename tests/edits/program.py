"""The program that is edited: declares what the stack's `.json` file beside it says; see `tests.edits.model`."""

import json
import signal
from pathlib import Path
from typing import Any

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection, Identity, IngestedTable, Provider, Schedule, ZohoIngestion

signal.signal(signal.SIGINT, signal.SIG_DFL)

GROUP = "acme:index:Group"


class Group(pulumi.ComponentResource):
    """What resources are moved into and out of."""

    def __init__(self, name: str) -> None:
        super().__init__(GROUP, name)


config = pulumi.Config()
declared = json.loads((Path(__file__).parent / f"{pulumi.get_stack()}.json").read_text())
seed = random.RandomId("seed", byte_length=8, keepers={"number": str(declared["seed"])})
groups = {name: Group(name) for name in declared["groups"]}
provider = Provider("explicit", sandbox=config.require("sandbox"))


def alias(former: dict[str, str | None]) -> pulumi.Alias:
    """Turn what a resource was called before, and where it was, into an alias."""
    parent = former["parent"]
    where = {"parent": groups[parent]} if parent else {"parent": pulumi.ROOT_STACK_RESOURCE}
    return pulumi.Alias(name=former["name"], **where)


def options(item: dict[str, Any]) -> pulumi.ResourceOptions:
    """Return the options that an item of the program asks for."""
    aliases = [alias(item["former"])] if item["former"] else None
    return pulumi.ResourceOptions(
        parent=groups[item["parent"]] if item["parent"] else None,
        aliases=aliases,
        provider=provider if item["provider"] else None,
        retain_on_delete=item["retain"] or None,
    )


def suffix(item: dict[str, Any]) -> pulumi.Input[str] | None:
    """Return the seed of an item: the stack's, or a text of the program's own."""
    return seed.hex if item["suffix"] == "seed" else item["suffix"]


def schedule(item: dict[str, Any]) -> Schedule:
    """Return the schedule of an ingestion."""
    found: Schedule = {"frequency": "minute", "interval": item["interval"]}
    if item["backfill"] is not None:
        found["backfill"] = item["backfill"]
    return found


def marks(how: dict[str, Any]) -> dict[str, Any]:
    """Return the identity and the label of a table that is to have them, on its first column."""
    column = how["columns"][0]
    return {"identities": {column: Identity("Email")}, "labels": {column: ["I1"]}} if how["marked"] else {}


credentials: dict[str, Any] = {
    "endpoint": config.require("zohoEndpoint"),
    "data_center": "us",
    "accounts_url": config.require("zohoAccountsUrl"),
    "client_id": config.require("zohoClientId"),
    "client_secret": config.require_secret("zohoClientSecret"),
    "refresh_token": config.require_secret("zohoRefreshToken"),
}
connections = {
    item["logical"]: BaseConnection(
        item["logical"],
        name=item["name"],
        description=item["description"] or None,
        suffix=suffix(item),
        adopt_id=item["adopt_id"],
        **credentials,
        opts=options(item),
    )
    for item in declared["connections"]
}
for logical, connection in connections.items():
    pulumi.export(logical, connection.id)

for item in declared["ingestions"]:
    base = item["connection"]
    ingestion = ZohoIngestion(
        item["logical"],
        base_connection_id=connections[base].id if base else None,
        connection=None if base else {**credentials, "adopt_id": item["adopt_id"]},
        zoho={name: value for name, value in credentials.items() if name != "endpoint"},
        tables={
            table: IngestedTable(columns=how["columns"], group=how["group"], via=how["via"], **marks(how))
            for table, how in item["tables"].items()
        },
        schedule=schedule(item),
        suffix=suffix(item),
        group=item["group"],
        protect_data=False,
        force_destroy=True,
        opts=options(item),
    )
    pulumi.export(
        item["logical"],
        {"datasets": ingestion.datasets, "dataflows": ingestion.dataflows, "exports": ingestion.exports},
    )
