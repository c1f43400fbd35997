"""The `exports` document: what it means, and that the reader and the published schema refuse the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from tests.support.exporter.documents import column, deletes, document, table, target
from tests.support.stack import PROJECT
from zoho_adobe.errors import InputError
from zoho_adobe.exporter.document import read_exports

SCHEMA = json.loads((PROJECT / "docs" / "exports-1.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_example_is_one() -> None:
    text = (PROJECT / "docs" / "exports-1.example.json").read_text()
    VALIDATOR.validate(json.loads(text))
    assert read_exports(text).tables


def test_a_document_is_read() -> None:
    given = document(table(deletes=deletes()), table("Notes_2", createdBy=None, modifiedBy=None))
    VALIDATOR.validate(given)
    exports = read_exports(json.dumps(given))
    contacts, notes = exports.tables
    assert (exports.zone.container, exports.zoho.api_url) == ("dlz-user-container", "https://www.zohoapis.eu")
    assert [(item.name, item.header) for item in contacts.columns][2] == ("Email", "email_address")
    assert (contacts.schedule_seconds, contacts.whole_every_days) == (86_400, 30)
    assert contacts.deletes is not None
    assert contacts.deletes.target.path == "zoho/contacts_deleted"
    assert (notes.created_by, notes.modified_by, notes.deletes) == ("", "", None)


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ({"frequency": "once"}, 0),
        ({"frequency": "minute", "interval": 15}, 900),
        ({"frequency": "week", "interval": None}, 604_800),
    ],
)
def test_schedules(schedule: dict[str, Any], seconds: int) -> None:
    given = document(table(schedule=schedule))
    VALIDATOR.validate(given)
    assert read_exports(json.dumps(given)).tables[0].schedule_seconds == seconds


def _set(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(given: dict[str, Any]) -> None:
        place: Any = given
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


def _drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(given: dict[str, Any]) -> None:
        place: Any = given
        for key in path[:-1]:
            place = place[key]
        del place[path[-1]]

    return change


MALFORMED = [
    (_drop("version"), "exports.version: it is missing"),
    (_set("version", value=2), "exports.version: this release of zoho-adobe reads version 1, not 2"),
    (_set("version", value=True), "exports.version"),
    (_set("organization", value="acme"), "exports.organization: 'acme' is not valid here"),
    (_set("sandbox", value="Dev"), "exports.sandbox"),
    (_set("platformUrl", value=1), "exports.platformUrl"),
    (_set("zone", value=[]), "exports.zone: it is not an object"),
    (_set("zone", "provider", value="gcp"), "exports.zone.provider"),
    (_set("zone", "daysToLive", value="7"), "exports.zone.daysToLive: '7' is not a whole number from 1 to 3650"),
    (_set("zone", "manifests", value="/zoho"), "exports.zone.manifests"),
    (_drop("zoho", "apiUrl"), "exports.zoho.apiUrl: it is missing"),
    (_set("tables", value=[]), "exports.tables: it is not a list with at least one entry"),
    (_set("tables", 0, "module", value="Con tacts"), "exports.tables[0].module"),
    (_set("tables", 0, "path", value="zoho/../x"), "exports.tables[0].path"),
    (_set("tables", 0, "path", value="zoho/con:tacts"), "exports.tables[0].path"),
    (_set("tables", 0, "datasetId", value=""), "exports.tables[0].datasetId"),
    (_set("tables", 0, "columns", 1, "header", value="Last Name"), "exports.tables[0].columns[1].header"),
    (_set("tables", 0, "columns", 1, "header", value="a.b"), "exports.tables[0].columns[1].header"),
    (_drop("tables", 0, "columns", 0), "exports.tables[0].columns: there is no column named 'id'"),
    (_set("tables", 0, "wholeEveryDays", value=-1), "exports.tables[0].wholeEveryDays"),
    (_set("tables", 0, "schedule", "frequency", value="month"), "exports.tables[0].schedule.frequency"),
    (_set("tables", 0, "deletes", value="mark"), "exports.tables[0].deletes: it is not an object"),
    (_set("tables", 0, "clientSecret", value="x"), "exports.tables[0].clientSecret: this release of zoho-adobe does"),
    (_set("refreshToken", value="x"), "exports.refreshToken: this release of zoho-adobe does not know it"),
]


@pytest.mark.parametrize(("change", "said"), MALFORMED, ids=[said for _, said in MALFORMED])
def test_reader_and_schema_refuse_the_same(change: Callable[[dict[str, Any]], None], said: str) -> None:
    given = copy.deepcopy(document())
    change(given)
    assert not VALIDATOR.is_valid(given)
    with pytest.raises(InputError) as raised:
        read_exports(json.dumps(given))
    assert str(raised.value).startswith(said)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (document(table(), table("Deals", path="zoho/contacts")), "are not apart"),
        (document(table(), table("Deals", path="zoho/contacts/deals")), "are not apart"),
        (document(table(path="zoho")), "are not apart"),
        (document(table(path="zoho/_manifests/contacts")), "are not apart"),
        (document(table(deletes=deletes("zoho/contacts"))), "are not apart"),
        (document(table(), table("Deals", name="Contacts")), "two tables have the name 'Contacts'"),
        (document(table(), table(name="Again", path="zoho/again")), "two tables have the module and dataset"),
        (document(table(columns=[column("id"), column("A"), column("A", header="B")])), "have the name 'A'"),
        (document(table(columns=[column("id"), column("A"), column("B", header="A")])), "have the header 'A'"),
        (document(table(deletes=deletes(timeHeader="id"))), "timeHeader: it is the same as idHeader"),
    ],
)
def test_what_no_schema_can_say_is_refused(given: dict[str, Any], said: str) -> None:
    VALIDATOR.validate(given)
    with pytest.raises(InputError, match=said):
        read_exports(json.dumps(given))


def test_folders_that_only_begin_alike_are_apart() -> None:
    given = document(table(), table("Deals", **target("zoho/contacts-2", "d2")), table("Leads", path="zoho/contacts2"))
    assert len(read_exports(json.dumps(given)).tables) == 3


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000])
def test_what_is_not_json_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="the document is not JSON"):
        read_exports(text)
