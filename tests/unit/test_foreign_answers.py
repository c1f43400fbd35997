"""Whatever a service answers: a typed result or an error of ours, never another exception, never a secret shown.

`ZOHO_ADOBE_LONG=1` tries more of them.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support.clocks import ManualClock
from tests.support.effort import LONG
from zoho_adobe import redaction
from zoho_adobe.api import token_cache
from zoho_adobe.api.catalog import Catalog
from zoho_adobe.api.data_prep import DataPrep
from zoho_adobe.api.dataflows import Dataflows
from zoho_adobe.api.explore import Explorer
from zoho_adobe.api.flow_service import FlowService
from zoho_adobe.api.ims import Ims
from zoho_adobe.api.patch import Patch
from zoho_adobe.api.runs import Runs
from zoho_adobe.api.schema_registry import SchemaRegistry
from zoho_adobe.api.transport import Answer, Transport
from zoho_adobe.api.zoho_accounts import ZohoAccessToken, ZohoAccounts
from zoho_adobe.api.zoho_crm import ZohoCrm
from zoho_adobe.api.zoho_device import start_device
from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.session import Session
from zoho_adobe.settings import Settings, read_settings

SECRET = "1000.5ec2e7.5ec2e7c0ffee"
MOST_REQUESTS = 60

WORDS = (
    "items id etag name title meta:altId $id description connectionSpec auth params accessToken clientSecret state "
    "updatedAt updatedBy sandboxName imsOrgId _links next href result results _page count start schema columns data "
    "path error error_code error_description errorMessage message detail type code access_token refresh_token "
    "expires_in expires_in_sec scope scopes expires_at api_domain sourceConnectionIds version xdmSchema mappings "
    "transformations scheduleParams frequency interval startTime metrics statusSummary status errors activities "
    "durationSummary startedAtUTC completedAtUTC recordSummary inputRecordCount properties allOf $ref tenantId "
    "schemaRef tags modules api_name users org company_name user_code device_code verification_url locations eu "
    "report details window x"
)
KEYS = st.sampled_from(WORDS.split())
TEXT = st.one_of(
    st.sampled_from(
        ["", SECRET, f"no: {SECRET}", "929e4450", "@/dataSets/5c", "?continuationToken=a", "[::1", "//[", "\ud800"]
    ),
    st.text(max_size=12),
)
SCALAR = st.one_of(
    st.none(), st.booleans(), TEXT, st.integers(), st.floats(), st.sampled_from([10**400, -1, 1e308, 1700000000000])
)
JSON = st.recursive(
    SCALAR,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.one_of(KEYS, TEXT), inner, max_size=6)),
    max_leaves=25,
)
BODY = st.one_of(JSON.map(json.dumps), st.text(max_size=40), st.just("[" * 100_000), st.just('{"items": [{"id": "a"'))
HEADERS = st.fixed_dictionaries(
    {}, optional={"retry-after": st.one_of(TEXT, st.sampled_from(["0", "-1", "9" * 30, "1e3", "Tue, 99 Foo 9999"]))}
)
STATUS = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 409, 412, 422, 429, 500, 503, 504])


def _settings() -> Settings:
    given_ = {"organization": "A@AdobeOrg", "sandbox": "dev", "clientId": "id", "clientSecret": "a-client-secret"}
    return read_settings({f"zoho-adobe:{key}": value for key, value in given_.items()}, {})


SETTINGS = _settings()
READY = dataclasses.replace(SETTINGS, access_token=SECRET)
PLACE = (READY, Ims(READY), "dev")
ACCOUNTS = ZohoAccounts("https://accounts.zoho.eu", timeout=1.0)
CRM = ZohoCrm("https://www.zohoapis.eu", SECRET, timeout=1.0)

CALLS: dict[str, Callable[[], Any]] = {
    "IMS token": lambda: Ims(SETTINGS).token(),
    "connection": lambda: FlowService(*PLACE).connection("a"),
    "connections": lambda: FlowService(*PLACE).connections(),
    "create connection": lambda: FlowService(*PLACE).create_connection("a", "", {}),
    "patch connection": lambda: FlowService(*PLACE).patch_connection("a", "", Patch()),
    "delete connection": lambda: FlowService(*PLACE).delete_connection("a"),
    "test connection": lambda: FlowService(*PLACE).test_connection("a"),
    "dependents": lambda: FlowService(*PLACE).dependents("a"),
    "tables": lambda: Explorer(*PLACE).tables("a"),
    "table": lambda: Explorer(*PLACE).table("a", "Leads", rows=True),
    "source": lambda: Dataflows(*PLACE).source("a"),
    "sources": lambda: Dataflows(*PLACE).sources(),
    "target": lambda: Dataflows(*PLACE).target("a"),
    "targets": lambda: Dataflows(*PLACE).targets(),
    "flow": lambda: Dataflows(*PLACE).flow("a"),
    "flows": lambda: Dataflows(*PLACE).flows(),
    "flow spec": lambda: Dataflows(*PLACE).flow_spec(),
    "switch flow": lambda: Dataflows(*PLACE).switch_flow("a", "enable"),
    "runs": lambda: Runs(*PLACE).of_flow("a"),
    "latest runs": lambda: Runs(*PLACE).latest("a", 3),
    "start run": lambda: Runs(*PLACE).start("a", "Modified_Time", 0, 1),
    "tenant": lambda: SchemaRegistry(*PLACE).tenant(),
    "schemas": lambda: SchemaRegistry(*PLACE).schemas_titled("a"),
    "schema": lambda: SchemaRegistry(*PLACE).schema("https://ns.adobe.com/a/schemas/b"),
    "field group": lambda: SchemaRegistry(*PLACE).field_group("https://ns.adobe.com/a/mixins/b"),
    "datasets": lambda: Catalog(*PLACE).datasets_named("a"),
    "dataset": lambda: Catalog(*PLACE).dataset("items"),
    "create dataset": lambda: Catalog(*PLACE).create_dataset("a", "", "b"),
    "batches": lambda: Catalog(*PLACE).has_batches("a"),
    "mapping set": lambda: DataPrep(*PLACE).mapping_set("a"),
    "mapping sets": lambda: DataPrep(*PLACE).mapping_sets(),
    "create mapping set": lambda: DataPrep(*PLACE).create_mapping_set("a", {"b": "c"}),
    "Zoho refresh": lambda: ACCOUNTS.refresh("id", "another-secret", SECRET),
    "Zoho exchange": lambda: ACCOUNTS.exchange("id", "another-secret", SECRET),
    "Zoho revoke": lambda: ACCOUNTS.revoke(SECRET),
    "Zoho locations": lambda: ACCOUNTS.locations(),
    "Zoho device": lambda: start_device(ACCOUNTS, "id", ["ZohoCRM.modules.ALL"]),
    "CRM modules": lambda: CRM.modules(),
    "CRM read": lambda: CRM.read_one("Leads"),
    "CRM user": lambda: CRM.current_user(),
    "CRM organization": lambda: CRM.organization(),
}


def answering(answers: list[tuple[int, str, dict[str, str]]], sent: list[int]) -> Callable[..., Answer]:
    """Return a transport's attempt that answers one after the other, the last one for ever, and counts."""
    numbers = itertools.count()

    def attempt(self: Transport, *_: object) -> Answer:
        number = next(numbers)
        sent.append(number)
        assert number < MOST_REQUESTS, "it asks for ever"
        status, text, headers = answers[min(number, len(answers) - 1)]
        return Answer(self.service, status, text, "", headers)

    return attempt


@pytest.mark.parametrize("name", CALLS)
@settings(
    max_examples=300 if LONG else 15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(answers=st.lists(st.tuples(STATUS, BODY, HEADERS), min_size=1, max_size=3))
@example(answers=[(200, "[" * 100_000, {})])
@example(answers=[(400, "[" * 100_000, {})])
@example(
    answers=[(200, json.dumps({"items": [{"id": "a", "name": "b", "connectionSpec": {}, "updatedAt": 1e400}]}), {})]
)
@example(answers=[(200, json.dumps({"items": [{"id": "a"}], "_links": ["next"]}), {})])
@example(answers=[(200, json.dumps({"items": [], "_links": {"next": "?continuationToken=a"}}), {})])
@example(answers=[(200, json.dumps({"items": [], "_links": {"next": {"href": "//[?continuationToken=a"}}}), {})])
@example(answers=[(200, json.dumps({"access_token": SECRET, "expires_in": 1e400}), {})])
@example(answers=[(200, json.dumps({"access_token": SECRET, "expires_in": 10**400}), {})])
@example(answers=[(429, "", {"retry-after": "Tue, 99 Foo 9999"})])
@example(answers=[(429, "", {"retry-after": "Tue, 1 Jan 2030 00:00:00 -9999999999"})])
def test_an_answer_gives_a_result_or_an_error_of_ours(
    name: str, answers: list[tuple[int, str, dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    said = ""
    with monkeypatch.context() as patched, Session(ManualClock().clock).active():
        redaction.protect(SECRET)
        patched.setattr(Transport, "_attempt", answering(answers, sent))
        # No token of another example is taken.
        patched.setenv("XDG_CACHE_HOME", os.devnull)
        try:
            result = CALLS[name]()
            if isinstance(result, Iterator):
                list(result)
        except ZohoAdobeError as error:
            said = redaction.redact(str(error))
    assert sent
    assert SECRET not in said


@settings(max_examples=3000 if LONG else 200, deadline=None, derandomize=True)
@given(text=BODY)
@example(text='{"value": "a", "expires_at": 1e999, "api_domain": "", "scopes": []}')
@example(text='{"value": "a", "expires_at": 1' + "0" * 400 + ', "api_domain": "", "scopes": []}')
def test_a_cache_entry_is_a_token_or_nothing(text: str) -> None:
    token = token_cache._read(ZohoAccessToken, text)
    assert token is None or token.value
