"""The dataset that a dataflow fills.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/catalog/datasets/create
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.errors import InputError, InUseError, NameTakenError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.identity import refuse_change, tell_of_profile
from zoho_adobe.resources.inputs import Declaration, Flag, IdOfAnother, Input, Named
from zoho_adobe.resources.looking import exists
from zoho_adobe.resources.managed import ManagedResource
from zoho_adobe.resources.named import NamedLifecycle
from zoho_adobe.resources.tag_write import write_tags
from zoho_adobe.session import current

if TYPE_CHECKING:
    from zoho_adobe.api.catalog import Catalog, MadeDataset
    from zoho_adobe.api.catalog import Dataset as Found


class DatasetProps(Named, total=False):
    """The properties of a dataset."""

    schema_id: IdOfAnother
    force_destroy: Annotated[bool, Input(default=False)]
    profile: Flag


DECLARATION = Declaration("Dataset", "DATASET", DatasetProps, name="name")


def datasets_of_the_program() -> set[str]:
    """Return the ids of the datasets that the program declares, as far as this session knows."""
    return current().keep("datasets of the program", set[str])


class DatasetCall(Call[DatasetProps]):
    """A call about a dataset."""

    @cached_property
    def catalog(self) -> Catalog:
        """Catalog in the sandbox."""
        return self.clients.catalog(self.sandbox)


class DatasetLifecycle(NamedLifecycle[DatasetCall, "Found", "MadeDataset"]):
    """The lifecycle of datasets."""

    declaration = DECLARATION
    noun = "dataset"
    calls = DatasetCall

    def examine(self, olds: Props, _news: Props, inputs: Props, _problems: list[InputError]) -> None:
        """Say that Profile is switched on."""
        tell_of_profile(self.noun, inputs.get("name", ""), olds, inputs)

    def replaces(self, call: DatasetCall) -> list[str]:
        """Replace for another schema or sandbox, unless the dataset holds rows that nobody said may go."""
        replaces = super().replaces(call)
        refuse_change(call.olds, call.news)
        if replaces and not call.olds.get("force_destroy"):
            # The engine would delete what fills the dataset first, and then fail here.
            self._refuse_if_filled(call, f"replaced ({', '.join(replaces)} changes)")
        if self.entries.checked(call.news):
            datasets_of_the_program().add(call.id)
        return replaces

    def find(self, call: DatasetCall, _fresh: bool) -> list[Found]:
        """Ask Catalog for the full name."""
        return call.catalog.datasets_named(self.full_name(call.news))

    def look(self, call: DatasetCall) -> Found:
        """Read the dataset."""
        return self.get(call, call.id)

    def get(self, call: DatasetCall, id_: str) -> Found:
        """Read a dataset."""
        return call.catalog.dataset(id_)

    def post(self, call: DatasetCall) -> MadeDataset:
        """Make a dataset."""
        props = call.news
        self._require_enabled_schema(call)
        return call.catalog.create_dataset(
            self.full_name(props), props.get("description", ""), props["schema_id"], profile=_for_profile(props)
        )

    def discard(self, call: DatasetCall, id_: str) -> None:
        """Delete a dataset."""
        call.catalog.delete_dataset(id_)

    def take_over(self, call: DatasetCall, found: Found) -> Found:
        """Give a leftover the description that is asked for."""
        if found.schema_id != call.news["schema_id"]:
            raise NameTakenError(
                f"name: the dataset {found.id} has this name but another schema, {found.schema_id}",
                object_id=found.id,
                remedy="Choose another name, or delete that dataset in Adobe",
            )
        if found.description != call.news.get("description", found.description):
            call.catalog.change_dataset(found.id, description=call.news["description"])
        if _for_profile(call.news) and not found.profile:
            self._enable(call, found.id)
        return found

    def finish(self, call: DatasetCall, made: Found | MadeDataset, _new: bool) -> Props:
        """Note that the program declares the dataset."""
        datasets_of_the_program().add(made.id)
        return self.outputs(call.news)

    def shown(self, call: DatasetCall, found: Found) -> ReadResult:
        """Return the object, with drift as inputs."""
        drifted = self.seen(call.olds, found.name, found.description)
        if _for_profile(call.olds) and not found.profile:
            drifted["profile"] = False
        return ReadResult(call.id, self.outputs(drifted), drifted)

    def patch(self, call: DatasetCall) -> Props:
        """Change name and description."""
        before, after = (
            {"name": self.full_name(props), "description": props.get("description", "")}
            for props in (call.olds, call.news)
        )
        changes = {field: text for field, text in after.items() if text != before[field]}
        if changes:
            call.catalog.change_dataset(call.id, **changes)
        if _for_profile(call.news) and not _for_profile(call.olds):
            self._enable(call, call.id)
        return self.outputs(call.news)

    def remove(self, call: DatasetCall) -> None:
        """Delete the dataset, unless it holds rows that nobody said may go."""
        if not call.olds.get("force_destroy"):
            self._refuse_if_filled(call, "deleted")
        super().remove(call)
        self._delete_targets(call)

    def writers(self, found: Found) -> tuple[str, ...]:
        """Return who made it."""
        return (found.created_client,)

    def built_on(self, call: DatasetCall, found: Found) -> list[str]:
        """Return the target connections that fill it, and whether it holds data."""
        targets = [item for item in call.clients.dataflows(call.sandbox).targets() if item.dataset_id == found.id]
        on_it = [f"target connection {item.name!r} ({item.id})" for item in targets[:3]]
        return on_it + (["the data in it"] if call.catalog.has_batches(found.id) else [])

    def _enable(self, call: DatasetCall, dataset_id: str) -> None:
        """Let Profile take the dataset's rows; the exporter may write another tag at the same time."""
        self._require_enabled_schema(call)
        write_tags(
            call.clients,
            call.sandbox,
            dataset_id,
            "unifiedProfile",
            lambda found: {} if found.profile else found.profile_tags,
            shared=lambda _: True,
        )

    def _require_enabled_schema(self, call: DatasetCall) -> None:
        schema_id = call.news["schema_id"]
        if _for_profile(call.news) and not call.clients.schema_registry(call.sandbox).schema(schema_id).profile:
            raise InputError(
                "profile",
                f"the schema {schema_id} is not enabled for Profile, and Adobe wants that first",
                remedy="Set profile=True on the schema, too",
            )

    def _delete_targets(self, call: DatasetCall) -> None:
        """Delete the target connections that creates which were cut off left on a dataset that is gone."""
        dataflows = call.clients.dataflows(call.sandbox)
        ours = {"", call.clients.settings.client_id}
        for target in dataflows.targets():
            if target.dataset_id != call.id:
                continue
            if set(target.clients) <= ours and not dataflows.flows_on("target", target.id):
                dataflows.delete_target(target.id)
            else:
                notice(f"the target connection {target.name!r} ({target.id}) stays, though its dataset is gone")

    def _refuse_if_filled(self, call: DatasetCall, doing: str) -> None:
        if exists(lambda: self.get(call, call.id)) and call.catalog.has_batches(call.id):
            raise InUseError(
                f"the dataset {self.full_name(call.olds)!r} ({call.id}) cannot be {doing}: it holds data",
                object_id=call.id,
                remedy="To lose the data, set force_destroy=True, run `pulumi up`, and try again; to keep it, take it "
                "out of the stack with `pulumi state delete`. What was deleted before it comes back with "
                "`pulumi up`, and goes on where it ended",
            )


def _for_profile(props: Mapping[str, Any]) -> bool:
    return props.get("profile") is True


class Dataset(ManagedResource):
    """A dataset of a schema.

    Args:
        resource_name: the logical name in the stack.
        name: the name shown in Adobe.
        schema_id: the `$id` of its schema.
        description: the description shown in Adobe.
        suffix: the stack's seed, as for `BaseConnection`.
        force_destroy: whether it may be deleted with data in it; False if left out.
        profile: whether Real-Time Customer Profile takes its rows: those that come from then on. Adobe never switches
            that off again. Its schema needs profile=True, too.
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: its id at Adobe.
        full_name: the name with its suffix.
    """

    declaration = DECLARATION

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
        profile: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
