"""`authorize`: from a registered client to verified credentials in the stack's config."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zoho_adobe.cli.client_types import CLIENT_TYPES, NON_BROWSER, SELF, WEB
from zoho_adobe.data_centers import DATA_CENTERS, data_center_of
from zoho_adobe.zoho_scopes import DEFAULT

if TYPE_CHECKING:
    from zoho_adobe.cli.consents import Ask, Granted
    from zoho_adobe.cli.display import Display
    from zoho_adobe.cli.stack import Change, StackConfig

SECRET_VARIABLE = "ZOHO_CLIENT_SECRET"  # noqa: S105 - the name of a variable


@click.command(
    epilog="The client secret comes from the environment (ZOHO_CLIENT_SECRET), a hidden prompt, or the first line of "
    "standard input; a self client's grant token from a prompt or the next line. Zoho keeps twenty refresh tokens of a "
    "user and client: each further one ends the oldest, which may be the one that Adobe uses."
)
@click.option("--client-types", is_flag=True, help="Show what each type of client is good for, and where to get it.")
@click.option(
    "--client-type", type=click.Choice(tuple(CLIENT_TYPES)), default=WEB, show_default=True, help="What is registered."
)
@click.option("--client-id", default="", help="Client id; that of ZOHO_CLIENT_ID or of the stack's config if left out.")
@click.option(
    "--data-center", type=click.Choice(tuple(DATA_CENTERS)), help="Where to start; the stack's, or us, if left out."
)
@click.option("--accounts-url", default="", help="The accounts server to start at, instead of a data center.")
@click.option("--scope", "scopes", multiple=True, help=f"Scope to ask for, may be repeated; else {', '.join(DEFAULT)}.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8976,
    show_default=True,
    help="Port of the registered redirect URI http://127.0.0.1:PORT/callback.",
)
@click.option("--no-browser", is_flag=True, help="Open no browser, show the page's address only.")
@click.option("--timeout", type=click.FloatRange(1), default=300.0, show_default=True, help="Seconds to wait for you.")
@click.option("--stack", default="", help="The stack to store in; the selected one if left out.")
@click.option("--config-file", type=click.Path(path_type=Path), help="The stack's config file, if not the usual one.")
@click.option("--json", "as_json", is_flag=True, help="Store nothing; print the credentials, to a pipe only.")
def command(
    client_types: bool,
    client_type: str,
    client_id: str,
    data_center: str | None,
    accounts_url: str,
    scopes: tuple[str, ...],
    port: int,
    no_browser: bool,
    timeout: float,
    stack: str,
    config_file: Path | None,
    as_json: bool,
) -> None:
    """Get lasting Zoho credentials into a stack.

    A person consents once: in the browser of this machine (web-based), with a code from Zoho's console (self-client),
    or on another device (non-browser). What that gives is verified at Zoho before it is stored.
    """
    from zoho_adobe.cli import inputs
    from zoho_adobe.cli.consents import Ask
    from zoho_adobe.cli.display import Display
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.settings import check_zoho_url, read_reach

    if client_types:
        from zoho_adobe.cli.client_types import table

        Display(results=True).console.print(table())
        return
    kind = CLIENT_TYPES[client_type]
    if not kind.usable:
        raise click.UsageError(f"A {kind.name} client cannot {kind.cannot}. Use another: see --client-types.")
    if as_json and sys.stdout.isatty():
        raise click.UsageError("--json prints secrets, so its output must go into a pipe or a file, not to the screen.")
    display = Display()
    config = None if as_json else StackConfig(stack, config_file)
    reach = read_reach(config.settings() if config else {})
    start = _accounts_url(data_center, accounts_url, config)
    check_zoho_url("accounts-url", start, reach.allowed_hosts)
    with _nothing_stored_yet():
        known = client_id or os.environ.get("ZOHO_CLIENT_ID", "") or (config.get("zohoClientId") if config else "")
        ask = Ask(
            accounts_url=start.rstrip("/"),
            client_id=inputs.text("client id", known, "--client-id"),
            client_secret=inputs.secret("client secret", SECRET_VARIABLE),
            scopes=_checked(scopes or DEFAULT),
            reach=reach,
            port=port,
            browser=not no_browser,
            seconds=timeout,
        )
        granted = _consent(client_type, ask, display)
        _verify(ask, granted, display)
        change = _change(ask, granted, data_center or (config.get("zohoDataCenter") if config else ""))
    if config is None:
        json.dump({**change.plain, **change.secret}, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return
    with _nothing_stored_yet(), display.step(f"Storing in stack {config.stack}") as step:
        config.write(change)
        step.done = f"Stored in stack {config.stack}: {', '.join((*change.plain, *change.secret))}"
    _say_what_is_next(config, change, display)


@contextlib.contextmanager
def _nothing_stored_yet() -> Iterator[None]:
    """Say so to whoever interrupts what runs inside."""
    try:
        yield
    except (KeyboardInterrupt, EOFError, click.Abort):
        raise click.Abort("nothing was stored") from None


def _accounts_url(data_center: str | None, accounts_url: str, config: StackConfig | None) -> str:
    if accounts_url and data_center:
        raise click.UsageError("--accounts-url and --data-center exclude each other.")
    if accounts_url or data_center:
        return accounts_url or DATA_CENTERS[str(data_center)].accounts_url
    stored = config.get("zohoAccountsUrl") if config else ""
    center = DATA_CENTERS.get((config.get("zohoDataCenter") if config else "") or "us", DATA_CENTERS["us"])
    return stored or center.accounts_url


def _checked(scopes: tuple[str, ...]) -> tuple[str, ...]:
    from zoho_adobe.zoho_scopes import MINIMUM, covers, is_scope, parts_of, split_scopes

    asked = tuple(scope for text in scopes for scope in split_scopes(text))
    for scope in asked:
        if not is_scope(scope):
            raise click.UsageError(f"--scope: {scope!r} is not a scope; one looks like {MINIMUM[0]}.")
    for needed in MINIMUM:
        if not covers(asked, needed) and not parts_of(asked, needed):
            raise click.UsageError(f"--scope: Adobe cannot read Zoho CRM without {needed}, or a part of it.")
    return asked


def _consent(client_type: str, ask: Ask, display: Display) -> Granted:
    from zoho_adobe.cli.consents import Way, by_device, by_grant_token, by_redirect

    ways: dict[str, Way] = {WEB: by_redirect, SELF: by_grant_token, NON_BROWSER: by_device}
    return ways[client_type](ask, display)


def _verify(ask: Ask, granted: Granted, display: Display) -> None:
    from zoho_adobe.api.token_cache import remember
    from zoho_adobe.verification import Status, Step, verify
    from zoho_adobe.zoho_credentials import ZohoCredentials

    credentials = ZohoCredentials(granted.accounts_url, ask.client_id, ask.client_secret, granted.tokens.refresh_token)
    warnings = []
    with display.step("Verifying the credentials at Zoho") as step:
        for check in verify(credentials, ask.reach, token=granted.tokens.access):
            if check.error is not None:
                raise check.error
            if check.status is Status.WARNING:
                warnings.append(check)
            elif check.status is Status.OK and check.step in (Step.MODULES, Step.IDENTITY):
                step.done = f"Verified: {check.text}"
    for check in warnings:
        display.mark(check.status, check.text, check.remedy)
    remember(credentials.token_owner, granted.tokens.access)


def _change(ask: Ask, granted: Granted, configured: str) -> Change:
    """Return what goes into the config; accounts URL and data center in it must never contradict each other."""
    from zoho_adobe.cli.stack import Change

    secret = {"zohoClientSecret": ask.client_secret, "zohoRefreshToken": granted.tokens.refresh_token}
    center = data_center_of(granted.accounts_url)
    if center is not None:
        plain = {"zohoDataCenter": center.code, "zohoClientId": ask.client_id}
        return Change(plain, secret, removed=frozenset({"zohoAccountsUrl"}))
    code = granted.location or (configured if granted.accounts_url == ask.accounts_url else "")
    plain = {"zohoDataCenter": code} if code in DATA_CENTERS else {}
    return Change({**plain, "zohoAccountsUrl": granted.accounts_url, "zohoClientId": ask.client_id}, secret)


def _say_what_is_next(config: StackConfig, change: Change, display: Display) -> None:
    from zoho_adobe.verification import Status

    endpoint, code = config.get("zohoEndpoint"), change.plain.get("zohoDataCenter", "")
    center = data_center_of(endpoint)
    if center is not None and code and center.code != code:
        text = f"zohoEndpoint is {endpoint}, in {center.code!r}, but the account lives in {code!r}"
        remedy = f"Set it to the CRM server of {code!r}: pulumi config set zohoEndpoint …"
        display.mark(Status.WARNING, text, remedy)
    display.line(f"Next: pulumi up --stack {config.stack}")
