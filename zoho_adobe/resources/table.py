"""A table of Zoho CRM as a base connection sees it: read-only, for schemas and source connections to build on.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/explore/tabular
"""

from __future__ import annotations

from typing import Annotated, Any

import pulumi
from pulumi.dynamic import ReadResult

from zoho_adobe.columns import is_date
from zoho_adobe.errors import InputError, NotFoundError, RejectedError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.edge import notice
from zoho_adobe.resources.inputs import Declaration, IdOfAnother, NeededForGood, Output, Placed
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.managed import ManagedResource


class TableProps(Placed, total=False):
    """The properties of a table."""

    base_connection_id: IdOfAnother
    table: NeededForGood
    columns: Annotated[dict[str, str], Output()]
    date_columns: Annotated[list[str], Output()]


DECLARATION = Declaration("Table", "TABLE", TableProps)


class TableLifecycle(Lifecycle[Call[TableProps]]):
    """Reads tables for the engine; nothing is ever written."""

    declaration = DECLARATION
    noun = "table"
    calls = Call[TableProps]

    def make(self, call: Call[TableProps]) -> tuple[str, Props]:
        """Explore the table."""
        props = call.news
        columns = call.clients.explorer(call.sandbox).columns(props["base_connection_id"], props["table"])
        return f"{props['base_connection_id']}/{props['table']}", self._outputs(props, columns)

    def show(self, call: Call[TableProps]) -> ReadResult | None:
        """Explore the table again: what Zoho's administrators changed shows as a change of the columns."""
        props, explorer = call.olds, call.clients.explorer(call.sandbox)
        known_columns = props.get("columns")
        try:
            columns = explorer.columns(props["base_connection_id"], props["table"])
        except NotFoundError:
            return None
        except InputError as error:
            # An error would end the whole refresh; the next update ends with the same words, once it needs the table.
            notice(str(error))
            return None
        except RejectedError as error:
            # With credentials that Zoho no longer takes nothing can be read, and a rotation must not fail for it.
            if not isinstance(known_columns, dict):
                raise
            notice(f"{error} Its columns stay in the state as they were read before.")
            return ReadResult(call.id, self._outputs(props, known_columns))
        before = set(known_columns if isinstance(known_columns, dict) else columns)
        for column in sorted(before - set(columns)):
            notice(f"the table {props['table']!r} no longer has the column {column!r}")
        for column in sorted(set(columns) - before):
            notice(f"the table {props['table']!r} has a new column {column!r}")
        return ReadResult(call.id, self._outputs(props, columns))

    def patch(self, call: Call[TableProps]) -> Props:
        """Keep what was read: no input changes without a replacement."""
        return self._outputs(call.news, call.olds["columns"])

    def remove(self, _call: Call[TableProps]) -> None:
        """Do nothing: the table is Zoho's."""

    def _outputs(self, inputs: TableProps, columns: dict[str, Any]) -> Props:
        dates = sorted(name for name in columns if is_date(columns[name]))
        return self.outputs(inputs, columns=columns, date_columns=dates)


class Table(ManagedResource):
    """A table of Zoho CRM, such as a module, with its columns.

    It is read when it is first declared and at each refresh; nothing is written, and deleting it deletes nothing.

    Args:
        resource_name: the logical name in the stack.
        base_connection_id: the base connection to look through.
        table: the table's path, such as "Contacts"; `python -m zoho_adobe tables` lists them.
        opts: the resource's options.

    Attributes:
        columns: each column's type by its name, such as {"Email": "string", "Modified_Time": "date-time"}.
        date_columns: the columns that a dataflow can tell by what changed.
        table: the table's path.
    """

    declaration = DECLARATION

    base_connection_id: pulumi.Output[str]
    table: pulumi.Output[str]
    columns: pulumi.Output[dict[str, str]]
    date_columns: pulumi.Output[list[str]]

    def __init__(
        self,
        resource_name: str,
        *,
        base_connection_id: pulumi.Input[str],
        table: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        self.register(resource_name, locals(), opts)
