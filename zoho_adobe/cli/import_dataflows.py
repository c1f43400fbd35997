"""`import --dataflow`: brings dataflows with all that they join under management of a stack, in one import."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from zoho_adobe.cli.import_ import FAILED, Place, Refused, with_secrets

if TYPE_CHECKING:
    from zoho_adobe.bulk_import import Candidate
    from zoho_adobe.bulk_ingestions import Importer
    from zoho_adobe.inventory.model import Pipe


def import_dataflows(
    place: Place, found: Sequence[Candidate], flows: Sequence[str], protect: bool, *, shared: bool, as_json: bool
) -> int:
    """Import dataflows, and the base connections that they read through.

    Args:
        place: where they are looked for, and the stack that they come to.
        found: the base connections of the sandbox.
        flows: the ids of dataflows; none for all that the stack does not manage.
        protect: whether the state protects what is imported.
        shared: whether all connections of a Zoho client have one refresh token.
        as_json: whether to print JSON.

    Returns:
        The exit code.
    """
    from zoho_adobe import bulk_import, bulk_ingestions
    from zoho_adobe.api.clients import clients_for

    place.refuse_another_sandbox()
    clients, sandbox = clients_for(place.settings), place.settings.sandbox
    importer = bulk_ingestions.Importer(clients, sandbox, place.properties, place.resources)
    wanted = [pipe for pipe in _asked_for(place, flows) if pipe.flow.id not in importer.managed]
    by_id = {item.connection.id: item for item in found}
    bases = {pipe.connection_id: by_id[pipe.connection_id] for pipe in wanted if pipe.connection_id in by_id}
    refused: list[Refused] = []
    apart = set() if shared else bulk_import.ambiguous_clients(found, place.resources)
    chosen = with_secrets(place, [item for item in bases.values() if not item.managed], apart, refused)
    there = set(bases) - {refusal.candidate.connection.id for refusal in refused}
    reasons = {refusal.candidate.connection.id: refusal.reason for refusal in refused}
    reasons |= _collected(importer, wanted, there)
    pieces = list(importer.pieces.values())
    if chosen or pieces:
        entries = [piece.entry() for piece in pieces]
        place.config.import_resources(
            bulk_import.document(chosen, place.lifecycle, place.provider, entries), protected=protect
        )
    provider = place.provider[0] if place.provider else ""
    blocks = (
        bulk_import.program(chosen, place.lifecycle, provider=provider, protected=protect),
        bulk_ingestions.program(
            pieces, bulk_import.variables_of(chosen, provider), provider=provider, protected=protect
        ),
    )
    classes = sorted({*bulk_ingestions.kinds_of(pieces), *(["BaseConnection"] if chosen else [])})
    head = f"from zoho_adobe import {', '.join(classes)}\n"
    said = {
        "imported": {
            **{item.candidate.resource: item.candidate.connection.id for item in chosen},
            **{piece.resource: piece.id for piece in pieces},
        },
        "refused": reasons,
        "program": "\n".join([head, *filter(None, blocks)]) if classes else "",
    }
    names = {pipe.flow.id: pipe.flow.name for pipe in wanted}
    _say(said, names | {id_: item.connection.name for id_, item in by_id.items()}, as_json=as_json)
    return FAILED if reasons else 0


def _asked_for(place: Place, flows: Sequence[str]) -> list[Pipe]:
    from zoho_adobe.api.clients import clients_for
    from zoho_adobe.errors import AdoptionError
    from zoho_adobe.inventory.reading import Reader

    sandbox = place.settings.sandbox
    (read,) = Reader(clients_for(place.settings)).sandboxes([sandbox])
    if read.error:
        raise AdoptionError(f"the sandbox {sandbox!r} cannot be read: {read.error}")
    by_id = {pipe.flow.id: pipe for pipe in read.pipes if pipe.via == "source"}
    for id_ in flows:
        if id_ not in by_id:
            raise AdoptionError(
                f"the sandbox has no dataflow {id_} from Zoho CRM's source",
                object_id=id_,
                remedy="`python -m zoho_adobe inventory` lists them",
            )
    return [by_id[id_] for id_ in (flows or by_id)]


def _collected(importer: Importer, wanted: Sequence[Pipe], there: set[str]) -> dict[str, str]:
    """Collect what can be imported, and return why the rest cannot, by the dataflow's id."""
    from zoho_adobe.errors import AdoptionError

    reasons = {}
    for pipe in wanted:
        if pipe.connection_id not in there:
            reasons[pipe.flow.id] = f"the base connection {pipe.connection_id} that it reads through is not imported"
            continue
        try:
            importer.add(pipe)
        except AdoptionError as error:
            reasons[pipe.flow.id] = str(error)
    return reasons


def _say(said: Mapping[str, Any], names: Mapping[str, str], *, as_json: bool) -> None:
    from zoho_adobe.cli.display import Display
    from zoho_adobe.redaction import redact
    from zoho_adobe.verification import Status

    if as_json:
        sys.stdout.write(redact(json.dumps(said, indent=2)) + "\n")
        return
    display = Display()
    for resource, id_ in said["imported"].items():
        display.mark(Status.OK, f"{id_} is in the state as {resource!r}")
    for id_, reason in said["refused"].items():
        display.mark(Status.FAILED, f"{names.get(id_, '')!r} ({id_}) is not imported: {reason}")
    if not said["imported"]:
        display.line("Nothing to import.")
        return
    display.line("Add these lines to the program; `pulumi preview` then shows no change.")
    sys.stdout.write(redact(said["program"]) + "\n")
