"""The program of the ingestion's tests: three tables of Zoho CRM from a few lines."""

import signal

import pulumi
import pulumi_random as random

from zoho_adobe import IngestedTable, ZohoIngestion

signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()
seed = random.RandomId("seed", byte_length=8)

crm = ZohoIngestion(
    "crm",
    connection={
        "endpoint": config.require("zohoEndpoint"),
        "data_center": "us",
        "accounts_url": config.require("zohoAccountsUrl"),
        "client_id": config.require("zohoClientId"),
        "client_secret": config.require_secret("zohoClientSecret"),
        "refresh_token": config.require_secret("zohoRefreshToken"),
    },
    tables={
        "Contacts": IngestedTable(
            fields={"Email": "personalEmail.address"},
            field_groups=["https://ns.adobe.com/xdm/context/profile-personal-details"],
        ),
        "Leads": IngestedTable(columns=["Last_Name", "Company"]),
        "Accounts": IngestedTable(),
    },
    schedule={"frequency": "minute", "interval": 30},
    suffix=seed.hex,
    protect_data=False,
    force_destroy=True,
)

pulumi.export("dataflows", crm.dataflows)
pulumi.export("datasets", crm.datasets)
