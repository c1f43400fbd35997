"""Where secrets may be sent: what somebody else names is trusted less than what the program says."""

from __future__ import annotations

import pytest

from zoho_adobe.errors import ForeignHostError, ZohoRegionError
from zoho_adobe.settings import check_named_url, check_zoho_url
from zoho_adobe.verification import check_region
from zoho_adobe.zoho_credentials import ZohoCredentials as Credentials

US = "https://accounts.zoho.com"
HERE = "http://127.0.0.1:8080/zoho/us/accounts"
NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://accounts.zoho.eu", US),
        ("https://accounts.zohocloud.ca/", US),
        ("https://www.zohoapis.com", US),
        ("https://sandbox.zohoapis.eu", "https://accounts.zoho.eu"),
        ("http://127.0.0.1:8080/zoho/eu/accounts", HERE),
        ("http://localhost:9", HERE),
    ],
)
def test_named_urls_that_are_zohos(url: str, asked: str) -> None:
    check_named_url("accounts-server", url, asked, NOTHING)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "accounts.zoho.eu",
        "http://accounts.zoho.eu",
        "https://accounts.zoho.eu.evil.example",
        "https://evil.example/accounts.zoho.eu",
        "https://accounts.zoho.eu@evil.example",
        "https://user:pass@accounts.zoho.eu",
        "https://accounts.zoho.eu:8443",
        "https://accounts.zoho.eu/path",
        "https://accounts.zoho.eu?x=1",
        "https://accounts.zoho.eu#x",
        "https://accounts.zoho.eu\\@evil.example",
        "https://accounts.zoho.eu\n.evil.example",
        "https://crm.zoho.eu",
        "https://xn--zho-jma.eu",
        "http://127.0.0.1:1",
        "http://localhost",
        "http://[::1]:1",
        "javascript:alert(1)",
    ],
)
def test_named_urls_that_are_refused(url: str) -> None:
    with pytest.raises(ForeignHostError, match="nothing was sent to it"):
        check_named_url("accounts-server", url, US, NOTHING)


def test_this_machine_does_not_send_elsewhere() -> None:
    with pytest.raises(ForeignHostError):
        check_named_url("api_domain", "https://www.zohoapis.com", HERE, NOTHING)


def test_allowed_hosts_are_allowed_there_too() -> None:
    check_named_url("api_domain", "https://proxy.example.com/zoho", US, frozenset({"proxy.example.com"}))
    check_zoho_url("accounts_url", "https://proxy.example.com/zoho", frozenset({"proxy.example.com"}))


@pytest.mark.parametrize(
    ("accounts", "api", "endpoint", "said"),
    [
        (US, "https://www.zohoapis.eu", "", "Zoho names an API domain in 'eu'"),
        (US, "https://www.zohoapis.com", "crm.zoho.eu/crm/private", "endpoint is in 'eu'"),
        ("https://accounts.zohocloud.ca", "https://www.zohoapis.com", "", "data center 'ca'"),
    ],
)
def test_data_centers_that_differ(accounts: str, api: str, endpoint: str, said: str) -> None:
    with pytest.raises(ZohoRegionError, match=said):
        check_region(Credentials(accounts, "id", "secret", "token", endpoint=endpoint), api)


@pytest.mark.parametrize("api", ["https://www.zohoapis.ca", "https://sandbox.zohoapis.ca", "https://unknown.example"])
def test_data_centers_that_agree_or_are_not_known(api: str) -> None:
    check_region(
        Credentials("https://accounts.zohocloud.ca", "id", "secret", "token", endpoint="crm.zohocloud.ca"), api
    )
