"""Long life: what earlier releases wrote into a state is read, changed and deleted by this one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support import states
from tests.support.stack import Stack

KEPT = sorted(path.stem for path in states.FOLDER.glob("state-*.json"))


@pytest.mark.parametrize("name", KEPT)
def test_a_kept_state_goes_on(stack: Stack, name: str) -> None:
    states.restore(stack, name)
    id_ = stack.tenant.connection()["id"]
    assert stack.preview("--expect-no-changes").steps() == {}
    stack.run("refresh", "--preview-only", "--expect-no-changes", "--stack", stack.name, "--non-interactive")
    stack.refresh("--expect-no-changes")
    secret = stack.tenant.new_zoho_secret()
    stack.set_secret("zohoClientSecret", secret)
    assert stack.up().steps() == {"zoho-crm": "update"}
    assert stack.tenant.connection()["id"] == id_
    assert stack.tenant.connection()["auth"]["params"]["clientSecret"] == secret
    assert stack.resource("zoho-crm")["outputs"]["schema_version"] == 1
    assert stack.preview("--expect-no-changes").steps() == {}
    stack.destroy()
    assert stack.tenant.connections() == []


@pytest.mark.parametrize("name", KEPT[:-1])
def test_a_kept_state_is_destroyed_without_an_update_before(stack: Stack, name: str) -> None:
    states.restore(stack, name)
    stack.destroy()
    assert stack.tenant.connections() == []


def test_what_is_written_today_is_kept(stack: Stack) -> None:
    stack.up()
    (written,) = _connections(states.export(stack))
    (kept,) = _connections(json.loads((states.FOLDER / f"{KEPT[-1]}.json").read_text()))
    for key in ("type", "urn", "inputs", "outputs"):
        assert _without_seed(written[key]) == _without_seed(kept[key]), (
            "another shape needs another schema_version, an upgrade, and a state-<version>.json"
        )


def test_a_state_of_a_newer_release_is_refused(stack: Stack) -> None:
    stack.up()
    state = json.loads(stack.run("stack", "export", "--stack", stack.name).out)
    (resource,) = _connections(state)
    resource["outputs"]["schema_version"] = 2
    stack.run("stack", "import", "--stack", stack.name, words_in=json.dumps(state))
    for lines in (stack.preview(fails=True).error_lines(), stack.destroy(fails=True).error_lines()):
        assert any("newer release of zoho-adobe (shape 2, this one knows up to 1)" in line for line in lines)
    assert len(stack.tenant.connections()) == 1


def _connections(state: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for item in state["deployment"]["resources"] if item["type"].endswith(":BaseConnection")]


def _without_seed(value: Any) -> Any:
    """Leave out what is another one in each run."""
    if not isinstance(value, dict):
        return value
    return {key: item for key, item in value.items() if key not in ("suffix", "full_name", "entry")}
