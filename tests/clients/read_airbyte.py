"""Read a CRM with Airbyte's connector, and print what it discovers and reads."""

import json
import logging
import sys
from typing import Any

import requests
from airbyte_cdk.models import ConfiguredAirbyteCatalog, ConfiguredAirbyteStream, DestinationSyncMode, SyncMode
from source_zoho_crm import SourceZohoCrm

given = json.load(sys.stdin)


HOSTS = {"https://accounts.zoho.com": given["accounts"], "https://zohoapis.com": given["api"]}
send = requests.adapters.HTTPAdapter.send


def send_to_loopback(adapter: Any, request: requests.PreparedRequest, **options: Any) -> requests.Response:
    """Send a request to the emulator."""
    for host, place in HOSTS.items():
        request.url = str(request.url).replace(host, place, 1)
    return send(adapter, request, **options)


# All that is changed: where Zoho is. The connector has its hosts built in.
requests.adapters.HTTPAdapter.send = send_to_loopback  # type: ignore[method-assign]

source, log = SourceZohoCrm(), logging.getLogger("airbyte")
config = {
    "client_id": given["client_id"],
    "client_secret": given["client_secret"],
    "refresh_token": given["refresh_token"],
    "dc_region": "US",
    "environment": "Production",
}
status = source.check(log, config).status.value
streams = {stream.name: stream for stream in source.discover(log, config).streams}
wanted = ConfiguredAirbyteCatalog(
    streams=[
        ConfiguredAirbyteStream(
            stream=stream, sync_mode=SyncMode.full_refresh, destination_sync_mode=DestinationSyncMode.overwrite
        )
        for stream in streams.values()
    ]
)
records: dict[str, list[dict[str, Any]]] = {name: [] for name in streams}
for message in source.read(log, config, wanted):
    if message.record:
        records[message.record.stream].append(message.record.data)
columns = {name: sorted(stream.json_schema["properties"]) for name, stream in streams.items()}
print(json.dumps({"status": status, "columns": columns, "records": records}))
