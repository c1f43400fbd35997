"""Tables of Zoho CRM in Adobe Experience Platform, by files of the Data Landing Zone."""

import pulumi
import pulumi_random as random

from zoho_adobe import IngestedTable, ZohoIngestion

config = pulumi.Config()

# One seed per stack keeps the names of two stacks apart, and makes it safe to repeat a create that was interrupted.
seed = random.RandomId("seed", byte_length=8)

crm = ZohoIngestion(
    "crm",
    zoho={"data_center": config.require("zohoDataCenter")},
    tables={
        "Contacts": IngestedTable(),
        "Accounts": IngestedTable(),
    },
    schedule={"frequency": "day", "interval": 1},
    suffix=seed.hex,
)

pulumi.export("datasets", crm.datasets)
# For `python -m zoho_adobe export --stack STACK`.
pulumi.export("exports", crm.exports)
