"""One Zoho CRM base connection, and the outputs that other stacks build on."""

import signal

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()

# One seed per stack makes every name in it unique, and a create that was cut off safe to repeat.
seed = random.RandomId("seed", byte_length=8)

# Where others depend on the connection: Pulumi refuses to delete or replace it, and Adobe keeps it in any case.
protect = config.get_bool("protect") or False

connection = BaseConnection(
    "zoho-crm",
    name=config.require("connectionName"),
    description=f"Managed by Pulumi: {pulumi.get_project()}/{pulumi.get_stack()}",
    suffix=seed.hex,
    data_center=config.require("zohoDataCenter"),
    accounts_url=config.get("zohoAccountsUrl"),
    endpoint=config.require("zohoEndpoint"),
    client_id=config.require("zohoClientId"),
    client_secret=config.require_secret("zohoClientSecret"),
    refresh_token=config.require_secret("zohoRefreshToken"),
    opts=pulumi.ResourceOptions(protect=protect, retain_on_delete=protect),
)

# The contract with other stacks; docs/outputs.md describes each.
pulumi.export("outputsVersion", 1)
pulumi.export("baseConnectionId", connection.id)
pulumi.export("baseConnectionName", connection.full_name)
pulumi.export("organization", connection.organization)
pulumi.export("sandbox", connection.sandbox)
pulumi.export("zohoDataCenter", connection.data_center)
# Where Adobe is reached, if not at its own addresses: at the emulator, for the stack `local`.
pulumi.export("platformUrl", config.get("platformUrl") or None)
pulumi.export("imsUrl", config.get("imsUrl") or None)
