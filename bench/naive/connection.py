"""The same connections by a dynamic provider as people write it today: one request a step, nothing else."""

import os

import requests
from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider, UpdateResult


class ConnectionProvider(ResourceProvider):
    def create(self, props):
        answer = requests.post(url(), json=body(props), headers=headers(), timeout=60)
        answer.raise_for_status()
        made = answer.json()
        return CreateResult(made["id"], {**props, "etag": made["etag"]})

    def read(self, id_, props):
        answer = requests.get(f"{url()}/{id_}", headers=headers(), timeout=60)
        answer.raise_for_status()
        found = answer.json()["items"][0]
        return ReadResult(id_, {**props, "name": found["name"], "etag": found["etag"]})

    def update(self, id_, olds, news):
        answer = requests.patch(
            f"{url()}/{id_}",
            json=[
                {"op": "replace", "path": "/name", "value": news["name"]},
                {"op": "replace", "path": "/description", "value": news["description"]},
                {"op": "replace", "path": "/auth/params", "value": params(news)},
            ],
            headers={**headers(), "If-Match": olds["etag"]},
            timeout=60,
        )
        answer.raise_for_status()
        return UpdateResult({**news, "etag": answer.json()["etag"]})

    def delete(self, id_, props):
        requests.delete(f"{url()}/{id_}", headers=headers(), timeout=60).raise_for_status()


def url():
    return f"{os.environ['ADOBE_PLATFORM_URL']}/data/foundation/flowservice/connections"


def headers():
    # Both tokens are ready made: not a request of this program goes to an identity service.
    return {
        "Authorization": f"Bearer {os.environ['BENCH_ADOBE_TOKEN']}",
        "x-api-key": os.environ["ADOBE_CLIENT_ID"],
        "x-gw-ims-org-id": os.environ["ADOBE_ORGANIZATION"],
        "x-sandbox-name": os.environ["ADOBE_SANDBOX"],
    }


def params(props):
    return {
        "endpoint": props["endpoint"],
        "accountsUrl": props["accounts_url"],
        "clientId": props["client_id"],
        "clientSecret": props["client_secret"],
        "accessToken": os.environ["BENCH_ZOHO_ACCESS_TOKEN"],
        "refreshToken": props["refresh_token"],
    }


def body(props):
    return {
        "name": props["name"],
        "description": props["description"],
        "auth": {"specName": "Basic Authentication", "params": params(props)},
        "connectionSpec": {"id": "929e4450-0237-4ed2-9404-b7e1e0a00309", "version": "1.0"},
    }


class Connection(Resource):
    def __init__(self, name, props, opts=None):
        super().__init__(ConnectionProvider(), name, {**props, "etag": None}, opts)
