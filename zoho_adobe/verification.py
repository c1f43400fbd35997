"""Proves Zoho credentials step by step, before Adobe is asked, so that each cause of a failure has a name of its own.

| step     | what it needs                | what it tells apart                                                    |
|----------|------------------------------|------------------------------------------------------------------------|
| form     | nothing                      | typing errors, values in the wrong place, hosts that are not Zoho's    |
| token    | one token request, or none   | wrong client or secret, dead refresh token, throttled account          |
| region   | nothing                      | accounts URL, API domain and endpoint in different data centers        |
| scopes   | nothing                      | a consent that does not cover what Adobe reads                         |
| modules  | one call of the CRM, or two  | a wrong environment, a profile without API access, no credits          |
| identity | up to two calls              | whose token it is                                                      |

At most one token is made, through the cache that all processes of a user share: Zoho allows ten in ten minutes, and
each new one may push out the one that Adobe is using. Nothing is ever revoked. A refresh alone proves no scope.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from zoho_adobe.api.flights import Flights
from zoho_adobe.api.token_cache import was_made_since
from zoho_adobe.api.zoho_accounts import ZohoAccessToken, api_url_of, zoho_token
from zoho_adobe.api.zoho_crm import Module, ZohoCrm
from zoho_adobe.data_centers import data_center_of, host_of
from zoho_adobe.errors import (
    ApiError,
    InputError,
    ZohoAdobeError,
    ZohoRegionError,
    ZohoScopeError,
    ZohoStaleTokenError,
    ZohoWrongApiError,
)
from zoho_adobe.session import current
from zoho_adobe.settings import Reach, check_zoho_url
from zoho_adobe.zoho_credentials import ZohoCredentials
from zoho_adobe.zoho_scopes import MINIMUM, ORGANIZATION, USERS, covers, parts_of


class Step(StrEnum):
    """A step of the verification, in order."""

    FORM = "form"
    TOKEN = "token"  # noqa: S105 - the name of a step
    REGION = "region"
    SCOPES = "scopes"
    MODULES = "modules"
    IDENTITY = "identity"


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Check:
    """What was found out at a step.

    Attributes:
        step: the step.
        status: how it ended.
        text: what was found, one sentence.
        remedy: what to do about it, empty where nothing is to be done.
        error: what failed, None if nothing did.
    """

    step: Step
    status: Status
    text: str
    remedy: str = ""
    error: ZohoAdobeError | None = None


def verify(
    credentials: ZohoCredentials,
    reach: Reach,
    *,
    token: ZohoAccessToken | None = None,
    made_since: float | None = None,
    last: Step = Step.IDENTITY,
) -> Iterator[Check]:
    """Go through the steps; the first check that fails is the last one.

    Args:
        credentials: what to verify.
        reach: how far requests may go.
        token: the access token that came with the refresh token, where it was given just now.
        made_since: when a token must have been made to count, by the session's monotonic clock; by default any does.
        last: where to stop.

    Yields:
        The checks in the order of the steps, at least one for each step that was reached.
    """
    verification = _Verification(credentials, reach, token, made_since)
    steps: dict[Step, Callable[[], Iterator[Check]]] = {
        Step.FORM: verification.form,
        Step.TOKEN: verification.token,
        Step.REGION: verification.region,
        Step.SCOPES: verification.scopes,
        Step.MODULES: verification.modules,
        Step.IDENTITY: verification.identity,
    }
    for step, work in steps.items():
        try:
            yield from work()
        except ZohoAdobeError as error:
            yield Check(step, Status.FAILED, error.message, error.remedy, error)
            return
        if step is last:
            return


class _Proofs:
    """The credentials that have been proved in a session; many connections may share one set."""

    def __init__(self) -> None:
        self._proved: set[ZohoCredentials] = set()
        self._flights: Flights[None] = Flights()

    def require(self, credentials: ZohoCredentials, reach: Reach) -> None:
        def prove() -> None:
            if credentials in self._proved:
                return
            # A token that an earlier command left in the cache proves nothing of the refresh token.
            for check in verify(credentials, reach, made_since=0.0, last=Step.MODULES):
                if check.error is not None:
                    raise check.error
            self._proved.add(credentials)

        self._flights.join(credentials, prove)


def require_working(credentials: ZohoCredentials, reach: Reach) -> None:
    """Prove credentials up to the modules of the CRM, once in a session; others are proved at the same time.

    Args:
        credentials: what to prove.
        reach: how far requests may go.

    Raises:
        ZohoAdobeError: what failed first; its class says what.
    """
    current().keep(_Proofs, _Proofs).require(credentials, reach)


def check_region(credentials: ZohoCredentials, api_domain: str) -> None:
    """Compare the data centers that accounts URL, API domain and endpoint are in.

    Args:
        credentials: the credentials, with the endpoint where it is known.
        api_domain: the API that Zoho named for the token.

    Raises:
        ZohoRegionError: they differ.
    """
    home = credentials.center
    if home is None:
        return
    places = {"Zoho names an API domain": api_domain, "endpoint is": credentials.endpoint}
    for what, url in places.items():
        center = data_center_of(url)
        if center is not None and center is not home:
            raise ZohoRegionError(
                f"the accounts URL is in Zoho's data center {home.code!r}, but {what} in {center.code!r} ({url})",
                remedy="Take accounts URL, endpoint and credentials from the data center where the Zoho account lives",
            )


class _Verification:
    """One verification, with what its earlier steps found for the later ones."""

    def __init__(
        self, credentials: ZohoCredentials, reach: Reach, token: ZohoAccessToken | None, made_since: float | None
    ) -> None:
        self._credentials = credentials
        self._reach = reach
        self._began = current().clock.monotonic()
        self._made_since = made_since
        self._token = token
        self._fresh = token is not None

    def form(self) -> Iterator[Check]:
        credentials = self._credentials
        for name in ("client_id", "client_secret", "refresh_token", "access_token", "endpoint"):
            value: str = getattr(credentials, name)
            if name in ("client_id", "client_secret", "refresh_token") and not value.strip():
                raise InputError(name, "it is missing")
            if value != value.strip() or re.search(r"[\s\x00-\x1f]", value):
                raise InputError(name, "it has spaces or line breaks in it", remedy="Copy it again without them")
        check_zoho_url("accounts_url", credentials.accounts_url, self._reach.allowed_hosts)
        warnings = [*_odd_forms(credentials), *_odd_places(credentials)]
        yield from warnings
        if not warnings:
            center = credentials.center
            where = f"{center.title}, {credentials.accounts_url}" if center else credentials.accounts_url
            yield Check(Step.FORM, Status.OK, f"client {credentials.client_id} at Zoho {where}")

    def token(self) -> Iterator[Check]:
        how = "came with the consent"
        if self._token is None:
            self._token = self._take_token()
            how = "made by one refresh"
        minutes = max(0, int(self._token.expires_at - current().clock.now()) // 60)
        if self._fresh:
            text = f"Zoho accepts client and refresh token; access token {how}, good for {minutes} minutes"
            yield Check(Step.TOKEN, Status.OK, text)
        else:
            text = (
                f"access token from the cache, no refresh was needed; good for {minutes} minutes. That client and "
                "refresh token are accepted shows at the next refresh"
            )
            yield Check(Step.TOKEN, Status.SKIPPED, text)

    def region(self) -> Iterator[Check]:
        api_domain = self._api_domain()
        check_region(self._credentials, api_domain)
        host = host_of(api_domain)
        for environment in ("sandbox", "developer"):
            if host.startswith(f"{environment}."):
                text = f"the token belongs to the {environment} environment of the account ({api_domain})"
                yield Check(Step.REGION, Status.WARNING, text, "If that is not meant, consent in the production one")
                return
        center = self._credentials.center
        named = "accounts server, API and endpoint" if self._credentials.endpoint else "accounts server and API"
        where = f"are in {center.title} ({center.code})" if center else "agree"
        yield Check(Step.REGION, Status.OK, f"{named} {where}; the API is {api_domain}")

    def scopes(self) -> Iterator[Check]:
        granted = self._now().scopes
        if not granted:
            yield Check(Step.SCOPES, Status.SKIPPED, "Zoho does not name the token's scopes; the calls below show them")
            return
        missing: list[str] = []
        partial: list[str] = []
        for needed in MINIMUM:
            if not covers(granted, needed):
                (partial if parts_of(granted, needed) else missing).append(needed)
        if missing:
            raise ZohoScopeError(
                f"the consent lacks the scope {' and '.join(missing)}; it has {', '.join(granted)}",
                service="Zoho accounts",
                status=200,
                remedy="Scopes are fixed at the consent: give a new one with `python -m zoho_adobe authorize`",
            )
        for needed in partial:
            parts = ", ".join(parts_of(granted, needed))
            text = f"of {needed} the consent covers only {parts}"
            yield Check(Step.SCOPES, Status.WARNING, text, "Adobe sees no more than that")
        if not partial:
            yield Check(Step.SCOPES, Status.OK, ", ".join(granted))

    def modules(self) -> Iterator[Check]:
        found = self._modules()
        readable = [module.api_name for module in found if module.readable]
        if not readable:
            text = f"none of the {len(found)} modules may be read through the API"
            yield Check(Step.MODULES, Status.WARNING, text, "Check the profile of the user in Zoho CRM")
            return
        if not self._now().scopes:
            self._crm().read_one(readable[0])
        shown = ", ".join(readable[:4]) + (", …" if len(readable) > 4 else "")
        yield Check(Step.MODULES, Status.OK, f"{len(readable)} modules can be read: {shown}")
        if self._credentials.access_token:
            yield self._given_token()

    def identity(self) -> Iterator[Check]:
        scopes, parts = self._now().scopes, []
        try:
            user = self._crm().current_user() if covers(scopes, USERS) else None
            organization = self._crm().organization() if covers(scopes, ORGANIZATION) else None
        except ApiError as error:
            yield Check(Step.IDENTITY, Status.WARNING, error.message, error.remedy)
            return
        if user:
            profile = f", profile {user.profile}" if user.profile else ""
            parts.append(f"{user.name} <{user.email}>{profile}")
        if organization:
            parts.append(f"{organization.name}{f' ({organization.kind})' if organization.kind else ''}")
        if parts:
            yield Check(Step.IDENTITY, Status.OK, f"the token is that of {' of '.join(parts)}")
        else:
            text = f"whose token it is shows only with the scopes {USERS} and {ORGANIZATION}"
            yield Check(Step.IDENTITY, Status.SKIPPED, text)

    def _modules(self) -> tuple[Module, ...]:
        try:
            return self._crm().modules()
        except ZohoStaleTokenError as error:
            if self._fresh:
                raise self._wrong_api(error) from None
        # Newer tokens may have pushed the cached one out.
        self._token = self._take_token(rejected=self._now().value)
        check_region(self._credentials, self._api_domain())
        try:
            return self._crm().modules()
        except ZohoStaleTokenError as error:
            raise (self._wrong_api(error) if self._fresh else error) from None

    def _wrong_api(self, error: ZohoStaleTokenError) -> ZohoWrongApiError:
        return ZohoWrongApiError(
            f"{self._api_domain()} does not know the access token that was just made ({error.code})",
            service=error.service,
            status=error.status,
            code=error.code,
            remedy="The token belongs to another data center or environment (production, sandbox, developer): consent "
            "in the one that Adobe is to read",
        )

    def _given_token(self) -> Check:
        """Try the access token that Adobe is to be given: that it has expired is not the fault of the credentials."""
        try:
            self._crm(self._credentials.access_token).modules()
        except ZohoStaleTokenError as error:
            text, remedy = f"access_token: {error.message}", "Leave access_token out: one is made when it is needed"
            return Check(Step.MODULES, Status.WARNING, text, remedy)
        return Check(Step.MODULES, Status.OK, "access_token is good, too")

    def _take_token(self, *, rejected: str = "") -> ZohoAccessToken:
        token = zoho_token(self._credentials, self._reach, rejected=rejected, made_since=self._made_since)
        self._fresh = was_made_since(self._credentials.token_owner, self._began)
        return token

    def _now(self) -> ZohoAccessToken:
        if self._token is None:
            raise AssertionError("the step before has set it")
        return self._token

    def _api_domain(self) -> str:
        return api_url_of(self._now(), self._credentials, self._reach)

    def _crm(self, access_token: str = "") -> ZohoCrm:
        return ZohoCrm(self._api_domain(), access_token or self._now().value, timeout=self._reach.request_timeout)


# Zoho documents no format, so what looks otherwise is pointed out and tried all the same.
_FORMS = {
    "client_id": (re.compile(r"100\d\.[A-Z0-9]{30}"), 'Zoho\'s client ids are "1000." and 30 capitals and digits'),
    "client_secret": (re.compile(r"[0-9a-f]{41,42}"), "Zoho's client secrets have 42 hexadecimal digits"),
    "refresh_token": (
        re.compile(r"100\d\.[0-9a-f]{32}\.[0-9a-f]{32}"),
        'Zoho\'s refresh tokens look like "1000." and twice 32 hexadecimal digits',
    ),
}


def _odd_forms(credentials: ZohoCredentials) -> Iterator[Check]:
    for name, (form, usual) in _FORMS.items():
        value: str = getattr(credentials, name)
        if form.fullmatch(value):
            continue
        other = next((key for key, (pattern, _) in _FORMS.items() if pattern.fullmatch(value)), "")
        text = f"{name} looks like a {other.replace('_', ' ')}" if other else f"{name} looks unusual"
        yield Check(Step.FORM, Status.WARNING, text, usual)


def _odd_places(credentials: ZohoCredentials) -> Iterator[Check]:
    center = credentials.center
    if center is not None and not center.listed_by_adobe:
        text = f"Adobe does not list Zoho's data center {center.title} ({center.code}) for this source"
        yield Check(Step.FORM, Status.WARNING, text, "Adobe may refuse the connection")
    endpoint = credentials.endpoint
    if "://" in endpoint:
        text = f"endpoint has a scheme ({endpoint})"
        yield Check(Step.FORM, Status.WARNING, text, "Adobe's documented form is crm.zoho.com/crm/private")
    elif endpoint and data_center_of(endpoint) is None:
        text = f"endpoint is on no host that is known to be Zoho's ({endpoint})"
        yield Check(Step.FORM, Status.WARNING, text, "Check how it is written")
