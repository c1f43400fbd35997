"""What the resources with Zoho credentials share in checking their inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from zoho_adobe.data_centers import DATA_CENTERS, data_center_of
from zoho_adobe.errors import InputError, SettingError
from zoho_adobe.redaction import protect
from zoho_adobe.resources.checks import Props, is_unknown, require_text
from zoho_adobe.settings import check_zoho_url
from zoho_adobe.zoho_credentials import ZOHO_VARIABLES, ZohoCredentials


class ZohoProps(TypedDict, total=False):
    """The properties of what reads Zoho."""

    accounts_url: str
    client_id: str
    client_secret: str
    refresh_token: str
    data_center: str


class ConnectionToZoho(ZohoProps, total=False):
    """The same of a base connection."""

    access_token: str
    endpoint: str


def zoho_credentials(props: ConnectionToZoho) -> ZohoCredentials:
    """Return the credentials among a connection's properties.

    Args:
        props: the properties, complete but for access token, endpoint and data center.
    """
    return ZohoCredentials(
        props["accounts_url"],
        props["client_id"],
        props["client_secret"],
        props["refresh_token"],
        access_token=props.get("access_token") or "",
        endpoint=props.get("endpoint") or "",
        data_center=props.get("data_center") or "",
    )


def reading_credentials(props: ZohoProps, environ: Mapping[str, str]) -> ZohoCredentials:
    """Return the credentials that a resource reads Zoho CRM with: the environment's before the program's.

    They belong together, so they are taken from one place, and the environment's count only where they are those of
    the client that the program names: another client's would show another organization's modules.

    Args:
        props: the resource's properties, with the accounts URL.
        environ: the environment variables.

    Raises:
        SettingError: neither place has all of them.
    """
    variables = {name: environ.get(variable, "").strip() for name, variable in ZOHO_VARIABLES.items()}
    protect(variables["client_secret"], variables["refresh_token"])
    passed = {name: str(props.get(name) or "") for name in ZOHO_VARIABLES}
    same_client = passed["client_id"] in ("", variables["client_id"])
    found = variables if same_client and all(variables.values()) else passed
    if not all(found.values()):
        missing = [ZOHO_VARIABLES[name] for name, value in variables.items() if not value]
        raise SettingError(
            "client_id",
            "Zoho's credentials are missing",
            remedy=f"Set {', '.join(missing)}, or pass client_id, client_secret and refresh_token",
        )
    return ZohoCredentials(str(props["accounts_url"]), **found, data_center=str(props.get("data_center") or ""))


def check_credentials_together(inputs: Props, problems: list[InputError]) -> None:
    """Report credentials that are passed in part.

    Args:
        inputs: the inputs that the program gives.
        problems: where to report.
    """
    missing = [name for name in ZOHO_VARIABLES if name not in inputs]
    if missing and len(missing) < len(ZOHO_VARIABLES):
        problems += [
            InputError(name, "it is missing", remedy="Pass all of Zoho's credentials, or none to use the environment's")
            for name in missing
        ]


def complete_data_center(inputs: Props, allowed_hosts: frozenset[str], problems: list[InputError]) -> bool:
    """Derive accounts URL and data center from each other, and report where they contradict.

    Args:
        inputs: the inputs, completed in place; a value may be unknown in a preview.
        allowed_hosts: hosts outside Zoho's that the configuration allows.
        problems: where to report.

    Returns:
        Whether they are right as far as they are known, so that others may be compared with them.
    """
    reported = len(problems)
    require_text(inputs, [key for key in ("data_center", "accounts_url") if inputs.get(key)], problems)
    if len(problems) == reported:
        _complete(inputs, allowed_hosts, problems)
    return len(problems) == reported


def _complete(inputs: Props, allowed_hosts: frozenset[str], problems: list[InputError]) -> None:
    code, url = inputs.get("data_center"), inputs.get("accounts_url")
    if is_unknown(code) or is_unknown(url):
        return
    if not code and not url:
        problems.append(
            InputError(
                "data_center",
                "it is missing",
                remedy=f"Pass one of {', '.join(DATA_CENTERS)}, or accounts_url",
            )
        )
        return
    if code is not None and code not in DATA_CENTERS:
        problems.append(
            InputError("data_center", f"{code!r} is unknown", remedy=f"Use one of {', '.join(DATA_CENTERS)}")
        )
        return
    if not url:
        inputs["accounts_url"] = DATA_CENTERS[str(code)].accounts_url
        return
    try:
        check_zoho_url("accounts_url", str(url), allowed_hosts)
    except SettingError as error:
        problems.append(error)
        return
    inputs["accounts_url"] = str(url).rstrip("/")
    center = data_center_of(str(url))
    if center and code and center.code != code:
        problems.append(
            InputError(
                "accounts_url",
                f"{url} is in Zoho's data center {center.code!r}, but data_center is {code!r}",
                remedy="Pass only one of them",
            )
        )
    elif center:
        inputs["data_center"] = center.code


def check_endpoint(inputs: Props, problems: list[InputError]) -> None:
    """Report an endpoint in another data center than the accounts URL: the tokens of one are unknown in the other.

    Args:
        inputs: the inputs, with their data center.
        problems: where to report.
    """
    endpoint, code = inputs.get("endpoint"), inputs.get("data_center")
    if not (isinstance(endpoint, str) and isinstance(code, str)):
        return
    center = data_center_of(endpoint)
    if center and center.code != code:
        problems.append(
            InputError(
                "endpoint",
                f"{endpoint!r} is in Zoho's data center {center.code!r}, but the accounts URL is in {code!r}",
                remedy="Take both from the data center where the Zoho account lives",
            )
        )
