"""A connection to Zoho CRM in Adobe Experience Platform."""

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection

config = pulumi.Config()

# One seed per stack keeps the names of two stacks apart, and makes it safe to repeat a create that was interrupted.
seed = random.RandomId("seed", byte_length=8)

connection = BaseConnection(
    "zoho-crm",
    name="Zoho CRM",
    suffix=seed.hex,
    data_center=config.require("zohoDataCenter"),
    endpoint=config.require("zohoEndpoint"),
    client_id=config.require("zohoClientId"),
    client_secret=config.require_secret("zohoClientSecret"),
    refresh_token=config.require_secret("zohoRefreshToken"),
)

pulumi.export("baseConnectionId", connection.id)
