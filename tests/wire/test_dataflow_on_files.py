"""Dataflows on files of the landing zone: each file comes once, whatever becomes of the dataflow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.landing_zone import put
from tests.support.wire.ingestion import MAPPINGS, Ingestion, Made
from tests.support.wire.plugin import UNKNOWN, Refused
from zoho_adobe import from_text

TIME = "2026-11-25T20:39:00+02:00"
FILES: dict[str, Any] = {"via": "landing-zone", "delta_column": None}


def make(ingestion: Ingestion, **changes: Any) -> Made:
    if "mapping" not in ingestion.made:
        times = from_text("Modified_Time", "date-time")
        ingestion.make("mapping", mappings={**MAPPINGS, "_tenant.modified": times})
    return ingestion.make("dataflow", **{**FILES, "source_connection_id": ingestion.need("files"), **changes})


def write(ingestion: Ingestion, *names: str) -> None:
    """Write a file of one row for each name."""
    for name in names:
        put(ingestion.tenant, f"zoho/leads/{name}.csv.gz", [{"Last_Name": name, "Modified_Time": TIME}])


def arrived(ingestion: Ingestion) -> list[str]:
    rows = ingestion.crm.arrived(ingestion.need("dataset"))
    return sorted(next(iter(row.values()))["lastName"] for row in rows)


def run(ingestion: Ingestion) -> None:
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(ingestion.made["dataflow"].id)
    ingestion.crm.let_a_second_pass()


def test_the_request_is_that_of_files(ingestion: Ingestion) -> None:
    made = make(ingestion)
    (flow,) = ingestion.objects("flows")
    assert flow["flowSpec"] == {"id": "9753525b-82c7-4dce-8a9b-5ccfce2b9876", "version": "1.0"}
    assert [part["name"] for part in flow["transformations"]] == ["Mapping"]
    assert made.inputs["via"] == "landing-zone"
    assert ingestion.refresh("dataflow") == made.inputs


def test_each_run_takes_the_files_that_are_new(ingestion: Ingestion) -> None:
    write(ingestion, "Early")
    make(ingestion)
    run(ingestion)
    assert arrived(ingestion) == ["Early"]
    write(ingestion, "Later")
    run(ingestion)
    assert arrived(ingestion) == ["Early", "Later"]


def test_a_replaced_dataflow_takes_what_was_written_meanwhile_and_nothing_twice(ingestion: Ingestion) -> None:
    write(ingestion, "Early")
    make(ingestion)
    run(ingestion)
    write(ingestion, "Between")
    ingestion.crm.let_a_second_pass()
    ingestion.delete("dataflow")
    write(ingestion, "After the delete")
    ingestion.crm.let_a_second_pass()
    make(ingestion, name="Another name")
    assert arrived(ingestion) == ["After the delete", "Between", "Early"]
    assert "ingests what was written since" in ingestion.said()
    write(ingestion, "New")
    run(ingestion)
    assert arrived(ingestion) == ["After the delete", "Between", "Early", "New"]
    assert [flow["name"].split()[0] for flow in ingestion.objects("flows")] == ["Another"]


@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_lost_answer_leaves_one(ingestion: Ingestion, fault: str) -> None:
    ingestion.need("files")
    ingestion.tenant.fault(kind=fault, method="POST", path="/flows$")
    made = make(ingestion)
    assert [flow["id"] for flow in ingestion.objects("flows")] == [made.id]


def test_a_lost_create_is_found_by_the_delete_of_its_source(ingestion: Ingestion) -> None:
    make(ingestion)
    state = ingestion.made["files"]
    made = ingestion.made.pop("dataflow")
    left = {
        "table": "dlz-user-container/zoho/leads/*.csv.gz",
        "connection": "26f526f2-58f4-4712-961d-e41bf1ccc0e8",
        "until": 0,
        "making": made.outputs["full_name"],
    }
    ingestion.crm.change("datasets", ingestion.need("dataset"), tags={"zohoAdobeProgress": [json.dumps(left)]})
    ingestion.provider("files").delete(state.id, state.outputs)
    assert ingestion.objects("flows") == []
    assert state.id not in [item["id"] for item in ingestion.objects("sourceConnections")]


def test_files_beside_the_source_are_said_to_bring_rows_again(ingestion: Ingestion) -> None:
    ingestion.make("dataflow")
    run(ingestion)
    before = len(arrived(ingestion))
    write(ingestion, "By a file")
    del ingestion.made["mapping"]
    make(ingestion, name="Files")
    said = "holds rows that came another way: those that come by files of the landing zone too arrive twice"
    assert said in ingestion.said()
    run(ingestion)
    assert len(arrived(ingestion)) == before + 1


@pytest.mark.parametrize(("kind", "changes"), [("source", FILES), ("files", {})])
def test_a_source_of_the_other_kind_is_refused(ingestion: Ingestion, kind: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"via: the source connection .* files of the landing zone. Pass via="):
        ingestion.make("dataflow", source_connection_id=ingestion.need(kind), **changes)
    assert ingestion.objects("flows") == []


def test_the_way_replaces(ingestion: Ingestion) -> None:
    ingestion.make("dataflow")
    assert ingestion.diff("dataflow", via="source") == ["via"]
    assert ingestion.diff("dataflow", **FILES) == ["via", "delta_column"]


def test_bad_input_is_found_without_any_network(ingestion: Ingestion) -> None:
    ends = {key: "an-id" for key in ("source_connection_id", "target_connection_id", "mapping_set_id")}
    assert ingestion.check("dataflow", **ends) == []
    ingestion.tenant.forget_requests()
    assert ingestion.check("dataflow", **ends, via="files") == [
        "via: 'files' is not a source. Use 'source' or 'landing-zone'."
    ]
    assert ingestion.check("dataflow", **ends, via="landing-zone") == [
        "delta_column: it does not go with files, which are told by when they were written. Leave it out."
    ]
    files = {**ends, **FILES}
    (line,) = ingestion.check("dataflow", **files, schedule={"frequency": "week", "interval": 1})
    assert line.startswith(
        "schedule.interval: a file in the landing zone lives 7 days, and with a run every 1 week it could be gone"
    )
    assert ingestion.check("dataflow", **files, schedule={"frequency": "day", "interval": 6}) == []
    assert ingestion.check("dataflow", **files, schedule={"frequency": "day", "interval": UNKNOWN}) == []
    assert ingestion.check("dataflow", **ends, via=UNKNOWN, delta_column=None) == []
    assert ingestion.tenant.requests() == []


def test_a_row_by_a_file_equals_the_row_by_the_source(ingestion: Ingestion) -> None:
    """Every type of a column, and cells that are empty."""
    columns = {
        "Last_Name": "string",
        "Annual_Revenue": "number",
        "No_of_Employees": "integer",
        "Email_Opt_Out": "boolean",
        "Born": "date",
        "Modified_Time": "date-time",
    }
    ingestion.crm.add_field("Leads", "Born", "date")
    for row in ingestion.crm.rows("Leads"):
        ingestion.crm.change_row("Leads", row["id"], Born="1980-02-29", Email_Opt_Out=True, No_of_Employees=7)
    ingestion.crm.add("Leads", Last_Name='Müller; "von"', Annual_Revenue=1234567.25)
    fields = {column.lower(): kind for column, kind in columns.items()}
    ingestion.make("schema", fields=fields)

    def bring(mappings: dict[str, str], **flow: Any) -> list[dict[str, Any]]:
        names = {f"_tenant.{column.lower()}": source for column, source in mappings.items()}
        dataset = ingestion.make("dataset", name=f"Leads {len(flow)}").id
        ingestion.make("target", name=f"Leads {len(flow)}", dataset_id=dataset)
        ingestion.make("mapping", mappings=names, schema_fields=fields, columns=columns)
        ingestion.make("dataflow", name=f"Leads {len(flow)}", columns=columns, **flow)
        run(ingestion)
        return [next(iter(row.values())) for row in ingestion.crm.arrived(dataset)]

    ingestion.make("source", columns=columns)
    by_source = bring({column: column for column in columns})

    def text(value: Any) -> str:
        return "" if value is None else value if isinstance(value, str) else json.dumps(value)

    texts = [{column: text(row.get(column)) for column in columns} for row in ingestion.crm.rows("Leads")]
    put(ingestion.tenant, "zoho/leads/all.csv.gz", texts)
    by_files = bring(
        {column: from_text(column, kind) for column, kind in columns.items()},
        source_connection_id=ingestion.need("files"),
        **FILES,
    )
    assert len(by_source) == 4

    def ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(rows, key=lambda row: str(row["last_name"]))

    assert ordered(by_files) == ordered(by_source)
    assert {type(value).__name__ for row in by_files for value in row.values()} == {"str", "float", "int", "bool"}
