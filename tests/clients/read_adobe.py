"""Read an organization with `aepp`, a client by people of Adobe, and print what it sees."""

import json
import sys

import aepp
from aepp import catalog, flowservice, identity, policy, schema

given = json.load(sys.stdin)
aepp.configure(
    org_id=given["organization"],
    client_id=given["client_id"],
    secret=given["client_secret"],
    scopes=given["scopes"],
    sandbox="dev",
)
# All that is changed: where Adobe is.
aepp.config.endpoints["global"] = given["platform"]
aepp.config.config_object["oauthTokenEndpointV2"] = f"{given['ims']}/ims/token/v3"

identities, policies = identity.Identity(), policy.Policy()
# It knows only Adobe's own host for this one.
identities.endpoint = given["platform"] + aepp.config.endpoints["identity"]
flows, catalogs, schemas = flowservice.FlowService(), catalog.Catalog(), schema.Schema()
sources = flows.getSourceConnections()
runs = flows.getRuns(prop=f"flowId=={given['flow']}")
print(
    json.dumps(
        {
            "container": flows.getLandingZoneStorageName(),
            "days": flows.getLandingZoneStorageTTL(),
            "sas": flows.getLandingZoneSASUri().partition("?")[0],
            "sources": sorted(item["name"] for item in sources),
            "source": flows.getSourceConnection(given["source"])["params"]["path"],
            "targets": sorted(item["params"]["dataSetId"] for item in flows.getTargetConnections()),
            "flows": sorted(item["name"] for item in flows.getFlows()),
            "flow": flows.getFlow(given["flow"])["sourceConnectionIds"],
            "runs": [run["metrics"]["statusSummary"]["status"] for run in runs],
            "dataset": next(iter(catalogs.getDataSet(given["dataset"]).values()))["name"],
            "namespaces": [item["code"] for item in identities.getIdentities(only_custom=True)],
            "labels": [item["name"] for item in policies.getCustomLabels()],
            "descriptors": sorted(
                [item["@type"], item["xdm:sourceProperty"].rpartition("/")[2], item.get("xdm:namespace", "")]
                for item in schemas.getDescriptors()
            ),
            "schemas": sorted(item["title"] for item in schemas.getSchemas()),
        }
    )
)
