"""Identity namespaces and custom labels: looked up or made, changed, and never deleted; and relationships."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.wire.ingestion import FIELDS, Ingestion
from tests.support.wire.plugin import Refused

LOST: list[dict[str, Any]] = [{"kind": "drop_after"}, {"kind": "drop_before"}]
PRIMARY: dict[str, Any] = {"identities": {"id": {"namespace": "ECID", "primary": True}}, "fields": {"id": "string"}}


# --- namespaces -------------------------------------------------------------------------------------------------------


def test_a_namespace_of_adobe_is_looked_up(ingestion: Ingestion) -> None:
    made = ingestion.make("namespace", code="Email", name=None)
    assert (made.id, made.outputs["custom"]) == ("6", False)
    assert ingestion.refresh("namespace") == made.inputs
    before = ingestion.said()
    ingestion.delete("namespace")
    assert ingestion.said() == before


def test_a_code_that_nobody_has_is_not_looked_up(ingestion: Ingestion) -> None:
    with pytest.raises(Refused, match=r"^code: there is no identity namespace 'Emial'.*Did you mean 'Email'"):
        ingestion.make("namespace", code="Emial", name=None)


@pytest.mark.parametrize("fault", [None, *LOST], ids=str)
def test_a_namespace_is_made_once_and_stays(ingestion: Ingestion, fault: dict[str, Any] | None) -> None:
    if fault:
        ingestion.tenant.fault(method="POST", path="/idnamespace/identities$", **fault)
    made = ingestion.make("namespace", description="Of the CRM")
    (there,) = ingestion.objects("namespaces")
    assert (there["id"], there["code"], there["idType"]) == (made.id, "ZohoContactId", "CROSS_DEVICE")
    assert ingestion.refresh("namespace") == made.inputs
    ingestion.delete("namespace")
    assert "the identity namespace 'ZohoContactId' stays: Adobe never deletes one" in ingestion.said()
    assert ingestion.make("namespace", description="Of the CRM").id == made.id


def test_a_namespace_changes_in_place_and_shows_drift(ingestion: Ingestion) -> None:
    made = ingestion.make("namespace")
    ingestion.update("namespace", name="Contact of Zoho", description="Of the CRM")
    (there,) = ingestion.objects("namespaces")
    assert (there["name"], there["description"]) == ("Contact of Zoho", "Of the CRM")
    ingestion.crm.change("namespaces", made.id, name="Somebody's")
    drifted = ingestion.refresh("namespace")
    assert drifted is not None
    assert drifted["name"] == "Somebody's"
    assert ingestion.diff("namespace", code="Another") == ["code"]


@pytest.mark.parametrize("changes", [{"name": "Other"}, {"description": "Other"}, {"id_type": "EMAIL"}])
def test_a_namespace_that_is_another_one_is_not_changed_by_a_create(
    ingestion: Ingestion, changes: dict[str, Any]
) -> None:
    ingestion.make("namespace")
    with pytest.raises(Refused, match=r"^code: the identity namespace 'ZohoContactId' exists already: "):
        ingestion.make("namespace", **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"code": "Zoho contact"}, "code: 'Zoho contact' is not a valid code"),
        ({"id_type": "PERSON"}, "id_type: 'PERSON' is unknown. Use one of CROSS_DEVICE, "),
        ({"name": None, "description": "x"}, "description: it needs a name"),
    ],
)
def test_a_wrong_namespace_is_said_in_the_preview(ingestion: Ingestion, changes: dict[str, Any], message: str) -> None:
    (failure,) = ingestion.check("namespace", **changes)
    assert message in failure


# --- custom labels ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, *LOST], ids=str)
def test_a_label_is_made_changed_and_stays(ingestion: Ingestion, fault: dict[str, Any] | None) -> None:
    if fault:
        ingestion.tenant.fault(method="PUT", path="/labels/custom/Partner$", **fault)
    made = ingestion.make("label")
    assert ingestion.refresh("label") == made.inputs
    ingestion.update("label", friendly_name="Partners", description="Of partners")
    (there,) = ingestion.objects("labels")
    assert (there["friendlyName"], there["description"]) == ("Partners", "Of partners")
    ingestion.delete("label")
    assert "the data usage label 'Partner' stays in sandbox 'dev'" in ingestion.said()


def test_a_label_of_somebody_else_is_not_changed_by_a_create(ingestion: Ingestion) -> None:
    ingestion.make("label")
    with pytest.raises(Refused, match=r"^name: the data usage label 'Partner' exists already, with the friendly name"):
        ingestion.make("label", friendly_name="Mine")


@pytest.mark.parametrize(
    ("name", "message"),
    [("I1", "'I1' is Adobe's own"), ("C13", "Adobe has no label 'C13'"), ("a b", "is not the name of a label")],
)
def test_a_wrong_label_is_said_in_the_preview(ingestion: Ingestion, name: str, message: str) -> None:
    (failure,) = ingestion.check("label", name=name)
    assert message in failure


# --- relationships ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [None, *LOST], ids=str)
def test_a_field_refers_to_another_schema(ingestion: Ingestion, fault: dict[str, Any] | None) -> None:
    other = ingestion.make("schema", title="Accounts", **PRIMARY)
    schema = ingestion.make("schema")
    if fault:
        ingestion.tenant.fault(method="POST", path="/tenant/descriptors$", **fault)
    made = ingestion.make("relationship", schema_id=schema.id, other_schema_id=other.id)
    (there,) = [item for item in ingestion.objects("descriptors") if "xdm:cardinality" in item]
    assert (there["@id"], there["xdm:destinationSchema"], there["xdm:cardinality"]) == (made.id, other.id, "M:1")
    assert there["xdm:destinationProperty"].endswith("/id")
    assert ingestion.refresh("relationship") == made.inputs
    again = ingestion.make("relationship", schema_id=schema.id, other_schema_id=other.id)
    assert again.id == made.id
    ingestion.delete("relationship")
    assert [item for item in ingestion.objects("descriptors") if "xdm:cardinality" in item] == []
    ingestion.made["relationship"] = made
    assert ingestion.refresh("relationship") is None


def test_a_schema_without_a_primary_identity_cannot_be_referred_to(ingestion: Ingestion) -> None:
    other = ingestion.make("schema", title="Accounts")
    schema = ingestion.make("schema", fields={**FIELDS, "account": "string"})
    with pytest.raises(Refused, match=r"^other_schema_id: the schema \S+ has no primary identity"):
        ingestion.make("relationship", schema_id=schema.id, other_schema_id=other.id)


def test_a_field_that_refers_elsewhere_is_left_alone(ingestion: Ingestion) -> None:
    first, second = (ingestion.make("schema", title=title, **PRIMARY) for title in ("Accounts", "Vendors"))
    schema = ingestion.make("schema")
    ingestion.make("relationship", schema_id=schema.id, other_schema_id=first.id)
    with pytest.raises(Refused, match=r"^field: \S+/lastName of the schema \S+ refers to the schema \S+ already"):
        ingestion.make("relationship", schema_id=schema.id, other_schema_id=second.id)
