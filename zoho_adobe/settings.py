"""Where a setting of the provider comes from, and what happens when two places say different things.

* Which organization, sandbox and hosts: argument > stack config > environment. A value in the environment that differs
  from the one in the program or stack config is an error, so that a stray variable cannot point one stack at
  another's sandbox.
* Credentials: environment > argument or stack config. The engine refreshes and destroys with the configuration it
  recorded at the last update, which after a rotation holds the old secret; the environment holds the new one.

Credentials may be missing here: a preview needs none, so only the first call to Adobe asks for them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from zoho_adobe.data_centers import DATA_CENTERS, host_of, is_loopback
from zoho_adobe.errors import ForeignHostError, SettingError
from zoho_adobe.regions import REGIONS

NAMESPACE = "zoho-adobe"
"""The namespace of the provider's settings in a stack's config, whatever the project is called."""

PLATFORM_URL = "https://platform.adobe.io"
IMS_URL = "https://ims-na1.adobelogin.com"
SCOPES = "openid,AdobeID,read_organizations,additional_info.projectedProductContext"
REQUEST_TIMEOUT = 60.0

_ADOBE_DOMAINS = ("adobe.io", "adobelogin.com")
_ORGANIZATION_ID = re.compile(r"[!-?A-~]+@AdobeOrg")
_SANDBOX_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True)
class Reach:
    """How far requests go: the part of the settings that calls to Zoho need.

    Attributes:
        request_timeout: how long one request may take, in seconds.
        allowed_hosts: hosts outside Adobe's and Zoho's domains that may be spoken to.
    """

    request_timeout: float = REQUEST_TIMEOUT
    allowed_hosts: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Settings(Reach):
    """An organization and sandbox, where they are reached, and with which credentials.

    Attributes:
        organization: the IMS organization id, ending in "@AdobeOrg".
        sandbox: the sandbox's name, in lower case.
        platform_url: base URL of Adobe Experience Platform's APIs.
        ims_url: base URL of Adobe's identity service.
        scopes: the OAuth scopes of the server-to-server credential, separated by commas.
        region: the code of the region where the organization lives, empty if it is not configured.
        client_id: the credential's client id, empty if none is configured.
        client_secret: its secret, empty if none is configured.
        access_token: a ready access token, empty if none is configured.
        client_id_env: name of the environment variable that holds the client id.
        client_secret_env: name of the environment variable that holds the secret.
    """

    organization: str
    sandbox: str
    platform_url: str = PLATFORM_URL
    ims_url: str = IMS_URL
    scopes: str = SCOPES
    region: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    client_id_env: str = "ADOBE_CLIENT_ID"
    client_secret_env: str = "ADOBE_CLIENT_SECRET"  # noqa: S105 - the name of a variable

    def require_credentials(self) -> None:
        """Make sure that there are credentials to call Adobe with.

        Raises:
            SettingError: client id, or both of client secret and access token, are missing.
        """
        if not self.client_id:
            raise SettingError(
                "clientId",
                "Adobe's client id is missing",
                remedy=f"Set the environment variable {self.client_id_env}, "
                f"or run `pulumi config set {NAMESPACE}:clientId`",
            )
        if not (self.client_secret or self.access_token):
            raise SettingError(
                "clientSecret",
                "Adobe's client secret is missing",
                remedy=f"Set the environment variable {self.client_secret_env}, "
                f"or run `pulumi config set --secret {NAMESPACE}:clientSecret`",
            )


@dataclass(frozen=True)
class _Key:
    """One setting: its key in a stack's config and its variable in the environment."""

    config: str
    variable: str


ORGANIZATION = _Key("organization", "ADOBE_ORGANIZATION")
SANDBOX = _Key("sandbox", "ADOBE_SANDBOX")
PLATFORM = _Key("platformUrl", "ADOBE_PLATFORM_URL")
IMS = _Key("imsUrl", "ADOBE_IMS_URL")
REGION = _Key("region", "ADOBE_REGION")
AGREED = (ORGANIZATION, SANDBOX, PLATFORM, IMS, REGION)
"""What the environment may say, too, if it says the same."""

CREDENTIAL_VARIABLES = {
    "clientId": "ADOBE_CLIENT_ID",
    "clientSecret": "ADOBE_CLIENT_SECRET",
    "accessToken": "ADOBE_ACCESS_TOKEN",
}
"""The environment variable that each credential is read from, where the provider names no other."""


def read_settings(properties: Mapping[str, Any], environ: Mapping[str, str]) -> Settings:
    """Combine what a provider instance was configured with and the environment.

    Args:
        properties: the instance's properties, or the stack's config, by "zoho-adobe:<key>".
        environ: the environment variables.

    Returns:
        The settings, complete but for credentials.

    Raises:
        SettingError: a setting is missing, malformed, or contradicted by the environment.
    """

    def configured(key: str) -> str:
        value = properties.get(f"{NAMESPACE}:{key}")
        return "" if value is None else str(value).strip()

    def agreed(key: _Key) -> str:
        value, variable = configured(key.config), environ.get(key.variable, "").strip()
        if value and variable and value != variable:
            raise SettingError(
                key.config,
                f"the stack says {value!r}, the environment variable {key.variable} says {variable!r}",
                remedy=f"Unset {key.variable}, or make both the same",
            )
        return value or variable

    def required(key: _Key, what: str) -> str:
        value = agreed(key)
        if not value:
            raise SettingError(
                key.config,
                f"{what} is missing",
                remedy=f"Run `pulumi config set {NAMESPACE}:{key.config} …`, "
                f"pass it to Provider(), or set {key.variable}",
            )
        return value

    def credential(key: str) -> tuple[str, str]:
        named = configured(f"{key}Env")
        variable = named or CREDENTIAL_VARIABLES[key]
        value = environ.get(variable, "").strip()
        if named and not value:
            raise SettingError(
                f"{key}Env",
                f"the environment variable {named} is not set",
                remedy=f"Set {named} where pulumi runs",
            )
        value = value or configured(key)
        if not all("!" <= character <= "~" for character in value):
            raise SettingError(
                key,
                "it holds a character that no credential has, such as a space or a quotation mark of a text processor",
                remedy="Copy it again from Adobe's Developer Console",
            )
        return value, variable

    reach = read_reach(properties)
    allowed = reach.allowed_hosts
    organization = required(ORGANIZATION, "the IMS organization id")
    if not _ORGANIZATION_ID.fullmatch(organization):
        raise SettingError(
            ORGANIZATION.config,
            f"{organization!r} is not an IMS organization ID",
            remedy='It ends in "@AdobeOrg"; Adobe\'s Developer Console shows it beside the credential',
        )
    sandbox = required(SANDBOX, "the sandbox's name")
    if not _SANDBOX_NAME.fullmatch(sandbox):
        raise SettingError(
            SANDBOX.config,
            f"{sandbox!r} is not a sandbox name",
            remedy="A name has lower-case letters, digits and hyphens only; its title is not its name",
        )
    platform_url = _adobe_url(PLATFORM, agreed(PLATFORM) or PLATFORM_URL, allowed)
    ims_url = _adobe_url(IMS, agreed(IMS) or IMS_URL, allowed)
    client_id, client_id_env = credential("clientId")
    client_secret, client_secret_env = credential("clientSecret")
    access_token, _ = credential("accessToken")
    return Settings(
        organization=organization,
        sandbox=sandbox,
        platform_url=platform_url,
        ims_url=ims_url,
        scopes=configured("scopes") or SCOPES,
        region=_region(agreed(REGION)),
        request_timeout=reach.request_timeout,
        allowed_hosts=allowed,
        client_id=client_id,
        client_secret=client_secret,
        access_token=access_token,
        client_id_env=client_id_env,
        client_secret_env=client_secret_env,
    )


def read_reach(properties: Mapping[str, Any]) -> Reach:
    """Read the part of the settings that calls to Zoho need, without any of Adobe's.

    Args:
        properties: the instance's properties, or the stack's config, by "zoho-adobe:<key>".

    Raises:
        SettingError: a setting is malformed.
    """
    allowed = str(properties.get(f"{NAMESPACE}:allowedHosts") or "")
    return Reach(
        request_timeout=_seconds(str(properties.get(f"{NAMESPACE}:requestTimeout") or "").strip()),
        allowed_hosts=frozenset(host.strip().lower() for host in allowed.split(",") if host.strip()),
    )


def check_zoho_url(field_name: str, url: str, allowed_hosts: frozenset[str]) -> None:
    """Make sure that a URL of Zoho's is one that credentials may be sent to.

    Args:
        field_name: the argument's name, for the message.
        url: the URL, such as "https://accounts.zoho.eu".
        allowed_hosts: hosts outside Zoho's that the configuration allows.

    Raises:
        SettingError: the URL is malformed, or is not https (loopback aside).
        ForeignHostError: it names a host that is not Zoho's.
    """
    known = ", ".join(center.accounts_url for center in DATA_CENTERS.values() if center.listed_by_adobe)
    _check_url(field_name, url)
    host = host_of(url)
    if _is_zoho(host) or host in allowed_hosts or is_loopback(url):
        return
    raise ForeignHostError(
        field_name,
        f"{host!r} is not one of Zoho's hosts",
        remedy=f"Use one of {known}, or allow the host with `pulumi config set {NAMESPACE}:allowedHosts {host}`",
    )


def check_named_url(field_name: str, url: str, asked: str, allowed_hosts: frozenset[str]) -> None:
    """Make sure that a URL which somebody else named, in a redirect or an answer, is one that secrets may be sent to.

    It is trusted less than the program's own: the plain https host of Zoho's and nothing around it, and this machine
    only where this machine was asked in the first place.

    Args:
        field_name: where the URL was named, for the message.
        url: the URL, such as "https://accounts.zoho.eu".
        asked: the URL that the program itself gave, whose answer or redirect named the other one.
        allowed_hosts: hosts outside Zoho's that the configuration allows.

    Raises:
        ForeignHostError: nothing may be sent there.
    """
    refused = ForeignHostError(
        field_name,
        f"{url[:100]!r} was named there, which is not one of Zoho's hosts; nothing was sent to it",
        remedy="Start again from Zoho's own page; if it stays, somebody between you and Zoho changes its answers",
    )
    try:
        _check_url(field_name, url)
    except SettingError:
        raise refused from None
    host = host_of(url)
    if is_loopback(asked) or is_loopback(url):
        if not (is_loopback(asked) and is_loopback(url)):
            raise refused
        return
    if host not in allowed_hosts and not (_is_zoho(host) and url.rstrip("/") == f"https://{host}"):
        raise refused


def _is_zoho(host: str) -> bool:
    return any(host == center.accounts_host or host in center.api_hosts for center in DATA_CENTERS.values())


def _adobe_url(key: _Key, url: str, allowed_hosts: frozenset[str]) -> str:
    _check_url(key.config, url)
    host = host_of(url)
    adobe = any(host == domain or host.endswith(f".{domain}") for domain in _ADOBE_DOMAINS)
    if not (adobe or host in allowed_hosts or is_loopback(url)):
        raise SettingError(
            key.config,
            f"{host!r} is not one of Adobe's hosts",
            remedy=f"Leave it out to use Adobe's own, or allow the host with "
            f"`pulumi config set {NAMESPACE}:allowedHosts {host}`",
        )
    return url.rstrip("/")


def _check_url(field_name: str, url: str) -> None:
    if not re.fullmatch(r"https?://[^\s/?#@\\]+(/[^\s?#\\]*)?", url) or not _has_good_port(url):
        # What stands before an @ or behind a question mark may be a password or a token.
        shown = re.sub(r"[?#].*", "?…", re.sub(r"//.*@", "//…@", url, flags=re.DOTALL), flags=re.DOTALL)
        raise SettingError(
            field_name,
            f"{shown!r} is not a plain URL",
            remedy="Write scheme, host and path alone, such as https://accounts.zoho.com",
        )
    if url.startswith("http://") and not is_loopback(url):
        raise SettingError(
            field_name,
            f"{url!r} is not https, so credentials would cross the network in clear",
            remedy=f"Write https://{url.removeprefix('http://')}",
        )


def _has_good_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _region(code: str) -> str:
    if code and code not in REGIONS:
        choices = ", ".join(f"{known} ({title})" for known, title in REGIONS.items())
        raise SettingError(REGION.config, f"{code!r} is not one of Adobe's regions", remedy=f"Use one of {choices}")
    return code


def _seconds(text: str) -> float:
    if not text:
        return REQUEST_TIMEOUT
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 600:
        raise SettingError(
            "requestTimeout", f"{text!r} is not a valid timeout", remedy="Write seconds, above 0 and up to 600"
        )
    return seconds
