"""N connections by a provider as people write it today."""

import os

import pulumi
from connection import Connection

for number in range(int(os.environ["BENCH_N"])):
    Connection(
        f"connection-{number}",
        {
            "name": f"Zoho CRM {number}",
            "description": os.environ["BENCH_DESCRIPTION"],
            "endpoint": "crm.zoho.com/crm/private",
            "accounts_url": os.environ["BENCH_ZOHO_ACCOUNTS_URL"],
            "client_id": os.environ["BENCH_ZOHO_CLIENT_ID"],
            "client_secret": pulumi.Output.secret(os.environ["BENCH_ZOHO_CLIENT_SECRET"]),
            "refresh_token": pulumi.Output.secret(os.environ["BENCH_ZOHO_REFRESH_TOKEN"]),
        },
    )
