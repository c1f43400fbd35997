"""The target connection of a dataflow: the dataset that it fills."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

import pulumi

from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.ends import EndCall, EndLifecycle
from zoho_adobe.resources.inputs import Declaration, IdOfAnother, NamedForGood
from zoho_adobe.resources.managed import ManagedResource

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import TargetConnection as Found
    from zoho_adobe.api.platform import Made


class TargetProps(NamedForGood, total=False):
    """The properties of a target connection."""

    dataset_id: IdOfAnother
    schema_id: IdOfAnother


DECLARATION = Declaration("TargetConnection", "TARGET_CONNECTION", TargetProps, name="name")


class TargetConnectionLifecycle(EndLifecycle["Found", TargetProps]):
    """The lifecycle of target connections."""

    declaration = DECLARATION
    noun = "target connection"
    end_of_flow: ClassVar[Literal["source", "target"]] = "target"

    def objects(self, call: EndCall[TargetProps]) -> Iterable[Found]:
        """List all target connections on the data lake."""
        return call.dataflows.targets()

    def get(self, call: EndCall[TargetProps], id_: str) -> Found:
        """Read a target connection."""
        return call.dataflows.target(id_)

    def post(self, call: EndCall[TargetProps]) -> Made:
        """Make a target connection."""
        props = call.news
        return call.dataflows.create_target(
            self.full_name(props), props.get("description", ""), props["dataset_id"], props["schema_id"]
        )

    def discard(self, call: EndCall[TargetProps], id_: str) -> None:
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
