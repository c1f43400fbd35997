"""A stack with a module of Zoho CRM."""

from __future__ import annotations

from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment, settings_of
from tests.support.wire.plugin import Plugin


def deploy_module(plugin: Plugin, tenant: Tenant) -> Deployment:
    """Return a stack with the module Leads, whose program passes its credentials; it is not deployed yet."""
    program = {
        "module": "Leads",
        "data_center": "us",
        "accounts_url": tenant.zoho["accounts"],
        "client_id": tenant.zoho["client_id"],
        "client_secret": tenant.zoho["client_secret"],
        "refresh_token": tenant.zoho["refresh_token"],
    }
    return Deployment(plugin, tenant, settings_of(tenant), program, lifecycle="crm_module CrmModuleLifecycle")
