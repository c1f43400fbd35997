"""The resources of one table: where its rows end, and the two ways that they come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pulumi

from zoho_adobe.components.table_plan import Texts
from zoho_adobe.resources.dataflow import Dataflow
from zoho_adobe.resources.dataset import Dataset
from zoho_adobe.resources.landing_zone import LandingZone
from zoho_adobe.resources.landing_zone_source import LandingZoneSource
from zoho_adobe.resources.mapping_set import MappingSet
from zoho_adobe.resources.schema import Schema
from zoho_adobe.resources.source_connection import SourceConnection
from zoho_adobe.resources.target_connection import TargetConnection


class Ends(NamedTuple):
    """Where rows end."""

    schema: Schema
    dataset: Dataset
    target: TargetConnection


class Way(NamedTuple):
    """What brings rows there."""

    source: SourceConnection | LandingZoneSource
    mapping_set: MappingSet
    dataflow: Dataflow


@dataclass(frozen=True)
class Maker:
    """Makes the resources of the tables of one ingestion.

    Attributes:
        suffix: the stack's seed.
        opts: the options of each resource.
        protected: the options of what holds data.
        force_destroy: whether datasets may be deleted with data in them.
    """

    suffix: pulumi.Input[str] | None
    opts: pulumi.ResourceOptions
    protected: pulumi.ResourceOptions
    force_destroy: bool

    def ends(self, logical: str, name: str, *, profile: bool = False, **schema: Any) -> Ends:
        """Make schema, dataset and target connection.

        Args:
            logical: what the logical names begin with.
            name: the name at Adobe.
            profile: whether Real-Time Customer Profile takes the rows.
            schema: further inputs of the schema.
        """
        made = Schema(
            f"{logical}-schema",
            title=name,
            profile=profile or None,
            **schema,
            suffix=self.suffix,
            opts=self.protected,
        )
        dataset = Dataset(
            f"{logical}-dataset",
            name=name,
            schema_id=made.id,
            suffix=self.suffix,
            force_destroy=self.force_destroy,
            profile=profile or None,
            opts=self.protected,
        )
        target = TargetConnection(
            f"{logical}-target",
            name=name,
            dataset_id=dataset.id,
            schema_id=made.id,
            suffix=self.suffix,
            opts=self.opts,
        )
        return Ends(made, dataset, target)

    def through_source(
        self,
        logical: str,
        name: str,
        ends: Ends,
        *,
        base_connection_id: pulumi.Input[str],
        table: str,
        columns: Texts,
        mapping: Mapping[str, Any],
        dataflow: Mapping[str, Any],
    ) -> Way:
        """Make what brings rows through a base connection.

        Args:
            logical: what the logical names begin with.
            name: the name at Adobe.
            ends: where the rows end.
            base_connection_id: the base connection.
            table: the table's path.
            columns: the columns to read, with their types.
            mapping: further inputs of the mapping set.
            dataflow: further inputs of the dataflow.
        """
        mapping_set = MappingSet(f"{logical}-mapping", schema_id=ends.schema.id, **mapping, opts=self.opts)
        source = SourceConnection(
            f"{logical}-source",
            name=name,
            base_connection_id=base_connection_id,
            table=table,
            columns=_after(mapping_set, columns),
            suffix=self.suffix,
            opts=self.opts,
        )
        return Way(source, mapping_set, self._dataflow(logical, name, ends, source, mapping_set, dataflow))

    def by_files(
        self,
        logical: str,
        name: str,
        ends: Ends,
        *,
        zone: LandingZone,
        folder: pulumi.Output[str],
        mapping: Mapping[str, Any],
        dataflow: Mapping[str, Any],
    ) -> Way:
        """Make what brings rows by the exporter's files.

        Args:
            logical: what the logical names begin with.
            name: the name at Adobe.
            ends: where the rows end.
            zone: the landing zone.
            folder: the folder of the files, below the container.
            mapping: further inputs of the mapping set.
            dataflow: further inputs of the dataflow.
        """
        mapping_set = MappingSet(f"{logical}-mapping", schema_id=ends.schema.id, **mapping, opts=self.opts)
        source = LandingZoneSource(
            f"{logical}-source",
            name=name,
            container=zone.container,
            path=_after(mapping_set, {"path": folder.apply("{}/*.csv.gz".format)})["path"],
            compression="gzip",
            suffix=self.suffix,
            opts=self.opts,
        )
        made = self._dataflow(logical, name, ends, source, mapping_set, {**dataflow, "via": "landing-zone"})
        return Way(source, mapping_set, made)

    def _dataflow(
        self,
        logical: str,
        name: str,
        ends: Ends,
        source: SourceConnection | LandingZoneSource,
        mapping_set: MappingSet,
        inputs: Mapping[str, Any],
    ) -> Dataflow:
        return Dataflow(
            f"{logical}-dataflow",
            name=name,
            source_connection_id=source.id,
            target_connection_id=ends.target.id,
            mapping_set_id=mapping_set.id,
            keep_data=None if self.force_destroy else True,
            suffix=self.suffix,
            opts=self.opts,
            **inputs,
        )


def _after(resource: pulumi.Resource, value: Texts) -> Any:
    """Return a value once a resource was checked: what it refuses must not have cost the dataflow before."""
    if isinstance(value, Mapping):
        # What is known of it stays known in a preview.
        return {key: pulumi.Output.all(resource.urn, item).apply(lambda both: both[1]) for key, item in value.items()}
    return pulumi.Output.all(resource.urn, value).apply(lambda both: both[1])
