"""Check, of all resources of an ingestion: values of another kind than they should be are one line each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.wire.ingestion import LIFECYCLES, Ingestion
from tests.support.wire.plugin import UNKNOWN, Props

COMPLETE: dict[str, Props] = {
    "table": {"base_connection_id": "b", "table": "t"},
    "source": {"name": "n", "base_connection_id": "b", "table": "t", "columns": {"a": "string"}},
    "files": {"name": "n", "container": "c", "path": "p"},
    "target": {"name": "n", "dataset_id": "d", "schema_id": "s"},
    "schema": {"title": "t", "fields": {"a": "string"}},
    "dataset": {"name": "n", "schema_id": "s"},
    "mapping": {"schema_id": "s", "mappings": {"personID": "a"}},
    "namespace": {"code": "c"},
    "label": {"name": "n", "friendly_name": "f"},
    "relationship": {"schema_id": "s", "field": "f", "other_schema_id": "o"},
    "dataflow": {
        "name": "n",
        "source_connection_id": "s",
        "target_connection_id": "t",
        "mapping_set_id": "m",
        "delta_column": "d",
        "schedule": {"frequency": "day", "interval": 1},
    },
}
ODD = [
    (kind, field, value)
    for kind, props in COMPLETE.items()
    for field in props
    for value in (7, ["x"], "" if isinstance(props[field], str) else "x")
]
MORE = [
    ("source", "description", 7),
    ("schema", "schema_class", 7),
    ("schema", "profile", "yes"),
    ("schema", "labels", 7),
    ("schema", "labels", {"a": 7}),
    ("schema", "labels", {"a": [7]}),
    ("schema", "identities", 7),
    ("schema", "identities", {"a": 7}),
    ("schema", "identities", {"a": {"namespace": 7}}),
    ("dataset", "profile", "yes"),
    ("namespace", "name", 7),
    ("namespace", "id_type", 7),
    ("namespace", "description", 7),
    ("dataset", "force_destroy", "no"),
    ("dataflow", "enabled", "yes"),
    ("dataflow", "via", 7),
    ("dataflow", "via", ["source"]),
    ("files", "format", 7),
    ("files", "compression", ["gzip"]),
    ("files", "delimiter", 7),
    ("files", "delimiter", [";"]),
    ("dataflow", "error_diagnostics", 1),
    ("mapping", "mappings", {"personID": 7}),
    ("dataflow", "schedule", {"frequency": 7, "interval": 1}),
    ("dataflow", "schedule", {"frequency": ["day"], "interval": 1}),
]


@pytest.mark.parametrize("kind", LIFECYCLES)
def test_complete_inputs_pass_and_get_a_place(ingestion: Ingestion, kind: str) -> None:
    checked = ingestion.provider(kind).check(COMPLETE[kind])
    assert checked.failures == []
    assert (checked.inputs["sandbox"], checked.inputs["organization"]) == ("dev", ingestion.tenant.organization)


@pytest.mark.parametrize("kind", LIFECYCLES)
def test_what_is_not_known_yet_passes(ingestion: Ingestion, kind: str) -> None:
    assert ingestion.provider(kind).check(dict.fromkeys(COMPLETE[kind], UNKNOWN)).failures == []


@pytest.mark.parametrize(("kind", "field", "value"), [*ODD, *MORE], ids=str)
def test_another_kind_of_value_is_named(ingestion: Ingestion, kind: str, field: str, value: Any) -> None:
    failures = ingestion.provider(kind).check({**COMPLETE[kind], field: value}).failures
    assert failures
    assert all(line.startswith(field) for line in failures)


@pytest.mark.parametrize(
    ("kind", "field"),
    [(kind, field) for kind in COMPLETE for field in COMPLETE[kind] if field not in ("columns", "fields")],
)
def test_what_is_missing_is_named(ingestion: Ingestion, kind: str, field: str) -> None:
    given = {key: value for key, value in COMPLETE[kind].items() if key != field}
    (failure,) = ingestion.provider(kind).check(given).failures
    assert failure.startswith(f"{field}: ")
