"""What the CRM tells of its modules and fields, as complete as readers need it."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from emulator.launch import Emulator
from tests.support.emulator.zoho_crm import Crm, refusal

# Without one of these Airbyte's published connector drops a module: "Could not retrieve fields Metadata".
OF_EVERY_FIELD = {
    "api_name",
    "data_type",
    "decimal_place",
    "display_label",
    "json_type",
    "length",
    "pick_list_values",
    "system_mandatory",
}


@pytest.fixture
def crm(emulator: Emulator) -> Crm:
    return Crm(emulator, scopes=("modules.READ", "settings.READ", "org.READ", "bulk.READ"))


def fields(crm: Crm, module: str) -> dict[str, dict[str, Any]]:
    found = crm.get("/settings/fields", params={"module": module}).json()["fields"]
    return {field["api_name"]: field for field in found}


def read(crm: Crm, module: str, *names: str) -> tuple[int, str]:
    body = {"query": {"module": {"api_name": module}, "fields": list(names)}, "file_type": "csv"}
    url = f"{crm.token['api_domain']}/crm/bulk/v8/read"
    headers = {"Authorization": f"Zoho-oauthtoken {crm.token['access_token']}"}
    answer = requests.post(url, json=body, headers=headers, timeout=10)
    return (201, "") if answer.status_code == 201 else refusal(answer)


def test_every_field_of_every_module_is_described_in_full(crm: Crm) -> None:
    for module in crm.get("/settings/modules").json()["modules"]:
        for field in fields(crm, module["api_name"]).values():
            assert set(field) >= OF_EVERY_FIELD
    assert fields(crm, "Leads")["Annual_Revenue"]["decimal_place"] == 2


def test_a_formula_names_the_type_of_its_values(crm: Crm) -> None:
    crm.control("POST", "/modules/Leads/fields", {"api_name": "Age", "data_type": "formula", "return_type": "datetime"})
    crm.control("POST", "/modules/Leads/fields", {"api_name": "Open", "data_type": "rollup_summary"})
    found = fields(crm, "Leads")
    assert found["Age"]["formula"] == {"return_type": "datetime"}
    assert found["Open"]["rollup_summary"] == {"return_type": "double"}


@pytest.mark.parametrize("kind", ["subform", "composite", "multiselectlookup", "fileupload", "imageupload"])
def test_bulk_read_refuses_what_is_no_single_value(crm: Crm, kind: str) -> None:
    crm.control("POST", "/modules/Leads/fields", {"api_name": "Odd", "data_type": kind})
    assert "Odd" in fields(crm, "Leads")
    assert read(crm, "Leads", "Odd") == (400, "FIELD_NOT_SUPPORTED")
    assert read(crm, "Leads", "Email") == (201, "")


def test_a_module_of_the_organizations_own(crm: Crm, emulator: Emulator) -> None:
    crm.control("POST", "/modules", {"api_name": "Invoices_Paid"})
    crm.control("POST", "/modules/Invoices_Paid/fields", {"api_name": "Sum", "data_type": "currency"})
    crm.add("Invoices_Paid", {"Name": "A", "Sum": 1.5})
    (described,) = crm.get("/settings/modules/Invoices_Paid").json()["modules"]
    assert described["generated_type"] == "custom"
    assert {"id", "Name", "Sum", "Modified_Time"} <= set(fields(crm, "Invoices_Paid"))
    assert crm.page("Invoices_Paid", fields="Sum")["data"][0]["Sum"] == 1.5
    assert read(crm, "Invoices_Paid", "Sum") == (201, "")
    # It is one organization's alone.
    assert refusal(Crm(emulator).get("/settings/modules/Invoices_Paid")) == (400, "INVALID_MODULE")


def test_a_module_that_the_profile_hides_is_listed_as_such_and_keeps_its_fields(crm: Crm, emulator: Emulator) -> None:
    emulator.control("PATCH", f"/zoho/users/{crm.user['zuid']}", {"hidden_modules": ["Deals"]})
    seen = {module["api_name"]: module["viewable"] for module in crm.get("/settings/modules").json()["modules"]}
    assert seen["Deals"] is False
    assert seen["Leads"] is True
    assert refusal(crm.get("/settings/fields", params={"module": "Deals"})) == (403, "NO_PERMISSION")


def test_the_organization_tells_its_license(crm: Crm) -> None:
    (organization,) = crm.get("/org").json()["org"]
    assert organization["license_details"]["paid_type"] == "enterprise"
