"""MappingSet: found again by what it says, never changed, and named when it stays behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.wire.ingestion import MAPPINGS, Ingestion
from tests.support.wire.plugin import UNKNOWN, Refused

LOST: list[dict[str, Any]] = [{"kind": "drop_after"}, {"kind": "truncate"}]


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["kind"])
def test_a_lost_answer_leaves_one(ingestion: Ingestion, fault: dict[str, Any]) -> None:
    schema = ingestion.need("schema")
    ingestion.tenant.fault(method="POST", path="/mappingSets", **fault)
    made = ingestion.make("mapping")
    (found,) = ingestion.objects("mappingSets")
    assert (found["id"], found["xdmSchema"]) == (made.id, schema)


def test_an_equal_one_of_the_schema_is_used(ingestion: Ingestion) -> None:
    first = ingestion.make("mapping")
    assert ingestion.make("mapping").id == first.id
    assert ingestion.make("mapping", mappings={"_tenant.lastName": "Last_Name"}).id != first.id
    assert len(ingestion.objects("mappingSets")) == 2


def test_an_equal_one_is_found_behind_a_hundred_others(ingestion: Ingestion) -> None:
    first, schema = ingestion.make("mapping"), ingestion.need("schema")
    pairs = [{"destinationXdmPath": "personID", "sourceAttribute": "Last_Name"}]
    for _ in range(100):
        ingestion.tenant.plant("mappingSets", {"xdmSchema": schema, "xdmVersion": "1.0", "mappings": pairs})
    assert ingestion.make("mapping").id == first.id


def test_a_change_replaces_and_deleting_names_what_stays(ingestion: Ingestion) -> None:
    made = ingestion.make("mapping")
    assert ingestion.refresh("mapping") == made.inputs
    assert ingestion.diff("mapping") == []
    assert ingestion.diff("mapping", mappings={"_tenant.lastName": "Last_Name"}) == ["mappings"]
    assert ingestion.diff("mapping", schema_id=UNKNOWN) == ["schema_id"]
    ingestion.delete("mapping")
    assert f"the mapping set {made.id} of the schema {ingestion.need('schema')} stays in sandbox 'dev'" in (
        ingestion.said()
    )
    assert len(ingestion.objects("mappingSets")) == 1


def test_one_that_was_changed_or_deleted_by_hand_is_gone(ingestion: Ingestion) -> None:
    made = ingestion.make("mapping")
    (found,) = ingestion.objects("mappingSets")
    pairs = [{"sourceType": "ATTRIBUTE", "source": "Last_Name", "destination": "personID"}]
    ingestion.crm.change("mappingSets", made.id, outputSchema=found["outputSchema"], mappings=pairs)
    assert ingestion.refresh("mapping") is None
    ingestion.crm.remove("mappingSets", made.id)
    assert ingestion.refresh("mapping") is None


def test_what_does_not_fit_is_found_without_any_network(ingestion: Ingestion) -> None:
    ingestion.need("schema")
    ingestion.tenant.forget_requests()
    assert ingestion.check("mapping", mappings={**MAPPINGS, "_tenant.company": "Last_Name"}) == [
        "mappings: 'Last_Name' goes to 'company', a field that the schema does not have. Add it to the schema's "
        "fields, or map the column to another field."
    ]
    assert ingestion.check("mapping", mappings={**MAPPINGS, "personID": "Gone"}) == [
        "mappings: 'personID' comes from 'Gone', a column that the table does not have. Map another column, or take "
        "the mapping out."
    ]
    assert ingestion.check("mapping", mappings={"personID": 'concat(Last_Name, "x")'}) == []
    assert ingestion.check("mapping", mappings={}) == ["mappings: no column is mapped. Map at least one column."]
    assert ingestion.tenant.requests() == []


def test_what_data_prep_refuses_is_one_line(ingestion: Ingestion) -> None:
    with pytest.raises(Refused, match=r"Data Prep refused a mapping set of the schema .*noSuchField"):
        ingestion.make("mapping", mappings={"person.noSuchField": "Last_Name"})


def test_the_check_leaves_nothing_large_in_the_state(ingestion: Ingestion) -> None:
    made = ingestion.make("mapping")
    assert set(made.inputs) == {"schema_id", "mappings", "sandbox", "organization"}
    assert set(made.outputs) == {"schema_id", "mappings", "sandbox", "organization", "schema_version"}


MOVES: list[tuple[dict[str, str], dict[str, str], list[str], list[str]]] = [
    # A new column whose name becomes equal to an older one's.
    (
        {"lastName": "Last_Name"},
        {"lastName": "LastName", "lastName2": "Last_Name"},
        [],
        [
            "mappings: the column 'Last_Name' fills the field 'lastName', and would fill 'lastName2' from now on "
            "because other columns came or went. Add 'Last_Name': 'lastName' to the fields of its IngestedTable."
        ],
    ),
    # One of two such columns goes.
    (
        {"lastName": "LastName", "lastName2": "Last_Name"},
        {"lastName": "Last_Name"},
        [],
        [
            "mappings: the column 'Last_Name' fills the field 'lastName2', and would fill 'lastName' from now on "
            "because other columns came or went. Add 'Last_Name': 'lastName2' to the fields of its IngestedTable."
        ],
    ),
    # A column goes and another one gets its field.
    (
        {"lastName": "Last_Name"},
        {"lastName": "LastName"},
        [],
        [
            "mappings: the field 'lastName' is filled from the column 'Last_Name', and 'LastName' would fill it from "
            "now on. Add 'LastName' to the fields of its IngestedTable: with another field, or with 'lastName' if it "
            "takes the other column's place."
        ],
    ),
    # Nothing moves, or the program says that it should.
    ({"lastName": "Last_Name"}, {"lastName": "Last_Name", "lastName2": "LastName"}, [], []),
    ({"lastName": "LastName", "lastName2": "Last_Name"}, {"lastName": "LastName", "lastName2": "Last_Name"}, [], []),
    ({"lastName": "Last_Name"}, {"lastName": "LastName"}, ["LastName"], []),
    ({"lastName": "Last_Name"}, {"surname": "Last_Name"}, ["Last_Name"], []),
    ({"surname": "Last_Name"}, {"lastName": "Last_Name"}, [], []),
    ({"lastName": "upper(Last_Name)"}, {"lastName": "upper(LastName)"}, ["upper(LastName)"], []),
]


@pytest.mark.parametrize(("before", "after", "chosen", "failures"), MOVES)
def test_a_column_keeps_its_field_whatever_comes_and_goes(
    ingestion: Ingestion, before: dict[str, str], after: dict[str, str], chosen: list[str], failures: list[str]
) -> None:
    old, new = ({f"_tenant.{field}": column for field, column in named.items()} for named in (before, after))
    props = {"schema_id": "https://ns.adobe.com/acme/schemas/1f", "chosen": chosen}
    provider = ingestion.provider("mapping")
    inputs = provider.check({**props, "mappings": old}).inputs
    assert "chosen" not in inputs
    assert provider.check({**props, "mappings": new}, inputs).failures == failures


def test_two_paths_of_one_field_are_refused(ingestion: Ingestion) -> None:
    mappings = {"_tenant.lastName": "Last_Name", "_acme.lastName": "Company"}
    props = {"schema_id": "https://ns.adobe.com/acme/schemas/1f", "mappings": mappings}
    assert ingestion.provider("mapping").check(props).failures == [
        "mappings: '_acme.lastName' and '_tenant.lastName' are one field. Take one of them out."
    ]


def test_a_field_and_what_is_in_it_are_not_both_filled(ingestion: Ingestion) -> None:
    mappings = {"person.name": "Last_Name", "person.name.firstName": "Company", "person.names": "Company"}
    assert ingestion.provider("mapping").check({"schema_id": UNKNOWN, "mappings": mappings}).failures == [
        "mappings: 'person.name' holds 'person.name.firstName', so not both can be filled. Take one out."
    ]


@pytest.mark.parametrize("path", ["person.", ".person", "person..name", "person. name", "", " "])
def test_what_is_not_a_path_is_refused(ingestion: Ingestion, path: str) -> None:
    props = {"schema_id": UNKNOWN, "mappings": {path: "Last_Name"}}
    assert ingestion.provider("mapping").check(props).failures == [
        f"mappings: {path!r} is not the path of a field. Write it like 'person.name'."
    ]


def test_a_column_that_is_meant_is_named(ingestion: Ingestion) -> None:
    (failure,) = ingestion.check("mapping", mappings={"personID": "LastName"})
    assert failure.endswith("a column that the table does not have. Did you mean 'Last_Name'?")
