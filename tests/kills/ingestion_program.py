"""The program of the kills of an ingestion: two tables of Zoho CRM."""

import signal

import pulumi
import pulumi_random as random

from zoho_adobe import Identity, IngestedTable, ZohoIngestion

signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()
seed = random.RandomId("seed", byte_length=8)

ZohoIngestion(
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
        "Accounts": IngestedTable(columns=["Account_Name"]),
        "Leads": IngestedTable(
            columns=["Last_Name"], identities={"Last_Name": Identity("Email")}, labels={"Last_Name": ["I1"]}
        ),
    },
    schedule={"frequency": "minute", "interval": 30},
    suffix=seed.hex,
    protect_data=False,
    force_destroy=True,
)
