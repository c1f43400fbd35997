"""Paths of the emulated Schema Registry."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.schema_registry.descriptor_responses import PATH, DescriptorResponses
from emulator.schema_registry.responses import PATHS, ROOT, SchemaRegistryResponses


def routes(responses: SchemaRegistryResponses) -> list[Route]:
    """List the routes below the platform's root."""
    all_of_kind = f"{ROOT}/tenant/{{kind:{'|'.join(PATHS)}}}"
    one = all_of_kind + "/{id}"
    return [
        Route("GET", ROOT + "/stats", responses.stats),
        Route("GET", all_of_kind, responses.list_all),
        # As `aepp` asks for it.
        Route("GET", all_of_kind + "/", responses.list_all),
        Route("POST", all_of_kind, responses.create),
        Route("GET", one, responses.look_up),
        Route("PUT", one, responses.replace),
        Route("PATCH", one, responses.patch),
        Route("DELETE", one, responses.delete),
    ]


def descriptor_routes(responses: DescriptorResponses) -> list[Route]:
    """List the routes of descriptors."""
    return [
        Route("GET", PATH, responses.list_all),
        # As `aepp` asks for it.
        Route("GET", PATH + "/", responses.list_all),
        Route("POST", PATH, responses.create),
        Route("GET", PATH + "/{id}", responses.look_up),
        Route("PUT", PATH + "/{id}", responses.replace),
        Route("DELETE", PATH + "/{id}", responses.delete),
    ]
