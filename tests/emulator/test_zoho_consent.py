"""The authorization request, the consent, and the exchange of the code."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

import pytest
import requests

from emulator.launch import Emulator
from tests.support.emulator.zoho_clients import REDIRECT, Zoho, landing, modules


@pytest.fixture
def zoho(emulator: Emulator) -> Zoho:
    return Zoho(emulator)


def test_accepting_redirects_with_a_code(zoho: Zoho) -> None:
    client = zoho.client(dc="eu")
    answer = zoho.decide(client)
    assert answer.headers["Location"].startswith(REDIRECT + "?")
    landed = landing(answer)
    assert set(landed) == {"state", "code", "location", "accounts-server"}
    assert landed["state"] == "s t/a=te"
    assert (landed["location"], landed["accounts-server"]) == ("eu", zoho.accounts("eu"))
    assert [len(part) for part in landed["code"].split(".")] == [4, 32, 32]


def test_no_state_comes_back_where_none_was_sent(zoho: Zoho) -> None:
    assert "state" not in landing(zoho.decide(zoho.client(), state=None))


def test_rejecting_redirects_with_an_error(zoho: Zoho) -> None:
    assert landing(zoho.decide(zoho.client(), "reject")) == {"state": "s t/a=te", "error": "access_denied"}


def test_a_redirect_uri_keeps_its_own_query(zoho: Zoho) -> None:
    uri = REDIRECT + "?mine=1"
    client = zoho.client(redirect_uris=[uri])
    landed = landing(zoho.decide(client, redirect_uri=uri))
    assert landed["mine"] == "1"
    assert "code" in landed


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"client_id": "1000.NOBODY"}, "Invalid Client"),
        ({"redirect_uri": REDIRECT + "/"}, "Invalid Redirect URI"),
        ({"redirect_uri": REDIRECT.upper()}, "Invalid Redirect URI"),
        ({"scope": "ZohoCRM.nonsense.READ"}, "Invalid OAuth Scope"),
        ({"scope": "ZohoCRM.modules.READ ZohoCRM.users.READ"}, "Invalid OAuth Scope"),
        ({"response_type": "token"}, "Invalid Response Type"),
        ({"access_type": "sometimes"}, "Invalid Access Type"),
        ({"client_id": None}, "Missing Parameter"),
        ({"redirect_uri": None}, "Missing Parameter"),
        ({"scope": None}, "Missing Parameter"),
        ({"response_type": None}, "Missing Parameter"),
    ],
)
@pytest.mark.parametrize("way", ["show_page", "decide"])
def test_a_bad_request_gets_a_page_and_no_redirect(
    zoho: Zoho, way: str, change: dict[str, str | None], title: str
) -> None:
    answer = getattr(zoho, way)(zoho.client(), **change)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"<h1>{title}</h1>" in answer.text


@pytest.mark.parametrize("kind", ["self", "device"])
def test_clients_without_redirect_have_no_consent_page(zoho: Zoho, kind: str) -> None:
    assert "<h1>Invalid Client</h1>" in zoho.show_page(zoho.client(kind)).text


def test_names_on_the_page_are_escaped(zoho: Zoho) -> None:
    page = zoho.show_page(zoho.client(name="<script>alert(1)</script>")).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


# Exchange


def test_a_code_becomes_tokens(zoho: Zoho) -> None:
    client = zoho.client()
    got = zoho.exchange(client, zoho.code(client))
    assert set(got) == {"access_token", "refresh_token", "scope", "api_domain", "token_type", "expires_in"}
    assert got["scope"] == "ZohoCRM.modules.READ ZohoCRM.settings.READ"
    assert modules(got["api_domain"], got["access_token"]).status_code == 200
    refreshed = zoho.refresh(client, got["refresh_token"])
    assert "refresh_token" not in refreshed
    assert modules(refreshed["api_domain"], refreshed["access_token"]).status_code == 200


@pytest.mark.parametrize("dc", ["us", "eu", "cn", "ca"])
def test_no_answer_names_a_host_that_is_not_this_machine(zoho: Zoho, dc: str) -> None:
    client = zoho.client(dc=dc)
    landed = landing(zoho.decide(client))
    got = zoho.exchange(client, landed["code"])
    locations = requests.get(zoho.accounts(dc) + "/oauth/serverinfo", timeout=10).json()["locations"].values()
    urls = [landed["accounts-server"], got["api_domain"], *locations]
    assert {urlsplit(url).hostname for url in urls} == {"127.0.0.1"}


def test_a_code_is_good_once(zoho: Zoho) -> None:
    client = zoho.client()
    code = zoho.code(client)
    assert "access_token" in zoho.exchange(client, code)
    assert zoho.exchange(client, code) == {"error": "invalid_code"}


def test_a_code_expires(zoho: Zoho) -> None:
    client = zoho.client(options={"code_lifetime": 0})
    assert zoho.exchange(client, zoho.code(client)) == {"error": "invalid_code"}


def test_another_redirect_uri_is_refused(zoho: Zoho) -> None:
    client = zoho.client()
    answer = zoho.exchange(client, zoho.code(client), redirect_uri=REDIRECT + "/")
    assert answer == {"error": "invalid_redirect_uri"}


def test_a_refused_exchange_has_spent_the_code(zoho: Zoho) -> None:
    client = zoho.client()
    code = zoho.code(client)
    zoho.exchange(client, code, redirect_uri=None)
    assert zoho.exchange(client, code) == {"error": "invalid_code"}


def test_a_foreign_client_gets_nothing_and_spends_nothing(zoho: Zoho) -> None:
    client, other = zoho.client(), zoho.client()
    code = zoho.code(client)
    assert zoho.exchange(other, code) == {"error": "invalid_code"}
    assert "access_token" in zoho.exchange(client, code)


def test_a_wrong_secret_is_named(zoho: Zoho) -> None:
    client = zoho.client()
    code = zoho.code(client)
    assert zoho.exchange(client, code, client_secret="wrong") == {"error": "invalid_client_secret"}


# Lasting access


def test_online_access_has_no_refresh_token(zoho: Zoho) -> None:
    client = zoho.client()
    assert "refresh_token" not in zoho.exchange(client, zoho.code(client, access_type=None))


def test_the_second_consent_has_no_refresh_token(zoho: Zoho) -> None:
    client = zoho.client()
    assert "refresh_token" in zoho.exchange(client, zoho.code(client))
    assert "refresh_token" not in zoho.exchange(client, zoho.code(client))


def test_a_prompted_consent_has_one_again(zoho: Zoho) -> None:
    client = zoho.client()
    zoho.exchange(client, zoho.code(client))
    assert "refresh_token" in zoho.exchange(client, zoho.code(client, prompt="consent"))


def test_who_has_agreed_is_not_asked_again(zoho: Zoho) -> None:
    client = zoho.client()
    assert zoho.show_page(client).status_code == 200
    zoho.decide(client)
    assert "code" in landing(zoho.show_page(client))
    assert zoho.show_page(client, prompt="consent").status_code == 200
    assert zoho.show_page(client, scope="ZohoCRM.org.READ").status_code == 200


# Data centers


def test_an_account_of_another_data_center_lands_there(zoho: Zoho) -> None:
    user = zoho.user("eu")
    client = zoho.client(users=[user["zuid"]], data_centers=["eu"])
    landed = landing(zoho.decide(client))
    assert (landed["location"], landed["accounts-server"]) == ("eu", zoho.accounts("eu"))
    got = zoho.exchange(client, landed["code"], "eu")
    assert got["api_domain"] == zoho.emulator.info["zoho"]["eu"]["api"]
    assert modules(got["api_domain"], got["access_token"]).status_code == 200


def test_a_code_is_not_exchanged_where_the_request_began(zoho: Zoho) -> None:
    user = zoho.user("eu")
    client = zoho.client(users=[user["zuid"]], data_centers=["eu"])
    assert zoho.exchange(client, zoho.code(client), "us") == {"error": "invalid_code"}


def test_without_multi_dc_other_data_centers_do_not_know_the_client(zoho: Zoho) -> None:
    user = zoho.user("eu")
    client = zoho.client(users=[user["zuid"]])
    assert "<h1>Invalid Client</h1>" in zoho.decide(client).text
    assert "<h1>Invalid Client</h1>" in zoho.show_page(client, "eu").text
    assert zoho.exchange(client, "1000.code", "eu") == {"error": "invalid_client"}


def test_a_client_can_have_a_secret_of_its_own_in_each_data_center(zoho: Zoho) -> None:
    user = zoho.user("eu")
    client = zoho.client(users=[user["zuid"]], data_centers=["eu"], own_secrets=True)
    assert client["secrets"]["us"] != client["secrets"]["eu"]
    assert zoho.exchange(client, zoho.code(client), "eu") == {"error": "invalid_client_secret"}
    got = zoho.exchange(client, zoho.code(client), "eu", client_secret=client["secrets"]["eu"])
    assert "access_token" in got


def test_an_account_of_china_cannot_sign_in_elsewhere(zoho: Zoho) -> None:
    user = zoho.user("cn")
    client = zoho.client(users=[user["zuid"]], data_centers=["cn"])
    assert "<h1>No Account</h1>" in zoho.show_page(client).text
    assert zoho.show_page(client, "cn").status_code == 200


def test_one_of_several_accounts_is_chosen(zoho: Zoho) -> None:
    first, second = zoho.user(), zoho.user("in")
    client = zoho.client(users=[first["zuid"], second["zuid"]], data_centers=["in"])
    page = zoho.show_page(client).text
    assert first["email"] in page
    assert second["email"] in page
    assert landing(zoho.decide(client, account=second["zuid"]))["location"] == "in"


def test_a_foreign_account_cannot_be_chosen(zoho: Zoho) -> None:
    assert zoho.decide(zoho.client(), account=zoho.user()["zuid"]).status_code == 400


# JavaScript and mobile clients


def test_a_javascript_client_gets_a_token_in_the_fragment(zoho: Zoho) -> None:
    answer = zoho.decide(zoho.client("javascript"))
    assert answer.headers["Location"].startswith(REDIRECT + "#")
    landed = landing(answer)
    assert set(landed) == {"state", "access_token", "expires_in", "api_domain", "location", "accounts-server"}
    assert modules(landed["api_domain"], landed["access_token"]).status_code == 200


def test_a_javascript_client_gets_no_code(zoho: Zoho) -> None:
    page = zoho.show_page(zoho.client("javascript"), response_type="code").text
    assert "<h1>Invalid Response Type</h1>" in page


def proof() -> tuple[str, dict[str, str | None]]:
    verifier = secrets.token_urlsafe(48)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return verifier, {"code_challenge": challenge, "code_challenge_method": "S256"}


def test_a_mobile_client_proves_itself_by_pkce(zoho: Zoho) -> None:
    client = zoho.client("mobile")
    verifier, challenge = proof()
    got = zoho.exchange(client, zoho.code(client, **challenge), client_secret=None, code_verifier=verifier)
    assert "refresh_token" in got


@pytest.mark.parametrize("verifier", [None, "wrong"])
def test_a_wrong_verifier_is_refused_even_with_the_secret(zoho: Zoho, verifier: str | None) -> None:
    client = zoho.client("mobile")
    _, challenge = proof()
    assert zoho.exchange(client, zoho.code(client, **challenge), code_verifier=verifier) == {"error": "invalid_code"}


def test_a_mobile_client_needs_one_proof_or_the_other(zoho: Zoho) -> None:
    client = zoho.client("mobile")
    assert zoho.exchange(client, zoho.code(client), client_secret=None) == {"error": "invalid_client"}
    assert "access_token" in zoho.exchange(client, zoho.code(client, prompt="consent"))


def test_the_only_challenge_method_is_s256(zoho: Zoho) -> None:
    page = zoho.show_page(zoho.client("mobile"), code_challenge="x", code_challenge_method="plain").text
    assert "<h1>Invalid Code Challenge Method</h1>" in page


# Control


@pytest.mark.parametrize(("decides", "expected"), [("accept", "code"), ("reject", "error")])
def test_a_client_can_be_answered_without_a_click(zoho: Zoho, decides: str, expected: str) -> None:
    assert expected in landing(zoho.show_page(zoho.client(decides=decides)))


def test_a_deleted_client_is_gone_with_its_tokens(zoho: Zoho) -> None:
    client = zoho.client()
    got = zoho.exchange(client, zoho.code(client))
    zoho.emulator.control("DELETE", f"/zoho/clients/{client['client_id']}")
    assert zoho.refresh(client, got["refresh_token"]) == {"error": "invalid_client"}
    assert modules(got["api_domain"], got["access_token"]).json()["code"] == "INVALID_TOKEN"
