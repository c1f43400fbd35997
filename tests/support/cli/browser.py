"""A person at a browser, as far as HTTP shows one: reads Zoho's consent page, clicks, and is sent back."""

from __future__ import annotations

import re

import requests


def decide(url: str, decision: str = "accept", account: str = "") -> requests.Response:
    """Open the consent page, click on one of its buttons, and give the page that the browser ends on."""
    page = requests.get(url, timeout=10)
    assert page.status_code == 200, page.text
    assert "<form" in page.text
    found = re.search(r'name="account"[^>]*value="([^"]+)"', page.text)
    form = {"decision": decision, "account": account or (found.group(1) if found else "")}
    answer = requests.post(url, data={key: value for key, value in form.items() if value}, timeout=10)
    assert answer.url.startswith("http://127.0.0.1:"), answer.url
    return answer


def redirect_of(url: str, decision: str = "accept") -> str:
    """Click, but stop before the browser follows the redirect back, and give where it leads to."""
    answer = requests.post(url, data={"decision": decision}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])
