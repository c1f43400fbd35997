"""The target connection of a dataflow: the dataset that it fills."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

import pulumi
from pulumi.dynamic import CreateResult, DiffResult

from zoho_adobe.errors import InputError
from zoho_adobe.resources.ends import EndLifecycle
from zoho_adobe.resources.lifecycle import (
    ManagedResource,
    Props,
    check_name,
    given,
    one_line,
    own_suffix,
    replaced_by,
    require_text,
    same_organization,
)

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.dataflows import TargetConnection as Found
    from zoho_adobe.api.platform import Made

_INPUTS = ("name", "suffix", "description", "dataset_id", "schema_id", "sandbox", "organization")
_OUTPUTS = ("full_name",)
_REPLACED_BY = ("name", "suffix", "description", "sandbox")


class TargetConnectionLifecycle(EndLifecycle["Found"]):
    """Checks, creates, reads and deletes target connections for the engine."""

    noun: ClassVar[str] = "target connection"
    end_of_flow: ClassVar[Literal["source", "target"]] = "target"
    inputs: ClassVar[tuple[str, ...]] = _INPUTS

    def check_inputs(self, _olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs with sandbox and organization."""
        inputs = given(news, _INPUTS)
        require_text(inputs, ("name", "dataset_id", "schema_id"), problems)
        require_text(inputs, [field for field in ("suffix", "description") if field in inputs], problems)
        check_name(inputs, "name", problems)
        self.place(inputs, problems)
        return inputs

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Replace on any change: Adobe does not carry an edit into the dataflow."""
        same_organization(self.settings(), _olds)
        return DiffResult(changes=None, replaces=replaced_by(_olds, _news, _REPLACED_BY, ("dataset_id", "schema_id")))

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the target connection."""
        dataflows = self.clients_of(props).dataflows(props["sandbox"])
        with self.claimed(props):
            made = self.obtain(dataflows, props)
        return CreateResult(made.id, self.outputs(props))

    def ends(self, dataflows: Dataflows) -> Iterable[Found]:
        """List all target connections on the data lake."""
        return dataflows.targets()

    def end(self, dataflows: Dataflows, id_: str) -> Found:
        """Read a target connection."""
        return dataflows.target(id_)

    def post(self, dataflows: Dataflows, full_name: str, props: Props) -> Made:
        """Make a target connection."""
        return dataflows.create_target(full_name, props.get("description", ""), props["dataset_id"], props["schema_id"])

    def remove(self, dataflows: Dataflows, id_: str) -> None:
        """Delete a target connection."""
        dataflows.delete_target(id_)

    def shown(self, found: Found) -> Props:
        """Give what it fills."""
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
        self.register(
            "TargetConnection",
            "TARGET_CONNECTION",
            resource_name,
            {
                **dict.fromkeys((*_INPUTS, *_OUTPUTS)),
                "name": name,
                "suffix": own_suffix(suffix, resource_name),
                "description": description,
                "dataset_id": dataset_id,
                "schema_id": schema_id,
            },
            opts,
        )
