"""The same credentials are one value, however their URL is written, and show no secret."""

from __future__ import annotations

import pytest

from zoho_adobe.zoho_credentials import ZohoCredentials, normal_url


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://accounts.zoho.eu", "https://accounts.zoho.eu"),
        ("https://accounts.zoho.eu/", "https://accounts.zoho.eu"),
        ("https://accounts.zoho.eu//", "https://accounts.zoho.eu"),
        ("HTTPS://Accounts.Zoho.EU", "https://accounts.zoho.eu"),
        ("https://accounts.zoho.eu:443/", "https://accounts.zoho.eu"),
        ("http://127.0.0.1:8080/zoho/US/", "http://127.0.0.1:8080/zoho/US"),
        ("accounts.zoho.eu", "accounts.zoho.eu"),
        ("", ""),
    ],
)
def test_a_url_is_written_in_one_way(written: str, normal: str) -> None:
    assert normal_url(written) == normal
    one, other = (ZohoCredentials(url, "id", "secret", "refresh") for url in (written, normal))
    assert one == other
    assert one.token_owner == other.token_owner


def test_a_token_belongs_to_client_and_consent_and_to_no_endpoint() -> None:
    first = ZohoCredentials("https://accounts.zoho.eu", "id", "secret", "refresh", endpoint="crm.zoho.eu/crm/private")
    second = ZohoCredentials("https://accounts.zoho.eu", "id", "secret", "refresh", access_token="1000.given")
    assert first.token_owner == second.token_owner
    other = ZohoCredentials("https://accounts.zoho.eu", "id", "secret", "another")
    assert other.token_owner != first.token_owner


def test_no_secret_is_shown() -> None:
    shown = repr(ZohoCredentials("https://accounts.zoho.eu", "id", "s3cret", "r3fresh", access_token="4ccess"))
    assert not [secret for secret in ("s3cret", "r3fresh", "4ccess") if secret in shown]
