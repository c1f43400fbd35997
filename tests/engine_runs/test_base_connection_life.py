"""The life of a base connection on the real engine: make, drift, mend, rename, rotate, move, replace, destroy."""

from __future__ import annotations

import json

from tests.support.stack import Stack

UPDATE = {"zoho-crm": "update"}


def test_up_makes_the_connection_and_a_preview_then_is_empty(stack: Stack) -> None:
    assert stack.up().steps()["zoho-crm"] == "create"
    connection = stack.tenant.connection()
    outputs = stack.outputs()
    assert outputs["baseConnectionId"] == connection["id"]
    assert outputs["baseConnectionName"] == connection["name"]
    assert connection["name"].startswith("Zoho CRM ")
    assert connection["sandboxName"] == outputs["sandbox"] == "dev"
    params = connection["auth"]["params"]
    assert params["clientSecret"] == stack.tenant.zoho["client_secret"]
    assert params["accessToken"].startswith("1000.")
    assert stack.preview("--expect-no-changes").steps() == {}
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}


def test_drift_is_seen_by_a_refresh_and_mended_by_an_up(stack: Stack) -> None:
    stack.up()
    id_ = stack.tenant.connection()["id"]
    stack.tenant.edit(
        id_,
        {"op": "replace", "path": "/name", "value": "Renamed by hand"},
        {"op": "remove", "path": "/description", "value": ""},
    )
    assert stack.refresh().steps() == UPDATE
    inputs = stack.resource("zoho-crm")["inputs"]
    assert inputs["name"] == "Renamed by hand"
    assert "description" not in inputs
    steps = json.loads(stack.preview().out)["steps"]
    (step,) = (item for item in steps if item["op"] == "update")
    assert set(step["detailedDiff"]) == {"name", "description"}
    assert stack.up().steps() == UPDATE
    connection = stack.tenant.connection()
    assert connection["id"] == id_
    assert connection["name"].startswith("Zoho CRM ")
    assert connection["description"].startswith("Managed by Pulumi")
    assert stack.preview("--expect-no-changes", "--refresh").steps() == {}


def test_a_connection_deleted_by_hand_is_made_again(stack: Stack) -> None:
    stack.up()
    stack.tenant.remove(stack.tenant.connection()["id"])
    assert stack.refresh().steps() == {"zoho-crm": "delete"}
    assert stack.up().steps() == {"zoho-crm": "create"}
    assert len(stack.tenant.connections()) == 1


def test_a_rename_is_an_update_in_place(stack: Stack) -> None:
    stack.up()
    before = stack.tenant.connection()
    stack.set_config("connectionName", "Zoho CRM Europe")
    assert stack.up().steps() == UPDATE
    after = stack.tenant.connection()
    assert after["id"] == before["id"]
    assert after["name"] == before["name"].replace("Zoho CRM", "Zoho CRM Europe")
    assert after["auth"] == before["auth"]


def test_a_rotated_secret_is_one_update_that_shows_no_value(stack: Stack) -> None:
    stack.up()
    before = stack.tenant.connection()
    secret = stack.tenant.new_zoho_secret()
    stack.set_secret("zohoClientSecret", secret)
    shown = stack.preview("--diff").out
    assert "client_secret: [secret] => [secret]" in shown.replace("  ", " ")
    assert shown.count("=>") == 1
    assert stack.up().steps() == UPDATE
    after = stack.tenant.connection()
    assert after["id"] == before["id"]
    assert after["auth"]["params"]["clientSecret"] == secret
    assert stack.preview("--expect-no-changes").steps() == {}


def test_another_sandbox_is_a_replacement(stack: Stack) -> None:
    stack.up()
    before = stack.tenant.connection()
    stack.set_config("sandbox", "stage")
    assert stack.preview().steps()["zoho-crm"] == "replace"
    stack.up()
    after = stack.tenant.connection()
    assert after["sandboxName"] == "stage"
    assert after["id"] != before["id"]
    deleted = [item for item in stack.tenant.requests("DELETE") if item["status"] == 204]
    assert [item["path"].rsplit("/", 1)[1] for item in deleted] == [before["id"]]


def test_a_forced_replacement_leaves_one_live_connection(stack: Stack) -> None:
    stack.up()
    first = stack.tenant.connection()["id"]
    urn = stack.resource("zoho-crm")["urn"]
    stack.up("--target-replace", urn)
    second = stack.tenant.connection()["id"]
    assert second != first
    stack.run("state", "taint", "--stack", stack.name, "--yes", urn)
    stack.up()
    third = stack.tenant.connection()["id"]
    assert third != second
    assert stack.outputs()["baseConnectionId"] == third


def test_destroy_leaves_nothing(stack: Stack) -> None:
    stack.up()
    stack.destroy()
    assert stack.tenant.connections() == []
    assert stack.resources() == []


def test_a_provider_edited_since_shows_no_change(stack: Stack) -> None:
    stack.up()
    stored = stack.resource("zoho-crm")["inputs"]["__provider"]
    assert stored == "Y3pvaG9fYWRvYmUuZHluYW1pYwpCQVNFX0NPTk5FQ1RJT04KLg=="


def test_the_state_says_where_the_program_declares_the_connection(stack: Stack) -> None:
    stack.edit_program(
        "connection = BaseConnection(",
        "def make(logical, **inputs):\n    return BaseConnection(logical, **inputs)\n\n\nconnection = make(",
    )
    lines = (stack.folder / "__main__.py").read_text().splitlines()
    declared, called = (
        f"project:///__main__.py#{next(number for number, line in enumerate(lines, 1) if text in line)}"
        for text in ("return BaseConnection(", "connection = make(")
    )
    stack.up()
    found = stack.resource("zoho-crm")
    assert found["sourcePosition"] == declared
    assert [frame["sourcePosition"] for frame in found["stackTrace"][:2]] == [declared, called]
