"""The target connection of a dataflow: the dataset that it fills.

It is replaced and never changed: Adobe does not carry its edits into the dataflow on it.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/update-dataflows
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult

from zoho_adobe.errors import InputError, NotFoundError
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
from zoho_adobe.resources.repeatable import RepeatableLifecycle, wait_until_gone

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.dataflows import TargetConnection as Found
    from zoho_adobe.api.platform import Made

_INPUTS = ("name", "suffix", "description", "dataset_id", "schema_id", "sandbox", "organization")
_OUTPUTS = ("full_name",)
_REPLACED_BY = ("name", "suffix", "description", "sandbox")


class TargetConnectionLifecycle(RepeatableLifecycle["Found"]):
    """Checks, creates, reads and deletes target connections for the engine."""

    noun: ClassVar[str] = "target connection"

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
        self.in_state(_id)
        same_organization(self.settings(), _olds)
        return DiffResult(changes=None, replaces=replaced_by(_olds, _news, _REPLACED_BY, ("dataset_id", "schema_id")))

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the target connection."""
        dataflows = self.clients_of(props).dataflows(props["sandbox"])
        with self.claimed(props):
            made = self._find_or_make(dataflows, props)
        return CreateResult(made.id, self._outputs(props))

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """See whether it is still there; what it holds cannot change."""
        dataflows = self.clients_of(props).dataflows(props["sandbox"])
        self.in_state(id_)
        try:
            if self.listing(props, dataflows.targets).for_read(id_) is None:
                dataflows.target(id_)
        except NotFoundError:
            return self.gone(id_)
        return ReadResult(id_, self._outputs(props))

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Delete it; its dataflow is gone by then."""
        self.refuse_what_was_made_here(_id)
        dataflows = self.clients_of(_props).dataflows(_props["sandbox"])
        try:
            dataflows.delete_target(_id)
        finally:
            self.listing(_props, dataflows.targets).changed()
        wait_until_gone(self.noun, _id, lambda: _exists(dataflows, _id))

    def _find_or_make(self, dataflows: Dataflows, props: Props) -> Made:
        from zoho_adobe.api.platform import Made

        full_name, listing = self.full_name(props), self.listing(props, dataflows.targets)

        def make() -> Made:
            return dataflows.create_target(
                full_name, props.get("description", ""), props["dataset_id"], props["schema_id"]
            )

        def take_over(found: Found) -> Made:
            wanted = (props["dataset_id"], props["schema_id"], props.get("description", ""))
            if (found.dataset_id, found.schema_id, found.description) == wanted:
                return Made(found.id, "")
            # Nobody uses it, and it cannot be changed.
            dataflows.delete_target(found.id)
            return make()

        try:
            return self.find_or_make(
                props,
                find=lambda fresh: listing.named(full_name, fresh=fresh),
                make=make,
                take_over=take_over,
                as_made=lambda found: Made(found.id, ""),
                remove=dataflows.delete_target,
            )
        finally:
            listing.changed()

    def _outputs(self, inputs: Props) -> Props:
        kept = {key: inputs[key] for key in _INPUTS if key in inputs}
        return {**kept, "full_name": self.full_name(inputs)}


def _exists(dataflows: Dataflows, id_: str) -> bool:
    try:
        dataflows.target(id_)
    except NotFoundError:
        return False
    return True


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
        super().__init__(
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
