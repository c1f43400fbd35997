"""Where a setting comes from, and what happens when two places say different things."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from zoho_adobe.errors import SettingError
from zoho_adobe.settings import IMS_URL, PLATFORM_URL, REQUEST_TIMEOUT, SCOPES, Settings, read_settings

BASE = {"organization": "ACME@AdobeOrg", "sandbox": "dev"}


def read(environ: Mapping[str, str] | None = None, /, **config: object) -> Settings:
    values = {**BASE, **config}
    properties = {f"zoho-adobe:{key}": value for key, value in values.items() if value is not None}
    return read_settings(properties, environ or {})


def test_the_defaults_are_adobes_own() -> None:
    settings = read()
    assert (settings.platform_url, settings.ims_url, settings.scopes) == (PLATFORM_URL, IMS_URL, SCOPES)
    assert settings.request_timeout == REQUEST_TIMEOUT
    assert (settings.client_id, settings.client_secret, settings.access_token) == ("", "", "")


@pytest.mark.parametrize(
    ("key", "variable", "value"),
    [
        ("organization", "ADOBE_ORGANIZATION", "OTHER@AdobeOrg"),
        ("sandbox", "ADOBE_SANDBOX", "stage"),
        ("platformUrl", "ADOBE_PLATFORM_URL", "https://platform-nld2.adobe.io"),
        ("imsUrl", "ADOBE_IMS_URL", "https://ims-na1-stg1.adobelogin.com"),
    ],
)
def test_where_and_what_come_from_one_place_or_agree(key: str, variable: str, value: str) -> None:
    field = {"platformUrl": "platform_url", "imsUrl": "ims_url"}.get(key, key)
    assert getattr(read(**{key: value}), field) == value
    assert getattr(read({variable: value}, **{key: None}), field) == value
    assert getattr(read({variable: f" {value} "}, **{key: value}), field) == value
    with pytest.raises(SettingError, match=rf"^{key}: the stack says .* the environment variable {variable} says"):
        read({variable: "another"}, **{key: value})


@pytest.mark.parametrize(
    ("key", "variable", "field"),
    [
        ("clientId", "ADOBE_CLIENT_ID", "client_id"),
        ("clientSecret", "ADOBE_CLIENT_SECRET", "client_secret"),
        ("accessToken", "ADOBE_ACCESS_TOKEN", "access_token"),
    ],
)
def test_credentials_come_from_the_environment_first(key: str, variable: str, field: str) -> None:
    assert getattr(read(**{key: "configured"}), field) == "configured"
    assert getattr(read({variable: "rotated"}, **{key: "configured"}), field) == "rotated"
    named = {f"{key}Env": "SECOND", key: None}
    assert getattr(read({variable: "first", "SECOND": "second"}, **named), field) == "second"
    with pytest.raises(SettingError, match=rf"^{key}Env: the environment variable SECOND is not set"):
        read({variable: "first"}, **named)


@pytest.mark.parametrize("value", ["p8e-“quoted”", "two words", "tab\there", "line\nbreak", "é"])
def test_a_credential_that_no_header_takes_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(SettingError) as refused:
        read(clientSecret=value)
    assert value not in str(refused.value)


def test_spaces_around_a_credential_are_no_part_of_it() -> None:
    assert read({"ADOBE_CLIENT_SECRET": " p8e-secret\n"}).client_secret == "p8e-secret"


def test_secrets_are_not_in_the_representation() -> None:
    shown = repr(read(clientSecret="p8e-secret", accessToken="eyJ.token"))
    assert "p8e-secret" not in shown
    assert "eyJ.token" not in shown


@pytest.mark.parametrize(
    ("config", "missing"),
    [
        ({}, "clientId"),
        ({"clientId": "a"}, "clientSecret"),
        ({"clientId": "a", "clientSecret": "b"}, None),
        ({"clientId": "a", "accessToken": "b"}, None),
    ],
)
def test_credentials_are_asked_for_when_they_are_needed(config: dict[str, str], missing: str | None) -> None:
    settings = read(**config)
    if missing is None:
        settings.require_credentials()
    else:
        with pytest.raises(SettingError, match=rf"^{missing}: "):
            settings.require_credentials()


@pytest.mark.parametrize("value", ["ACME", "@AdobeOrg", "two words@AdobeOrg", "a@b@AdobeOrg", "ACME@AdobeOrg.example"])
def test_an_organization_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match=r"^organization: "):
        read(organization=value)


@pytest.mark.parametrize("value", ["Dev", "my sandbox", "-dev", "dev\r\nx", "d" + "/"])
def test_a_sandbox_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match=r"^sandbox: "):
        read(sandbox=value)


@pytest.mark.parametrize(
    "url",
    [
        "platform.adobe.io",
        "http://platform.adobe.io",
        "https://platform.adobe.io.evil.example",
        "https://evil.example",
        "https://evil.example/platform.adobe.io",
        "https://platform.adobe.io@evil.example",
        "https://evil.example#.adobe.io",
        "https://platform.adobe.io?x=y",
        "https://notadobe.io",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "ftp://platform.adobe.io",
        "http://127.0.0.1.evil.example",
    ],
)
def test_a_url_that_is_not_adobes_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match=r"^platformUrl: "):
        read(platformUrl=url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://platform-va7.adobe.io/", "https://platform-va7.adobe.io"),
        ("http://127.0.0.1:8080/adobe", "http://127.0.0.1:8080/adobe"),
        ("http://localhost:1", "http://localhost:1"),
        ("https://proxy.example.com/adobe", "https://proxy.example.com/adobe"),
    ],
)
def test_a_url_of_adobes_loopback_or_an_allowed_host_is_taken(url: str, expected: str) -> None:
    assert read(platformUrl=url, allowedHosts="other.example.com, Proxy.Example.com").platform_url == expected


def test_an_allowed_host_still_needs_https() -> None:
    with pytest.raises(SettingError, match="is not https"):
        read(platformUrl="http://proxy.example.com", allowedHosts="proxy.example.com")


@pytest.mark.parametrize(("text", "seconds"), [(None, REQUEST_TIMEOUT), ("0.5", 0.5), (30.0, 30.0), ("600", 600.0)])
def test_a_time_out_is_seconds(text: object, seconds: float) -> None:
    assert read(requestTimeout=text).request_timeout == seconds


@pytest.mark.parametrize("text", ["0", "-1", "601", "soon", "nan", "inf", "1e9"])
def test_a_time_out_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match=r"^requestTimeout: "):
        read(requestTimeout=text)
