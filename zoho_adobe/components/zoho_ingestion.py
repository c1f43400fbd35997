"""Tables of Zoho CRM into Adobe Experience Platform: all that it takes, from a few lines a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import pulumi

from zoho_adobe.columns import field_name
from zoho_adobe.components.exports import ID_HEADER, TIME_HEADER, Exports, folder_of, target_entry
from zoho_adobe.components.ingested_table import (
    FILES,
    SOURCE,
    Deletes,
    IngestedTable,
    Via,
    check_choices,
    tables_of,
)
from zoho_adobe.components.table_plan import identities_of, inputs_of, labels_of, plan_of
from zoho_adobe.components.table_resources import Maker, Way
from zoho_adobe.resources.base_connection import BaseConnection
from zoho_adobe.resources.fields import own_field
from zoho_adobe.resources.relationship import Relationship
from zoho_adobe.resources.schedule import Schedule, seconds_between
from zoho_adobe.resources.table import Table
from zoho_adobe.text_columns import from_text

_BY_TABLE = ("dataflows", "datasets", "schemas", "source_connections", "target_connections", "mapping_sets")
_DELETION = {"id": (ID_HEADER, "string"), "deletedTime": (TIME_HEADER, "date-time")}
"""The fields of a deletion: each one's column and type."""
_DAY = 86_400
# Of one sandbox, into Profile: https://experienceleague.adobe.com/en/docs/experience-platform/ingestion/guardrails
_BATCHES_A_DAY = 90
# With more names Zoho exports all fields: https://www.zoho.com/crm/developer/docs/api/v8/bulk-read/limitations.html
_NAMED_COLUMNS = 200


class ZohoIngestion(pulumi.ComponentResource):
    """Tables of Zoho CRM, each with a schema, a dataset and a dataflow of its own.

    Rows come by files of the landing zone, which `python -m zoho_adobe export` writes, or through the source that Adobe
    retired, if there is a base connection; `via` says which. Schema, dataset, target connection and their data stay
    whichever way is chosen.

    Many tables are ingested by several stacks of one program: each table names its group, and each stack the group that
    it ingests. With the same logical name and suffix in all stacks, names at Adobe do not depend on the group.

    Args:
        resource_name: the logical name in the stack; Adobe's names begin with it too.
        tables: how each table is ingested, by its path, such as {"Contacts": IngestedTable()}; by files, the path is
            the module's API name.
        schedule: when the dataflows run; see `Schedule`.
        via: how rows come, where a table does not say: "source", "both" or "landing-zone". If it is left out, "source"
            with a base connection, and "landing-zone" without.
        deletes: what becomes of records that are deleted in Zoho, where a table does not say: "mark" writes each with
            its time into a dataset of their own, "ignore" does not; "ignore" if left out. Only files tell of them.
        labels: "suggested" gives the data usage labels I1, I2 and S1 to columns that look personal by their names,
            where a table's own `labels` say nothing of the column; see docs/tasks/profile.md for the list.
        zoho: the arguments of each `CrmModule` but its name, for what comes by files: such as {"data_center": "eu"}.
            If it is left out, the data center and credentials of `connection`.
        base_connection_id: the base connection to read through, or
        connection: the arguments of a `BaseConnection` to make for it.
        suffix: the stack's seed, as for `BaseConnection`; it makes names unique and repeated creates safe.
        group: the group of tables that this stack ingests; all tables if it is left out.
        protect_data: whether schemas and datasets are protected from deletion; True if left out.
        force_destroy: whether datasets may be deleted with data in them, once they are not protected.
        opts: the component's options, such as the provider.

    Attributes:
        base_connection_id: the base connection's id; None where nothing comes through one.
        dataflows: the dataflows' ids by table; with "both", those of the source.
        datasets: the datasets' ids by table.
        schemas: the schemas' `$id`s by table.
        source_connections: the dataflows' source connections' ids by table.
        target_connections: the target connections' ids by table.
        mapping_sets: the dataflows' mapping sets' ids by table.
        deletions: the ids of the datasets of deletions by table, where they are marked.
        exports: what the exporter has to know, for the stack's output `exports`; None where nothing comes by files.

    Raises:
        ValueError: neither or both of base_connection_id and connection are given where rows come through the source,
            there is no data center where they come by files, no table has the group, or a table has none and so would
            be ingested by no stack.
    """

    base_connection_id: pulumi.Output[str | None]
    dataflows: dict[str, pulumi.Output[str]]
    datasets: dict[str, pulumi.Output[str]]
    schemas: dict[str, pulumi.Output[str]]
    source_connections: dict[str, pulumi.Output[str]]
    target_connections: dict[str, pulumi.Output[str]]
    mapping_sets: dict[str, pulumi.Output[str]]
    deletions: dict[str, pulumi.Output[str]]
    exports: pulumi.Output[dict[str, Any] | None]

    def __init__(
        self,
        resource_name: str,
        *,
        tables: Mapping[str, IngestedTable],
        schedule: Schedule,
        via: Via | None = None,
        deletes: Deletes | None = None,
        labels: Literal["suggested"] | None = None,
        zoho: Mapping[str, Any] | None = None,
        base_connection_id: pulumi.Input[str] | None = None,
        connection: Mapping[str, Any] | None = None,
        suffix: pulumi.Input[str] | None = None,
        group: str | None = None,
        protect_data: bool = True,
        force_destroy: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        check_choices("ZohoIngestion", via=via, deletes=deletes, labels=labels)
        chosen = tables_of(tables, group)
        if base_connection_id is not None and connection is not None:
            raise ValueError("ZohoIngestion: pass either base_connection_id or connection")
        _check_relationships(chosen)
        ways = _ways(chosen, via, connected=base_connection_id is not None or connection is not None)
        marking = _marking(chosen, ways, deletes)
        by_files = [path for path in chosen if ways[path] in FILES]
        place = dict(zoho if zoho is not None else _crm_of(connection or {}))
        if by_files and not place:
            raise ValueError('ZohoIngestion: zoho: say where Zoho CRM is, such as zoho={"data_center": "eu"}')
        super().__init__("zoho-adobe:components:ZohoIngestion", resource_name, None, opts)
        # `pulumi state move` puts what it moves below the stack itself: the next update has to find it there.
        moved = pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)
        self._child = pulumi.ResourceOptions(parent=self, aliases=[moved])
        protected = pulumi.ResourceOptions(parent=self, aliases=[moved], protect=protect_data or None)
        self._suggests = labels == "suggested"
        self._make = Maker(suffix, self._child, protected, force_destroy)
        if connection is not None:
            arguments = {"name": resource_name, "suffix": suffix, **connection}
            made = BaseConnection(f"{resource_name}-connection", **arguments, opts=pulumi.ResourceOptions(parent=self))
            base_connection_id = made.id
        self.base_connection_id = pulumi.Output.from_input(base_connection_id)
        self.dataflows, self.datasets, self.schemas = {}, {}, {}
        self.source_connections, self.target_connections, self.mapping_sets = {}, {}, {}
        self.deletions = {}
        self._keys: dict[str, pulumi.Output[dict[str, str]]] = {}
        files = Exports(resource_name, place, self._child) if by_files else None
        for path, how in chosen.items():
            self._ingest(
                resource_name,
                path,
                how,
                schedule=how.schedule or schedule,
                base_connection_id=base_connection_id if ways[path] in SOURCE else None,
                files=files if ways[path] in FILES else None,
                marked=path in marking,
            )
        self._relate(resource_name, chosen)
        self._warn_of_batches(chosen[path].schedule or schedule for path in (*by_files, *marking))
        self.exports = files.document() if files else pulumi.Output.from_input(None)
        self.register_outputs({kind: getattr(self, kind) for kind in _BY_TABLE})

    def _ingest(
        self,
        resource_name: str,
        path: str,
        how: IngestedTable,
        *,
        schedule: Schedule,
        base_connection_id: pulumi.Input[str] | None,
        files: Exports | None,
        marked: bool,
    ) -> None:
        logical, name = f"{resource_name}-{path}", f"{resource_name} {path}"
        table = module = None
        if base_connection_id is not None:
            table = Table(f"{logical}-table", base_connection_id=base_connection_id, table=path, opts=self._child)
        if files is not None:
            module = files.module(logical, path)
        plan = pulumi.Output.all(table and table.columns, module and module.columns).apply(
            lambda both: plan_of(both[0], how, both[1], files=files is not None)
        )
        inputs = inputs_of(plan, how, files=files is not None)
        ends = self._make.ends(
            logical,
            name,
            fields=inputs.fields,
            field_groups=how.field_groups,
            schema_class=how.schema_class,
            identities=identities_of(plan, how) if how.identities else None,
            labels=plan.apply(lambda it: labels_of(it, how, suggested=self._suggests))
            if how.labels or self._suggests
            else None,
            profile=how.profile,
            problems=plan_of(None, how, files=files is not None).problems or plan.apply(lambda it: it.problems),
        )
        self._keys[path] = plan.apply(lambda it: it.keys)
        self.datasets[path], self.schemas[path] = ends.dataset.id, ends.schema.id
        self.target_connections[path] = ends.target.id
        mapping = {"schema_fields": plan.apply(lambda it: it.fields), "chosen": list(how.fields)}
        dataflow = {"schedule": schedule, "enabled": how.enabled}
        if table is not None and base_connection_id is not None:
            way = self._make.through_source(
                logical,
                name,
                ends,
                base_connection_id=base_connection_id,
                table=path,
                columns=inputs.columns,
                mapping={**mapping, "mappings": inputs.mappings, "columns": table.columns},
                dataflow={
                    **dataflow,
                    "delta_column": how.delta_column,
                    "columns": plan.apply(lambda it: it.columns),
                },
            )
            self._use(path, way)
        if files is None or module is None:
            return
        folder = folder_of(path, ends)
        way = self._make.by_files(
            f"{logical}-files",
            f"{name} files",
            ends,
            zone=files.zone,
            folder=folder,
            mapping={**mapping, "mappings": inputs.texts, "columns": module.columns},
            dataflow=dataflow,
        )
        if table is None:
            self._use(path, way)
        deletions = None
        if marked:
            deletions = self._mark_deletions(logical, name, path, how, files, dataflow)
        names = plan.apply(lambda it: it.names)
        self._warn_of_columns(path, names)
        self._warn_of_types(path, plan.apply(lambda it: it.differing))
        files.add(module, how, schedule, names, target_entry(folder, way, ends), deletions)

    def _relate(self, resource_name: str, tables: Mapping[str, IngestedTable]) -> None:
        """Make the relationships, once all schemas are there: tables may refer to each other."""
        for path, how in tables.items():
            for column, other in how.relationships.items():
                Relationship(
                    f"{resource_name}-{path}-{column}",
                    schema_id=self.schemas[path],
                    field=self._field(path, column),
                    other_schema_id=self.schemas[other],
                    opts=self._child,
                )

    def _field(self, path: str, column: str) -> pulumi.Output[str]:
        return self._keys[path].apply(lambda keys: keys[column])

    def _use(self, path: str, way: Way) -> None:
        self.dataflows[path], self.source_connections[path] = way.dataflow.id, way.source.id
        self.mapping_sets[path] = way.mapping_set.id

    def _mark_deletions(
        self, logical: str, name: str, path: str, how: IngestedTable, files: Exports, dataflow: Mapping[str, Any]
    ) -> dict[str, Any]:
        fields = {field: kind for field, (_, kind) in _DELETION.items()}
        ends = self._make.ends(
            f"{logical}-deletions", f"{name} deletions", fields=fields, schema_class=how.schema_class
        )
        folder = folder_of(f"{path}-deletions", ends)
        way = self._make.by_files(
            f"{logical}-deletions",
            f"{name} deletions",
            ends,
            zone=files.zone,
            folder=folder,
            mapping={
                "mappings": {own_field(field): from_text(*column) for field, column in _DELETION.items()},
                "schema_fields": fields,
            },
            dataflow=dataflow,
        )
        self.deletions[path] = ends.dataset.id
        return target_entry(folder, way, ends)

    def _warn_of_columns(self, path: str, names: pulumi.Output[list[str]]) -> None:
        def warn(found: list[str]) -> None:
            if len(found) > _NAMED_COLUMNS:
                pulumi.log.warn(
                    f"{path} has {len(found)} columns: Bulk Read takes the names of at most {_NAMED_COLUMNS}, and "
                    "exports all fields instead, which takes longer; name the needed ones in columns",
                    self,
                )

        names.apply(warn)

    def _warn_of_types(self, path: str, differing: pulumi.Output[dict[str, tuple[str, str]]]) -> None:
        def warn(found: dict[str, tuple[str, str]]) -> None:
            for name, (source, zoho) in found.items():
                pulumi.log.warn(
                    f"{path}: column {name!r} is {source} through the source, and {zoho} in Zoho's metadata; its field "
                    f'is {source} for both. With via="landing-zone" give the column another field, such as '
                    f"fields={{{name!r}: {field_name(name) + '2'!r}}}",
                    self,
                )

        differing.apply(warn)

    def _warn_of_batches(self, schedules: Iterable[Schedule]) -> None:
        seconds = []
        for schedule in schedules:
            frequency, interval = schedule.get("frequency"), schedule.get("interval")
            if isinstance(frequency, str) and isinstance(interval, int):
                seconds.append(seconds_between(frequency, interval))
        batches = sum(_DAY / each for each in seconds if each > 0)
        if batches > _BATCHES_A_DAY:
            pulumi.log.warn(
                f"the dataflows by files run {batches:.0f} times a day: Adobe takes at most {_BATCHES_A_DAY} batches a "
                "day into the profiles of a sandbox; choose longer intervals if these datasets are enabled for Profile",
                self,
            )


def _crm_of(connection: Mapping[str, Any]) -> dict[str, Any]:
    """Return where Zoho CRM is, and its credentials, as far as the arguments of a base connection say it."""
    keys = ("data_center", "accounts_url", "client_id", "client_secret", "refresh_token")
    return {key: connection[key] for key in keys if connection.get(key) is not None}


def _check_relationships(tables: Mapping[str, IngestedTable]) -> None:
    for path, how in tables.items():
        for column, other in how.relationships.items():
            if other not in tables:
                raise ValueError(
                    f"ZohoIngestion: tables: {path}: relationships: {column!r} refers to {other!r}, which is not among "
                    f"the tables of this stack: {', '.join(tables)}"
                )
            if not any(identity.primary for identity in tables[other].identities.values()):
                raise ValueError(
                    f"ZohoIngestion: tables: {path}: relationships: {column!r} refers to {other!r}, which has no "
                    f'primary identity: give it one, such as identities={{"id": Identity(..., primary=True)}}'
                )


def _ways(tables: Mapping[str, IngestedTable], via: Via | None, *, connected: bool) -> dict[str, Via]:
    default: Via = "source" if connected else "landing-zone"
    ways: dict[str, Via] = {path: how.via or via or default for path, how in tables.items()}
    through = [path for path in tables if ways[path] in SOURCE]
    if through and not connected:
        raise ValueError(
            f"ZohoIngestion: via: {', '.join(through)} would be read through a base connection: pass either "
            'base_connection_id or connection, or use via="landing-zone"'
        )
    return ways


def _marking(tables: Mapping[str, IngestedTable], ways: Mapping[str, Via], deletes: Deletes | None) -> set[str]:
    """Return the tables whose deletions are marked; what comes through the source has none."""
    by_files = {path for path in tables if ways[path] in FILES}
    asked = {path for path, how in tables.items() if how.deletes == "mark"}
    if not asked <= by_files or (deletes == "mark" and not by_files):
        named = sorted(asked - by_files) or sorted(tables)
        raise ValueError(
            f"ZohoIngestion: deletes: the source does not tell what was deleted from {', '.join(named)}: "
            'use "mark" where via is "both" or "landing-zone"'
        )
    return {path for path in by_files if (tables[path].deletes or deletes) == "mark"}
