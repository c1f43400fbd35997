"""The source connection of a dataflow: a table of Zoho CRM, and which of its columns are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from zoho_adobe.errors import InputError
from zoho_adobe.resources.accepted import require_accepted
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
    require_texts,
    same_organization,
)

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import Dataflows
    from zoho_adobe.api.dataflows import SourceConnection as Found
    from zoho_adobe.api.platform import Made

_INPUTS = ("name", "suffix", "description", "base_connection_id", "table", "columns", "sandbox", "organization")
_OUTPUTS = ("full_name",)
_REPLACED_BY = ("name", "suffix", "description", "table", "sandbox")
# Whether the columns were read from the table, which the columns themselves do not show.
_ALL_COLUMNS = "all_columns"


class SourceConnectionLifecycle(EndLifecycle["Found"]):
    """Checks, creates, reads and deletes source connections for the engine."""

    noun: ClassVar[str] = "source connection"
    end_of_flow: ClassVar[Literal["source", "target"]] = "source"
    inputs: ClassVar[tuple[str, ...]] = _INPUTS

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
        same_organization(self.settings(), _olds)
        chosen = "columns" in _news or not _olds.get(_ALL_COLUMNS, True)
        fields = (*_REPLACED_BY, *(["columns"] if chosen else []))
        return DiffResult(changes=None, replaces=replaced_by(_olds, _news, fields, ("base_connection_id",)))

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the source connection, with all columns of the table where none are given."""
        clients = self.clients_of(props)
        dataflows = clients.dataflows(props["sandbox"])
        require_accepted(dataflows)
        all_columns = "columns" not in props
        if all_columns:
            explorer = clients.explorer(props["sandbox"])
            props["columns"] = explorer.columns(props["base_connection_id"], props["table"])
        with self.claimed(props):
            made = self.obtain(dataflows, props)
        return CreateResult(made.id, self.outputs(props, all_columns=all_columns))

    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Take over columns that the program has come to give, where they are the ones that are read already."""
        inputs = {"columns": _olds["columns"], **_news}
        return UpdateResult(self.outputs(inputs, all_columns="columns" not in _news))

    def as_read(self, id_: str, _props: Props, inputs: Props) -> ReadResult:
        """Give the answer of a read; columns that the program does not give are no input."""
        all_columns = bool(_props.get(_ALL_COLUMNS, True))
        outputs = self.outputs(inputs, all_columns=all_columns)
        left_out = ("columns",) if all_columns else ()
        return ReadResult(id_, outputs, {key: value for key, value in inputs.items() if key not in left_out})

    def ends(self, dataflows: Dataflows) -> Iterable[Found]:
        """List all source connections on Zoho CRM."""
        return dataflows.sources()

    def end(self, dataflows: Dataflows, id_: str) -> Found:
        """Read a source connection."""
        return dataflows.source(id_)

    def post(self, dataflows: Dataflows, full_name: str, props: Props) -> Made:
        """Make a source connection."""
        return dataflows.create_source(
            full_name, props.get("description", ""), props["base_connection_id"], props["table"], props["columns"]
        )

    def remove(self, dataflows: Dataflows, id_: str) -> None:
        """Delete a source connection."""
        dataflows.delete_source(id_)

    def shown(self, found: Found) -> Props:
        """Give what it reads."""
        return {"base_connection_id": found.base_connection_id, "table": found.table, "columns": found.columns}


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
        self.register(
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
