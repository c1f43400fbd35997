from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.emulator.clients import ZOHO_SPEC, Adobe, code, replace

ETAG = re.compile(r'"[0-9a-f]{8}-0000-0200-0000-[0-9a-f]{8}0000"')


def test_create_answers_id_and_etag(adobe: Adobe) -> None:
    answer = adobe.request("POST", "/connections", json=adobe.body())
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "etag"}
    assert ETAG.fullmatch(answer.json()["etag"])
    assert answer.headers["Location"].endswith("/connections/" + answer.json()["id"])


def test_an_item_has_the_documented_fields(adobe: Adobe) -> None:
    receipt = adobe.create("a name")
    item = adobe.get(receipt["id"])
    client = adobe.credentials["client_id"]
    assert item["id"] == receipt["id"]
    assert item["version"] == item["etag"] == receipt["etag"]
    assert {item[key] for key in ("createdBy", "updatedBy", "createdClient", "updatedClient")} == {client}
    assert (item["imsOrgId"], item["sandboxName"], item["state"]) == (adobe.organization, "dev", "enabled")
    assert item["connectionSpec"] == ZOHO_SPEC
    assert abs(item["createdAt"] / 1000 - time.time()) < 60
    assert "description" not in item


def test_secrets_are_masked(adobe: Adobe) -> None:
    params = adobe.get(adobe.create()["id"])["auth"]["params"]
    assert params["clientId"] == adobe.zoho["client_id"]
    assert {params[key] for key in ("clientSecret", "accessToken", "refreshToken")} == {"********"}
    listed = adobe.request("GET", "/connections").json()["items"][0]
    assert listed["auth"]["params"] == params


def test_a_name_may_be_taken_twice(adobe: Adobe) -> None:
    assert adobe.create("same")["id"] != adobe.create("same")["id"]


@pytest.mark.parametrize("missing", ["name", "auth", "connectionSpec"])
def test_a_missing_field_is_named(adobe: Adobe, missing: str) -> None:
    body = {name: value for name, value in adobe.body().items() if name != missing}
    answer = adobe.request("POST", "/connections", json=body)
    assert code(answer) == "CONNECTOR-1304-400"
    assert f"field {missing} " in answer.json()["detail"]


@pytest.mark.parametrize(
    "param", ["endpoint", "accountsUrl", "clientId", "clientSecret", "accessToken", "refreshToken"]
)
@pytest.mark.parametrize("value", [None, ""])
def test_all_six_params_are_mandatory(adobe: Adobe, param: str, value: str | None) -> None:
    auth = {"specName": "Basic Authentication", "params": adobe.params(**{param: value})}
    answer = adobe.request("POST", "/connections", json=adobe.body(auth=auth))
    assert code(answer) == "CONNECTOR-1304-400"
    assert param in answer.json()["detail"]
    assert adobe.objects()["connections"] == []


def test_an_unknown_spec_is_refused(adobe: Adobe) -> None:
    spec = {"id": "cfc0fee1-7dc0-40ef-b73e-d8b134c436f5", "version": "1.0"}
    answer = adobe.request("POST", "/connections", json=adobe.body(connectionSpec=spec))
    assert (answer.status_code, answer.json()) == (400, {"message": "Please provide a valid spec id"})


def test_a_spec_needs_its_version(adobe: Adobe) -> None:
    answer = adobe.request("POST", "/connections", json=adobe.body(connectionSpec={"id": ZOHO_SPEC["id"]}))
    assert answer.status_code == 422
    assert "version" in answer.json()["message"]


def test_a_retired_spec_is_refused_in_its_organization_only(adobe: Adobe) -> None:
    path = f"/organizations/{adobe.organization}/specs/{ZOHO_SPEC['id']}"
    adobe.emulator.control("POST", path, {"retired": True})
    assert code(adobe.request("POST", "/connections", json=adobe.body())) == "FLOW-1413-400"
    assert adobe.request("GET", f"/connectionSpecs/{ZOHO_SPEC['id']}").status_code == 404
    adobe.emulator.control("POST", path, {"retired": False})
    adobe.create()


def test_an_unknown_auth_spec_is_refused(adobe: Adobe) -> None:
    auth = {"specName": "OAuth2", "params": adobe.params()}
    assert code(adobe.request("POST", "/connections", json=adobe.body(auth=auth))) == "FLOW-1415-400"


def test_an_empty_body_is_refused(adobe: Adobe) -> None:
    assert code(adobe.request("POST", "/connections")) == "FLOW-1405-400"


def test_patch_changes_name_and_description(adobe: Adobe) -> None:
    receipt = adobe.create("before")
    answer = adobe.patch(receipt, replace("/name", "after"), {"op": "add", "path": "/description", "value": "why"})
    item = adobe.get(receipt["id"])
    assert answer.status_code == 200
    assert answer.json() == {"id": receipt["id"], "etag": item["etag"]}
    assert item["etag"] != receipt["etag"]
    assert (item["name"], item["description"]) == ("after", "why")


def test_patch_replaces_the_auth_params_as_a_whole(adobe: Adobe) -> None:
    receipt = adobe.create()
    changed = adobe.patch(receipt, replace("/auth/params", adobe.params(endpoint="crm.zoho.eu/crm/private")))
    assert changed.status_code == 200
    assert adobe.get(receipt["id"])["auth"]["params"]["endpoint"] == "crm.zoho.eu/crm/private"
    partial = adobe.patch(changed.json(), replace("/auth/params", {"clientSecret": "new"}))
    assert code(partial) == "CONNECTOR-1304-400"


def test_patch_and_delete_take_a_trailing_slash(adobe: Adobe) -> None:
    receipt = adobe.create()
    path = f"/connections/{receipt['id']}/"
    headers = {"If-Match": receipt["etag"]}
    assert adobe.request("PATCH", path, json=[replace("/name", "x")], headers=headers).status_code == 200
    assert adobe.request("DELETE", path).status_code == 204


def test_patch_needs_if_match(adobe: Adobe) -> None:
    path = f"/connections/{adobe.create()['id']}"
    assert code(adobe.request("PATCH", path, json=[replace("/name", "x")])) == "FLOW-1403-400"


@pytest.mark.parametrize(
    "spoil", [lambda tag: tag.strip('"'), lambda tag: f"W/{tag}", lambda _: '"old"', lambda _: "*"]
)
def test_patch_needs_the_current_etag_in_quotes(adobe: Adobe, spoil: Callable[[str], str]) -> None:
    receipt = adobe.create()
    supplied = spoil(receipt["etag"])
    answer = adobe.patch({**receipt, "etag": supplied}, replace("/name", "x"))
    message = f"Supplied version=[{supplied}] does not match the current version on entity=[{receipt['etag']}]"
    assert answer.status_code == 412
    assert answer.json() == {"errorMessage": message, "errorDetails": message}


@pytest.mark.parametrize(
    ("ops", "expected"),
    [
        (replace("/name", "x"), "FLOW-1455-400"),
        ([], "FLOW-1405-400"),
        (["x"], "FLOW-1455-400"),
        ([{"op": "replace", "path": "/name"}], "FLOW-1455-400"),
        ([{"op": "REPLACE", "path": "/name", "value": "x"}], "FLOW-1434-400"),
        ([{"op": "move", "path": "/name", "value": "x"}], "FLOW-1434-400"),
        ([replace("/connectionSpec", {})], "FLOW-1414-400"),
        ([replace("/connectionSpec/version", "2.0")], "FLOW-1414-400"),
        ([replace("/nonsense", "x")], "FLOW-1455-400"),
        ([replace("/auth/params/clientSecret", "x")], "FLOW-1455-400"),
        ([replace("/description", "x")], "FLOW-1455-400"),
        ([{"op": "remove", "path": "/name", "value": ""}], "CONNECTOR-1304-400"),
        ([replace("/name", "")], "CONNECTOR-1304-400"),
        ([replace("/name", "first is good"), replace("/nonsense", "x")], "FLOW-1455-400"),
    ],
)
def test_bad_instructions_change_nothing(adobe: Adobe, ops: Any, expected: str) -> None:
    receipt = adobe.create()
    before = adobe.get(receipt["id"])
    path, headers = f"/connections/{receipt['id']}", {"If-Match": receipt["etag"]}
    assert code(adobe.request("PATCH", path, json=ops, headers=headers)) == expected
    assert adobe.get(receipt["id"]) == before


def test_a_removed_description_is_absent(adobe: Adobe) -> None:
    receipt = adobe.create(description="x")
    assert adobe.patch(receipt, {"op": "remove", "path": "/description", "value": "x"}).status_code == 200
    assert "description" not in adobe.get(receipt["id"])


def test_what_is_deleted_is_not_found(adobe: Adobe) -> None:
    identifier = adobe.create()["id"]
    answer = adobe.request("DELETE", f"/connections/{identifier}")
    assert (answer.status_code, answer.content) == (204, b"")
    message = f"connections not found with id = [{identifier}]"
    for method in ("GET", "DELETE"):
        missing = adobe.request(method, f"/connections/{identifier}")
        assert missing.status_code == 404
        assert missing.json() == {"errorMessage": message, "errorDetails": message}


def test_a_connection_that_a_flow_uses_stays(adobe: Adobe) -> None:
    identifier = adobe.create()["id"]
    path = f"/organizations/{adobe.organization}/objects"
    source = adobe.emulator.control(
        "POST", path, {"kind": "sourceConnections", "sandbox": "dev", "item": {"baseConnectionId": identifier}}
    )
    flow = {"kind": "flows", "sandbox": "dev", "item": {"name": "f", "sourceConnectionIds": [source["id"]]}}
    adobe.emulator.control("POST", path, flow)
    answer = adobe.request("DELETE", f"/connections/{identifier}")
    assert code(answer) == "FLOW-1418-400"
    assert identifier in answer.json()["detail"]
    listed = adobe.request("GET", "/sourceConnections", params={"property": f"baseConnectionId=={identifier}"})
    assert [item["id"] for item in listed.json()["items"]] == [source["id"]]
    listed = adobe.request("GET", "/flows", params={"property": f"sourceConnectionIds[]=={source['id']}"})
    assert [item["name"] for item in listed.json()["items"]] == ["f"]


def test_sandboxes_are_apart(adobe: Adobe) -> None:
    identifier = adobe.create()["id"]
    assert adobe.request("GET", f"/connections/{identifier}", headers={"x-sandbox-name": "prod"}).status_code == 404


def test_the_test_is_true_for_credentials_that_zoho_knows(adobe: Adobe) -> None:
    assert adobe.request("GET", f"/connections/{adobe.create()['id']}/test").json() == {"result": True}


def test_zohos_real_accounts_url_means_the_emulated_one(adobe: Adobe) -> None:
    auth = {"specName": "Basic Authentication", "params": adobe.params(accountsUrl="https://accounts.zoho.eu")}
    identifier = adobe.create(auth=auth)["id"]
    assert adobe.request("GET", f"/connections/{identifier}/test").json() == {"result": True}


@pytest.mark.parametrize(
    "wrong",
    [
        {"clientSecret": "wrong"},
        {"clientId": "1000.NOBODY"},
        {"refreshToken": "1000.gone"},
        {"accountsUrl": "https://accounts.zoho.com"},
        {"accountsUrl": "http://127.0.0.1:9/zoho/eu/accounts"},
        {"accountsUrl": "nonsense"},
    ],
)
def test_the_test_is_false_for_any_other(adobe: Adobe, wrong: dict[str, str]) -> None:
    auth = {"specName": "Basic Authentication", "params": adobe.params(**wrong)}
    identifier = adobe.create(auth=auth)["id"]
    assert adobe.request("GET", f"/connections/{identifier}/test").json() == {"result": False}


def test_the_zoho_spec_tells_its_params(adobe: Adobe) -> None:
    (spec,) = adobe.request("GET", f"/connectionSpecs/{ZOHO_SPEC['id']}").json()["items"]
    (auth,) = spec["authSpec"]
    assert auth["name"] == "Basic Authentication"
    assert set(auth["spec"]["required"]) == set(adobe.params())


def test_specs_can_be_found_by_name(adobe: Adobe) -> None:
    for name, expected in (("zoho-crm", [ZOHO_SPEC["id"]]), ("other", [])):
        answer = adobe.request("GET", "/connectionSpecs", params={"property": f'name=="{name}"'})
        assert [spec["id"] for spec in answer.json()["items"]] == expected
