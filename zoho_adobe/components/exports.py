"""The `exports` document of a stack: what `python -m zoho_adobe export` has to know of it, and no secret.

docs/exports-1.schema.json describes it; `zoho_adobe.exporter.document` reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from zoho_adobe.components.ingested_table import IngestedTable
from zoho_adobe.components.table_resources import Ends, Way
from zoho_adobe.resources.crm_module import CrmModule
from zoho_adobe.resources.landing_zone import LandingZone

ID_HEADER, TIME_HEADER = "id", "deleted_time"
"""The columns of a file of deletions."""
_CREATED = "Created_Time"
_FOLDER = "zoho"


class Exports:
    """What comes by files, gathered table by table.

    Args:
        resource_name: the logical name of the ingestion.
        zoho: the arguments of each `CrmModule` but its name.
        opts: the options of each resource.
    """

    def __init__(self, resource_name: str, zoho: Mapping[str, Any], opts: pulumi.ResourceOptions) -> None:
        self.zone = LandingZone(f"{resource_name}-zone", opts=opts)
        self._zoho = zoho
        self._opts = opts
        self._modules: list[CrmModule] = []
        self._tables: list[dict[str, Any]] = []

    def module(self, logical: str, name: str) -> CrmModule:
        """Read a module.

        Args:
            logical: what its logical name begins with.
            name: its API name.
        """
        self._modules.append(CrmModule(f"{logical}-module", module=name, **self._zoho, opts=self._opts))
        return self._modules[-1]

    def add(
        self,
        module: CrmModule,
        how: IngestedTable,
        schedule: Mapping[str, Any],
        names: pulumi.Output[list[str]],
        rows: Mapping[str, Any],
        deletions: Mapping[str, Any] | None,
    ) -> None:
        """Add a table.

        Args:
            module: its module.
            how: how it is ingested.
            schedule: when its dataflows run.
            names: the columns of its files.
            rows: where they go, by `target_entry`.
            deletions: where its deletions go; None if they are not marked.
        """

        def columns(both: Sequence[Any]) -> list[dict[str, str]]:
            types, wanted = both
            return [{"name": name, "type": types[name], "header": name} for name in wanted if name in types]

        self._tables.append(
            {
                "name": module.module,
                "module": module.module,
                **rows,
                "columns": pulumi.Output.all(module.types, names).apply(columns),
                "createdBy": module.types.apply(lambda types: _CREATED if _CREATED in types else None),
                "modifiedBy": how.delta_column,
                "wholeEveryDays": how.whole_every_days,
                "schedule": {key: schedule[key] for key in ("frequency", "interval") if key in schedule},
                "deletes": {**deletions, "idHeader": ID_HEADER, "timeHeader": TIME_HEADER} if deletions else None,
            }
        )

    def document(self) -> pulumi.Output[dict[str, Any]]:
        """Return the document."""
        zone, zoho = self.zone, self._modules[0]
        return pulumi.Output.from_input(
            {
                "version": 1,
                "organization": zone.organization,
                "sandbox": zone.sandbox,
                "platformUrl": zone.platform_url,
                "imsUrl": zone.ims_url,
                "zone": {
                    "provider": zone.provider,
                    "container": zone.container,
                    "daysToLive": zone.days_to_live,
                    "manifests": f"{_FOLDER}/_manifests",
                },
                "zoho": {
                    "dataCenter": zoho.data_center.apply(lambda code: code or ""),
                    "accountsUrl": zoho.accounts_url,
                    "apiUrl": zoho.api_url,
                },
                "tables": self._tables,
            }
        )


def folder_of(name: str, ends: Ends) -> pulumi.Output[str]:
    """Return the folder of the files of a dataset, below the container.

    It has the dataset's id: whatever else is renamed, the dataset finds its files there, and no other one takes them.

    Args:
        name: what the files hold.
        ends: where their rows end.
    """
    return pulumi.Output.concat(f"{_FOLDER}/{name}-", ends.dataset.id)


def target_entry(folder: pulumi.Output[str], way: Way, ends: Ends) -> dict[str, Any]:
    """Return what the document says of where files go.

    Args:
        folder: their folder, below the container.
        way: what takes them from there.
        ends: where their rows end.
    """
    return {
        "path": folder,
        "datasetId": ends.dataset.id,
        "dataflowId": way.dataflow.id,
        "sourceConnectionId": way.source.id,
        "targetConnectionId": ends.target.id,
    }
