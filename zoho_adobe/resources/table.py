"""A table of Zoho CRM as a base connection sees it: read-only, for schemas and source connections to build on.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/explore/tabular
"""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, UpdateResult

from zoho_adobe.columns import is_date
from zoho_adobe.errors import InputError, NotFoundError, RejectedError
from zoho_adobe.resources.lifecycle import (
    Lifecycle,
    ManagedResource,
    Props,
    given,
    notice,
    one_line,
    replaced_by,
    require_text,
    same_organization,
)

_INPUTS = ("base_connection_id", "table", "sandbox", "organization")
_OUTPUTS = ("columns", "date_columns")


class TableLifecycle(Lifecycle):
    """Reads tables for the engine; nothing is ever written."""

    def check_inputs(self, _olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs with sandbox and organization."""
        inputs = given(news, _INPUTS)
        require_text(inputs, ("base_connection_id", "table"), problems)
        self.place(inputs, problems)
        return inputs

    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Replace on any change: another table is another object."""
        same_organization(self.settings(), _olds)
        return DiffResult(
            changes=None, replaces=replaced_by(_olds, _news, ("table", "sandbox"), ("base_connection_id",))
        )

    @one_line
    def create(self, props: Props) -> CreateResult:
        """Explore the table."""
        explorer = self.clients_of(props).explorer(props["sandbox"])
        columns = explorer.columns(props["base_connection_id"], props["table"])
        return CreateResult(f"{props['base_connection_id']}/{props['table']}", _outputs(props, columns))

    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Explore the table again: what Zoho's administrators changed shows as a change of the columns."""
        explorer = self.clients_of(props).explorer(props["sandbox"])
        try:
            columns = explorer.columns(props["base_connection_id"], props["table"])
        except NotFoundError:
            return ReadResult(None, {})
        except InputError as error:
            # An error would end the whole refresh; the next update ends with the same words, once it needs the table.
            notice(str(error))
            return ReadResult(None, {})
        except RejectedError as error:
            # With credentials that Zoho no longer takes nothing can be read, and a rotation must not fail for it.
            if not isinstance(props.get("columns"), dict):
                raise
            notice(f"{error} Its columns stay in the state as they were read before.")
            return ReadResult(id_, _outputs(props, props["columns"]))
        known_columns = props.get("columns")
        before = set(known_columns if isinstance(known_columns, dict) else columns)
        for column in sorted(before - set(columns)):
            notice(f"the table {props['table']!r} has no column {column!r} any more")
        for column in sorted(set(columns) - before):
            notice(f"the table {props['table']!r} has a new column {column!r}")
        return ReadResult(id_, _outputs(props, columns))

    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Keep what was read: no input changes without a replacement."""
        return UpdateResult(_outputs(_news, _olds["columns"]))

    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Do nothing: the table is Zoho's."""


def _outputs(inputs: Props, columns: dict[str, Any]) -> Props:
    kept = {key: inputs[key] for key in _INPUTS if key in inputs}
    return {**kept, "columns": columns, "date_columns": sorted(name for name in columns if is_date(columns[name]))}


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
        self.register(
            "Table",
            "TABLE",
            resource_name,
            {**dict.fromkeys((*_INPUTS, *_OUTPUTS)), "base_connection_id": base_connection_id, "table": table},
            opts,
        )
