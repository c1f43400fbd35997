"""Builds a dataflow on the base connection of another stack, resource by resource."""

import signal
from typing import Any

import pulumi
import pulumi_random as random

from zoho_adobe import (
    Dataflow,
    Dataset,
    MappingSet,
    Provider,
    Schema,
    SourceConnection,
    Table,
    TargetConnection,
    own_field,
)

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()
name, stack = config.require("table"), config.require("producer")
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


# Makes the names in it unique, and a create that was cut off safe to repeat.
seed = random.RandomId("seed", byte_length=8)

# The same organization and sandbox as the connection's; this stack has no Zoho secret and needs none.
adobe = Provider(
    "producer",
    organization=output("organization"),
    sandbox=output("sandbox"),
    platform_url=producer.get_output("platformUrl"),
    ims_url=producer.get_output("imsUrl"),
)
there = pulumi.ResourceOptions(provider=adobe)
connection_id = output("baseConnectionId")

table = Table("table", base_connection_id=connection_id, table=name, opts=there)

# The columns keep their names as fields of the schema.
schema = Schema("schema", title=name, fields=table.columns, suffix=seed.hex, opts=there)
dataset = Dataset("dataset", name=name, schema_id=schema.id, suffix=seed.hex, opts=there)
mapping_set = MappingSet(
    "mapping",
    schema_id=schema.id,
    mappings=table.columns.apply(lambda found: {own_field(column): column for column in found}),
    schema_fields=schema.fields,
    columns=table.columns,
    opts=there,
)
source = SourceConnection(
    "source",
    name=name,
    base_connection_id=connection_id,
    table=name,
    columns=table.columns,
    suffix=seed.hex,
    opts=there,
)
target = TargetConnection("target", name=name, dataset_id=dataset.id, schema_id=schema.id, suffix=seed.hex, opts=there)
dataflow = Dataflow(
    "dataflow",
    name=name,
    source_connection_id=source.id,
    target_connection_id=target.id,
    mapping_set_id=mapping_set.id,
    delta_column="Modified_Time",
    schedule={"frequency": "hour", "interval": 1},
    columns=table.columns,
    suffix=seed.hex,
    opts=there,
)

pulumi.export("dataflowId", dataflow.id)
pulumi.export("datasetId", dataset.id)
