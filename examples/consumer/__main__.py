"""Reads the outputs of the stack that made the connection, and uses the connection by its id."""

import signal
from typing import Any

import pulumi

from zoho_adobe import BaseConnection, Provider

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

stack = pulumi.Config().require("producer")
producer = pulumi.StackReference(stack)


def output(key: str) -> pulumi.Output[Any]:
    """Give an output of the producer, or one line that says which one it does not have."""

    def given(value: Any) -> Any:
        if value is None:
            raise pulumi.RunError(
                f"the stack {stack} has no output {key!r}: ask its team to bring it back, or follow what replaces it"
            )
        return value

    return producer.get_output(key).apply(given)


# The same organization and sandbox as the connection's; this stack has no Zoho secret and needs none.
adobe = Provider(
    "producer",
    organization=output("organization"),
    sandbox=output("sandbox"),
    platform_url=producer.get_output("platformUrl"),
    ims_url=producer.get_output("imsUrl"),
)
connection = BaseConnection.get("zoho-crm", output("baseConnectionId"), pulumi.ResourceOptions(provider=adobe))

pulumi.export("connectionName", connection.full_name)
pulumi.export("connectionState", connection.state)
