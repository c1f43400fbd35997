"""Contacts, accounts and deals, brought once a day: a base connection, and all that each table takes."""

import signal

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection, IngestedTable, ZohoIngestion

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()
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

crm = ZohoIngestion(
    "crm",
    base_connection_id=connection.id,
    tables={
        # All columns; two of them go where Adobe's own applications look for them.
        "Contacts": IngestedTable(
            fields={"Last_Name": "person.name.lastName", "Email": "personalEmail.address"},
            field_groups=[
                "https://ns.adobe.com/xdm/context/profile-person-details",
                "https://ns.adobe.com/xdm/context/profile-personal-details",
            ],
        ),
        # Some columns only.
        "Accounts": IngestedTable(columns=["id", "Account_Name", "Website"]),
        # Another schedule than the others.
        "Deals": IngestedTable(schedule={"frequency": "hour", "interval": 1}),
    },
    schedule={"frequency": "day", "interval": 1, "start": "2026-01-01T05:00:00Z"},
    suffix=seed.hex,
)

# The contract with other stacks; docs/outputs.md describes each.
pulumi.export("outputsVersion", 1)
pulumi.export("baseConnectionId", connection.id)
pulumi.export("baseConnectionName", connection.full_name)
pulumi.export("organization", connection.organization)
pulumi.export("sandbox", connection.sandbox)
pulumi.export("zohoDataCenter", connection.data_center)
pulumi.export("dataflows", crm.dataflows)
pulumi.export("datasets", crm.datasets)
pulumi.export("schemas", crm.schemas)
