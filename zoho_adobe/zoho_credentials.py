"""What somebody proves at Zoho, and what Adobe is given to read Zoho with."""

from __future__ import annotations

from dataclasses import dataclass, field

from zoho_adobe.data_centers import DATA_CENTERS, DataCenter, data_center_of

ZOHO_VARIABLES = {
    "client_id": "ZOHO_CLIENT_ID",
    "client_secret": "ZOHO_CLIENT_SECRET",
    "refresh_token": "ZOHO_REFRESH_TOKEN",
}
"""The environment variables of Zoho's credentials."""


@dataclass(frozen=True)
class ZohoCredentials:
    """Credentials of Zoho; the same ones are equal, however their URL is written.

    Attributes:
        accounts_url: Zoho's accounts server, without a slash at its end and with scheme and host in lower case.
        client_id: the client's id.
        client_secret: its secret.
        refresh_token: the refresh token.
        access_token: the access token that Adobe is to be given, empty if one is made for it.
        endpoint: the CRM server as Adobe wants it, empty if it is not known yet.
        data_center: the code of the data center, for an accounts URL that does not tell.
    """

    accounts_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    endpoint: str = ""
    data_center: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "accounts_url", normal_url(self.accounts_url))

    @property
    def center(self) -> DataCenter | None:
        """The data center of the accounts URL, None where it is not known."""
        return data_center_of(self.accounts_url) or DATA_CENTERS.get(self.data_center)

    @property
    def token_owner(self) -> tuple[str, ...]:
        """What an access token belongs to, for the shared cache: another endpoint makes no other token."""
        return self.accounts_url, self.client_id, self.client_secret, self.refresh_token


def normal_url(url: str) -> str:
    """Write a base URL in the one way in which it is compared.

    Args:
        url: the URL; what is none stays as it is, for a check to refuse.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    host, slash, path = rest.rstrip("/").partition("/")
    host = host.lower().removesuffix(":443" if scheme.lower() == "https" else ":80")
    return f"{scheme.lower()}://{host}{slash}{path}"
