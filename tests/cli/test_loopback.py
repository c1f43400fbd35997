"""The web server that receives the consent: what its threads learn, the session knows."""

from __future__ import annotations

import requests

from zoho_adobe.cli.loopback import Loopback
from zoho_adobe.redaction import MASK, redact
from zoho_adobe.session import Session


def test_the_grant_token_is_masked_for_the_whole_session(port: int) -> None:
    with Session().active(), Loopback(port, "the-state", "http://127.0.0.1/accounts", frozenset()) as loopback:
        answer = requests.get(f"{loopback.redirect_uri}?state=the-state&code=1000.the.code", timeout=10)
        assert answer.status_code == 200
        assert loopback.wait(10).code == "1000.the.code"
        assert redact("1000.the.code") == MASK
