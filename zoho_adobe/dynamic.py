"""The provider objects that users' states refer to.

A state holds the path of its provider object, such as `zoho_adobe.dynamic.BASE_CONNECTION`, and the engine loads that
object to refresh and to delete, long after the program changed. So no name here is ever moved, renamed or removed.
"""

from __future__ import annotations

from zoho_adobe.resources.base_connection import BaseConnectionLifecycle
from zoho_adobe.resources.crm_module import CrmModuleLifecycle
from zoho_adobe.resources.dataflow import DataflowLifecycle
from zoho_adobe.resources.dataset import DatasetLifecycle
from zoho_adobe.resources.identity_namespace import IdentityNamespaceLifecycle
from zoho_adobe.resources.landing_zone import LandingZoneLifecycle
from zoho_adobe.resources.landing_zone_source import LandingZoneSourceLifecycle
from zoho_adobe.resources.lifecycle import Lifecycle
from zoho_adobe.resources.mapping_set import MappingSetLifecycle
from zoho_adobe.resources.relationship import RelationshipLifecycle
from zoho_adobe.resources.schema import SchemaLifecycle
from zoho_adobe.resources.source_connection import SourceConnectionLifecycle
from zoho_adobe.resources.table import TableLifecycle
from zoho_adobe.resources.target_connection import TargetConnectionLifecycle
from zoho_adobe.resources.usage_label import UsageLabelLifecycle
from zoho_adobe.resources.zoho_grant import ZohoGrantLifecycle
from zoho_adobe.session import Session

BASE_CONNECTION = BaseConnectionLifecycle()
ZOHO_GRANT = ZohoGrantLifecycle()
TABLE = TableLifecycle()
SOURCE_CONNECTION = SourceConnectionLifecycle()
TARGET_CONNECTION = TargetConnectionLifecycle()
SCHEMA = SchemaLifecycle()
DATASET = DatasetLifecycle()
MAPPING_SET = MappingSetLifecycle()
DATAFLOW = DataflowLifecycle()
LANDING_ZONE = LandingZoneLifecycle()
CRM_MODULE = CrmModuleLifecycle()
LANDING_ZONE_SOURCE = LandingZoneSourceLifecycle()
IDENTITY_NAMESPACE = IdentityNamespaceLifecycle()
USAGE_LABEL = UsageLabelLifecycle()
RELATIONSHIP = RelationshipLifecycle()


def _in_one_session() -> None:
    """Let the provider instance that a process serves share connections to the services, tokens and limits."""
    session = Session()
    for value in globals().values():
        if isinstance(value, Lifecycle):
            value.session = session


_in_one_session()
