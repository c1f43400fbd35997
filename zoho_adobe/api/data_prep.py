"""Adobe's Data Prep: mapping sets, which say which field each column goes to.

Source: https://experienceleague.adobe.com/en/docs/experience-platform/data-prep/api/mapping-set
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zoho_adobe.api.ims import Ims
from zoho_adobe.api.platform import PlatformService
from zoho_adobe.api.transport import Answer
from zoho_adobe.settings import Settings

_PAGE = 100


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A mapping set as Data Prep shows it.

    Attributes:
        id: its id.
        version: its version.
        schema_id: the `$id` of the schema it maps to.
        mappings: the column, or expression over columns, by the path of the field it goes to.
    """

    id: str
    version: int
    schema_id: str
    mappings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MadeMappingSet:
    """What Data Prep answers to a request that made a mapping set.

    Attributes:
        id: its id.
        version: its version.
    """

    id: str
    version: int


class DataPrep(PlatformService):
    """Mapping sets, in one sandbox.

    Args:
        settings: the organization's settings.
        ims: where access tokens come from.
        sandbox: the sandbox to work in.
    """

    def __init__(self, settings: Settings, ims: Ims, sandbox: str) -> None:
        super().__init__("Data Prep", "/data/foundation/conversion", settings, ims, sandbox)

    def create_mapping_set(self, schema_id: str, mappings: Mapping[str, str]) -> MadeMappingSet:
        """Make a mapping set.

        Args:
            schema_id: the `$id` of the schema to map to.
            mappings: the column, or expression over columns, by the path of the field it goes to.

        Raises:
            LostAnswerError: no whole answer came, so it may have been made.
            RejectedError: Data Prep does not accept it, such as for a field that the schema does not have.
        """
        body = {
            "version": 0,
            "xdmSchema": schema_id,
            "xdmVersion": "1.0",
            "id": None,
            "mappings": [_wire(destination, mappings[destination]) for destination in sorted(mappings)],
        }
        return self.post("/mappingSets", f"a mapping set of the schema {schema_id}", body, _made)

    def wrong_expression(self, expression: str) -> str:
        """Ask Data Prep what is wrong with an expression.

        Args:
            expression: the expression, such as `lower(Email)`.

        Returns:
            What Data Prep says of it; empty if it is valid.
        """
        doing = f"validating the expression {expression!r}"
        body = self.call("POST", "/languages/el/validate", doing, body={"expression": expression}).json_object()
        return str(body.get("error") or "Data Prep does not accept it") if body.get("valid") is False else ""

    def mapping_set(self, mapping_set_id: str) -> MappingSet:
        """Read a mapping set.

        Raises:
            NotFoundError: it does not exist in this sandbox.
        """
        path = f"/mappingSets/{mapping_set_id}"
        answer = self.call("GET", path, f"reading the mapping set {mapping_set_id}")
        return _mapping_set(answer.json_object())

    def mapping_sets(self) -> Iterator[MappingSet]:
        """List all mapping sets of the sandbox, the newest first, page by page."""
        # "start" counts pages, not entries.
        for start in itertools.count():
            params = [("limit", str(_PAGE)), ("start", str(start)), ("orderBy", "-createdDate")]
            answer = self.call("GET", "/mappingSets", "a list of mapping sets", params=params)
            items = answer.json_object().get("data")
            if not isinstance(items, list):
                raise answer.unreadable("no list of mapping sets")
            for item in items:
                if isinstance(item, dict) and item.get("id"):
                    yield _mapping_set(item)
            if len(items) < _PAGE:
                return


def _wire(destination: str, source: str) -> dict[str, Any]:
    # An attribute is the name of a column: only what is said to be an expression is evaluated.
    if "(" in source:
        return {"sourceType": "EXPRESSION", "source": source, "destination": destination}
    return {
        "destinationXdmPath": destination,
        "sourceAttribute": source,
        "identity": False,
        "identityGroup": None,
        "namespaceCode": None,
        "version": 0,
    }


def _made(answer: Answer) -> MadeMappingSet:
    body = answer.json_object()
    if not isinstance(body.get("id"), str) or not body["id"]:
        raise answer.unreadable("no id")
    return MadeMappingSet(body["id"], int(body.get("version") or 0))


def _mapping_set(item: dict[str, Any]) -> MappingSet:
    """Read a mapping set in its older or its newer form."""
    output = item.get("outputSchema")
    reference = output.get("schemaRef") if isinstance(output, dict) else None
    schema_id = item.get("xdmSchema") or (reference.get("id") if isinstance(reference, dict) else "")
    mappings = item.get("mappings")
    pairs = [part for part in mappings if isinstance(part, dict)] if isinstance(mappings, list) else []
    return MappingSet(
        id=str(item.get("id") or ""),
        version=int(item.get("version") or 0),
        schema_id=str(schema_id or ""),
        mappings={
            str(part.get("destinationXdmPath") or part.get("destination") or ""): str(
                part.get("sourceAttribute") or part.get("source") or ""
            )
            for part in pairs
        },
    )
