"""The program of a team that brings tables: the project's own connection, and two tables by it."""

from __future__ import annotations

from tests.support.stack import PROGRAM as CONNECTION

TABLES = """
crm = ZohoIngestion(
    "crm",
    base_connection_id=connection.id,
    tables={
        "Accounts": IngestedTable(columns=["Account_Name", "Industry", "Website"]),
        "Contacts": IngestedTable(),
    },
    schedule={"frequency": "hour", "interval": 1},
    suffix=seed.hex,
)

pulumi.export("dataflows", crm.dataflows)
pulumi.export("datasets", crm.datasets)
"""

_IMPORT = "from zoho_adobe import BaseConnection\n"
assert _IMPORT in CONNECTION
PROGRAM = CONNECTION.replace(_IMPORT, "from zoho_adobe import BaseConnection, IngestedTable, ZohoIngestion\n") + TABLES
