"""`doctor`: finds out what is wrong with Zoho credentials, without changing anything."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zoho_adobe.data_centers import DATA_CENTERS

if TYPE_CHECKING:
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.settings import Reach
    from zoho_adobe.verification import Status
    from zoho_adobe.zoho_credentials import ZohoCredentials

REGION_VARIABLE = "ADOBE_REGION"
OLD_AFTER_DAYS = 92
_STATE_TYPE = "pulumi-python:dynamic/zoho-adobe:BaseConnection"


@dataclass(frozen=True)
class Finding:
    """A line of the checklist.

    Attributes:
        name: what was looked at.
        status: how it is.
        text: what was found.
        remedy: what to do.
        error: the class of what failed, empty if nothing did.
    """

    name: str
    status: Status
    text: str
    remedy: str = ""
    error: str = ""


@click.command(
    epilog="Without --stack, the credentials come from ZOHO_CLIENT_ID, ZOHO_CLIENT_SECRET, ZOHO_REFRESH_TOKEN and "
    "ZOHO_DATA_CENTER or ZOHO_ACCOUNTS_URL; what is missing is asked for, the secrets without showing them. At most "
    "one access token is made, and none while one from an earlier command is good."
)
@click.option("--stack", default="", help="Look at the credentials in this stack's config.")
@click.option("--config-file", type=click.Path(path_type=Path), help="The stack's config file, if not the usual one.")
@click.option("--adobe", is_flag=True, help="Let Adobe test the base connections of the stack, too.")
@click.option("--allow-list", "allow_list", default="", help="Check your list of Adobe's addresses: a file or URL.")
@click.option("--json", "as_json", is_flag=True, help="Print the checklist as JSON.")
def command(stack: str, config_file: Path | None, adobe: bool, allow_list: str, as_json: bool) -> int:
    """Find out what is wrong with Zoho credentials.

    Changes nothing. Ends with 0 if nothing is, with 1 if something fails.
    """
    from zoho_adobe.cli.display import Display
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.redaction import redact
    from zoho_adobe.settings import read_reach
    from zoho_adobe.verification import Status

    if adobe and not stack:
        raise click.UsageError("--adobe needs --stack: the connections to test are those in its state.")
    config = StackConfig(stack, config_file) if stack else None
    settings: Mapping[str, str] = config.settings() if config else {}
    credentials = _of_stack(config) if config else _of_environment()
    display = Display(results=True)
    findings: list[Finding] = []
    for finding in _examine(credentials, read_reach(settings), settings, config if adobe else None, allow_list):
        findings.append(finding)
        if not as_json:
            display.mark(finding.status, finding.text, finding.remedy, name=finding.name, width=10)
    ok = all(finding.status is not Status.FAILED for finding in findings)
    if as_json:
        lines = [{**vars(finding), "status": finding.status.value} for finding in findings]
        sys.stdout.write(redact(json.dumps({"ok": ok, "checks": lines}, indent=2)) + "\n")
    return 0 if ok else 1


def _examine(
    credentials: ZohoCredentials, reach: Reach, settings: Mapping[str, str], config: StackConfig | None, allow_list: str
) -> Iterator[Finding]:
    from zoho_adobe.verification import Status, Step, verify

    reached: list[Step] = []
    for check in verify(credentials, reach):
        reached.append(check.step)
        error = type(check.error).__name__ if check.error else ""
        yield Finding(check.step.value, check.status, check.text, check.remedy, error)
    for step in Step:
        if step not in reached:
            yield Finding(step.value, Status.SKIPPED, "not looked at, since an earlier check failed")
    yield from _addresses(settings, allow_list)
    if config is not None:
        yield from _connections(config)


def _of_stack(config: StackConfig) -> ZohoCredentials:
    from zoho_adobe.zoho_credentials import ZohoCredentials

    code = config.get("zohoDataCenter")
    return ZohoCredentials(
        accounts_url=config.get("zohoAccountsUrl") or _accounts_url(code),
        client_id=config.get("zohoClientId"),
        client_secret=config.get("zohoClientSecret"),
        refresh_token=config.get("zohoRefreshToken"),
        endpoint=config.get("zohoEndpoint"),
        data_center=code,
    )


def _of_environment() -> ZohoCredentials:
    from zoho_adobe.cli import inputs
    from zoho_adobe.zoho_credentials import ZohoCredentials

    code = os.environ.get("ZOHO_DATA_CENTER", "")
    return ZohoCredentials(
        accounts_url=os.environ.get("ZOHO_ACCOUNTS_URL", "") or _accounts_url(code),
        client_id=inputs.text("client id", os.environ.get("ZOHO_CLIENT_ID", ""), "--stack, or set ZOHO_CLIENT_ID"),
        client_secret=inputs.secret("client secret", "ZOHO_CLIENT_SECRET"),
        refresh_token=inputs.secret("refresh token", "ZOHO_REFRESH_TOKEN"),
        data_center=code,
    )


def _accounts_url(code: str) -> str:
    from zoho_adobe.errors import InputError

    if code and code not in DATA_CENTERS:
        raise InputError("data center", f"{code!r} is unknown", remedy=f"Use one of {', '.join(DATA_CENTERS)}")
    return DATA_CENTERS[code or "us"].accounts_url


def _addresses(settings: Mapping[str, str], allow_list: str) -> Iterator[Finding]:
    """Name Adobe's region, and check the operator's list of its addresses."""
    import datetime

    from zoho_adobe.allow_list import read_allow_list
    from zoho_adobe.errors import ZohoAdobeError
    from zoho_adobe.regions import ALLOW_LIST_URL, REGIONS, adobe_addresses
    from zoho_adobe.verification import Status

    region = settings.get("zoho-adobe:region", "") or os.environ.get(REGION_VARIABLE, "")
    if region in REGIONS:
        yield Finding("addresses", Status.OK, f"Zoho must let in {adobe_addresses(region)}")
    else:
        what = f"zoho-adobe:region is {region!r}, which is not a region" if region else "zoho-adobe:region is not set"
        choices = ", ".join(f"{code} ({title})" for code, title in REGIONS.items())
        text = f"{what}, so Adobe's addresses are not known; it lists them at {ALLOW_LIST_URL}"
        yield Finding("addresses", Status.WARNING, text, f"pulumi config set zoho-adobe:region with one of {choices}")
    if not allow_list:
        return
    try:
        found = read_allow_list(allow_list)
    except ZohoAdobeError as error:
        yield Finding("allow list", Status.FAILED, error.message, error.remedy, type(error).__name__)
        return
    age = (datetime.datetime.now(datetime.UTC).date() - found.date).days
    text = f"{len(found.networks)} networks of region {found.region}, copied {found.date}"
    if region in REGIONS and found.region != region:
        yield Finding(
            "allow list", Status.FAILED, f"{text}, but the organization is in {region}", "Copy the right list"
        )
    elif age > OLD_AFTER_DAYS:
        remedy = f"Adobe announces no change: compare it with {ALLOW_LIST_URL}"
        yield Finding("allow list", Status.WARNING, f"{text}, {age} days ago", remedy)
    else:
        yield Finding("allow list", Status.OK, text)


def _connections(config: StackConfig) -> Iterator[Finding]:
    """Let Adobe test each base connection in the stack's state."""
    from zoho_adobe.api.clients import clients_for
    from zoho_adobe.errors import ZohoAdobeError
    from zoho_adobe.regions import adobe_addresses
    from zoho_adobe.settings import read_settings
    from zoho_adobe.verification import Status

    resources = (config.export().get("deployment") or {}).get("resources") or []
    connections = [item for item in resources if item.get("type") == _STATE_TYPE and not item.get("external")]
    if not connections:
        yield Finding("connection", Status.SKIPPED, "the stack has no base connection yet")
    try:
        settings = read_settings(config.settings(), os.environ)
        settings.require_credentials()
    except ZohoAdobeError as error:
        yield Finding("connection", Status.FAILED, error.message, error.remedy, type(error).__name__)
        return
    for item in connections:
        outputs, id_ = item.get("outputs") or {}, str(item.get("id") or "")
        name = f"{outputs.get('full_name')!r} ({id_})"
        try:
            works = clients_for(settings).flow_service(str(outputs.get("sandbox"))).test_connection(id_)
        except ZohoAdobeError as error:
            yield Finding("connection", Status.FAILED, str(error), error.remedy, type(error).__name__)
            continue
        if works:
            yield Finding("connection", Status.OK, f"Adobe's test of {name} succeeds")
        else:
            remedy = (
                f"If all above is well, check the endpoint, and that Zoho lets in {adobe_addresses(settings.region)}"
            )
            yield Finding("connection", Status.FAILED, f"Adobe's test of {name} fails", remedy, "VerificationError")
