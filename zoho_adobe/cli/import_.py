"""`import`: brings connections that exist in a sandbox under management of a stack, without writing to any."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zoho_adobe.bulk_import import Candidate, Chosen
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.resources.base_connection import BaseConnectionLifecycle
    from zoho_adobe.settings import Settings


@click.command(
    epilog="Nothing is written at Adobe. The secrets, which Adobe does not show, come from the stack's config where it "
    "has them, else from ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN, a hidden prompt, or standard input as JSON: "
    '{"<client id>": {"client_secret": "…", "refresh_token": "…"}}. They are proved at Zoho, and stored encrypted in '
    "the stack's config."
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Import all that the stack does not manage yet.")
@click.option("--stack", default="", help="The stack, by default the selected one.")
@click.option("--config-file", type=click.Path(path_type=Path), help="The stack's config file, if not the usual one.")
@click.option("--sandbox", default="", help="The sandbox to list, by default the stack's.")
@click.option("--provider", default="", help="Import for this Provider of the program, by its logical name.")
@click.option("--protect/--no-protect", default=False, help="Protect what is imported from being deleted.")
@click.option("--json", "as_json", is_flag=True, help="Print the list, or what was imported, as JSON.")
def command(
    ids: tuple[str, ...],
    everything: bool,
    stack: str,
    config_file: Path | None,
    sandbox: str,
    provider: str,
    protect: bool,
    as_json: bool,
) -> int:
    """List the connections of a sandbox, and import those that are named, or all.

    Prints the lines of the program that describe what was imported: with them, a preview shows no change.
    """
    from zoho_adobe import bulk_import

    if ids and everything:
        raise click.UsageError("Give ids or --all, not both.")
    place = _Place.of(stack, config_file, sandbox, provider)
    found = bulk_import.candidates(place.connections(), place.resources)
    if not (ids or everything):
        _show(found, place.settings.sandbox, as_json=as_json)
        return 0
    place.refuse_another_sandbox()
    chosen = _with_secrets(place, bulk_import.choose(found, ids))
    if chosen:
        place.config.import_resources(bulk_import.document(chosen, place.lifecycle, place.provider), protected=protect)
    lines = bulk_import.program(chosen, place.lifecycle, provider=provider, protected=protect)
    _say_what_was_imported(chosen, lines, as_json=as_json)
    return 0


@dataclass(frozen=True)
class _Place:
    """Where connections are looked for, and the stack that they come to."""

    config: StackConfig
    resources: list[dict[str, Any]]
    properties: dict[str, str]
    provider: tuple[str, str] | None
    stack_sandbox: str
    settings: Settings

    @classmethod
    def of(cls, stack: str, config_file: Path | None, sandbox: str, provider: str) -> _Place:
        from zoho_adobe.bulk_import import PROVIDER_TYPE
        from zoho_adobe.cli.stack import StackConfig
        from zoho_adobe.errors import InputError
        from zoho_adobe.settings import NAMESPACE, read_settings

        config = StackConfig(stack, config_file)
        resources: list[dict[str, Any]] = (config.export().get("deployment") or {}).get("resources") or []
        properties, named = dict(config.settings()), None
        if provider:
            for item in resources:
                urn = str(item.get("urn") or "")
                if urn.endswith(f"::{PROVIDER_TYPE}::{provider}"):
                    named = (provider, urn)
                    given = (item.get("inputs") or {}).items()
                    properties |= {key: value for key, value in given if isinstance(value, str)}
            if named is None:
                raise InputError(
                    "--provider",
                    f"the stack has no Provider {provider!r}",
                    remedy="Write it into the program and run `pulumi up` first",
                )
        own = read_settings(properties, os.environ)
        key = f"{NAMESPACE}:sandbox"
        settings = (
            read_settings({**properties, key: sandbox}, {**os.environ, "ADOBE_SANDBOX": sandbox}) if sandbox else own
        )
        return cls(config, resources, properties, named, own.sandbox, settings)

    @property
    def lifecycle(self) -> BaseConnectionLifecycle:
        from pulumi.dynamic import Config, ConfigureRequest

        from zoho_adobe.resources.base_connection import BaseConnectionLifecycle
        from zoho_adobe.settings import NAMESPACE

        made = BaseConnectionLifecycle()
        made.configure(ConfigureRequest(Config(self.properties, NAMESPACE)))
        return made

    def connections(self) -> list[Any]:
        from zoho_adobe.api.clients import clients_for

        self.settings.require_credentials()
        return list(clients_for(self.settings).flow_service(self.settings.sandbox).connections())

    def refuse_another_sandbox(self) -> None:
        from zoho_adobe.errors import InputError

        if self.settings.sandbox != self.stack_sandbox:
            raise InputError(
                "--sandbox",
                f"resources of this provider are in {self.stack_sandbox!r}",
                remedy=f"Pass --provider with a Provider of the program that has sandbox={self.settings.sandbox!r}",
            )


def _with_secrets(place: _Place, candidates: Sequence[Candidate]) -> list[Chosen]:
    """Get the secrets of each Zoho client once, prove them, and store what the config did not have."""
    from zoho_adobe.api.clients import clients_for
    from zoho_adobe.bulk_import import SECRETS, Chosen, config_keys
    from zoho_adobe.cli.stack import Change
    from zoho_adobe.zoho_credentials import ZohoCredentials

    keys = config_keys(candidates, place.config.get("zohoClientId"))
    secrets = {
        client_id: {argument: place.config.get(key) for argument, key in by_argument.items()}
        for client_id, by_argument in keys.items()
    }
    missing = [client_id for client_id, values in secrets.items() if not all(values.values())]
    secrets |= _asked_for(missing)
    proven: set[tuple[str, str]] = set()
    for item in candidates:
        params = item.connection.params
        client_id, accounts_url = params.get("clientId", ""), params.get("accountsUrl", "")
        if (client_id, accounts_url) not in proven:
            values = secrets[client_id]
            credentials = ZohoCredentials(accounts_url, client_id, **values)
            # A token from the cache would prove nothing.
            clients_for(place.settings).zoho_token(credentials, made_since=0.0)
            proven.add((client_id, accounts_url))
    new = {keys[client_id][argument]: secrets[client_id][argument] for client_id in missing for argument in SECRETS}
    if new:
        place.config.write(Change(plain={}, secret=new))
    return [
        Chosen(item, keys[client_id], secrets[client_id])
        for item in candidates
        for client_id in (item.connection.params.get("clientId", ""),)
    ]


def _asked_for(client_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    from zoho_adobe.bulk_import import SECRETS, read_secrets
    from zoho_adobe.cli import inputs
    from zoho_adobe.errors import InputError

    variables = {"client_secret": "ZOHO_CLIENT_SECRET", "refresh_token": "ZOHO_REFRESH_TOKEN"}
    in_environment = len(client_ids) == 1 and all(os.environ.get(name, "").strip() for name in variables.values())
    if not client_ids:
        return {}
    if sys.stdin.isatty() or in_environment:
        return {
            client_id: {
                key: inputs.secret(
                    f"{key.replace('_', ' ')} of Zoho client {client_id}", variables[key] if in_environment else ""
                )
                for key in SECRETS
            }
            for client_id in client_ids
        }
    given = read_secrets(sys.stdin.read())
    absent = [client_id for client_id in client_ids if client_id not in given]
    if absent:
        raise InputError("standard input", f"the secrets of {', '.join(absent)} are missing", remedy="Add them")
    return {client_id: given[client_id] for client_id in client_ids}


def _show(found: Sequence[Candidate], sandbox: str, *, as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    from zoho_adobe.redaction import redact

    if as_json:
        entries = [
            {
                "id": item.connection.id,
                "name": item.connection.name,
                "state": item.connection.state,
                "client_id": item.connection.params.get("clientId", ""),
                "resource": item.resource,
                "managed": item.managed,
            }
            for item in found
        ]
        sys.stdout.write(redact(json.dumps({"sandbox": sandbox, "connections": entries}, indent=2)) + "\n")
        return
    table = Table(title=f"Zoho CRM connections in {sandbox}")
    # An id is there to be copied, however narrow the terminal is.
    table.add_column("id", no_wrap=True, min_width=36)
    for title in ("name", "Zoho client", "state", "in the stack"):
        table.add_column(title, overflow="fold")
    for item in found:
        shown = item.connection
        cells = (
            shown.id,
            shown.name,
            shown.params.get("clientId", ""),
            shown.state,
            item.resource if item.managed else "",
        )
        table.add_row(*(redact(cell) for cell in cells))
    Console(file=sys.stdout, highlight=False, markup=False).print(table)


def _say_what_was_imported(chosen: Sequence[Chosen], lines: str, *, as_json: bool) -> None:
    from zoho_adobe.cli.display import Display
    from zoho_adobe.redaction import redact
    from zoho_adobe.verification import Status

    if as_json:
        imported = {item.candidate.resource: item.candidate.connection.id for item in chosen}
        sys.stdout.write(redact(json.dumps({"imported": imported, "program": lines}, indent=2)) + "\n")
        return
    display = Display()
    if not chosen:
        display.line("Nothing to import: the stack manages all connections of the sandbox.")
        return
    for item in chosen:
        connection = item.candidate.connection
        display.mark(Status.OK, f"{connection.name} ({connection.id}) is in the state as {item.candidate.resource!r}")
    display.line("Add these lines to the program; `pulumi preview` then shows no change.")
    sys.stdout.write(redact(lines) + "\n")
