"""Read a CRM with Zoho's own SDK, and print what it sees; run by test_clients.py."""

import json
import sys
import tempfile
from typing import Any

from zohocrmsdk.src.com.zoho.api.authenticator import OAuthToken
from zohocrmsdk.src.com.zoho.api.authenticator.store import FileStore
from zohocrmsdk.src.com.zoho.crm.api import Initializer, ParameterMap
from zohocrmsdk.src.com.zoho.crm.api.coql import BodyWrapper, CoqlOperations
from zohocrmsdk.src.com.zoho.crm.api.dc import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.fields import FieldsOperations, GetFieldsParam
from zohocrmsdk.src.com.zoho.crm.api.modules import ModulesOperations
from zohocrmsdk.src.com.zoho.crm.api.record import GetRecordsParam, RecordOperations

given = json.load(sys.stdin)
folder = tempfile.mkdtemp()
Initializer.initialize(
    # All that is changed: where Zoho is.
    DataCenter.Environment(given["api"], f"{given['accounts']}/oauth/v2/token", given["api"]),
    OAuthToken(
        client_id=given["client_id"],
        client_secret=given["client_secret"],
        refresh_token=given["refresh_token"],
        find_user=False,
    ),
    store=FileStore(f"{folder}/tokens"),
    resource_path=folder,
)


def body(answer: Any) -> Any:
    """Return the body of an answer that is one of success."""
    found = answer.get_object()
    assert answer.get_status_code() == 200, (found.get_code().get_value(), found.get_message().get_value())
    return found


of_leads = ParameterMap()
of_leads.add(GetFieldsParam.module, "Leads")
wanted = ParameterMap()
wanted.add(GetRecordsParam.fields, "Last_Name,Company,Annual_Revenue,Modified_Time")
query = BodyWrapper()
query.set_select_query("select COUNT(id) from Leads where id is not null")
print(
    json.dumps(
        {
            "modules": sorted(it.get_api_name() for it in body(ModulesOperations().get_modules()).get_modules()),
            "fields": {
                it.get_api_name(): it.get_data_type()
                for it in body(FieldsOperations().get_fields(of_leads)).get_fields()
            },
            "records": sorted(
                it.get_key_value("Last_Name") for it in body(RecordOperations("Leads").get_records(wanted)).get_data()
            ),
            "counted": [it.get_key_value("COUNT(id)") for it in body(CoqlOperations().get_records(query)).get_data()],
        }
    )
)
