"""A grant at Zoho and a connection on it: what was exchanged and not recorded is spent, and a new code mends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from tests.kills.killing import UP, Edit, Operation, up
from tests.kills.truth import of_package
from tests.support.emulator.zoho_clients import Zoho
from tests.support.stack import Stack

PROGRAM = """
import signal

import pulumi
import pulumi_random as random

from zoho_adobe import BaseConnection, ZohoGrant

signal.signal(signal.SIGINT, signal.SIG_DFL)

config = pulumi.Config()
seed = random.RandomId("seed", byte_length=8)

grant = ZohoGrant(
    "grant",
    client_id=config.require("grantClientId"),
    client_secret=config.require_secret("grantClientSecret"),
    code=config.require_secret("grantCode"),
    accounts_url=config.require("zohoAccountsUrl"),
    data_center="us",
)
BaseConnection(
    "connection",
    name="Granted",
    suffix=seed.hex,
    endpoint=config.require("zohoEndpoint"),
    data_center="us",
    accounts_url=grant.accounts_url,
    client_id=grant.client_id,
    client_secret=config.require_secret("grantClientSecret"),
    refresh_token=grant.refresh_token,
)
"""


def _consent(stack: Stack) -> Sequence[str]:
    client = Zoho(stack.tenant.emulator).client("self")
    stack.set_config("grantClientId", client["client_id"])
    stack.set_secret("grantClientSecret", client["client_secret"])
    _new_code(stack, client["client_id"])
    return UP


def _new_code(stack: Stack, client_id: str) -> None:
    made = stack.tenant.emulator.control("POST", "/zoho/codes", {"client_id": client_id, "minutes": 10})
    stack.set_secret("grantCode", made["code"])


def _up_with_new_code_where_spent(stack: Stack) -> list[str]:
    """Update; where the state has no grant although its code is spent, that must be said, and a new code be enough."""
    problems = up(stack)
    if not problems or any(resource == "ZohoGrant" for resource, _ in of_package(stack)):
        return problems
    client_id = stack.run("config", "get", "grantClientId", "--stack", stack.name).out.strip()
    if not Zoho(stack.tenant.emulator).show({"client_id": client_id})["refresh_tokens"]:
        return [*problems, "although the code was never exchanged"]
    if "grant token" not in problems[0]:
        return [*problems, "which does not say that the code is spent"]
    _new_code(stack, client_id)
    return up(stack)


def _token_is_another(stack: Stack) -> list[str]:
    grants = [item["id"] for resource, item in of_package(stack) if resource == "ZohoGrant"]
    tokens = [item["auth"]["params"]["refreshToken"] for item in stack.tenant.connections()]
    # The id of a grant holds the beginning of its token's digest.
    digests = [hashlib.sha256(token.encode()).hexdigest()[:16] for token in tokens]
    if [id_.rpartition("/")[2] for id_ in grants] != digests:
        return [f"the state's grants are {grants}, and the connections use those of {digests}"]
    return [] if len(grants) == 1 else [f"{len(grants)} grants after up"]


_RENAMED = Edit("renamed", lambda program: program.replace('"Granted"', '"Granted anew"'))

OPERATION = Operation("grant", PROGRAM, _consent, _up_with_new_code_where_spent, _token_is_another, (_RENAMED,))
