"""A module of Zoho CRM as Bulk Read gives it to one user: read with a token that is renewed where it is stale."""

from __future__ import annotations

from dataclasses import dataclass

from zoho_adobe.api.zoho_accounts import ZohoAccessToken, api_url_of, zoho_token
from zoho_adobe.api.zoho_crm import ZohoCrm
from zoho_adobe.columns import near
from zoho_adobe.errors import InputError, ZohoApiAccessError, ZohoCrmError, ZohoStaleTokenError
from zoho_adobe.settings import Reach
from zoho_adobe.zoho_credentials import ZohoCredentials
from zoho_adobe.zoho_fields import CrmField

_NOT_IN_BULK = (
    "Actions_Performed",
    "Attachments",
    "CTI_Entry",
    "Email_Analytics",
    "Email_Sentiment",
    "Email_Template_Analytics",
    "Emails",
    "Functions__s",
    "Locking_Information__s",
    "Notes",
    "Visits",
)
"""Modules that the API lists as its own and that Bulk Read refuses."""
_ANOTHER_USER = (
    "Let the user's profile see it in Zoho CRM (Setup > Security Control > Profiles), or consent as another user"
)


@dataclass(frozen=True, slots=True)
class DescribedModule:
    """A module, described.

    Attributes:
        fields: its fields, in Zoho's order.
        api_url: the base URL of the API that has it.
    """

    fields: tuple[CrmField, ...]
    api_url: str


def describe_module(credentials: ZohoCredentials, reach: Reach, name: str) -> DescribedModule:
    """Read what a module consists of.

    Args:
        credentials: whose view of it.
        reach: how far requests may go.
        name: the module's API name.

    Raises:
        InputError: there is no such module, this user may not see it, or Bulk Read does not give it.
        ZohoOAuthError: Zoho refuses the credentials, or what they are used for.
        ZohoCrmError: the CRM refuses for another reason.
        NoAnswerError: Zoho did not answer.
    """
    token = zoho_token(credentials, reach)
    try:
        return _described(token, credentials, reach, name)
    except ZohoStaleTokenError:
        # Newer tokens may have pushed the cached one out.
        return _described(zoho_token(credentials, reach, rejected=token.value), credentials, reach, name)


def _described(token: ZohoAccessToken, credentials: ZohoCredentials, reach: Reach, name: str) -> DescribedModule:
    api_url = api_url_of(token, credentials, reach)
    crm = ZohoCrm(api_url, token.value, timeout=reach.request_timeout)
    _require_readable(crm, name)
    try:
        fields = crm.fields(name)
    except ZohoApiAccessError:
        raise
    except ZohoCrmError as error:
        if error.code != "NO_PERMISSION":
            raise
        raise _hidden(name) from None
    if not fields:
        raise InputError("module", f"Zoho CRM describes no fields of the module {name!r}", remedy=_ANOTHER_USER)
    return DescribedModule(fields, api_url)


def _require_readable(crm: ZohoCrm, name: str) -> None:
    modules = {module.api_name: module for module in crm.modules()}
    module = modules.get(name)
    if module is None:
        raise InputError(
            "module",
            f"Zoho CRM shows no module {name!r} to this user",
            remedy=(near(name, modules) or f"Use one of {', '.join(sorted(modules))}") if modules else _ANOTHER_USER,
        )
    if not module.viewable:
        raise _hidden(name)
    if not module.in_api or module.kind == "linking" or name in _NOT_IN_BULK:
        raise InputError("module", f"Zoho CRM does not give the module {name!r} to Bulk Read", remedy="Leave it out")


def _hidden(name: str) -> InputError:
    return InputError(
        "module", f"the user who gave Zoho's consent may not see the module {name!r}", remedy=_ANOTHER_USER
    )
