"""Zoho's data centers: which host is whose."""

from __future__ import annotations

import pytest

from zoho_adobe.data_centers import DATA_CENTERS, data_center_of, host_of, is_loopback


def test_all_of_zohos_are_there_and_adobes_are_marked() -> None:
    assert set(DATA_CENTERS) == {"us", "au", "eu", "in", "cn", "jp", "ca", "sa", "uk", "ae", "sg"}
    assert {code for code, center in DATA_CENTERS.items() if center.listed_by_adobe} == {"us", "au", "eu", "in", "cn"}


@pytest.mark.parametrize("code", DATA_CENTERS)
def test_each_host_belongs_to_one(code: str) -> None:
    center = DATA_CENTERS[code]
    assert center.code == code
    assert {data_center_of(host) for host in center.hosts} == {center}
    assert data_center_of(center.accounts_url) is center
    assert not [other for other in DATA_CENTERS.values() if other is not center and other.hosts & center.hosts]


def test_canadas_accounts_are_under_another_domain_than_its_api() -> None:
    canada = DATA_CENTERS["ca"]
    assert canada.accounts_url == "https://accounts.zohocloud.ca"
    assert canada.api_host == "www.zohoapis.ca"
    assert data_center_of("https://accounts.zoho.ca") is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://accounts.zoho.eu", "accounts.zoho.eu"),
        ("https://Accounts.Zoho.EU:443/oauth?x=y#z", "accounts.zoho.eu"),
        ("crm.zoho.com/crm/private", "crm.zoho.com"),
        ("crm.zoho.com", "crm.zoho.com"),
        ("crm.zoho.com.", "crm.zoho.com"),
        ("https://accounts.zoho.com@evil.example/", "evil.example"),
        ("https://accounts.zoho.com:pass@evil.example/", "evil.example"),
        ("https://accounts.zoho.com.evil.example", "accounts.zoho.com.evil.example"),
        ("http://[::1]:8080/x", "::1"),
        ("http://[::1", ""),
        ("", ""),
        ("/only/a/path", ""),
    ],
)
def test_the_host_of_a_text(text: str, host: str) -> None:
    assert host_of(text) == host


@pytest.mark.parametrize("text", ["https://accounts.zoho.com.evil.example", "https://evil.example/accounts.zoho.com"])
def test_a_host_that_only_looks_like_zohos_is_nobodys(text: str) -> None:
    assert data_center_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://127.0.0.1:80", True),
        ("http://localhost/x", True),
        ("http://[::1]:1", True),
        ("http://127.0.0.1.evil.example", False),
        ("http://127.0.0.1@evil.example", False),
        ("http://localhost.evil.example", False),
        ("http://0.0.0.0", False),
    ],
)
def test_loopback(text: str, expected: bool) -> None:
    assert is_loopback(text) is expected
