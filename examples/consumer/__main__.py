"""Reads the outputs of the stack that made the connection, and uses the connection by its id."""

import signal

import pulumi

from zoho_adobe import BaseConnection, Provider

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

producer = pulumi.StackReference(pulumi.Config().require("producer"))

# The same organization and sandbox as the connection's; this stack has no Zoho secret and needs none.
adobe = Provider(
    "producer",
    organization=producer.require_output("organization"),
    sandbox=producer.require_output("sandbox"),
)
connection = BaseConnection.get(
    "zoho-crm",
    producer.require_output("baseConnectionId"),
    pulumi.ResourceOptions(provider=adobe),
)

pulumi.export("connectionName", connection.full_name)
pulumi.export("connectionState", connection.state)
