"""Tables of Zoho CRM into Adobe Experience Platform: all that it takes, from a few lines a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pulumi

from zoho_adobe.columns import Columns, field_name, is_date, near
from zoho_adobe.resources.base_connection import BaseConnection
from zoho_adobe.resources.dataflow import Dataflow
from zoho_adobe.resources.dataset import Dataset
from zoho_adobe.resources.mapping_set import MappingSet
from zoho_adobe.resources.schedule import Schedule
from zoho_adobe.resources.schema import Schema, own_field
from zoho_adobe.resources.source_connection import SourceConnection
from zoho_adobe.resources.table import Table
from zoho_adobe.resources.target_connection import TargetConnection


@dataclass(frozen=True)
class IngestedTable:
    """How one table is brought.

    Attributes:
        delta_column: the column by which Adobe tells what changed; Zoho's modules have Modified_Time. None with the
            frequency "once" alone.
        columns: the columns to bring; all of them if it is left out. The delta column always comes along.
        fields: where single columns go instead of a field of the schema's own that is named after the column: the path
            of a field of `field_groups`, such as {"Email": "personalEmail.address"}, or another name for the own field,
            such as {"Phone": "mobile"}.
        field_groups: the `$id`s of further field groups of the schema.
        schema_class: the `$id` of the schema's class; XDM Individual Profile if it is left out.
        schedule: when this table is brought, if not as the others.
        enabled: whether its dataflow runs.
        group: which of several stacks brings it; see `ZohoIngestion`.

    Raises:
        ValueError: delta_column, columns, fields or group hold an Output, or columns is a text.
    """

    delta_column: str | None = "Modified_Time"
    columns: Sequence[str] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    field_groups: Sequence[str] | None = None
    schema_class: str | None = None
    schedule: Schedule | None = None
    enabled: bool = True
    group: str | None = None

    def __post_init__(self) -> None:
        """Refuse what is known only later, since which resources there are depends on it, and a text for a list."""
        for argument in ("delta_column", "columns", "fields", "group"):
            value = getattr(self, argument)
            parts = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []
            if any(isinstance(part, pulumi.Output) for part in [value, *parts]):
                raise ValueError(f"IngestedTable: {argument}: pass plain values, since an Output is known too late")
        if isinstance(self.columns, str):
            raise ValueError(f"IngestedTable: columns: pass a list, such as [{self.columns!r}]")


Texts = pulumi.Input[Mapping[str, pulumi.Input[str]]]


class Plan(NamedTuple):
    """Which columns of a table are read, where they go, and what is wrong with what the program says of them."""

    columns: Columns
    fields: Columns
    mappings: dict[str, str]
    problems: list[str]


class ZohoIngestion(pulumi.ComponentResource):
    """Tables of Zoho CRM, each with a schema, a dataset and a dataflow of its own.

    Many tables are brought by several stacks of one program: each table names its group, and each stack the group that
    it brings. With the same logical name and suffix in all stacks, names at Adobe do not depend on the group.

    Args:
        resource_name: the logical name in the stack; Adobe's names begin with it too.
        tables: how each table is brought, by its path, such as {"Contacts": IngestedTable()}.
        schedule: when the tables are brought; see `Schedule`.
        base_connection_id: the base connection to read through, or
        connection: the arguments of a `BaseConnection` to make for it.
        suffix: the stack's seed, as for `BaseConnection`; it makes names unique and repeated creates safe.
        group: the group of tables that this stack brings; all tables if it is left out.
        protect_data: whether schemas and datasets are protected from deletion; True if left out.
        force_destroy: whether datasets may be deleted with data in them, once they are not protected.
        opts: the component's options, such as the provider.

    Attributes:
        base_connection_id: the base connection's id.
        dataflows: the dataflows' ids by table.
        datasets: the datasets' ids by table.
        schemas: the schemas' `$id`s by table.
        source_connections: the source connections' ids by table.
        target_connections: the target connections' ids by table.
        mapping_sets: the mapping sets' ids by table.

    Raises:
        ValueError: neither or both of base_connection_id and connection are given, no table has the group, or a table
            has none and so would be brought by no stack.
    """

    base_connection_id: pulumi.Output[str]
    dataflows: dict[str, pulumi.Output[str]]
    datasets: dict[str, pulumi.Output[str]]
    schemas: dict[str, pulumi.Output[str]]
    source_connections: dict[str, pulumi.Output[str]]
    target_connections: dict[str, pulumi.Output[str]]
    mapping_sets: dict[str, pulumi.Output[str]]

    def __init__(
        self,
        resource_name: str,
        *,
        tables: Mapping[str, IngestedTable],
        schedule: Schedule,
        base_connection_id: pulumi.Input[str] | None = None,
        connection: Mapping[str, Any] | None = None,
        suffix: pulumi.Input[str] | None = None,
        group: str | None = None,
        protect_data: bool = True,
        force_destroy: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if (base_connection_id is None) == (connection is None):
            raise ValueError("ZohoIngestion: pass either base_connection_id or connection")
        brought = tables_of(tables, group)
        super().__init__("zoho-adobe:components:ZohoIngestion", resource_name, None, opts)
        self._suffix = suffix
        # `pulumi state move` puts what it moves below the stack itself: the next update has to find it there.
        moved = pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)
        self._child = pulumi.ResourceOptions(parent=self, aliases=[moved])
        self._protected = pulumi.ResourceOptions(parent=self, aliases=[moved], protect=protect_data or None)
        self._force_destroy = force_destroy
        if connection is not None:
            arguments = {"name": resource_name, "suffix": suffix, **connection}
            made = BaseConnection(f"{resource_name}-connection", **arguments, opts=pulumi.ResourceOptions(parent=self))
            base_connection_id = made.id
        self.base_connection_id = pulumi.Output.from_input(base_connection_id or "")
        self.dataflows, self.datasets, self.schemas = {}, {}, {}
        self.source_connections, self.target_connections, self.mapping_sets = {}, {}, {}
        for table, how in brought.items():
            self._ingest(resource_name, table, how, schedule)
        self.register_outputs({kind: getattr(self, kind) for kind in _BY_TABLE})

    def _ingest(self, resource_name: str, path: str, how: IngestedTable, schedule: Schedule) -> None:
        logical, name = f"{resource_name}-{path}", f"{resource_name} {path}"
        table = Table(f"{logical}-table", base_connection_id=self.base_connection_id, table=path, opts=self._child)
        plan = table.columns.apply(lambda columns: plan_of(columns, how))
        columns, fields, mappings = _inputs(plan, how)
        schema = Schema(
            f"{logical}-schema",
            title=name,
            fields=fields,
            field_groups=how.field_groups,
            schema_class=how.schema_class,
            problems=plan_of(None, how).problems or plan.apply(lambda it: it.problems),
            suffix=self._suffix,
            opts=self._protected,
        )
        dataset = Dataset(
            f"{logical}-dataset",
            name=name,
            schema_id=schema.id,
            suffix=self._suffix,
            force_destroy=self._force_destroy,
            opts=self._protected,
        )
        mapping_set = MappingSet(
            f"{logical}-mapping",
            schema_id=schema.id,
            mappings=mappings,
            schema_fields=plan.apply(lambda it: it.fields),
            columns=table.columns,
            chosen=list(how.fields),
            opts=self._child,
        )
        source = SourceConnection(
            f"{logical}-source",
            name=name,
            base_connection_id=self.base_connection_id,
            table=path,
            columns=_after(mapping_set, columns),
            suffix=self._suffix,
            opts=self._child,
        )
        target = TargetConnection(
            f"{logical}-target",
            name=name,
            dataset_id=dataset.id,
            schema_id=schema.id,
            suffix=self._suffix,
            opts=self._child,
        )
        dataflow = Dataflow(
            f"{logical}-dataflow",
            name=name,
            source_connection_id=source.id,
            target_connection_id=target.id,
            mapping_set_id=mapping_set.id,
            schedule=how.schedule or schedule,
            delta_column=how.delta_column,
            enabled=how.enabled,
            keep_data=None if self._force_destroy else True,
            columns=plan.apply(lambda it: it.columns),
            suffix=self._suffix,
            opts=self._child,
        )
        made = {
            "dataflows": dataflow,
            "datasets": dataset,
            "schemas": schema,
            "source_connections": source,
            "target_connections": target,
            "mapping_sets": mapping_set,
        }
        for kind, resource in made.items():
            getattr(self, kind)[path] = resource.id


_BY_TABLE = ("dataflows", "datasets", "schemas", "source_connections", "target_connections", "mapping_sets")


def tables_of(tables: Mapping[str, IngestedTable], group: str | None) -> dict[str, IngestedTable]:
    """Choose the tables of a group.

    Args:
        tables: how each table is brought, by its path.
        group: the group; None for all tables.

    Raises:
        ValueError: no table has the group, or a table has none.
    """
    if group is None:
        return dict(tables)
    without = [path for path, how in tables.items() if not how.group]
    if without:
        raise ValueError(
            f"ZohoIngestion: tables: no stack would bring {', '.join(without)}: pass group to each IngestedTable"
        )
    chosen = {path: how for path, how in tables.items() if how.group == group}
    if not chosen:
        groups = ", ".join(sorted({str(how.group) for how in tables.values()}))
        raise ValueError(
            f"ZohoIngestion: group: no table has the group {group!r}: pass one of {groups}, or give it a table"
        )
    return chosen


def plan_of(table: Columns | None, how: IngestedTable) -> Plan:
    """Choose the columns, and give each a field: the one that is asked for, or one of the schema's own.

    Args:
        table: the table's columns; None while they are not known, for a table whose columns the program names.
        how: how the table is brought.
    """
    delta = [how.delta_column] if how.delta_column else []
    wanted = sorted({*(how.columns if how.columns is not None else table or ()), *delta})
    problems = [] if table is None else _unknown_columns(how, table)
    if how.columns is not None:
        problems += [
            f"fields: {name!r} is not among the columns: add it to them, or take it out of fields"
            for name in sorted(set(how.fields) - set(wanted))
        ]
    columns = {name: (table or {}).get(name, "") for name in wanted}
    asked = {name: _asked(how.fields[name]) for name in wanted if how.fields.get(name)}
    by_path: dict[str, str] = {}
    for name, path in asked.items():
        if by_path.setdefault(path, name) != name:
            problems.append(f"fields: {by_path[path]!r} and {name!r} both go to {path!r}: choose another field for one")
    fields: Columns = {}
    mappings: dict[str, str] = {}
    for name, word in columns.items():
        path = asked.get(name) or _free(field_name(name), {*asked.values(), *fields})
        if "." in path:
            mappings[path] = name
        else:
            fields[path] = (word or "string").split(" as ")[-1]
            mappings[own_field(path)] = name
    return Plan(columns, fields, mappings, problems)


def _asked(path: str) -> str:
    """Return a path as it is compared: an own field has its name alone, and one below it is of another field group."""
    name = path.removeprefix(own_field(""))
    return path if "." in name else name


def _unknown_columns(how: IngestedTable, table: Columns) -> list[str]:
    """Say which columns of the program the table does not have, and which ones may be meant."""
    named = {
        "delta_column": [how.delta_column] if how.delta_column else [],
        "columns": how.columns or (),
        "fields": how.fields,
    }
    dates = ", ".join(sorted(name for name in table if is_date(table[name]))) or "none"
    return [
        f"{argument}: the table has no column {name!r}. "
        + (f"Its columns with a date: {dates}" if argument == "delta_column" else near(name, table) or _USE_NAMES)
        for argument, names in named.items()
        for name in names
        if name not in table
    ]


_USE_NAMES = "Use its field name in Zoho, which is not its label"


def _inputs(plan: pulumi.Output[Plan], how: IngestedTable) -> tuple[Texts, Texts, Texts]:
    """Return columns, fields and mappings; what the program names is known before the table is, for the preview."""
    if how.columns is None:
        return plan.apply(lambda it: it.columns), plan.apply(lambda it: it.fields), plan.apply(lambda it: it.mappings)
    named = plan_of(None, how)

    def column(name: str) -> pulumi.Output[str]:
        return plan.apply(lambda it: it.columns[name])

    def of_field(name: str) -> pulumi.Output[str]:
        return plan.apply(lambda it: it.fields[name])

    columns, fields = {name: column(name) for name in named.columns}, {name: of_field(name) for name in named.fields}
    return columns, fields, named.mappings


def _after(resource: pulumi.Resource, value: Texts) -> Texts:
    """Return a value once a resource was checked: what it refuses must not have cost the dataflow before."""
    if isinstance(value, Mapping):
        # What is known of it stays known in a preview.
        return {key: pulumi.Output.all(resource.urn, item).apply(lambda both: both[1]) for key, item in value.items()}
    return pulumi.Output.all(resource.urn, value).apply(lambda both: both[1])


def _free(name: str, taken: Collection[str]) -> str:
    """Return a field's name that no other column has."""
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}{number}", number + 1
    return found
