"""Zoho CRM as a service of the emulator."""

from __future__ import annotations

from emulator.core.base import Base
from emulator.core.services import Service
from emulator.zoho_accounts.models import API_HOSTS
from emulator.zoho_accounts.service import ROOT, VOICE, zoho_accounts
from emulator.zoho_crm import urls
from emulator.zoho_crm.control import ZohoCrmControl
from emulator.zoho_crm.models import ZohoCrm
from emulator.zoho_crm.responses import ZohoCrmResponses


def zoho_crm(base: Base) -> ZohoCrm:
    """The CRM of all data centers."""
    return base.once(ZohoCrm, lambda: ZohoCrm(base.store, base.clock, zoho_accounts(base)))


def register(base: Base) -> Service:
    """Zoho CRM."""
    crm = zoho_crm(base)
    return Service(
        mounts={f"{ROOT}/{{host:{'|'.join(API_HOSTS.values())}}}": urls.routes(ZohoCrmResponses(crm))},
        voice=VOICE,
        control=ZohoCrmControl(crm, zoho_accounts(base).users).routes(),
    )
