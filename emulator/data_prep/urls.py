"""Paths of the emulated Data Prep."""

from __future__ import annotations

from emulator.core.http import Route
from emulator.data_prep.responses import ROOT, DataPrepResponses


def routes(responses: DataPrepResponses) -> list[Route]:
    """List the routes below the platform's root."""
    one = ROOT + "/mappingSets/{id}"
    return [
        Route("GET", ROOT + "/mappingSets", responses.list_all),
        Route("POST", ROOT + "/mappingSets", responses.create),
        Route("GET", one, responses.get),
        Route("PUT", one, responses.replace),
        Route("DELETE", one, responses.delete),
        Route("POST", ROOT + "/languages/el/validate", responses.validate),
    ]
