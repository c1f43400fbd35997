"""N connections by zoho-adobe."""

import os
import signal

import pulumi_random as random

from zoho_adobe import BaseConnection

signal.signal(signal.SIGINT, signal.SIG_DFL)

seed = random.RandomId("seed", byte_length=8)

for number in range(int(os.environ["BENCH_N"])):
    BaseConnection(
        f"connection-{number}",
        name=f"Zoho CRM {number}",
        description=os.environ["BENCH_DESCRIPTION"],
        suffix=seed.hex,
        accounts_url=os.environ["BENCH_ZOHO_ACCOUNTS_URL"],
        endpoint="crm.zoho.com/crm/private",
        client_id=os.environ["BENCH_ZOHO_CLIENT_ID"],
        client_secret=os.environ["BENCH_ZOHO_CLIENT_SECRET"],
        refresh_token=os.environ["BENCH_ZOHO_REFRESH_TOKEN"],
        verify="connection" if os.environ["BENCH_VERIFY"] == "connection" else "none",
    )
