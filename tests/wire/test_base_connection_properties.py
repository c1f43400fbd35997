"""Whatever happens, in whatever order: one live object a resource, a state that tells the truth, no secret shown.

Hypothesis draws the order of drifts, faults, changes, refreshes and deletes. `ZOHO_ADOBE_LONG=1` looks for longer.
"""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from emulator import launch
from tests.support.effort import LONG
from tests.support.tenant import Tenant
from tests.support.wire.deployment import Deployment
from tests.support.wire.plugin import Plugin, Refused

WORDS = st.sampled_from(["Zoho CRM", "Zoho", "CRM of Süd", "x" * 200])
DESCRIPTIONS = st.sampled_from(["", "Made by a test", "Another one"])
FAULTS = st.sampled_from(
    [
        {"kind": "drop_before"},
        {"kind": "drop_after"},
        {"kind": "truncate"},
        {"kind": "html"},
        {"kind": "garbage_json"},
        {"kind": "expired_token"},
        {"kind": "status", "status": 500},
        {"kind": "status", "status": 500, "after_work": True},
        {"kind": "status", "status": 403},
        {"kind": "status", "status": 404},
        {"kind": "status", "status": 429, "headers": {"Retry-After": "0"}},
        {"kind": "change_behind"},
    ]
)


class Life(RuleBasedStateMachine):
    """A stack with one base connection, and all that can happen to it."""

    plugin: Plugin
    emulator: launch.Emulator

    @initialize()
    def begin(self) -> None:
        """Begin with an organization in which nothing exists."""
        self.tenant = Tenant.create(self.emulator)
        self.deployment = Deployment.of(self.plugin, self.tenant)
        self.unseen = False

    @property
    def live(self) -> list[dict[str, Any]]:
        """What exists."""
        return self.tenant.connections()

    @rule(name=WORDS, description=DESCRIPTIONS)
    def change_program(self, name: str, description: str) -> None:
        """Edit the program."""
        self.deployment.program |= {"name": name, "description": description}

    @rule()
    def rotate(self) -> None:
        """Let Zoho issue another secret, and write it into the program."""
        self.deployment.program["client_secret"] = self.tenant.new_zoho_secret()

    @precondition(lambda self: self.live)
    @rule(name=WORDS)
    def drift(self, name: str) -> None:
        """Rename it behind the stack's back."""
        self.tenant.edit(self.live[0]["id"], {"op": "replace", "path": "/name", "value": f"{name} by hand"})
        self.unseen = True

    @precondition(lambda self: self.deployment.state is not None and self.live)
    @rule()
    def vanish(self) -> None:
        """Delete it behind the stack's back."""
        self.tenant.remove(self.live[0]["id"])
        self.unseen = True

    @rule(fault=FAULTS, skip=st.integers(0, 3))
    def order_fault(self, fault: dict[str, Any], skip: int) -> None:
        """Let one of the next requests go wrong."""
        self.tenant.fault(**fault, skip=skip)
        # One of them changes the object behind the stack's back, whenever it hits.
        self.unseen |= fault["kind"] == "change_behind"

    @rule()
    def up(self) -> None:
        """Update; what cannot be done is refused, and the state stays as it is."""
        with contextlib.suppress(Refused):
            self.deployment.up()
            if not self.unseen:
                self.assert_truth()

    @precondition(lambda self: self.deployment.state is not None)
    @rule()
    def replace(self) -> None:
        """Replace, as with `pulumi up --replace`."""
        with contextlib.suppress(Refused):
            self.deployment.up(replace=True)

    @precondition(lambda self: self.deployment.state is not None)
    @rule()
    def refresh(self) -> None:
        """Take over what exists."""
        with contextlib.suppress(Refused):
            self.deployment.refresh()

    @rule()
    def destroy(self) -> None:
        """Delete what the state knows."""
        with contextlib.suppress(Refused):
            self.deployment.destroy()

    @invariant()
    def one_object(self) -> None:
        """There is never a second object."""
        if hasattr(self, "tenant"):
            assert len(self.live) <= 1, [item["name"] for item in self.live]

    def assert_truth(self) -> None:
        """One object exists; it is what the program asks for and what the state says."""
        (found,) = self.live
        state, program = self.deployment.deployed, self.deployment.program
        assert found["id"] == state.id
        assert found["name"] == state.outputs["full_name"] == f"{program['name']} {program['suffix']}"
        assert found.get("description", "") == state.outputs.get("description", "") == program["description"]
        assert found["auth"]["params"]["clientSecret"] == program["client_secret"]
        assert found["etag"] == state.outputs["etag"]

    def teardown(self) -> None:
        """Without faults, a refresh and an up end well whatever came before; a destroy leaves nothing."""
        if not hasattr(self, "tenant"):
            return
        self.tenant.emulator.control("DELETE", f"/faults?organization={self.tenant.organization}")
        self.settle()
        self.assert_truth()
        assert self.deployment.up() == []
        self.deployment.destroy()
        assert self.live == []
        self.plugin.assert_no_secret(self.tenant.canaries)

    def settle(self) -> None:
        """Do what a person does after a failure."""
        for item in self.live:
            # A leftover that somebody renamed is nobody's any more.
            if self.deployment.state is None and not item["name"].endswith(self.deployment.program["suffix"]):
                self.tenant.remove(item["id"])
        if self.deployment.state is not None:
            self.deployment.refresh()
        self.deployment.up()


@pytest.mark.xdist_group("properties")
def test_any_order_of_events_ends_well(plugin_process: Plugin, emulator: launch.Emulator) -> None:
    Life.plugin, Life.emulator = plugin_process, emulator
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=200 if LONG else 6,
            stateful_step_count=20 if LONG else 8,
            deadline=None,
            derandomize=not LONG,
            phases=[Phase.generate, Phase.shrink] if LONG else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
