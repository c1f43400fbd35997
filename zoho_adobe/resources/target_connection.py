"""The target connection of a dataflow: the dataset that it fills."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

import pulumi

from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.ends import EndCall, EndLifecycle
from zoho_adobe.resources.inputs import PLACE, Declaration, id_of_another, naming
from zoho_adobe.resources.managed import ManagedResource

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import TargetConnection as Found
    from zoho_adobe.api.platform import Made

DECLARATION = Declaration(
    "TargetConnection",
    "TARGET_CONNECTION",
    name="name",
    inputs=(*naming(replaces=True), id_of_another("dataset_id"), id_of_another("schema_id"), *PLACE),
    outputs=("full_name",),
)


class TargetConnectionLifecycle(EndLifecycle["Found"]):
    """The lifecycle of target connections."""

    declaration = DECLARATION
    noun = "target connection"
    end_of_flow: ClassVar[Literal["source", "target"]] = "target"

    def objects(self, call: EndCall) -> Iterable[Found]:
        """List all target connections on the data lake."""
        return call.dataflows.targets()

    def get(self, call: EndCall, id_: str) -> Found:
        """Read a target connection."""
        return call.dataflows.target(id_)

    def post(self, call: EndCall) -> Made:
        """Make a target connection."""
        props = call.news
        return call.dataflows.create_target(
            self.full_name(props), props.get("description", ""), props["dataset_id"], props["schema_id"]
        )

    def discard(self, call: EndCall, id_: str) -> None:
        """Delete a target connection."""
        call.dataflows.delete_target(id_)

    def fields(self, found: Found) -> Props:
        """Return what it fills."""
        return {"dataset_id": found.dataset_id, "schema_id": found.schema_id}


class TargetConnection(ManagedResource):
    """A dataset as the target of a dataflow.

    Args:
        resource_name: the logical name in the stack.
        name: the name shown in Adobe.
        dataset_id: the dataset to fill.
        schema_id: the dataset's schema; the mapping set must have the same one.
        description: the description shown in Adobe.
        suffix: the stack's seed, as for `BaseConnection`.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: its id at Adobe, for a dataflow to build on.
        full_name: the name with its suffix.
    """

    declaration = DECLARATION

    name: pulumi.Output[str]
    full_name: pulumi.Output[str]
    dataset_id: pulumi.Output[str]
    schema_id: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        dataset_id: pulumi.Input[str],
        schema_id: pulumi.Input[str],
        description: pulumi.Input[str] | None = None,
        suffix: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
