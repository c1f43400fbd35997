"""`import`: brings connections that exist in a sandbox under management of a stack, without writing to any."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from zoho_adobe.bulk_import import Candidate, Chosen
    from zoho_adobe.cli.stack import StackConfig
    from zoho_adobe.resources.base_connection import BaseConnectionLifecycle
    from zoho_adobe.settings import Settings

FAILED = 1


@click.command(
    epilog="Nothing is written at Adobe. The secrets, which Adobe does not show, come from the stack's config where it "
    "has them, else from ZOHO_CLIENT_SECRET and ZOHO_REFRESH_TOKEN, a hidden prompt, or standard input as JSON: "
    '{"<client id>": {"client_secret": "…", "refresh_token": "…"}}. Where a Zoho client has several connections, each '
    'may have a refresh token of its own: {"<client id>": {"client_secret": "…", "refresh_tokens": {"<connection id>": '
    '"…"}}}, unless --shared-refresh-token says that they share one. They are proved at Zoho, and stored encrypted in '
    "the stack's config. Ends with 1 if one could not be imported; the others are."
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--dataflow", "flows", multiple=True, help="Import this dataflow with all it joins; may be repeated.")
@click.option("--dataflows", "all_flows", is_flag=True, help="The same of all dataflows that the stack does not have.")
@click.option("--all", "everything", is_flag=True, help="Import all that the stack does not manage yet.")
@click.option("--stack", default="", help="The stack, by default the selected one.")
@click.option("--config-file", type=click.Path(path_type=Path), help="The stack's config file, if not the usual one.")
@click.option("--sandbox", default="", help="The sandbox to list, by default the stack's.")
@click.option("--provider", default="", help="Import for this Provider of the program, by its logical name.")
@click.option("--protect/--no-protect", default=False, help="Protect what is imported from being deleted.")
@click.option("--shared-refresh-token", is_flag=True, help="All connections of a Zoho client have one refresh token.")
@click.option("--json", "as_json", is_flag=True, help="Print the list, or what was imported, as JSON.")
def command(
    ids: tuple[str, ...],
    flows: tuple[str, ...],
    all_flows: bool,
    everything: bool,
    stack: str,
    config_file: Path | None,
    sandbox: str,
    provider: str,
    protect: bool,
    shared_refresh_token: bool,
    as_json: bool,
) -> int:
    """List the connections of a sandbox, and import those that are named, or all.

    Prints the lines of the program that describe what was imported: with them, a preview shows no change.
    """
    from zoho_adobe import bulk_import

    if ids and everything:
        raise click.UsageError("Give ids or --all, not both.")
    if (flows or all_flows) and (ids or everything):
        raise click.UsageError("Dataflows bring their base connections along: give no ids and no --all.")
    place = Place.of(stack, config_file, sandbox, provider)
    found = bulk_import.candidates(place.connections(), place.resources)
    if flows or all_flows:
        from zoho_adobe.cli.import_dataflows import import_dataflows

        return import_dataflows(place, found, flows, protect, shared=shared_refresh_token, as_json=as_json)
    if not (ids or everything):
        _show(found, place.settings.sandbox, as_json=as_json)
        return 0
    place.refuse_another_sandbox()
    asked_for = bulk_import.choose(found, ids)
    reasons = {item.connection.id: bulk_import.refusal(item, place.lifecycle) for item in asked_for}
    refused = [Refused(item, reason) for item in asked_for if (reason := reasons[item.connection.id])]
    wanted = [item for item in asked_for if not reasons[item.connection.id]]
    apart = set() if shared_refresh_token else bulk_import.ambiguous_clients(found, place.resources)
    chosen = with_secrets(place, wanted, apart, refused)
    if chosen:
        place.config.import_resources(bulk_import.document(chosen, place.lifecycle, place.provider), protected=protect)
    lines = bulk_import.program(chosen, place.lifecycle, provider=provider, protected=protect)
    nothing = (
        f"the stack manages all connections of the sandbox {place.settings.sandbox!r}"
        if found
        else f"the sandbox {place.settings.sandbox!r} has no Zoho CRM connection"
    )
    _say_what_was_imported(chosen, refused, lines, nothing, as_json=as_json)
    return FAILED if refused else 0


@dataclass(frozen=True)
class Refused:
    """A connection that is not imported, and why."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True)
class Place:
    """Where connections are looked for, and the stack that they come to."""

    config: StackConfig
    resources: list[dict[str, Any]]
    properties: dict[str, str]
    provider: tuple[str, str] | None
    stack_sandbox: str
    settings: Settings

    @classmethod
    def of(cls, stack: str, config_file: Path | None, sandbox: str, provider: str) -> Place:
        """Find the stack, its Adobe settings and its resources; raises `InputError` for a provider it does not have."""
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
        """The provider of base connections, configured as the stack's is."""
        from pulumi.dynamic import Config, ConfigureRequest

        from zoho_adobe.resources.base_connection import BaseConnectionLifecycle
        from zoho_adobe.settings import NAMESPACE

        made = BaseConnectionLifecycle()
        made.configure(ConfigureRequest(Config(self.properties, NAMESPACE)))
        return made

    def connections(self) -> list[Any]:
        """List the base connections of the sandbox."""
        from zoho_adobe.api.clients import clients_for

        self.settings.require_credentials()
        return list(clients_for(self.settings).flow_service(self.settings.sandbox).connections())

    def refuse_another_sandbox(self) -> None:
        """Raise `InputError` where the provider's resources are in another sandbox than the one that was listed."""
        from zoho_adobe.errors import InputError

        if self.settings.sandbox != self.stack_sandbox:
            raise InputError(
                "--sandbox",
                f"resources of this provider are in {self.stack_sandbox!r}",
                remedy=f"Pass --provider with a Provider of the program that has sandbox={self.settings.sandbox!r}",
            )


def with_secrets(
    place: Place, candidates: Sequence[Candidate], apart: Collection[str], refused: list[Refused]
) -> list[Chosen]:
    """Get the secrets of each connection, prove them, and store what the config did not have."""
    from zoho_adobe.api.clients import clients_for
    from zoho_adobe.bulk_import import SECRETS, Chosen, config_keys
    from zoho_adobe.cli.stack import Change
    from zoho_adobe.errors import ZohoAdobeError
    from zoho_adobe.zoho_credentials import ZohoCredentials

    keys = config_keys(candidates, place.config.get("zohoClientId"), apart)
    values = {key: place.config.get(key) for by_argument in keys.values() for key in by_argument.values()}
    asked = _asked_for(candidates, keys, {key for key, value in values.items() if not value}, apart)
    values |= asked
    chosen = []
    for item in candidates:
        params, by_argument = item.connection.params, keys[item.connection.id]
        secrets = {argument: values[by_argument[argument]] for argument in SECRETS}
        try:
            credentials = ZohoCredentials(params.get("accounts_url", ""), params.get("client_id", ""), **secrets)
            # A token from the cache would prove nothing.
            clients_for(place.settings).zoho_token(credentials, made_since=0.0)
        except ZohoAdobeError as error:
            refused.append(Refused(item, str(error)))
        else:
            chosen.append(Chosen(item, by_argument, secrets))
    used = {key for item in chosen for key in item.config_keys.values()}
    if new := {key: value for key, value in asked.items() if key in used}:
        place.config.write(Change(plain={}, secret=new))
    return chosen


def _asked_for(
    candidates: Sequence[Candidate],
    keys: Mapping[str, Mapping[str, str]],
    missing: Collection[str],
    apart: Collection[str],
) -> dict[str, str]:
    """Get the secrets that the config does not have, by their keys there."""
    from zoho_adobe.bulk_import import PIPED_APART, Given, read_secrets
    from zoho_adobe.cli import inputs
    from zoho_adobe.errors import InputError

    variables = {"client_secret": "ZOHO_CLIENT_SECRET", "refresh_token": "ZOHO_REFRESH_TOKEN"}
    wanted = {key: (argument, item) for item in candidates for argument, key in keys[item.connection.id].items()}
    wanted = {key: what for key, what in wanted.items() if key in missing}
    arguments = [argument for argument, _ in wanted.values()]
    once = len(set(arguments)) == len(arguments)
    in_environment = once and all(os.environ.get(variables[argument], "").strip() for argument in arguments)
    if not wanted:
        return {}
    if sys.stdin.isatty() or in_environment:
        return {
            key: inputs.secret(
                f"{argument.replace('_', ' ')} of {_whose(argument, item, apart)}",
                variables[argument] if in_environment else "",
            )
            for key, (argument, item) in wanted.items()
        }
    piped = sys.stdin.read()
    several = [item for argument, item in wanted.values() if argument == "refresh_token" and _client(item) in apart]
    if several and not piped.strip():
        raise InputError(
            "refresh tokens",
            f"{', '.join(_whose('refresh_token', item, apart) for item in several)}: connections of one Zoho client "
            "may each have a refresh token of their own, and Adobe does not show it",
            remedy=f"Pipe in {PIPED_APART}, or pass --shared-refresh-token if all connections of a client have one",
        )
    given, found, absent = read_secrets(piped), {}, []
    for key, (argument, item) in wanted.items():
        entry = given.get(_client(item), Given(None, None, {}))
        if argument == "client_secret":
            value = entry.client_secret
        elif _client(item) in apart:
            value = entry.refresh_tokens.get(item.connection.id)
        else:
            value = entry.refresh_token or entry.refresh_tokens.get(item.connection.id)
        if value:
            found[key] = value
        else:
            absent.append(f"the {argument.replace('_', ' ')} of {_whose(argument, item, apart)}")
    if absent:
        ways = f"Add it as {PIPED_APART}, or pass --shared-refresh-token if all connections of a client have one"
        raise InputError("standard input", f"missing: {', '.join(absent)}", remedy=ways if several else "Add it")
    return found


def _client(item: Candidate) -> str:
    return item.connection.params.get("client_id", "")


def _whose(argument: str, item: Candidate, apart: Collection[str]) -> str:
    if argument == "refresh_token" and _client(item) in apart:
        return f"the connection {item.connection.name!r} ({item.connection.id})"
    return f"Zoho client {_client(item)}"


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
                "client_id": item.connection.params.get("client_id", ""),
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
            shown.name if shown.name.isprintable() else repr(shown.name),
            shown.params.get("client_id", ""),
            shown.state,
            item.resource if item.managed else "",
        )
        table.add_row(*(redact(cell) for cell in cells))
    Console(file=sys.stdout, highlight=False, markup=False).print(table)


def _say_what_was_imported(
    chosen: Sequence[Chosen], refused: Sequence[Refused], lines: str, nothing: str, *, as_json: bool
) -> None:
    from zoho_adobe.cli.display import Display
    from zoho_adobe.redaction import redact
    from zoho_adobe.verification import Status

    if as_json:
        said = {
            "imported": {item.candidate.resource: item.candidate.connection.id for item in chosen},
            "refused": {item.candidate.connection.id: item.reason for item in refused},
            "program": lines,
        }
        sys.stdout.write(redact(json.dumps(said, indent=2)) + "\n")
        return
    display = Display()
    if not (chosen or refused):
        display.line(f"Nothing to import: {nothing}.")
        return
    for item in chosen:
        connection = item.candidate.connection
        display.mark(Status.OK, f"{connection.name!r} ({connection.id}) is in the state as {item.candidate.resource!r}")
    for refusal in refused:
        connection = refusal.candidate.connection
        display.mark(Status.FAILED, f"{connection.name!r} ({connection.id}) is not imported: {refusal.reason}")
    if chosen:
        display.line("Add these lines to the program; `pulumi preview` then shows no change.")
        sys.stdout.write(redact(lines) + "\n")
