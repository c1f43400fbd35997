"""The outputs that other stacks build on: what was released stays, and what a stack lacks is said in one line."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.support.gitops.examples import example
from tests.support.stack import PROGRAM, PROJECT, Stack

PAGE = (PROJECT / "docs" / "outputs.md").read_text()
EXAMPLE = (PROJECT / "examples" / "ingestion" / "__main__.py").read_text()
BY_FILES = (PROJECT / "examples" / "landing-zone" / "__main__.py").read_text()
# The page's tables, one after the other.
CONNECTION, TABLES, FILES, ADDRESSES = (
    dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", part, re.MULTILINE))
    for part in re.split("A stack that brings tables|With tables by files|The program of this repository", PAGE)
)
TYPES: dict[str, type] = {"integer": int, "string": str, "boolean": bool, "object": dict}


def types(outputs: dict[str, Any]) -> dict[str, type]:
    """Return the types of outputs by their names."""
    return {name: type(value) for name, value in outputs.items()}


@pytest.mark.parametrize(
    ("program", "documented"), [(PROGRAM, {**CONNECTION, **ADDRESSES}), (EXAMPLE, {**CONNECTION, **TABLES})]
)
def test_every_output_is_on_the_page(program: str, documented: dict[str, str]) -> None:
    assert re.findall(r'pulumi\.export\("(\w+)"', program) == list(documented)


def test_every_output_of_tables_by_files_is_on_the_page() -> None:
    exported = re.findall(r'pulumi\.export\("(\w+)"', BY_FILES)
    assert set(exported) <= {*TABLES, *FILES}
    assert set(exported) >= {*FILES}


def test_what_a_version_has_promised_stays() -> None:
    """A name or type that goes or changes needs another version, and a file for it; a new name needs neither."""
    version = re.search(r"version of this page: (\d+)", PAGE)
    assert version is not None
    assert f'pulumi.export("outputsVersion", {version.group(1)})' in PROGRAM
    assert f'pulumi.export("outputsVersion", {version.group(1)})' in EXAMPLE
    released = json.loads((PROJECT / "tests" / "data" / f"outputs-{version.group(1)}.json").read_text())
    assert CONNECTION.items() >= released["connection"].items()
    assert TABLES.items() >= released["tables"].items()


def test_a_connection_gives_what_the_page_says(stack: Stack) -> None:
    stack.up()
    assert types(stack.outputs()) == {name: TYPES[word] for name, word in {**CONNECTION, **ADDRESSES}.items()}


@pytest.mark.long
def test_a_stack_that_brings_tables_gives_them_too_and_others_build_on_it(stack: Stack) -> None:
    zoho = stack.tenant.zoho
    values = {
        "zoho-adobe:organization": stack.tenant.organization,
        "zoho-adobe:sandbox": "dev",
        "zohoAccountsUrl": zoho["accounts"],
        "zohoClientId": zoho["client_id"],
    }
    producer = example("ingestion", stack, **values)
    producer.set_secret("zohoClientSecret", zoho["client_secret"])
    producer.set_secret("zohoRefreshToken", zoho["refresh_token"])
    producer.up()
    outputs = producer.outputs()
    assert types(outputs) == {name: TYPES[word] for name, word in {**CONNECTION, **TABLES}.items()}
    for name in TABLES:
        assert types(outputs[name]) == {"Contacts": str, "Accounts": str, "Deals": str}

    # An output that goes stops whoever reads it, with one line that names it; and it works again once it is back.
    name = "organization/zoho-adobe-ingestion/ingestion"
    consumer = example("consumer", stack, producer=name)
    consumer.up()
    assert consumer.outputs()["connectionName"] == outputs["baseConnectionName"]
    producer.edit_program('"baseConnectionId"', '"connectionId"')
    producer.up()
    first, *_ = consumer.preview(fails=True).error_lines()
    assert first == (
        f"the stack {name} has no output 'baseConnectionId': ask its team to bring it back, or follow what replaces it"
    )
    producer.edit_program('"connectionId"', '"baseConnectionId"')
    producer.up()
    assert consumer.preview("--expect-no-changes").steps() == {}
