"""Zoho CRM's four modules, each brought N times: in one stack, or by groups in several."""

import os
import signal

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection, IngestedTable, ZohoIngestion

signal.signal(signal.SIGINT, signal.SIG_DFL)

part = os.environ["BENCH_PART"]

if part in ("all", "connection"):
    seed = random.RandomId("seed", byte_length=8).hex
    connection_id = BaseConnection(
        "connection",
        name="Zoho CRM",
        suffix=seed,
        accounts_url=os.environ["BENCH_ZOHO_ACCOUNTS_URL"],
        endpoint="crm.zoho.com/crm/private",
        client_id=os.environ["BENCH_ZOHO_CLIENT_ID"],
        client_secret=os.environ["BENCH_ZOHO_CLIENT_SECRET"],
        refresh_token=os.environ["BENCH_ZOHO_REFRESH_TOKEN"],
        verify="none",
    ).id
    pulumi.export("baseConnectionId", connection_id)
    pulumi.export("suffix", seed)
else:
    shared = pulumi.StackReference("organization/bench/connection")
    connection_id, seed = shared.require_output("baseConnectionId"), shared.require_output("suffix")

for number in range(int(os.environ["BENCH_N"]) if part != "connection" else 0):
    ZohoIngestion(
        f"crm-{number}",
        tables={module: IngestedTable(group=module) for module in ("Accounts", "Contacts", "Deals", "Leads")},
        group=None if part == "all" else part,
        # Far off, so that no run of a dataflow takes time from what is measured.
        schedule={"frequency": "day", "interval": 1, "start": "2100-01-01T00:00:00Z"},
        base_connection_id=connection_id,
        suffix=seed,
    )
