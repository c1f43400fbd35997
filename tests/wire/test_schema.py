"""Schema: its title is unique, it grows and never shrinks, and its field group comes and goes with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.wire.deployment import SUFFIX
from tests.support.wire.ingestion import FIELDS, Ingestion
from tests.support.wire.plugin import Plugin, Refused

LOST: list[dict[str, Any]] = [{"kind": "drop_after"}, {"kind": "drop_before"}]
CONTACTS = "https://ns.adobe.com/xdm/context/profile-personal-details"


def fields(ingestion: Ingestion) -> dict[str, Any]:
    """Return the fields that the one field group has at Adobe."""
    (group,) = ingestion.objects("fieldGroups")
    (namespace,) = group["definitions"]["customFields"]["properties"].values()
    found: dict[str, Any] = namespace["properties"]
    return found


def test_a_schema_has_its_own_fields_and_further_field_groups(ingestion: Ingestion) -> None:
    made = ingestion.make("schema", field_groups=[CONTACTS], description="Leads of the CRM")
    (schema,), (group,) = ingestion.objects("schemas"), ingestion.objects("fieldGroups")
    assert (schema["$id"], schema["title"], schema["description"]) == (made.id, f"Leads {SUFFIX}", "Leads of the CRM")
    assert [part["$ref"] for part in schema["allOf"]][1:] == [CONTACTS, group["$id"]]
    assert group["title"] == f"Leads {SUFFIX} fields"
    assert fields(ingestion)["modified"] == {"title": "modified", "type": "string", "format": "date-time"}
    assert ingestion.refresh("schema") == made.inputs
    assert ingestion.diff("schema", field_groups=[CONTACTS], description="Leads of the CRM") == []


@pytest.mark.parametrize("path", ["fieldgroups", "schemas"])
@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["kind"])
def test_a_lost_answer_leaves_one_of_each(ingestion: Ingestion, path: str, fault: dict[str, Any]) -> None:
    ingestion.tenant.fault(method="POST", path=f"/tenant/{path}$", **fault)
    made = ingestion.make("schema")
    (schema,), (group,) = ingestion.objects("schemas"), ingestion.objects("fieldGroups")
    assert (schema["$id"], group["$id"]) == (made.id, made.outputs["field_group_id"])


def test_what_a_killed_create_left_behind_is_taken_over(ingestion: Ingestion) -> None:
    ingestion.tenant.fault(method="POST", path="/tenant/schemas$", kind="status", status=400, body={"detail": "no"})
    with pytest.raises(Refused):
        ingestion.make("schema")
    (group,) = ingestion.objects("fieldGroups")
    made = ingestion.make("schema", fields={**FIELDS, "company": "string"})
    assert made.outputs["field_group_id"] == group["$id"]
    assert set(fields(ingestion)) == {"lastName", "modified", "company"}


def test_a_title_that_is_taken_is_one_line(ingestion: Ingestion) -> None:
    first = ingestion.make("schema", suffix=None, fields=None)
    with pytest.raises(Refused, match=rf"^title: the sandbox 'dev' already has a schema named 'Leads' \({first.id}\)"):
        ingestion.make("schema", suffix=None, fields=None)
    assert len(ingestion.objects("schemas")) == 1


def test_fields_are_added_in_place_and_dropped_ones_stay(ingestion: Ingestion) -> None:
    made = ingestion.make("schema")
    ingestion.make("dataset")
    ingestion.update("schema", fields={"lastName": "string", "company": "string"}, description="More")
    (schema,) = ingestion.objects("schemas")
    assert (schema["$id"], schema["description"]) == (made.id, "More")
    assert set(fields(ingestion)) == {"lastName", "modified", "company"}
    assert "keeps the field 'modified': a schema in use can only grow" in ingestion.said()
    assert ingestion.refresh("schema") == ingestion.made["schema"].inputs


def test_a_field_that_was_dropped_is_not_taken_by_another_column_unsaid(ingestion: Ingestion) -> None:
    ingestion.make("schema")
    before = ingestion.said()
    ingestion.update("schema", fields={"lastName": "string", "company": "string"})
    assert " already: " not in ingestion.said().removeprefix(before)
    ingestion.update("schema")
    said = ingestion.said().removeprefix(before)
    assert "has the field 'modified' already: rows that came before keep what they have in it" in said


def test_a_type_does_not_change(ingestion: Ingestion) -> None:
    ingestion.make("schema")
    with pytest.raises(Refused, match=r"^fields: 'modified' is date-time and cannot become string"):
        ingestion.diff("schema", fields={**FIELDS, "modified": "string"})


def test_a_field_that_was_removed_by_hand_is_drift(ingestion: Ingestion) -> None:
    made = ingestion.make("schema")
    (group,) = ingestion.objects("fieldGroups")
    inner = group["definitions"]["customFields"]["properties"]
    (namespace,) = inner
    kept = {"lastName": inner[namespace]["properties"]["lastName"]}
    definition = {"type": "object", "properties": {namespace: {"type": "object", "properties": kept}}}
    ingestion.crm.change("fieldGroups", group["meta:altId"], definitions={"customFields": definition})
    inputs = ingestion.refresh("schema")
    assert inputs is not None
    assert inputs["fields"] == {"lastName": "string"}
    ingestion.update("schema")
    assert set(fields(ingestion)) == set(FIELDS)
    assert ingestion.made["schema"].inputs == made.inputs


def test_it_goes_with_its_field_group(ingestion: Ingestion) -> None:
    made = ingestion.make("schema")
    ingestion.delete("schema")
    assert ingestion.objects("schemas") == ingestion.objects("fieldGroups") == []
    ingestion.made["schema"] = made
    assert ingestion.refresh("schema") is None
    ingestion.delete("schema")


def test_a_delete_that_was_cut_off_keeps_the_field_group_in_the_state(ingestion: Ingestion) -> None:
    made = ingestion.make("schema")
    fault = {"method": "DELETE", "path": "/tenant/fieldgroups/", "kind": "status", "status": 403}
    ingestion.tenant.fault(**fault, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ingestion.delete("schema")
    assert ingestion.objects("schemas") == []
    inputs = ingestion.refresh("schema")
    assert inputs is not None
    assert inputs == {**made.inputs, "schema_class": ""}
    assert f"({made.id}) is gone, but not its field group {made.outputs['field_group_id']}" in ingestion.said()
    assert ingestion.diff("schema") == ["schema_class"]
    ingestion.delete("schema")
    assert ingestion.objects("fieldGroups") == []
    ingestion.made["schema"] = made
    assert ingestion.refresh("schema") is None


def test_a_field_group_that_was_deleted_by_hand_is_made_again(ingestion: Ingestion) -> None:
    made = ingestion.make("schema")
    (schema,), (group,) = ingestion.objects("schemas"), ingestion.objects("fieldGroups")
    ingestion.crm.change("schemas", schema["meta:altId"], allOf=schema["allOf"][:1])
    ingestion.crm.remove("fieldGroups", group["meta:altId"])
    inputs = ingestion.refresh("schema")
    assert inputs is not None
    assert (inputs["fields"], ingestion.made["schema"].outputs["field_group_id"]) == ({}, "")
    outputs = ingestion.update("schema")
    assert set(fields(ingestion)) == set(FIELDS)
    assert outputs["field_group_id"] == ingestion.objects("fieldGroups")[0]["$id"]
    assert outputs["field_group_id"] in [part["$ref"] for part in ingestion.objects("schemas")[0]["allOf"]]
    assert ingestion.made["schema"].id == made.id


def test_without_a_suffix_a_field_group_does_not_stay_for_nothing(ingestion: Ingestion) -> None:
    refusal = {"kind": "status", "status": 400, "body": {"detail": "not now"}}
    ingestion.tenant.fault(method="POST", path="/tenant/schemas$", **refusal)
    with pytest.raises(Refused, match="not now"):
        ingestion.make("schema", suffix=None)
    assert ingestion.objects("fieldGroups") == []
    ingestion.tenant.fault(method="POST", path="/tenant/schemas$", **refusal)
    ingestion.tenant.fault(method="DELETE", path="/tenant/fieldgroups/", **refusal)
    with pytest.raises(Refused, match=r"Its field group (\S+) was made: delete it in Adobe before") as refused:
        ingestion.make("schema", suffix=None)
    (group,) = ingestion.objects("fieldGroups")
    assert group["$id"] in str(refused.value)


def test_a_field_group_that_was_there_before_a_create_failed_stays(ingestion: Ingestion, tmp_path: Path) -> None:
    refusal = {"kind": "status", "status": 400, "body": {"detail": "not now"}}
    ingestion.tenant.fault(method="POST", path="/tenant/schemas$", **refusal)
    ingestion.tenant.fault(method="DELETE", path="/tenant/fieldgroups/", **refusal)
    with pytest.raises(Refused, match="not now"):
        ingestion.make("schema", suffix=None)
    (group,) = ingestion.objects("fieldGroups")
    ingestion.tenant.fault(method="POST", path="/tenant/schemas$", **refusal)
    with Plugin.start(tmp_path, ZOHO_ADOBE_ADOPT=group["$id"]) as plugin:
        ingestion.plugin = plugin
        with pytest.raises(Refused, match="not now"):
            ingestion.make("schema", suffix=None)
    assert ingestion.objects("fieldGroups") == [group]


def test_bad_fields_are_found_without_any_network(ingestion: Ingestion) -> None:
    ingestion.tenant.forget_requests()
    assert sorted(ingestion.check("schema", fields={"_mine": "string", "x": "blob"})) == [
        "fields: '_mine' is not a valid field name. Use letters, digits, - and _.",
        "fields: 'x' has the unknown type 'blob'.",
    ]
    assert ingestion.tenant.requests() == []


def test_what_the_component_found_wrong_comes_up_before_anything_is_made(ingestion: Ingestion) -> None:
    said = "fields: the table has no column 'email'. Did you mean 'Email'?"
    checked = ingestion.provider("schema").check({"title": "Leads", "fields": FIELDS, "problems": [said]})
    assert checked.failures == [said]
    assert "problems" not in checked.inputs
