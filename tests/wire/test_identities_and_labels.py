"""Identities and labels of a schema's fields: made and changed beside those of others, and right before Profile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.wire.ingestion import FIELDS, Ingestion
from tests.support.wire.plugin import Refused

EMAIL = {"lastName": {"namespace": "Email"}}
PRIMARY = {"lastName": {"namespace": "Email", "primary": True}}
TWO_FIELDS = {**FIELDS, "id": "string"}
LOST: list[dict[str, Any]] = [{"kind": "drop_after"}, {"kind": "drop_before"}]


def descriptors(ingestion: Ingestion, kind: str = "Identity") -> list[dict[str, Any]]:
    """Return the descriptors of a type at Adobe."""
    return [item for item in ingestion.objects("descriptors") if item["@type"] == f"xdm:descriptor{kind}"]


def identities(ingestion: Ingestion) -> dict[str, tuple[str, bool]]:
    """Return each identity's namespace and whether it is primary, by the last step of its path."""
    return {
        item["xdm:sourceProperty"].rpartition("/")[2]: (item["xdm:namespace"], item["xdm:isPrimary"])
        for item in descriptors(ingestion)
    }


def labels(ingestion: Ingestion) -> dict[str, list[str]]:
    """Return the labels of each field, by the last step of its path."""
    found: dict[str, list[str]] = {}
    for item in descriptors(ingestion, "Label"):
        found.setdefault(item["xdm:sourceProperty"].rpartition("/")[2], []).extend(item["xdm:labels"])
    return found


def plant(ingestion: Ingestion, kind: str, **fields: Any) -> None:
    """Put a descriptor there that somebody else made."""
    ingestion.tenant.plant("descriptors", {"@type": f"xdm:descriptor{kind}", "xdm:sourceVersion": 1, **fields})


def own_path(ingestion: Ingestion, name: str) -> str:
    """Return the path of one of the schema's own fields, as descriptors have it."""
    (group,) = ingestion.objects("fieldGroups")
    (tenant,) = group["definitions"]["customFields"]["properties"]
    return f"/{tenant}/{name}"


# --- identities -------------------------------------------------------------------------------------------------------


def test_a_schema_gets_its_identities_and_shows_them(ingestion: Ingestion) -> None:
    made = ingestion.make(
        "schema", fields=TWO_FIELDS, identities={**EMAIL, "id": {"namespace": "ECID", "primary": True}}
    )
    assert identities(ingestion) == {"lastName": ("Email", False), "id": ("ECID", True)}
    assert ingestion.refresh("schema") == made.inputs
    assert ingestion.diff("schema", fields=TWO_FIELDS, identities=made.inputs["identities"]) == []


def test_a_field_of_a_field_group_can_be_an_identity(ingestion: Ingestion) -> None:
    group = "https://ns.adobe.com/xdm/context/profile-personal-details"
    ingestion.make("schema", field_groups=[group], identities={"personalEmail.address": {"namespace": "Email"}})
    assert [item["xdm:sourceProperty"] for item in descriptors(ingestion)] == ["/personalEmail/address"]
    assert ingestion.refresh("schema") == ingestion.made["schema"].inputs


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["kind"])
def test_a_lost_answer_leaves_one_identity(ingestion: Ingestion, fault: dict[str, Any]) -> None:
    ingestion.tenant.fault(method="POST", path="/tenant/descriptors$", **fault)
    ingestion.make("schema", identities=EMAIL)
    assert identities(ingestion) == {"lastName": ("Email", False)}


def test_the_primary_identity_moves_to_another_field(ingestion: Ingestion) -> None:
    ingestion.make("schema", fields=TWO_FIELDS, identities={**PRIMARY, "id": {"namespace": "ECID"}})
    ingestion.update("schema", fields=TWO_FIELDS, identities={**EMAIL, "id": {"namespace": "ECID", "primary": True}})
    assert identities(ingestion) == {"lastName": ("Email", False), "id": ("ECID", True)}


def test_an_identity_that_the_program_drops_goes_and_those_of_others_stay(ingestion: Ingestion) -> None:
    made = ingestion.make("schema", fields=TWO_FIELDS, identities=EMAIL)
    path = own_path(ingestion, "id")
    fields = {"xdm:sourceSchema": made.id, "xdm:sourceProperty": path, "xdm:namespace": "ECID"}
    plant(ingestion, "Identity", **fields, **{"xdm:property": "xdm:code"})
    assert ingestion.refresh("schema") == made.inputs
    ingestion.update("schema", fields=TWO_FIELDS)
    assert identities(ingestion) == {"id": ("ECID", False)}


def test_an_identity_that_somebody_removed_is_drift_and_comes_back(ingestion: Ingestion) -> None:
    ingestion.make("schema", identities=EMAIL)
    (there,) = descriptors(ingestion)
    ingestion.crm.remove("descriptors", there["@id"])
    drifted = ingestion.refresh("schema")
    assert drifted is not None
    assert drifted["identities"] == {}
    ingestion.update("schema", identities=EMAIL)
    assert identities(ingestion) == {"lastName": ("Email", False)}


def test_an_identity_of_somebody_else_is_not_changed_unsaid(ingestion: Ingestion) -> None:
    made = ingestion.make("schema")
    path = own_path(ingestion, "lastName")
    fields = {"xdm:sourceSchema": made.id, "xdm:sourceProperty": path, "xdm:namespace": "ECID"}
    plant(ingestion, "Identity", **fields, **{"xdm:property": "xdm:code"})
    with pytest.raises(
        Refused, match=r"^identities: the field /\S+/lastName of the schema \S+ was made an identity of "
    ):
        ingestion.update("schema", identities=EMAIL)
    assert identities(ingestion) == {"lastName": ("ECID", False)}
    ingestion.update("schema", identities={"lastName": {"namespace": "ECID"}})


def test_another_primary_identity_stops_before_anything_is_written(ingestion: Ingestion) -> None:
    made = ingestion.make("schema", fields=TWO_FIELDS)
    path = own_path(ingestion, "id")
    fields = {"xdm:sourceSchema": made.id, "xdm:sourceProperty": path, "xdm:namespace": "ECID"}
    plant(ingestion, "Identity", **fields, **{"xdm:property": "xdm:code", "xdm:isPrimary": True})
    with pytest.raises(Refused, match=r"^identities: the field /\S+/id .* was made the primary identity elsewhere"):
        ingestion.update("schema", fields=TWO_FIELDS, identities=PRIMARY)
    assert identities(ingestion) == {"id": ("ECID", True)}


def test_an_unknown_namespace_stops_before_anything_is_made(ingestion: Ingestion) -> None:
    with pytest.raises(
        Refused, match=r"^identities: 'lastName': there is no identity namespace 'Emial'.*Did you mean 'E"
    ):
        ingestion.make("schema", identities={"lastName": {"namespace": "Emial"}})
    assert ingestion.objects("schemas") == ingestion.objects("fieldGroups") == []


@pytest.mark.parametrize("suffix", [None, "same"])
def test_a_create_that_cannot_make_the_identity_leaves_nothing_or_goes_on(
    ingestion: Ingestion, suffix: str | None
) -> None:
    changes = {} if suffix else {"suffix": None}
    ingestion.tenant.fault(method="POST", path="/tenant/descriptors$", kind="status", status=400, body={"detail": "no"})
    with pytest.raises(Refused, match="no"):
        ingestion.make("schema", identities=EMAIL, **changes)
    assert len(ingestion.objects("schemas")) == len(ingestion.objects("fieldGroups")) == (1 if suffix else 0)
    ingestion.make("schema", identities=EMAIL, **changes)
    assert len(ingestion.objects("schemas")) == len(ingestion.objects("fieldGroups")) == 1
    assert identities(ingestion) == {"lastName": ("Email", False)}


def test_descriptors_go_with_the_schema(ingestion: Ingestion) -> None:
    ingestion.make("schema", identities=EMAIL, labels={"lastName": ["I1"]})
    ingestion.delete("schema")
    assert ingestion.objects("descriptors") == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"identities": {"nothing": {"namespace": "Email"}}}, "identities: 'nothing': the schema has no such field"),
        ({"identities": {"lastname": {"namespace": "Email"}}}, "Did you mean 'lastName'?"),
        ({"identities": {"modified": {"namespace": "Email"}}}, "it is date-time, and only text identifies anybody"),
        ({"identities": {"lastName": {"namespace": "email"}}}, "Adobe writes the namespace 'email' as 'Email'"),
        ({"identities": {"lastName": {"namespace": ""}}}, "identities: 'lastName': it has no namespace"),
        ({"identities": {"lastName": "Email"}}, "identities: 'lastName': it has no namespace"),
        ({"identities": ["lastName"]}, "identities: pass a dictionary"),
        (
            {"identities": {**PRIMARY, "id": {"namespace": "ECID", "primary": True}}, "fields": TWO_FIELDS},
            "identities: 'id' and 'lastName' are both primary",
        ),
        ({"profile": True}, "profile: no identity is primary"),
        ({"profile": True, "identities": EMAIL}, "profile: no identity is primary"),
        ({"labels": {"lastName": ["I3"]}}, "labels: 'lastName': Adobe has no label 'I3'"),
        ({"labels": {"lastName": ["i1"]}}, "labels: 'lastName': Adobe has no label 'i1'"),
        ({"labels": {"lastName": "I1"}}, "labels: 'lastName': pass a list, such as ['I1']"),
        ({"labels": {"lastNam": ["I1"]}}, "labels: 'lastNam': the schema has no such field"),
        ({"labels": {"lastName": ["a b"]}}, "'a b' is not the name of a label"),
        ({"labels": ["I1"]}, "labels: pass a dictionary"),
    ],
)
def test_what_adobe_would_refuse_is_said_in_the_preview(
    ingestion: Ingestion, changes: dict[str, Any], message: str
) -> None:
    failures = ingestion.check("schema", **changes)
    assert len(failures) == 1
    assert message in failures[0]


# --- labels -----------------------------------------------------------------------------------------------------------


def test_fields_get_labels_beside_those_of_others(ingestion: Ingestion) -> None:
    made = ingestion.make("schema", labels={"lastName": ["C2", "I1"]})
    assert labels(ingestion) == {"lastName": ["core/C2", "core/I1"]}
    assert ingestion.refresh("schema") == made.inputs
    (there,) = descriptors(ingestion, "Label")
    ingestion.crm.change("descriptors", there["@id"], **{"xdm:labels": ["core/C2", "core/I1", "core/S2"]})
    assert ingestion.refresh("schema") == made.inputs
    ingestion.update("schema", labels={"lastName": ["I1"], "modified": ["C12"]})
    assert labels(ingestion) == {"lastName": ["core/I1", "core/S2"], "modified": ["core/C12"]}
    ingestion.update("schema")
    assert labels(ingestion) == {"lastName": ["core/S2"]}


def test_a_label_that_somebody_took_away_is_drift_and_comes_back(ingestion: Ingestion) -> None:
    ingestion.make("schema", labels={"lastName": ["C2", "I1"]})
    (there,) = descriptors(ingestion, "Label")
    ingestion.crm.change("descriptors", there["@id"], **{"xdm:labels": ["core/C2"]})
    drifted = ingestion.refresh("schema")
    assert drifted is not None
    assert drifted["labels"] == {"lastName": ["C2"]}
    ingestion.update("schema", labels={"lastName": ["C2", "I1"]})
    assert labels(ingestion) == {"lastName": ["core/C2", "core/I1"]}


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["kind"])
def test_a_lost_answer_leaves_one_descriptor_of_labels(ingestion: Ingestion, fault: dict[str, Any]) -> None:
    ingestion.tenant.fault(method="POST", path="/tenant/descriptors$", **fault)
    ingestion.make("schema", labels={"lastName": ["I1"]})
    assert labels(ingestion) == {"lastName": ["core/I1"]}


def test_a_custom_label_has_to_exist(ingestion: Ingestion) -> None:
    with pytest.raises(Refused, match=r"^labels: 'lastName': sandbox 'dev' has no data usage label 'Partner'"):
        ingestion.make("schema", labels={"lastName": ["Partner"]})
    assert ingestion.objects("schemas") == []
    ingestion.make("label")
    ingestion.make("schema", labels={"lastName": ["Partner"]})
    assert labels(ingestion) == {"lastName": ["custom/Partner"]}


def test_without_the_permission_nothing_is_half_made(ingestion: Ingestion) -> None:
    fault = {"method": "GET", "path": "/idnamespace/identities$", "kind": "status", "status": 403}
    ingestion.tenant.fault(**fault, body={"detail": "denied"})
    with pytest.raises(Refused, match="denied"):
        ingestion.make("schema", identities=EMAIL)
    assert ingestion.objects("schemas") == ingestion.objects("fieldGroups") == []


# --- Profile ----------------------------------------------------------------------------------------------------------


def tags(ingestion: Ingestion) -> list[str]:
    """Return the tags of the one schema that are never taken away."""
    (schema,) = ingestion.objects("schemas")
    return list(schema.get("meta:immutableTags", []))


def test_profile_is_switched_on_for_schema_and_dataset(ingestion: Ingestion) -> None:
    schema = ingestion.make("schema", identities=PRIMARY, profile=True)
    dataset = ingestion.make("dataset", profile=True)
    assert tags(ingestion) == ["union"]
    (found,) = ingestion.objects("datasets")
    assert found["tags"] == {"unifiedProfile": ["enabled:true"], "unifiedIdentity": ["enabled:true"]}
    assert ingestion.refresh("schema") == schema.inputs
    assert ingestion.refresh("dataset") == dataset.inputs


def test_profile_is_switched_on_later_and_other_tags_stay(ingestion: Ingestion) -> None:
    ingestion.make("schema", identities=PRIMARY)
    dataset = ingestion.make("dataset")
    ingestion.crm.change("datasets", dataset.id, tags={"zohoAdobe": ["a", "b"], "unifiedProfile": ["isUpsert:true"]})
    ingestion.update("schema", identities=PRIMARY, profile=True)
    ingestion.update("dataset", profile=True)
    (found,) = ingestion.objects("datasets")
    assert found["tags"] == {
        "zohoAdobe": ["a", "b"],
        "unifiedProfile": ["enabled:true", "isUpsert:true"],
        "unifiedIdentity": ["enabled:true"],
    }


def test_a_dataset_of_a_schema_without_profile_is_refused_before_anything_is_made(ingestion: Ingestion) -> None:
    ingestion.make("schema")
    with pytest.raises(Refused, match=r"^profile: the schema \S+ is not enabled for Profile"):
        ingestion.make("dataset", profile=True)
    assert ingestion.objects("datasets") == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"identities": PRIMARY}, r"^profile: Adobe never switches Profile off"),
        ({"identities": PRIMARY, "profile": False}, r"^profile: Adobe never switches Profile off"),
        (
            {"identities": {"id": {"namespace": "ECID", "primary": True}}, "profile": True},
            r"^identities: 'lastName': an identity cannot be removed once Profile is on",
        ),
        (
            {"identities": {"lastName": {"namespace": "ECID", "primary": True}}, "profile": True},
            r"^identities: 'lastName': an identity cannot change once Profile is on: it is 'Email', primary",
        ),
    ],
)
def test_what_profile_does_not_undo_is_refused_in_the_preview(
    ingestion: Ingestion, changes: dict[str, Any], message: str
) -> None:
    ingestion.make("schema", fields=TWO_FIELDS, identities=PRIMARY, profile=True)
    with pytest.raises(Refused, match=message):
        ingestion.diff("schema", fields=TWO_FIELDS, **changes)


def test_a_dataset_keeps_profile(ingestion: Ingestion) -> None:
    ingestion.make("schema", identities=PRIMARY, profile=True)
    ingestion.make("dataset", profile=True)
    with pytest.raises(Refused, match=r"^profile: Adobe never switches Profile off"):
        ingestion.diff("dataset")


def test_identities_are_added_once_profile_is_on(ingestion: Ingestion) -> None:
    ingestion.make("schema", fields=TWO_FIELDS, identities=PRIMARY, profile=True)
    added = {**PRIMARY, "id": {"namespace": "ECID"}}
    ingestion.update("schema", fields=TWO_FIELDS, identities=added, profile=True)
    assert identities(ingestion) == {"lastName": ("Email", True), "id": ("ECID", False)}


def test_what_somebody_else_switched_on_stays_on(ingestion: Ingestion) -> None:
    made = ingestion.make("schema", identities=PRIMARY)
    (schema,) = ingestion.objects("schemas")
    ingestion.crm.change("schemas", schema["meta:altId"], **{"meta:immutableTags": ["union"]})
    assert ingestion.refresh("schema") == made.inputs
    ingestion.update("schema", identities=PRIMARY, description="More", fields={**FIELDS, "more": "string"})
    assert tags(ingestion) == ["union"]


def test_a_schema_that_adobe_keeps_for_profile_stays_and_is_found_again(ingestion: Ingestion) -> None:
    made = ingestion.make("schema", identities=PRIMARY, profile=True)
    ingestion.delete("schema")
    assert "stays: Adobe does not delete a schema that is enabled for Profile" in ingestion.said()
    assert identities(ingestion) == {"lastName": ("Email", True)}
    assert ingestion.make("schema", identities=PRIMARY, profile=True).id == made.id


def test_a_tag_of_profile_that_somebody_took_from_a_dataset_is_drift(ingestion: Ingestion) -> None:
    ingestion.make("schema", identities=PRIMARY, profile=True)
    dataset = ingestion.make("dataset", profile=True)
    ingestion.crm.change("datasets", dataset.id, tags={})
    drifted = ingestion.refresh("dataset")
    assert drifted is not None
    assert drifted["profile"] is False
    ingestion.update("dataset", profile=True)
    (found,) = ingestion.objects("datasets")
    assert found["tags"]["unifiedProfile"] == ["enabled:true"]
