"""Zoho's data centers: where an account lives decides which hosts know its credentials.

Sources: Adobe's list is in its tutorial "Create a Zoho CRM base connection using the Flow Service API"
(https://experienceleague.adobe.com/en/docs/experience-platform/sources/api-tutorials/create/crm/zoho); Zoho's own is in
https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html and
https://www.zoho.com/accounts/protocol/oauth/multi-dc.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class DataCenter:
    """One of Zoho's data centers.

    Attributes:
        code: the short name that programs and configuration use, such as "eu".
        title: the name people use.
        accounts_url: the accounts server, where tokens are made.
        api_host: the host of Zoho's CRM API, empty where Zoho does not publish it.
        crm_host: the host of the CRM itself, which Adobe's `endpoint` names, empty where it is not known.
        console_url: where clients are registered.
        listed_by_adobe: whether Adobe's documentation names it for the Zoho CRM source.
    """

    code: str
    title: str
    accounts_url: str
    api_host: str
    crm_host: str
    console_url: str
    listed_by_adobe: bool

    @property
    def accounts_host(self) -> str:
        """The host of the accounts server."""
        return host_of(self.accounts_url)

    @property
    def api_hosts(self) -> frozenset[str]:
        """The hosts of the CRM API, one for each environment of an account: production, sandbox and developer."""
        if not self.api_host:
            return frozenset()
        domain = self.api_host.removeprefix("www.")
        return frozenset((self.api_host, f"sandbox.{domain}", f"developer.{domain}"))

    @property
    def hosts(self) -> frozenset[str]:
        """All hosts of this data center that a credential or an endpoint may name."""
        return self.api_hosts | {host for host in (self.accounts_host, self.crm_host) if host}


def _center(code: str, title: str, domain: str, api_host: str, crm_host: str, *, listed_by_adobe: bool) -> DataCenter:
    return DataCenter(
        code=code,
        title=title,
        accounts_url=f"https://accounts.{domain}",
        api_host=api_host,
        crm_host=crm_host,
        console_url=f"https://api-console.{domain}",
        listed_by_adobe=listed_by_adobe,
    )


# Canada's accounts live under another domain than its API, so no host is derived from another one.
_ALL = (
    _center("us", "United States", "zoho.com", "www.zohoapis.com", "crm.zoho.com", listed_by_adobe=True),
    _center("au", "Australia", "zoho.com.au", "www.zohoapis.com.au", "crm.zoho.com.au", listed_by_adobe=True),
    _center("eu", "Europe", "zoho.eu", "www.zohoapis.eu", "crm.zoho.eu", listed_by_adobe=True),
    _center("in", "India", "zoho.in", "www.zohoapis.in", "crm.zoho.in", listed_by_adobe=True),
    _center("cn", "China", "zoho.com.cn", "www.zohoapis.com.cn", "crm.zoho.com.cn", listed_by_adobe=True),
    _center("jp", "Japan", "zoho.jp", "www.zohoapis.jp", "crm.zoho.jp", listed_by_adobe=False),
    _center("ca", "Canada", "zohocloud.ca", "www.zohoapis.ca", "crm.zohocloud.ca", listed_by_adobe=False),
    _center("sa", "Saudi Arabia", "zoho.sa", "www.zohoapis.sa", "crm.zoho.sa", listed_by_adobe=False),
    _center("uk", "United Kingdom", "zoho.uk", "www.zohoapis.uk", "", listed_by_adobe=False),
    _center("ae", "United Arab Emirates", "zoho.ae", "www.zohoapis.ae", "", listed_by_adobe=False),
    _center("sg", "Singapore", "zoho.sg", "", "", listed_by_adobe=False),
)

DATA_CENTERS: dict[str, DataCenter] = {center.code: center for center in _ALL}
"""All of Zoho's data centers by code."""


def data_center_of(url_or_endpoint: str) -> DataCenter | None:
    """Find the data center that a URL, or an endpoint without a scheme, belongs to.

    Args:
        url_or_endpoint: such as "https://accounts.zoho.eu" or "crm.zoho.eu/crm/private".

    Returns:
        The data center, or None where the host is not one of Zoho's known ones.
    """
    return _BY_HOST.get(host_of(url_or_endpoint))


def host_of(url_or_endpoint: str) -> str:
    """Return the lower-case host of a URL, or of an endpoint without a scheme; empty if there is none."""
    text = url_or_endpoint if "://" in url_or_endpoint else f"//{url_or_endpoint}"
    try:
        return (urlsplit(text).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_loopback(url_or_endpoint: str) -> bool:
    """Return whether a URL names this machine itself, the only place where plain http is accepted."""
    return host_of(url_or_endpoint) in ("127.0.0.1", "localhost", "::1")


_BY_HOST = {host: center for center in _ALL for host in center.hosts}
