"""The source connection of a dataflow: a table of Zoho CRM, and which of its columns are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.errors import InputError
from zoho_adobe.resources.accepted import require_accepted
from zoho_adobe.resources.checks import Props, are_texts
from zoho_adobe.resources.ends import EndCall, EndLifecycle
from zoho_adobe.resources.inputs import Declaration, IdOfAnother, Input, NamedForGood, NeededForGood, Output
from zoho_adobe.resources.managed import ManagedResource
from zoho_adobe.resources.repeatable import HasId

if TYPE_CHECKING:
    from zoho_adobe.api.dataflows import SourceConnection as Found
    from zoho_adobe.api.platform import Made


class SourceProps(NamedForGood, total=False):
    """The properties of a source connection."""

    base_connection_id: IdOfAnother
    table: NeededForGood
    columns: Annotated[dict[str, str], Input(replaces=True)]
    filters: Annotated[object, Input(kept=False)]
    # Whether the columns were read from the table, which the columns themselves do not show.
    all_columns: Annotated[bool, Output(declared=False)]


DECLARATION = Declaration("SourceConnection", "SOURCE_CONNECTION", SourceProps, name="name")


class SourceConnectionLifecycle(EndLifecycle["Found", SourceProps]):
    """The lifecycle of source connections."""

    declaration = DECLARATION
    noun = "source connection"
    end_of_flow: ClassVar[Literal["source", "target"]] = "source"

    def examine(self, _olds: Props, news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Refuse filters, and columns that the table does not have."""
        if news.get("filters") is not None:
            problems.append(
                InputError(
                    "filters",
                    "Adobe cannot filter the rows of Zoho CRM at the source",
                    remedy="Leave them out, and filter what has arrived",
                )
            )
        columns = inputs.get("columns")
        if not are_texts(columns):
            return
        for column, word in columns.items():
            if word == "":
                problems.append(
                    InputError(
                        "columns",
                        f"the table {inputs.get('table')!r} has no column {column!r}",
                        remedy="Take it out of the program, or check its name in Zoho: field names are not labels",
                    )
                )
        if not columns:
            problems.append(InputError("columns", "the list is empty", remedy="Leave it out to read all columns"))

    def replaces(self, call: EndCall[SourceProps]) -> list[str]:
        """Leave out columns that the program does not give, now as before."""
        chosen = "columns" in call.news or not call.olds.get("all_columns", True)
        return [key for key in super().replaces(call) if chosen or key != "columns"]

    def prepare(self, call: EndCall[SourceProps]) -> None:
        """Ask for all columns of the table where none are given."""
        require_accepted(call.dataflows)
        call.news["all_columns"] = "columns" not in call.news
        if call.news["all_columns"]:
            explorer = call.clients.explorer(call.sandbox)
            call.news["columns"] = explorer.columns(call.news["base_connection_id"], call.news["table"])

    def finish(self, call: EndCall[SourceProps], _made: HasId, _new: bool) -> Props:
        """Return the outputs."""
        return self.outputs(call.news, all_columns=call.news["all_columns"])

    def patch(self, call: EndCall[SourceProps]) -> Props:
        """Take over columns that the program has come to give, where they are the ones that are read already."""
        return self.outputs({"columns": call.olds["columns"], **call.news}, all_columns="columns" not in call.news)

    def shown(self, call: EndCall[SourceProps], found: Found) -> ReadResult:
        """Return the object, with drift as inputs; columns that the program does not give are not an input."""
        read = super().shown(call, found)
        all_columns = bool(call.olds.get("all_columns", True))
        inputs = {key: value for key, value in (read.inputs or {}).items() if not (all_columns and key == "columns")}
        return ReadResult(call.id, {**(read.outs or {}), "all_columns": all_columns}, inputs)

    def objects(self, call: EndCall[SourceProps]) -> Iterable[Found]:
        """List all source connections on Zoho CRM."""
        return call.dataflows.sources()

    def get(self, call: EndCall[SourceProps], id_: str) -> Found:
        """Read a source connection."""
        return call.dataflows.source(id_)

    def post(self, call: EndCall[SourceProps]) -> Made:
        """Make a source connection."""
        props = call.news
        return call.dataflows.create_source(
            self.full_name(props),
            props.get("description", ""),
            props["base_connection_id"],
            props["table"],
            props["columns"],
        )

    def discard(self, call: EndCall[SourceProps], id_: str) -> None:
        """Delete a source connection."""
        call.dataflows.delete_source(id_)

    def fields(self, found: Found) -> Props:
        """Return what it reads."""
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

    declaration = DECLARATION

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
        self.register(resource_name, locals(), opts)
