"""The dataset that a dataflow fills.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/catalog/datasets/create
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from zoho_adobe.errors import ConnectionStateError, InputError, InUseError, NameTakenError, NotFoundError
from zoho_adobe.resources.lifecycle import (
    ManagedResource,
    Props,
    check_name,
    given,
    notice,
    one_line,
    own_suffix,
    replaced_by,
    require_bool,
    require_text,
    same_organization,
)
from zoho_adobe.resources.repeatable import RepeatableLifecycle, exists, wait_until_gone
from zoho_adobe.session import current

if TYPE_CHECKING:
    from zoho_adobe.api.catalog import Catalog, MadeDataset
    from zoho_adobe.api.catalog import Dataset as Found

_INPUTS = ("name", "suffix", "description", "schema_id", "force_destroy", "sandbox", "organization")
_OUTPUTS = ("full_name",)


def datasets_of_the_program() -> set[str]:
    """Return the ids of the datasets that the program declares, as far as this session knows."""
    return current().keep("datasets of the program", set[str])


class DatasetLifecycle(RepeatableLifecycle["Found"]):
    """Checks, creates, reads, updates and deletes datasets for the engine."""

    noun: ClassVar[str] = "dataset"
    inputs: ClassVar[tuple[str, ...]] = _INPUTS

    def check_inputs(self, _olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs with sandbox and organization."""
        inputs = given(news, _INPUTS)
        require_text(inputs, ("name", "schema_id"), problems)
        require_text(inputs, [field for field in ("suffix", "description") if field in inputs], problems)
        check_name(inputs, "name", problems)
        inputs.setdefault("force_destroy", False)
        require_bool(inputs, ("force_destroy",), problems)
        self.place(inputs, problems)
        return inputs

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Replace for another schema or sandbox."""
        same_organization(self.settings(), _olds)
        replaces = replaced_by(_olds, _news, ("sandbox",), ("schema_id",))
        if replaces and not _olds.get("force_destroy"):
            # The engine would delete what fills the dataset first, and then fail here.
            self._refuse_if_filled(_id, _olds, f"replaced ({', '.join(replaces)} changes)")
        if self.entries.checked(_news):
            datasets_of_the_program().add(_id)
        return DiffResult(changes=None, replaces=replaces)

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the dataset, or take over what a create made whose answer was lost."""
        catalog = self.clients_of(props).catalog(props["sandbox"])
        with self.claimed(props):
            made = self._find_or_make(catalog, props)
        datasets_of_the_program().add(made.id)
        return CreateResult(made.id, self.outputs(props))

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the dataset where the state says it is, and give drift back as inputs."""
        try:
            found = self.clients_of(props).catalog(props["sandbox"]).dataset(id_)
        except NotFoundError:
            return ReadResult(None, {})
        drifted = self.seen(props, found.name, found.description)
        return ReadResult(id_, self.outputs(drifted), drifted)

    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Change name and description."""
        before, after = (
            {"name": self.full_name(props), "description": props.get("description", "")} for props in (_olds, _news)
        )
        changes = {field: text for field, text in after.items() if text != before[field]}
        if changes:
            catalog = self.clients_of(_olds).catalog(_olds["sandbox"])
            try:
                catalog.change_dataset(_id, **changes)
            except NotFoundError:
                raise ConnectionStateError(
                    f"the dataset {_id} does not exist any more in sandbox {_olds['sandbox']!r}",
                    connection_id=_id,
                    remedy="Run `pulumi refresh`, then `pulumi up` to make it again",
                ) from None
        return UpdateResult(self.outputs(_news))

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Delete the dataset, unless it holds rows that nobody said may go."""
        if self.belongs_to_another(_id, _props):
            return
        catalog = self.clients_of(_props).catalog(_props["sandbox"])
        if not _props.get("force_destroy"):
            self._refuse_if_filled(_id, _props, "deleted")
        catalog.delete_dataset(_id)
        wait_until_gone(self.noun, _id, lambda: catalog.dataset(_id))
        self._delete_targets(_id, _props)

    def _delete_targets(self, id_: str, props: Props) -> None:
        """Deletes the target connections that creates which were cut off left on a dataset that is gone."""
        clients = self.clients_of(props)
        dataflows = clients.dataflows(props["sandbox"])
        for target in dataflows.targets():
            if target.dataset_id != id_:
                continue
            if set(target.clients) <= {"", clients.settings.client_id} and not dataflows.flows_on("target", target.id):
                dataflows.delete_target(target.id)
            else:
                notice(f"the target connection {target.name!r} ({target.id}) stays, though its dataset is gone")

    def _refuse_if_filled(self, id_: str, props: Props, doing: str) -> None:
        catalog = self.clients_of(props).catalog(props["sandbox"])
        if exists(lambda: catalog.dataset(id_)) and catalog.has_batches(id_):
            raise InUseError(
                f"the dataset {self.full_name(props)!r} ({id_}) cannot be {doing}: it holds data",
                connection_id=id_,
                remedy="To lose the data, set force_destroy=True, run `pulumi up`, and try again; to keep it, take it "
                "out of the stack with `pulumi state delete`. What was deleted before it comes back with "
                "`pulumi up`, and goes on where it ended",
            )

    def writers(self, _props: Props, found: Found) -> tuple[str, ...]:
        """Returns who made it."""
        return (found.created_client,)

    def built_on(self, props: Props, found: Found) -> list[str]:
        """Returns the target connections that fill it, and whether it holds data."""
        clients, sandbox = self.clients_of(props), props["sandbox"]
        targets = [item for item in clients.dataflows(sandbox).targets() if item.dataset_id == found.id]
        on_it = [f"target connection {item.name!r} ({item.id})" for item in targets[:3]]
        return on_it + (["the data in it"] if clients.catalog(sandbox).has_batches(found.id) else [])

    def _find_or_make(self, catalog: Catalog, props: Props) -> MadeDataset:
        from zoho_adobe.api.catalog import MadeDataset

        full_name = self.full_name(props)

        def take_over(found: Found) -> MadeDataset:
            if found.schema_id != props["schema_id"]:
                raise NameTakenError(
                    f"name: the dataset {found.id} has this name but another schema, {found.schema_id}",
                    connection_id=found.id,
                    remedy="Choose another name, or delete that dataset in Adobe",
                )
            if found.description != props.get("description", found.description):
                catalog.change_dataset(found.id, description=props["description"])
            return MadeDataset(found.id)

        return self.find_or_make(
            props,
            find=lambda _: catalog.datasets_named(full_name),
            make=lambda: catalog.create_dataset(full_name, props.get("description", ""), props["schema_id"]),
            take_over=take_over,
            as_made=lambda found: MadeDataset(found.id),
            remove=catalog.delete_dataset,
        )


class Dataset(ManagedResource):
    """A dataset of a schema.

    Args:
        resource_name: the logical name in the stack.
        name: the name shown in Adobe.
        schema_id: the `$id` of its schema.
        description: the description shown in Adobe.
        suffix: the stack's seed, as for `BaseConnection`.
        force_destroy: whether it may be deleted with data in it; False if left out.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: its id at Adobe.
        full_name: the name with its suffix.
    """

    name: pulumi.Output[str]
    full_name: pulumi.Output[str]
    schema_id: pulumi.Output[str]
    force_destroy: pulumi.Output[bool]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        schema_id: pulumi.Input[str],
        description: pulumi.Input[str] | None = None,
        suffix: pulumi.Input[str] | None = None,
        force_destroy: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(
            "Dataset",
            "DATASET",
            resource_name,
            {
                **dict.fromkeys((*_INPUTS, *_OUTPUTS)),
                "name": name,
                "suffix": own_suffix(suffix, resource_name),
                "description": description,
                "schema_id": schema_id,
                "force_destroy": force_destroy,
            },
            opts,
        )
