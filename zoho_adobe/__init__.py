"""Zoho CRM connections for Adobe Experience Platform, managed as code with Pulumi."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from zoho_adobe._version import __version__

if TYPE_CHECKING:
    from zoho_adobe.allow_list import AllowList, read_allow_list
    from zoho_adobe.components.ingested_table import IngestedTable
    from zoho_adobe.components.zoho_ingestion import ZohoIngestion
    from zoho_adobe.data_centers import DATA_CENTERS, DataCenter
    from zoho_adobe.errors import ZohoAdobeError
    from zoho_adobe.provider import Provider
    from zoho_adobe.resources.base_connection import BaseConnection
    from zoho_adobe.resources.crm_module import CrmModule
    from zoho_adobe.resources.dataflow import Dataflow
    from zoho_adobe.resources.dataset import Dataset
    from zoho_adobe.resources.fields import own_field
    from zoho_adobe.resources.identity import Identity
    from zoho_adobe.resources.identity_namespace import IdentityNamespace
    from zoho_adobe.resources.landing_zone import LandingZone
    from zoho_adobe.resources.landing_zone_source import LandingZoneSource
    from zoho_adobe.resources.mapping_set import MappingSet
    from zoho_adobe.resources.relationship import Relationship
    from zoho_adobe.resources.schedule import Schedule
    from zoho_adobe.resources.schema import Schema
    from zoho_adobe.resources.source_connection import SourceConnection
    from zoho_adobe.resources.table import Table
    from zoho_adobe.resources.target_connection import TargetConnection
    from zoho_adobe.resources.usage_label import UsageLabel
    from zoho_adobe.resources.zoho_grant import ZohoGrant
    from zoho_adobe.text_columns import from_text

__all__ = [
    "DATA_CENTERS",
    "AllowList",
    "BaseConnection",
    "CrmModule",
    "DataCenter",
    "Dataflow",
    "Dataset",
    "Identity",
    "IdentityNamespace",
    "IngestedTable",
    "LandingZone",
    "LandingZoneSource",
    "MappingSet",
    "Provider",
    "Relationship",
    "Schedule",
    "Schema",
    "SourceConnection",
    "Table",
    "TargetConnection",
    "UsageLabel",
    "ZohoAdobeError",
    "ZohoGrant",
    "ZohoIngestion",
    "__version__",
    "from_text",
    "own_field",
    "read_allow_list",
]

# Loaded when first used: the command line needs no Pulumi, whose import takes longer than most commands.
_MODULES = {
    "AllowList": "zoho_adobe.allow_list",
    "read_allow_list": "zoho_adobe.allow_list",
    "DATA_CENTERS": "zoho_adobe.data_centers",
    "DataCenter": "zoho_adobe.data_centers",
    "ZohoAdobeError": "zoho_adobe.errors",
    "Provider": "zoho_adobe.provider",
    "BaseConnection": "zoho_adobe.resources.base_connection",
    "ZohoGrant": "zoho_adobe.resources.zoho_grant",
    "Table": "zoho_adobe.resources.table",
    "CrmModule": "zoho_adobe.resources.crm_module",
    "SourceConnection": "zoho_adobe.resources.source_connection",
    "TargetConnection": "zoho_adobe.resources.target_connection",
    "Schema": "zoho_adobe.resources.schema",
    "own_field": "zoho_adobe.resources.fields",
    "Identity": "zoho_adobe.resources.identity",
    "IdentityNamespace": "zoho_adobe.resources.identity_namespace",
    "UsageLabel": "zoho_adobe.resources.usage_label",
    "Relationship": "zoho_adobe.resources.relationship",
    "Dataset": "zoho_adobe.resources.dataset",
    "MappingSet": "zoho_adobe.resources.mapping_set",
    "Dataflow": "zoho_adobe.resources.dataflow",
    "LandingZone": "zoho_adobe.resources.landing_zone",
    "LandingZoneSource": "zoho_adobe.resources.landing_zone_source",
    "Schedule": "zoho_adobe.resources.schedule",
    "from_text": "zoho_adobe.text_columns",
    "IngestedTable": "zoho_adobe.components.ingested_table",
    "ZohoIngestion": "zoho_adobe.components.zoho_ingestion",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return __all__
