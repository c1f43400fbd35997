"""Reads a module as common connectors do: by the records API, two hundred at a time, and keeps nothing."""

from __future__ import annotations

import json
import os
from typing import Any

import requests

PAGE = 200


def main() -> None:
    """Read what the environment names."""
    told = json.loads(os.environ["BENCH_RECORDS"])
    params: dict[str, Any] = {"fields": ",".join(told["fields"]), "per_page": PAGE}
    count = 0
    with requests.Session() as session:
        session.headers["Authorization"] = f"Zoho-oauthtoken {told['token']}"
        while True:
            answer = session.get(told["url"], params=params, timeout=60)
            answer.raise_for_status()
            body = answer.json()
            count += len(body["data"])
            if not body["info"]["more_records"]:
                break
            params["page_token"] = body["info"]["next_page_token"]
    if count != told["rows"]:
        raise SystemExit(f"read {count} rows of {told['rows']}")


if __name__ == "__main__":
    main()
