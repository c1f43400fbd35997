"""What the engine does with one resource: its steps, and the state that it keeps between them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.tenant import Tenant
from tests.support.wire.plugin import Plugin, Props, Provider

SUFFIX = "5f0c9a1b"


def settings_of(tenant: Tenant, **changes: str) -> Props:
    """Return the config of a stack that works in a tenant."""
    values = {
        "organization": tenant.organization,
        "sandbox": "dev",
        "platformUrl": tenant.adobe,
        "imsUrl": tenant.ims,
        "clientId": tenant.client_id,
        "clientSecret": tenant.client_secret,
        **changes,
    }
    return {f"zoho-adobe:{key}": value for key, value in values.items() if value}


def program(tenant: Tenant, **changes: object) -> Props:
    """Return the inputs of a program's base connection; None leaves one out."""
    values = {
        "name": "Zoho CRM",
        "suffix": SUFFIX,
        "description": "Made by a test",
        "data_center": "us",
        "accounts_url": tenant.zoho["accounts"],
        "endpoint": "crm.zoho.com/crm/private",
        "client_id": tenant.zoho["client_id"],
        "client_secret": tenant.zoho["client_secret"],
        "refresh_token": tenant.zoho["refresh_token"],
        **changes,
    }
    return {key: value for key, value in values.items() if value is not None}


@dataclass
class State:
    """What the engine keeps of a resource."""

    id: str
    inputs: Props
    outputs: Props


@dataclass
class Deployment:
    """A stack with one resource, a base connection by default; each command has a provider that knows nothing yet."""

    plugin: Plugin
    tenant: Tenant
    config: Props
    program: Props
    lifecycle: str = "base_connection BaseConnectionLifecycle"
    state: State | None = None
    steps: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, plugin: Plugin, tenant: Tenant, **changes: object) -> Deployment:
        """Make one that is not deployed yet."""
        return cls(plugin, tenant, settings_of(tenant), program(tenant, **changes))

    @property
    def deployed(self) -> State:
        """The state, which must be there."""
        assert self.state is not None
        return self.state

    def provider(self) -> Provider:
        """Return a provider as a new command has it."""
        return self.plugin.fresh_provider(self.config, self.lifecycle)

    def up(self, *, replace: bool = False) -> list[str]:
        """Update, and give the steps that were done."""
        self.steps = []
        provider = self.provider()
        if self.state is None:
            self._create(provider)
            return self.steps
        inputs = self._check(provider, self.state.inputs)
        replaces = provider.diff(self.state.id, self.state.outputs, inputs)
        if replace or replaces:
            # The engine checks the replacement once more, as if nothing had been there.
            self._check(provider, {})
            self._delete(provider)
            self._create(provider)
        elif inputs != self.state.inputs:
            self._step("update", lambda state: provider.update(state.id, state.outputs, inputs))
            self.state.inputs = inputs
        return self.steps

    def refresh(self) -> list[str]:
        """Take over what exists into the state, and give what was seen."""
        self.steps = []
        provider = self.provider()
        state = self.deployed
        found = provider.read(state.id, state.outputs)
        if not found.id:
            self.steps.append("gone")
            self.state = None
            return self.steps
        inputs = state.inputs if found.inputs is None else found.inputs
        if inputs != state.inputs:
            self.steps.append("drift")
        self.state = State(found.id, inputs, found.outputs)
        return self.steps

    def destroy(self) -> None:
        """Delete what is in the state."""
        if self.state is not None:
            self._delete(self.provider())

    def _check(self, provider: Provider, olds: Props) -> Props:
        checked = provider.check(self.program, olds)
        assert checked.failures == []
        return checked.inputs

    def _create(self, provider: Provider) -> None:
        inputs = self._check(provider, {})
        id_, outputs = provider.create(inputs)
        self.state = State(id_, inputs, outputs)
        self.steps.append("create")

    def _delete(self, provider: Provider) -> None:
        state = self.deployed
        provider.delete(state.id, state.outputs)
        self.state = None
        self.steps.append("delete")

    def _step(self, name: str, work: Callable[[State], Props]) -> None:
        state = self.deployed
        state.outputs = work(state)
        self.steps.append(name)
