"""What check refuses: one line that names the field, says what is wrong and what to do, before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.tenant import Tenant
from tests.support.wire.deployment import program, settings_of
from tests.support.wire.plugin import UNKNOWN, Plugin, Provider

CENTERS = "us, au, eu, in, cn, jp, ca, sa, uk, ae, sg"
LISTED = (
    "https://accounts.zoho.com, https://accounts.zoho.com.au, https://accounts.zoho.eu, https://accounts.zoho.in, "
    "https://accounts.zoho.com.cn"
)


def failures(provider: Provider, tenant: Tenant, **changes: object) -> list[str]:
    return provider.check(program(tenant, **changes)).failures


@pytest.mark.parametrize("field", ["name", "endpoint", "client_id", "client_secret", "refresh_token"])
def test_a_missing_field_is_named(provider: Provider, tenant: Tenant, field: str) -> None:
    assert failures(provider, tenant, **{field: None}) == [f"{field}: it is missing. Pass {field}."]


@pytest.mark.parametrize("field", ["name", "endpoint", "client_id", "client_secret", "refresh_token", "suffix"])
def test_an_empty_field_is_named(provider: Provider, tenant: Tenant, field: str) -> None:
    assert failures(provider, tenant, **{field: ""}) == [f"{field}: it is empty. Give it a value."]


@pytest.mark.parametrize("field", ["name", "client_secret", "refresh_token", "access_token", "adopt_id"])
def test_spaces_around_a_value_are_named(provider: Provider, tenant: Tenant, field: str) -> None:
    value = {**program(tenant), "access_token": "1000.a.b", "adopt_id": "1f"}[field]
    assert failures(provider, tenant, **{field: f"{value}\n"}) == [f"{field}: it has spaces around it. Remove them."]


@pytest.mark.parametrize("field", ["name", "client_secret", "description", "data_center", "accounts_url", "adopt_id"])
@pytest.mark.parametrize("value", [5, ["a"], {"a": "b"}, True])
def test_a_value_that_is_no_text_is_named(provider: Provider, tenant: Tenant, field: str, value: Any) -> None:
    (failure,) = failures(provider, tenant, **{field: value})
    assert failure == f"{field}: it must be text, not {type(value).__name__}."


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"data_center": None, "accounts_url": None},
            f"data_center: it is missing. Pass one of {CENTERS}, or accounts_url.",
        ),
        ({"data_center": "mars"}, f"data_center: 'mars' is unknown. Use one of {CENTERS}."),
        (
            {"accounts_url": "http://accounts.zoho.com"},
            "accounts_url: 'http://accounts.zoho.com' is not https, so credentials would cross the network in clear. "
            "Write https://accounts.zoho.com.",
        ),
        (
            {"accounts_url": "accounts.zoho.com"},
            "accounts_url: 'accounts.zoho.com' is not a plain URL. "
            "Write scheme, host and path alone, such as https://accounts.zoho.com.",
        ),
        (
            {"accounts_url": "https://accounts.zoho.example"},
            f"accounts_url: 'accounts.zoho.example' is not one of Zoho's hosts. Use one of {LISTED}, or allow the "
            "host with `pulumi config set zoho-adobe:allowedHosts accounts.zoho.example`.",
        ),
        (
            {"accounts_url": "https://accounts.zoho.eu", "endpoint": "crm.zoho.eu/crm/private"},
            "accounts_url: https://accounts.zoho.eu is in Zoho's data center 'eu', but data_center is 'us'. "
            "Pass only one of them.",
        ),
        (
            {"endpoint": "crm.zoho.eu/crm/private"},
            "endpoint: 'crm.zoho.eu/crm/private' is in Zoho's data center 'eu', but the accounts URL is in 'us'. "
            "Take both from the data center where the Zoho account lives.",
        ),
        ({"name": "x" * 300}, "name: it has 300 characters. Use at most 255."),
        ({"name": "two\nlines"}, "name: it has control characters. Remove them."),
        (
            {"verify": "maybe"},
            'verify: \'maybe\' is unknown. Use "credentials" or "connection" or "none".',
        ),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_a_wrong_value_is_explained(
    provider: Provider, tenant: Tenant, changes: dict[str, object], expected: str
) -> None:
    assert failures(provider, tenant, **changes) == [expected]


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        (
            "organization",
            "",
            "organization: the IMS organization id is missing. Run `pulumi config set zoho-adobe:organization …`, "
            "pass it to Provider(), or set ADOBE_ORGANIZATION.",
        ),
        (
            "organization",
            "ACME",
            "organization: 'ACME' is not an IMS organization ID. It ends in \"@AdobeOrg\"; Adobe's Developer Console "
            "shows it beside the credential.",
        ),
        (
            "sandbox",
            "",
            "sandbox: the sandbox's name is missing. Run `pulumi config set zoho-adobe:sandbox …`, pass it to "
            "Provider(), or set ADOBE_SANDBOX.",
        ),
        (
            "sandbox",
            "My Sandbox",
            "sandbox: 'My Sandbox' is not a sandbox name. A name has lower-case letters, digits and hyphens only; its "
            "title is not its name.",
        ),
        (
            "platformUrl",
            "https://platform.example.com",
            "platformUrl: 'platform.example.com' is not one of Adobe's hosts. Leave it out to use Adobe's own, or "
            "allow the host with `pulumi config set zoho-adobe:allowedHosts platform.example.com`.",
        ),
        (
            "imsUrl",
            "http://ims-na1.adobelogin.com",
            "imsUrl: 'http://ims-na1.adobelogin.com' is not https, so credentials would cross the network in clear. "
            "Write https://ims-na1.adobelogin.com.",
        ),
        (
            "requestTimeout",
            "soon",
            "requestTimeout: 'soon' is not a valid timeout. Write seconds, above 0 and up to 600.",
        ),
    ],
)
def test_a_wrong_setting_is_explained(plugin: Plugin, tenant: Tenant, setting: str, value: str, expected: str) -> None:
    config = settings_of(tenant, **{setting: value})
    fresh = plugin.fresh_provider(config) if setting != "requestTimeout" else plugin.provider(config)
    assert failures(fresh, tenant) == [expected]


def test_all_problems_are_reported_at_once(provider: Provider, tenant: Tenant) -> None:
    found = failures(provider, tenant, name="", client_secret=None, data_center="mars")
    assert [line.split(":")[0] for line in found] == ["name", "client_secret", "data_center"]


def test_a_password_in_a_url_is_not_shown(provider: Provider, tenant: Tenant) -> None:
    (failure,) = failures(provider, tenant, accounts_url="https://user:hunter22@accounts.zoho.com")
    assert failure.startswith("accounts_url: ")
    assert "hunter22" not in failure


def test_a_token_in_a_pasted_url_is_not_shown(provider: Provider, tenant: Tenant) -> None:
    (failure,) = failures(provider, tenant, accounts_url="https://accounts.zoho.com/oauth/v2/auth?code=1000.hunter22")
    assert failure.startswith("accounts_url: ")
    assert "hunter22" not in failure


def test_check_sends_nothing(provider: Provider, tenant: Tenant) -> None:
    provider.check(program(tenant))
    provider.check(program(tenant, name=""), program(tenant))
    assert tenant.requests() == []


def test_check_completes_the_inputs(provider: Provider, tenant: Tenant) -> None:
    inputs = provider.check(program(tenant)).inputs
    assert inputs["sandbox"] == "dev"
    assert inputs["organization"] == tenant.organization
    assert inputs["connection_spec"] == "929e4450-0237-4ed2-9404-b7e1e0a00309/1.0"
    assert "verify" not in inputs


def test_the_default_of_verify_stays_in_a_state_that_has_it(provider: Provider, tenant: Tenant) -> None:
    olds = {**provider.check(program(tenant)).inputs, "verify": "connection"}
    assert provider.check(program(tenant), olds).inputs == olds
    assert provider.check(program(tenant), {**olds, "verify": "none"}).inputs.get("verify") is None


@pytest.mark.parametrize(("code", "url"), [("eu", "https://accounts.zoho.eu"), ("ca", "https://accounts.zohocloud.ca")])
def test_data_center_and_accounts_url_complete_each_other(
    provider: Provider, tenant: Tenant, code: str, url: str
) -> None:
    by_code = provider.check(program(tenant, data_center=code, accounts_url=None, endpoint="crm.example/x")).inputs
    by_url = provider.check(program(tenant, data_center=None, accounts_url=f"{url}/", endpoint="crm.example/x")).inputs
    assert by_code == by_url
    assert (by_code["data_center"], by_code["accounts_url"]) == (code, url)


def test_an_allowed_host_may_get_credentials(plugin: Plugin, tenant: Tenant) -> None:
    allowed = plugin.fresh_provider(settings_of(tenant, allowedHosts="accounts.example.com"))
    assert failures(allowed, tenant, accounts_url="https://accounts.example.com") == []
    assert len(failures(allowed, tenant, accounts_url="https://other.example.com")) == 1


@pytest.mark.parametrize("url", ["https://accounts.zoho.com.evil.example", "https://accounts.zoho.com@evil.example"])
def test_a_host_that_only_looks_like_zoho_is_refused(provider: Provider, tenant: Tenant, url: str) -> None:
    assert len(failures(provider, tenant, accounts_url=url)) == 1


# Preview: what depends on a resource that does not exist yet arrives as unknown.

ALL = [
    "name",
    "suffix",
    "description",
    "data_center",
    "accounts_url",
    "endpoint",
    "client_id",
    "client_secret",
    "refresh_token",
    "access_token",
    "adopt_id",
    "verify",
]


@pytest.mark.parametrize("field", ALL)
def test_an_unknown_input_passes_and_stays_unknown(provider: Provider, tenant: Tenant, field: str) -> None:
    checked = provider.check(program(tenant, **{field: UNKNOWN}))
    assert checked.failures == []
    assert checked.inputs[field] == UNKNOWN


def test_unknown_inputs_of_an_existing_resource_pass_too(provider: Provider, tenant: Tenant) -> None:
    olds = provider.check(program(tenant, access_token="1000.old.token")).inputs
    checked = provider.check(program(tenant, **dict.fromkeys(ALL, UNKNOWN)), olds)
    assert checked.failures == []
    assert provider.diff("an-id", {**olds, "etag": '"1"'}, checked.inputs) == []
    assert tenant.requests() == []


# Access tokens live for an hour: a newer one alone is never a change.


def test_a_newer_access_token_alone_is_no_change(provider: Provider, tenant: Tenant) -> None:
    olds = provider.check(program(tenant, access_token="1000.old.token")).inputs
    assert provider.check(program(tenant, access_token="1000.new.token"), olds).inputs == olds


def test_a_newer_access_token_goes_with_other_credentials(provider: Provider, tenant: Tenant) -> None:
    olds = provider.check(program(tenant, access_token="1000.old.token")).inputs
    news = program(tenant, access_token="1000.new.token", client_secret="another-secret")
    assert provider.check(news, olds).inputs["access_token"] == "1000.new.token"


def test_an_access_token_that_the_program_no_longer_gives_is_dropped(provider: Provider, tenant: Tenant) -> None:
    olds = provider.check(program(tenant, access_token="1000.old.token")).inputs
    assert "access_token" not in provider.check(program(tenant), olds).inputs


def test_adopt_id_is_carried_on(provider: Provider, tenant: Tenant) -> None:
    olds = provider.check(program(tenant, adopt_id="an-id")).inputs
    assert provider.check(program(tenant), olds).inputs["adopt_id"] == "an-id"


def test_an_empty_description_is_none(provider: Provider, tenant: Tenant) -> None:
    assert provider.check(program(tenant, description="")) == provider.check(program(tenant, description=None))
