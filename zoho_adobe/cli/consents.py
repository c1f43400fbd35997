"""The three ways from a registered client to tokens: a redirect, a grant token from the console, a device code."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from zoho_adobe.api.zoho_accounts import ZohoAccounts, ZohoTokens
from zoho_adobe.api.zoho_device import start_device, wait_for_approval
from zoho_adobe.cli import inputs
from zoho_adobe.cli.display import Display
from zoho_adobe.cli.loopback import Loopback
from zoho_adobe.data_centers import data_center_of
from zoho_adobe.errors import NoBrowserError, NoConsentError, ZohoDeviceCodeError
from zoho_adobe.settings import Reach


@dataclass(frozen=True)
class Ask:
    """What is asked for, and how.

    Attributes:
        accounts_url: the accounts server to start at.
        client_id: the client's id.
        client_secret: its secret.
        scopes: the scopes.
        reach: how far requests may go.
        port: the port of the redirect URI.
        browser: whether to open a browser.
        seconds: how long to wait for a person.
    """

    accounts_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    reach: Reach
    port: int
    browser: bool
    seconds: float

    def accounts(self, accounts_url: str = "") -> ZohoAccounts:
        """Return an accounts server, the one to start at unless another is named."""
        return ZohoAccounts(accounts_url or self.accounts_url, timeout=self.reach.request_timeout)


@dataclass(frozen=True)
class Granted:
    """What a consent gave.

    Attributes:
        accounts_url: the accounts server of the account's data center.
        location: the code of that data center, empty where Zoho did not name it.
        tokens: the tokens.
    """

    accounts_url: str
    location: str
    tokens: ZohoTokens


def by_redirect(ask: Ask, display: Display) -> Granted:
    """Let a person consent in the browser, which Zoho then sends back to this machine.

    Raises:
        ConsentError: the port is taken, there is no browser, or nobody answered.
        ZohoOAuthError: the person said no, or Zoho refuses the exchange.
        ForeignHostError: the redirect names an accounts server that is not Zoho's.
    """
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(64)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with Loopback(ask.port, state, ask.accounts_url, ask.reach.allowed_hosts) as loopback:
        url = ask.accounts().consent_url(
            ask.client_id, loopback.redirect_uri, ask.scopes, state=state, code_challenge=challenge
        )
        if ask.browser:
            _open_browser(url, loopback)
        display.line(f"  {'If no page opens' if ask.browser else 'Open this page on this machine'}: {url}", style="dim")
        with display.step("Waiting for your consent in the browser (Ctrl-C stops)") as step:
            consent = loopback.wait(ask.seconds)
            center = data_center_of(consent.accounts_url)
            step.done = f"Consent given; the account lives in {center.title if center else consent.accounts_url}"
        redirect_uri = loopback.redirect_uri
    with display.step("Exchanging the grant token") as step:
        tokens = ask.accounts(consent.accounts_url).exchange(
            ask.client_id, ask.client_secret, consent.code, redirect_uri=redirect_uri, code_verifier=verifier
        )
        step.done = f"Grant token exchanged at {consent.accounts_url}"
    return Granted(consent.accounts_url, consent.location, tokens)


def by_grant_token(ask: Ask, display: Display) -> Granted:
    """Exchange a grant token that a person generated in the console, for a self client.

    Raises:
        InputError: there is no grant token.
        ZohoOAuthError: Zoho refuses the exchange.
    """
    center = data_center_of(ask.accounts_url)
    console = center.console_url if center else "the API console"
    display.line(f"  {console}: Self Client > Generate Code, with the scope {','.join(ask.scopes)}", style="dim")
    code = inputs.secret("grant token")
    with display.step("Exchanging the grant token") as step:
        tokens = ask.accounts().exchange(ask.client_id, ask.client_secret, code)
        step.done = f"Grant token exchanged at {ask.accounts_url}"
    return Granted(ask.accounts_url, "", tokens)


def by_device(ask: Ask, display: Display) -> Granted:
    """Let a person consent on another device.

    Raises:
        NoConsentError: nobody approved in time.
        ZohoOAuthError: the code expired, somebody said no, or Zoho refuses.
        ForeignHostError: Zoho sends to a data center that is at none of its hosts.
    """
    device = start_device(ask.accounts(), ask.client_id, ask.scopes)
    display.line(f"  On any device open {device.url} and compare the code: {device.user_code}", style="bold")
    with display.step("Waiting for the approval (Ctrl-C stops)") as step:
        awaited = replace(device, expires_in=min(device.expires_in, ask.seconds))
        try:
            accounts, tokens = wait_for_approval(ask.accounts(), ask.client_id, ask.client_secret, awaited, ask.reach)
        except ZohoDeviceCodeError:
            if awaited == device:
                raise
            raise NoConsentError(
                f"no approval came within {ask.seconds:.0f} seconds", remedy="Start again for a new code"
            ) from None
        step.done = f"Approved; the account lives at {accounts.accounts_url}"
    return Granted(accounts.accounts_url, "", tokens)


Way = Callable[[Ask, Display], Granted]


def _open_browser(url: str, loopback: Loopback) -> None:
    no_browser = NoBrowserError(
        "this machine has no browser that could be opened",
        remedy="Use --client-type non-browser or self-client, or pass --no-browser and open the page yourself",
    )
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        raise no_browser from None

    def show() -> None:
        if not browser.open(url):
            loopback.fail(no_browser)

    # Some browsers hold up their caller until they are closed.
    threading.Thread(target=show, daemon=True).start()
