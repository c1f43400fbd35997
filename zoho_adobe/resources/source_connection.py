"""The source connection of a dataflow: a table of Zoho CRM, and which of its columns are read.

It is replaced and never changed: Adobe does not carry its edits into the dataflow on it.
Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/update-dataflows
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult

from zoho_adobe.errors import InputError, NotFoundError
from zoho_adobe.resources.accepted import require_accepted
from zoho_adobe.resources.lifecycle import (
    ManagedResource,
    Props,
    check_name,
    given,
    one_line,
    own_suffix,
    replaced_by,
    require_text,
    require_texts,
    same_organization,
)
from zoho_adobe.resources.repeatable import RepeatableLifecycle, wait_until_gone

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.dataflows import SourceConnection as Found
    from zoho_adobe.api.platform import Made

_INPUTS = ("name", "suffix", "description", "base_connection_id", "table", "columns", "sandbox", "organization")
_OUTPUTS = ("full_name",)
_REPLACED_BY = ("name", "suffix", "description", "table", "sandbox")


class SourceConnectionLifecycle(RepeatableLifecycle["Found"]):
    """Checks, creates, reads and deletes source connections for the engine."""

    noun: ClassVar[str] = "source connection"

    def check_inputs(self, _olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs, and refuse columns that the table does not have."""
        inputs = given(news, _INPUTS)
        require_text(inputs, ("name", "base_connection_id", "table"), problems)
        require_text(inputs, [field for field in ("suffix", "description") if field in inputs], problems)
        check_name(inputs, "name", problems)
        if news.get("filters") is not None:
            problems.append(
                InputError(
                    "filters",
                    "Adobe cannot filter the rows of Zoho CRM at the source",
                    remedy="Leave them out, and filter what has arrived",
                )
            )
        if require_texts(inputs, "columns", problems):
            for column, word in inputs["columns"].items():
                if word == "":
                    problems.append(
                        InputError(
                            "columns",
                            f"the table {inputs.get('table')!r} has no column {column!r}",
                            remedy="Take it out of the program, or check its name in Zoho: field names are not labels",
                        )
                    )
            if not inputs["columns"]:
                problems.append(InputError("columns", "there are none", remedy="Leave it out to read all of them"))
        self.place(inputs, problems)
        return inputs

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Replace on any change: Adobe does not carry an edit into the dataflow."""
        self.in_state(_id)
        same_organization(self.settings(), _olds)
        fields = (*_REPLACED_BY, *(["columns"] if "columns" in _news else []))
        return DiffResult(changes=None, replaces=replaced_by(_olds, _news, fields, ("base_connection_id",)))

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the source connection, with all columns of the table where none are given."""
        clients = self.clients_of(props)
        dataflows = clients.dataflows(props["sandbox"])
        require_accepted(dataflows)
        if "columns" not in props:
            explorer = clients.explorer(props["sandbox"])
            props["columns"] = explorer.columns(props["base_connection_id"], props["table"])
        with self.claimed(props):
            made = self._find_or_make(dataflows, props)
        return CreateResult(made.id, self._outputs(props))

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """See whether it is still there; what it holds cannot change."""
        dataflows = self.clients_of(props).dataflows(props["sandbox"])
        self.in_state(id_)
        try:
            if self.listing(props, dataflows.sources).for_read(id_) is None:
                dataflows.source(id_)
        except NotFoundError:
            return self.gone(id_)
        return ReadResult(id_, self._outputs(props))

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Delete it; its dataflow is gone by then."""
        self.refuse_what_was_made_here(_id)
        dataflows = self.clients_of(_props).dataflows(_props["sandbox"])
        try:
            dataflows.delete_source(_id)
        finally:
            self.listing(_props, dataflows.sources).changed()
        wait_until_gone(self.noun, _id, lambda: _exists(dataflows, _id))

    def _find_or_make(self, dataflows: Dataflows, props: Props) -> Made:
        from zoho_adobe.api.platform import Made

        full_name, listing = self.full_name(props), self.listing(props, dataflows.sources)

        def make() -> Made:
            return dataflows.create_source(
                full_name,
                props.get("description", ""),
                props["base_connection_id"],
                props["table"],
                props["columns"],
            )

        def take_over(found: Found) -> Made:
            wanted = (props["base_connection_id"], props["table"], props["columns"], props.get("description", ""))
            if (found.base_connection_id, found.table, found.columns, found.description) == wanted:
                return Made(found.id, "")
            # Nobody uses it, and it cannot be changed.
            dataflows.delete_source(found.id)
            return make()

        try:
            return self.find_or_make(
                props,
                find=lambda fresh: listing.named(full_name, fresh=fresh),
                make=make,
                take_over=take_over,
                as_made=lambda found: Made(found.id, ""),
                remove=dataflows.delete_source,
            )
        finally:
            listing.changed()

    def _outputs(self, inputs: Props) -> Props:
        kept = {key: inputs[key] for key in _INPUTS if key in inputs}
        return {**kept, "full_name": self.full_name(inputs)}


def _exists(dataflows: Dataflows, id_: str) -> bool:
    try:
        dataflows.source(id_)
    except NotFoundError:
        return False
    return True


class SourceConnection(ManagedResource):
    """A table of Zoho CRM as the source of a dataflow.

    Args:
        resource_name: the logical name in the stack.
        name: the name shown in Adobe.
        base_connection_id: the base connection to read through.
        table: the table's path, such as "Contacts".
        columns: each column's type by its name, usually a `Table`'s `columns` or some of them; all columns of the
            table, as it is when the source connection is made, if it is left out.
        description: the description shown in Adobe.
        suffix: the stack's seed, as for `BaseConnection`.
        filters: refused: Adobe cannot filter Zoho CRM at the source. See
            https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/filter
        opts: the resource's options; deleting before replacing is always on.

    Attributes:
        id: its id at Adobe, for a dataflow to build on.
        full_name: the name with its suffix.
        columns: the columns that are read.
    """

    name: pulumi.Output[str]
    full_name: pulumi.Output[str]
    base_connection_id: pulumi.Output[str]
    table: pulumi.Output[str]
    columns: pulumi.Output[dict[str, str]]

    def __init__(
        self,
        resource_name: str,
        *,
        name: pulumi.Input[str],
        base_connection_id: pulumi.Input[str],
        table: pulumi.Input[str],
        columns: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        description: pulumi.Input[str] | None = None,
        suffix: pulumi.Input[str] | None = None,
        filters: Any = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "SourceConnection",
            "SOURCE_CONNECTION",
            resource_name,
            {
                **dict.fromkeys((*_INPUTS, *_OUTPUTS)),
                "name": name,
                "suffix": own_suffix(suffix, resource_name),
                "description": description,
                "base_connection_id": base_connection_id,
                "table": table,
                "columns": columns,
                "filters": filters,
            },
            opts,
        )
