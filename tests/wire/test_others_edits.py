"""What people set in Adobe's page survives every write of ours: a write changes the program's own fields alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.support.wire.ingestion import FIELDS, Ingestion
from tests.support.wire.plugin import Refused

CONTACTS = "https://ns.adobe.com/xdm/context/profile-personal-details"
WORK = "https://ns.adobe.com/xdm/context/profile-work-details"
BY_HAND: dict[str, Any] = {
    "rating": {"title": "Rating", "type": "string", "enum": ["hot", "cold"], "meta:enum": {"hot": "Hot"}},
    "address": {
        "title": "Address",
        "type": "object",
        "required": ["city"],
        "properties": {"city": {"title": "City", "type": "string"}},
    },
    "phones": {"title": "Phones", "type": "array", "items": {"type": "string"}},
}


def edit_group(ingestion: Ingestion, **changes: Any) -> dict[str, Any]:
    """Let a data architect edit the field group, and give its fields as they are then."""
    (group,) = ingestion.objects("fieldGroups")
    (namespace,) = group["definitions"]["customFields"]["properties"].values()
    namespace["properties"] |= changes
    ingestion.crm.change("fieldGroups", group["meta:altId"], definitions=group["definitions"])
    return copy.deepcopy(namespace["properties"])


def fields(ingestion: Ingestion) -> dict[str, Any]:
    (group,) = ingestion.objects("fieldGroups")
    (namespace,) = group["definitions"]["customFields"]["properties"].values()
    return dict(namespace["properties"])


def test_a_field_group_that_an_architect_edited_gets_one_field_more(ingestion: Ingestion) -> None:
    made = ingestion.make("schema")
    named = {"title": "Family name", "description": "As on the passport", "type": "string", "minLength": 1}
    before = edit_group(ingestion, lastName=named, **BY_HAND)
    assert ingestion.refresh("schema") == made.inputs
    ingestion.update("schema", fields={**FIELDS, "company": "string"})
    after = fields(ingestion)
    assert after.pop("company") == {"title": "company", "type": "string"}
    assert after == before


def test_a_format_that_an_architect_adds_is_no_drift_and_blocks_nothing(ingestion: Ingestion) -> None:
    made = ingestion.make("schema", fields={**FIELDS, "mail": "string"})
    before = edit_group(ingestion, mail={"title": "Mail", "type": "string", "format": "email"})
    assert ingestion.refresh("schema") == made.inputs
    ingestion.update("schema", fields={**FIELDS, "mail": "string", "company": "string"})
    assert fields(ingestion)["mail"] == before["mail"]


def test_a_field_that_an_architect_made_first_is_used_or_refused(ingestion: Ingestion) -> None:
    ingestion.make("schema")
    before = edit_group(ingestion, **BY_HAND)
    ingestion.update("schema", fields={**FIELDS, "rating": "string"})
    assert fields(ingestion) == before
    with pytest.raises(Refused, match=r"^fields: 'address' is object in Adobe and cannot become string"):
        ingestion.update("schema", fields={**FIELDS, "address": "string"})
    assert fields(ingestion) == before


def test_a_field_that_is_refused_leaves_the_titles_as_they_are(ingestion: Ingestion) -> None:
    ingestion.make("schema")
    edit_group(ingestion, **BY_HAND)
    before = [item["title"] for kind in ("fieldGroups", "schemas") for item in ingestion.objects(kind)]
    with pytest.raises(Refused, match=r"^fields: 'address' is object in Adobe"):
        ingestion.update("schema", title="Another title", fields={**FIELDS, "address": "string"})
    assert [item["title"] for kind in ("fieldGroups", "schemas") for item in ingestion.objects(kind)] == before


def test_a_new_title_and_description_change_nothing_else(ingestion: Ingestion) -> None:
    identities = {"lastName": {"namespace": "Email", "primary": True}}
    ingestion.make("schema", field_groups=[CONTACTS], identities=identities)
    (schema,) = ingestion.objects("schemas")
    parts = [
        {"$ref": part["$ref"], **({"meta:refProperty": ["/x"]} if part["$ref"] == CONTACTS else {})}
        for part in schema["allOf"]
    ]
    by_hand: dict[str, Any] = {"allOf": [*parts, {"$ref": WORK}], "meta:immutableTags": ["union"]}
    ingestion.crm.change("schemas", schema["meta:altId"], **by_hand)
    before = edit_group(ingestion, **BY_HAND)
    ingestion.update("schema", field_groups=[CONTACTS], identities=identities, title="People", description="Of the CRM")
    (after,) = ingestion.objects("schemas")
    assert {part["$ref"] for part in after["allOf"]} == {part["$ref"] for part in by_hand["allOf"]}
    assert after["meta:immutableTags"] == ["union"]
    assert after["title"].startswith("People ")
    assert after["description"] == "Of the CRM"
    (group,) = ingestion.objects("fieldGroups")
    assert group["title"] == f"{after['title']} fields"
    assert fields(ingestion) == before


def test_titles_and_descriptions_of_others_stay_when_the_program_changes_something_else(ingestion: Ingestion) -> None:
    ingestion.make("schema")
    (schema,), (group,) = ingestion.objects("schemas"), ingestion.objects("fieldGroups")
    ingestion.crm.change("schemas", schema["meta:altId"], description="By hand")
    ingestion.crm.change("fieldGroups", group["meta:altId"], title="Fields of the CRM")
    ingestion.update("schema", title="People", fields={**FIELDS, "company": "string"}, field_groups=[WORK])
    (schema,), (group,) = ingestion.objects("schemas"), ingestion.objects("fieldGroups")
    assert (schema["description"], group["title"]) == ("By hand", "Fields of the CRM")


def test_a_field_group_is_added_once_though_the_answer_got_lost(ingestion: Ingestion) -> None:
    ingestion.make("schema")
    ingestion.tenant.fault(method="PATCH", path="/tenant/schemas/", kind="drop_after")
    ingestion.update("schema", field_groups=[WORK])
    (schema,) = ingestion.objects("schemas")
    assert [part["$ref"] for part in schema["allOf"]].count(WORK) == 1


def test_a_dataset_keeps_tags_labels_and_a_description_of_others(ingestion: Ingestion) -> None:
    ingestion.make("schema", identities={"lastName": {"namespace": "Email", "primary": True}}, profile=True)
    made = ingestion.make("dataset")
    tags = {"unifiedProfile": ["enabled:true"], "unifiedIdentity": ["enabled:true"], "team": ["crm"]}
    ingestion.crm.change("datasets", made.id, tags=tags, description="By hand")
    ingestion.update("dataset", name="People")
    (dataset,) = ingestion.objects("datasets")
    assert dataset["name"].startswith("People ")
    assert (dataset["tags"], dataset["description"]) == (tags, "By hand")


def test_progress_is_noted_beside_tags_of_others_whatever_they_are(ingestion: Ingestion) -> None:
    tags = {"unifiedProfile": ["enabled:true"], "team": "crm", "tiers": [1, {"gold": True}], "reviewed": None}
    ingestion.crm.change("datasets", ingestion.make("dataset").id, tags=tags)
    ingestion.make("dataflow")
    (dataset,) = ingestion.objects("datasets")
    assert dataset["tags"].pop("zohoAdobeProgress")
    assert dataset["tags"] == tags


def test_a_new_mapping_set_keeps_what_else_a_dataflow_does(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    (flow,) = ingestion.objects("flows")
    copied, mapped = flow["transformations"]
    mapped["params"]["note"] = "by hand"
    ingestion.crm.change("flows", made.id, transformations=[mapped, copied])
    ingestion.refresh("dataflow")
    ingestion.make("mapping", mappings={"_tenant.lastName": "Last_Name"})
    ingestion.update("dataflow")
    (flow,) = ingestion.objects("flows")
    assert copied in flow["transformations"]
    (now,) = [part for part in flow["transformations"] if part["name"] == "Mapping"]
    assert now["params"]["mappingId"] == ingestion.made["mapping"].id
    assert now["params"]["mappingId"] != mapped["params"]["mappingId"]
