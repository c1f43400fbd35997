"""Contacts into Real-Time Customer Profile: identified by e-mail address, related to their accounts, and labelled."""

import signal

import pulumi
import pulumi_random as random

from zoho_adobe import Identity, IdentityNamespace, IngestedTable, ZohoIngestion

# When a step fails, the engine interrupts this program: it should end without a traceback.
signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()
seed = random.RandomId("seed", byte_length=8)

# Adobe never deletes a namespace: after a destroy, the same program finds it again.
contact = IdentityNamespace("contact", code="ZohoContactId", name="Zoho contact id")
account = IdentityNamespace("account", code="ZohoAccountId", name="Zoho account id", id_type="NON_PEOPLE")

crm = ZohoIngestion(
    "crm",
    zoho={"data_center": config.require("zohoDataCenter"), "accounts_url": config.get("zohoAccountsUrl") or None},
    tables={
        "Contacts": IngestedTable(
            # One spelling of an address is one person.
            expressions={"Email": "lower(Email)"},
            identities={"id": Identity(contact.code, primary=True), "Email": Identity("Email")},
            relationships={"Account_Name": "Accounts"},
            # Besides what is suggested by the names of columns.
            labels={"Email": ["I1", "C2"]},
            profile=True,
        ),
        "Accounts": IngestedTable(
            columns=["Account_Name", "Website"],
            identities={"id": Identity(account.code, primary=True)},
        ),
    },
    labels="suggested",
    schedule={"frequency": "day", "interval": 1},
    suffix=seed.hex,
)

pulumi.export("dataflows", crm.dataflows)
pulumi.export("datasets", crm.datasets)
pulumi.export("exports", crm.exports)
