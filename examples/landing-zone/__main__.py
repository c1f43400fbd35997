"""Contacts, accounts and leads by files of the landing zone, and what the exporter has to know of them."""

import signal

import pulumi
import pulumi_random as random

from zoho_adobe import IngestedTable, ZohoIngestion

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()
seed = random.RandomId("seed", byte_length=8)

crm = ZohoIngestion(
    "crm",
    zoho={"data_center": config.require("zohoDataCenter"), "accounts_url": config.get("zohoAccountsUrl") or None},
    tables={
        # All columns; one of them goes where Adobe's own applications look for it.
        "Contacts": IngestedTable(
            fields={"Email": "personalEmail.address"},
            field_groups=["https://ns.adobe.com/xdm/context/profile-personal-details"],
        ),
        # Some columns only; the id comes along.
        "Accounts": IngestedTable(columns=["Account_Name", "Website"]),
        # What is deleted in Zoho is written down, in a dataset of its own.
        "Leads": IngestedTable(deletes="mark"),
    },
    schedule={"frequency": "day", "interval": 1},
    suffix=seed.hex,
)

pulumi.export("dataflows", crm.dataflows)
pulumi.export("datasets", crm.datasets)
pulumi.export("deletions", crm.deletions)
# All that `python -m zoho_adobe export` has to know; docs/exports-1.schema.json describes it.
pulumi.export("exports", crm.exports)
