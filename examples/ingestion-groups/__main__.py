"""Tables of Zoho CRM by groups: one stack makes the connection, each further one brings a group of tables."""

import signal
from typing import Any

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection, IngestedTable, Provider, ZohoIngestion

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

TABLES = {
    "Contacts": IngestedTable(group="people"),
    "Leads": IngestedTable(group="people", columns=["Last_Name", "Company", "Email"]),
    "Accounts": IngestedTable(group="sales"),
    "Deals": IngestedTable(group="sales", schedule={"frequency": "hour", "interval": 1}),
}

config = pulumi.Config()


def make_connection() -> None:
    """Make what the groups share; they get the suffix too, so a table keeps its names when it changes its group."""
    seed = random.RandomId("seed", byte_length=8)
    connection = BaseConnection(
        "crm-connection",
        name="crm",
        suffix=seed.hex,
        data_center=config.require("zohoDataCenter"),
        accounts_url=config.get("zohoAccountsUrl"),
        endpoint=config.require("zohoEndpoint"),
        client_id=config.require("zohoClientId"),
        client_secret=config.require_secret("zohoClientSecret"),
        refresh_token=config.require_secret("zohoRefreshToken"),
    )
    # The contract with other stacks; docs/outputs.md describes each.
    pulumi.export("outputsVersion", 1)
    pulumi.export("baseConnectionId", connection.id)
    pulumi.export("baseConnectionName", connection.full_name)
    pulumi.export("organization", connection.organization)
    pulumi.export("sandbox", connection.sandbox)
    pulumi.export("zohoDataCenter", connection.data_center)
    # For the groups alone.
    pulumi.export("suffix", seed.hex)


def bring(group: str) -> None:
    """Bring the tables of a group."""
    stack = config.require("connectionStack")
    reference = pulumi.StackReference(f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}")

    def shared(key: str) -> pulumi.Output[Any]:
        def given(value: Any) -> Any:
            if value is None:
                raise pulumi.RunError(f"the stack {stack} has no output {key!r}: run `pulumi up --stack {stack}` first")
            return value

        return reference.get_output(key).apply(given)

    # Equal in all groups: the engine moves a table only between stacks whose providers are.
    adobe = Provider("adobe", organization=shared("organization"), sandbox=shared("sandbox"))
    crm = ZohoIngestion(
        "crm",
        tables=TABLES,
        group=group,
        schedule={"frequency": "day", "interval": 1, "start": "2026-01-01T05:00:00Z"},
        base_connection_id=shared("baseConnectionId"),
        suffix=shared("suffix"),
        opts=pulumi.ResourceOptions(provider=adobe),
    )
    pulumi.export("dataflows", crm.dataflows)
    pulumi.export("datasets", crm.datasets)
    pulumi.export("schemas", crm.schemas)


if group := config.get("group"):
    bring(group)
else:
    make_connection()
