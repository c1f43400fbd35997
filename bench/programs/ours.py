"""N connections by zoho-adobe."""

import os
import signal

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection, ProviderPool

signal.signal(signal.SIGINT, signal.SIG_DFL)

seed = random.RandomId("seed", byte_length=8)
size = int(os.environ["BENCH_POOL"])
pool = ProviderPool("adobe", size=size) if size > 1 else None

for number in range(int(os.environ["BENCH_N"])):
    name = f"connection-{number}"
    BaseConnection(
        name,
        name=f"Zoho CRM {number}",
        description=os.environ["BENCH_DESCRIPTION"],
        suffix=seed.hex,
        accounts_url=os.environ["BENCH_ZOHO_ACCOUNTS_URL"],
        endpoint="crm.zoho.com/crm/private",
        client_id=os.environ["BENCH_ZOHO_CLIENT_ID"],
        client_secret=os.environ["BENCH_ZOHO_CLIENT_SECRET"],
        refresh_token=os.environ["BENCH_ZOHO_REFRESH_TOKEN"],
        verify="connection" if os.environ["BENCH_VERIFY"] == "connection" else "none",
        opts=pulumi.ResourceOptions(provider=pool.provider_for(name)) if pool else None,
    )
