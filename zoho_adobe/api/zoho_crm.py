"""Zoho CRM's API: the calls that prove a token, and those that describe modules and their fields.

Sources: https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html and
https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.transport import Answer, Params, Transport
from zoho_adobe.api.zoho_errors import crm_error
from zoho_adobe.errors import LostAnswerError
from zoho_adobe.redaction import protect
from zoho_adobe.zoho_fields import CrmField
from zoho_adobe.zoho_scopes import MINIMUM, ORGANIZATION, USERS

VERSION = "v8"


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the CRM.

    Attributes:
        api_name: the name that the API uses.
        in_api: whether the API has its records.
        viewable: whether this user may see them.
        kind: such as "default", "custom", "linking" or "subform"; empty where Zoho does not say.
    """

    api_name: str
    in_api: bool
    viewable: bool
    kind: str

    @property
    def readable(self) -> bool:
        """Whether the API gives its records to this user."""
        return self.in_api and self.viewable


@dataclass(frozen=True, slots=True)
class User:
    """The user who gave the consent.

    Attributes:
        name: the full name.
        email: the e-mail address.
        profile: the name of the profile, which decides on what may be read.
    """

    name: str
    email: str
    profile: str


@dataclass(frozen=True, slots=True)
class Organization:
    """The organization that a token belongs to.

    Attributes:
        name: the company's name.
        kind: such as "production" or "sandbox", empty where Zoho does not say.
    """

    name: str
    kind: str


class ZohoCrm:
    """Zoho CRM, as far as one access token opens it.

    Args:
        api_domain: the base URL of the API; the caller has checked that it is Zoho's.
        access_token: the token.
        timeout: how long one request may take, in seconds.
    """

    def __init__(self, api_domain: str, access_token: str, *, timeout: float) -> None:
        protect(access_token)
        self._transport = Transport("Zoho CRM", f"{api_domain.rstrip('/')}/crm/{VERSION}", timeout=timeout)
        self._headers = {"Authorization": f"Zoho-oauthtoken {access_token}"}

    def modules(self) -> tuple[Module, ...]:
        """List the modules.

        Raises:
            ZohoStaleTokenError: the token is not known here.
            ZohoScopeError: it does not cover the settings.
            ZohoCrmError: the CRM refuses for another reason.
        """
        found = self._list("/settings/modules", "modules", "to list the modules", MINIMUM[1])
        return tuple(
            Module(
                api_name=str(item.get("api_name", "")),
                in_api=bool(item.get("api_supported")),
                viewable=bool(item.get("viewable")),
                kind=str(item.get("generated_type") or ""),
            )
            for item in found
        )

    def fields(self, module: str) -> tuple[CrmField, ...]:
        """List the fields of a module; Zoho describes none of some modules.

        Args:
            module: its API name.

        Raises:
            ZohoStaleTokenError: the token is not known here.
            ZohoScopeError: it does not cover the settings.
            ZohoCrmError: the CRM refuses for another reason.
        """
        found = self._list(
            "/settings/fields", "fields", f"to list the fields of {module}", MINIMUM[1], [("module", module)]
        )
        return tuple(
            CrmField(
                name=str(item["api_name"]),
                type=str(item.get("data_type") or ""),
                returns=_return_type(item),
                custom=bool(item.get("custom_field")),
            )
            for item in found
            if item.get("api_name")
        )

    def read_one(self, module: str) -> None:
        """Read at most one record of a module, to see that records may be read.

        Raises:
            ZohoScopeError: the token does not cover the records.
        """
        params = [("fields", "id"), ("per_page", "1")]
        self._get(f"/{module}", f"to read {module}", MINIMUM[0], params)

    def current_user(self) -> User | None:
        """Return the user who consented, None where the CRM does not say."""
        params = [("type", "CurrentUser")]
        for item in self._list("/users", "users", "to read the user", USERS, params):
            profile = item.get("profile")
            return User(
                name=str(item.get("full_name") or ""),
                email=str(item.get("email") or ""),
                profile=str(profile.get("name") or "") if isinstance(profile, dict) else "",
            )
        return None

    def organization(self) -> Organization | None:
        """Return the organization, None where the CRM does not say."""
        for item in self._list("/org", "org", "to read the organization", ORGANIZATION):
            return Organization(name=str(item.get("company_name") or ""), kind=str(item.get("type") or ""))
        return None

    def _list(self, path: str, key: str, doing: str, scope: str, params: Params = ()) -> Iterator[dict[str, Any]]:
        answer = self._get(path, doing, scope, params)
        if answer.status == 204:
            return
        found = answer.json_object().get(key)
        if not isinstance(found, list):
            raise answer.unreadable(f"no list of {key}")
        yield from (item for item in found if isinstance(item, dict))

    def _get(self, path: str, doing: str, scope: str, params: Params) -> Answer:
        try:
            answer = self._transport.send("GET", path, headers=self._headers, params=params, repeatable=False)
        except LostAnswerError:
            # Each call costs credits of the account, so a lost answer is asked for once more only.
            answer = self._transport.send("GET", path, headers=self._headers, params=params, repeatable=False)
        if not answer.ok:
            raise crm_error(answer, doing, scope)
        return answer


def _return_type(item: dict[str, Any]) -> str:
    """Return the type of the values of a field that Zoho computes; empty for all others."""
    given = item.get(str(item.get("data_type")))
    return str(given.get("return_type") or "") if isinstance(given, dict) else ""
