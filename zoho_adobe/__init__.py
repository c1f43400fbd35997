"""Zoho CRM connections for Adobe Experience Platform, managed as code with Pulumi."""

from zoho_adobe._version import __version__
from zoho_adobe.data_centers import DATA_CENTERS, DataCenter
from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.provider import Provider
from zoho_adobe.resources.base_connection import BaseConnection

__all__ = [
    "DATA_CENTERS",
    "BaseConnection",
    "DataCenter",
    "Provider",
    "ZohoAdobeError",
    "__version__",
]
