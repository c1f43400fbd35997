"""Requests and answers held against Adobe's OpenAPI document, by an excerpt of its facts."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.support.emulator.clients import ZOHO_SPEC, Adobe, replace
from tests.support.emulator.openapi import API, CONNECTION_OPERATIONS, check

ONE = "/connections/{BASE_CONNECTION_ID}"


def call(adobe: Adobe, operation: str, identifier: str = "", **options: Any) -> Any:
    """Send an operation of the document and check status and body of its answer."""
    method, _, path = operation.partition(" ")
    described = API["operations"][operation]["answers"]
    url = path.replace("{BASE_CONNECTION_ID}", identifier).replace("{CONNECTION_SPEC_ID}", identifier)
    answer = adobe.request(method, url, **options)
    assert str(answer.status_code) in described, answer.text
    if not answer.content:
        return None
    body = answer.json()
    schema = described[str(answer.status_code)]
    if schema is not None:
        # The document's list of connections knows only `items`; its sibling lists have `_links` as well.
        links = body.pop("_links", {})
        check(links, API["schemas"]["PageLinksResponse"])
        check(body, schema)
        body["_links"] = links
    return body


def test_a_life_of_a_connection(adobe: Adobe) -> None:
    body = adobe.body(description="why")
    check(body, API["operations"]["POST /connections"]["body"])
    receipt = call(adobe, "POST /connections", json=body)
    assert set(receipt) >= {"id", "etag"}
    call(adobe, "GET /connections")
    call(adobe, f"GET {ONE}", receipt["id"])
    call(adobe, f"GET {ONE}/test", receipt["id"])
    ops = [replace("/name", "new")]
    patched = call(adobe, f"PATCH {ONE}/", receipt["id"], json=ops, headers={"If-Match": receipt["etag"]})
    check(patched, API["schemas"]["CreateConnectionResponse"])
    assert call(adobe, f"DELETE {ONE}/", receipt["id"]) is None


def test_a_page_with_a_next_one(adobe: Adobe) -> None:
    adobe.create()
    adobe.create()
    page = call(adobe, "GET /connections", params={"limit": "1"})
    assert page["_links"]["next"]["href"]


def test_an_item_has_every_property_of_the_document(adobe: Adobe) -> None:
    item = adobe.get(adobe.create(description="why")["id"])
    assert set(item) == set(API["schemas"]["ConnectionItemDTO"]["properties"])


def test_specs(adobe: Adobe) -> None:
    call(adobe, "GET /connectionSpecs")
    call(adobe, "GET /connectionSpecs/{CONNECTION_SPEC_ID}", ZOHO_SPEC["id"])


@pytest.mark.parametrize("operation", CONNECTION_OPERATIONS)
def test_required_headers_are_required(adobe: Adobe, operation: str) -> None:
    method, _, path = operation.partition(" ")
    receipt = adobe.create()
    identifier = ZOHO_SPEC["id"] if "SPEC" in path else receipt["id"]
    url = path.replace("{BASE_CONNECTION_ID}", identifier).replace("{CONNECTION_SPEC_ID}", identifier)
    headers = {"If-Match": receipt["etag"]}
    body = {"POST": adobe.body(), "PATCH": [replace("/name", "x")]}.get(method)
    for missing in API["operations"][operation]["headers"]:
        sent = {**{name: value for name, value in headers.items() if name.lower() != missing}}
        if missing != "if-match":
            sent[missing] = None  # type: ignore[assignment]
        assert 400 <= adobe.request(method, url, json=body, headers=sent).status_code < 500, missing


@pytest.mark.parametrize(
    "path",
    [("connectionSpec",), ("connectionSpec", "id"), ("connectionSpec", "version"), ("auth", "specName")],
)
def test_a_body_that_the_document_refuses_is_refused(adobe: Adobe, path: tuple[str, ...]) -> None:
    body = json.loads(json.dumps(adobe.body()))
    holder = body
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    with pytest.raises(jsonschema.ValidationError):
        check(body, API["operations"]["POST /connections"]["body"])
    assert adobe.request("POST", "/connections", json=body).status_code in (400, 422)


@pytest.mark.parametrize("missing", API["schemas"]["PatchInstruction"]["required"])
def test_an_instruction_needs_what_the_document_requires(adobe: Adobe, missing: str) -> None:
    op = {key: value for key, value in replace("/name", "x").items() if key != missing}
    assert adobe.patch(adobe.create(), op).status_code == 400


def test_every_documented_query_parameter_is_understood(adobe: Adobe) -> None:
    adobe.create()
    adobe.create()
    token = adobe.request("GET", "/connections?limit=1").json()["_links"]["next"]["href"].partition("=")[2]
    values = {"property": "name>a", "limit": "1", "orderby": "name", "count": "true", "continuationToken": token}
    documented = API["operations"]["GET /connections"]["query"]
    assert set(values) == set(documented)
    for name in documented:
        assert adobe.request("GET", "/connections", params={name: values[name]}).status_code == 200
