"""Whom an export talks to, by what the document and the environment say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from zoho_adobe.api.clients import clients_for
from zoho_adobe.api.landing_zone import AwsAccess, AzureAccess, LandingZones
from zoho_adobe.api.runs import Run
from zoho_adobe.api.zoho_bulk import ZohoBulk
from zoho_adobe.errors import ExportError, SettingError, ZoneError
from zoho_adobe.exporter.document import Exports
from zoho_adobe.exporter.events import Tell
from zoho_adobe.exporter.table_run import Services
from zoho_adobe.exporter.zone import Zone
from zoho_adobe.redaction import protect
from zoho_adobe.settings import NAMESPACE, Settings, read_settings
from zoho_adobe.zoho_credentials import ZOHO_VARIABLES, ZohoCredentials


def services_of(exports: Exports, environ: Mapping[str, str], tell: Tell) -> Services:
    """Return whom an export talks to.

    Args:
        exports: the document.
        environ: the environment variables, which hold the credentials.
        tell: is told what happens.

    Raises:
        SettingError: a credential is missing, or the environment says something else than the document.
        ZoneError: the landing zone is another one than the document's.
    """
    settings = _settings(exports, environ)
    clients = clients_for(settings)
    zoho = ZohoBulk(_credentials(exports, environ), settings, exports.zoho.api_url)
    zones = clients.landing_zones(exports.sandbox)
    zone = _zone(exports, zones, settings.request_timeout)
    return Services(zoho, clients.catalog(exports.sandbox), zone, tell)


def runs_of(exports: Exports, environ: Mapping[str, str]) -> Callable[[str], Iterator[Run]]:
    """Return what gives the runs of a dataflow; see `services_of`."""
    settings = _settings(exports, environ)
    return clients_for(settings).runs(exports.sandbox).of_flow


def _settings(exports: Exports, environ: Mapping[str, str]) -> Settings:
    properties = {
        f"{NAMESPACE}:{key}": value
        for key, value in (
            ("organization", exports.organization),
            ("sandbox", exports.sandbox),
            ("platformUrl", exports.platform_url),
            ("imsUrl", exports.ims_url),
        )
    }
    settings = read_settings(properties, environ)
    settings.require_credentials()
    return settings


def _credentials(exports: Exports, environ: Mapping[str, str]) -> ZohoCredentials:
    found = {}
    for name, variable in ZOHO_VARIABLES.items():
        found[name] = environ.get(variable, "").strip()
        if not found[name]:
            raise SettingError(variable, "it is not set", remedy="Set it where the exporter runs")
    protect(found["client_secret"], found["refresh_token"])
    return ZohoCredentials(exports.zoho.accounts_url, **found, data_center=exports.zoho.data_center)


def _zone(exports: Exports, zones: LandingZones, timeout: float) -> Zone:
    wanted = exports.zone

    def given(provider: str) -> AzureAccess | AwsAccess:
        """Fetch credentials, each time for the zone that the document is for."""
        access = zones.access()
        azure = isinstance(access, AzureAccess)
        there = ("azure", access.container) if isinstance(access, AzureAccess) else ("aws", access.bucket)
        if there != (wanted.provider, wanted.container) or azure != (provider == "azure"):
            raise ZoneError(
                f"the landing zone is {there[1]} on {there[0]}, and the document says {wanted.container} on "
                f"{wanted.provider}",
                remedy="Check organization and sandbox; if the zone has moved, update the stack",
            )
        return access

    try:
        if wanted.provider == "azure":
            from zoho_adobe.exporter.azure_zone import AzureZone

            return AzureZone(lambda: cast(AzureAccess, given("azure")), timeout)
        from zoho_adobe.exporter.aws_zone import AwsZone

        return AwsZone(lambda: cast(AwsAccess, given("aws")), timeout)
    except ImportError as error:
        raise ExportError(
            f"the package {error.name} is missing", remedy="Install `zoho-adobe[export]` instead of `zoho-adobe`"
        ) from None
