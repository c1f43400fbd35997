"""What every dynamic provider of this package shares: the engine's methods, and what must happen in each of them.

The engine runs a provider in a process of its own, many calls at a time, and finds it by a path that is in every user's
state: see `zoho_adobe.dynamic`. A provider object is stateless but for its configuration and what this process learned.

A resource has no method that the engine calls. It declares its inputs and implements hooks, each of which gets the
call: `examine`, `replaces`, `make`, `show`, `patch` and `remove`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar, final

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from zoho_adobe.errors import InputError, NotFoundError, SettingError
from zoho_adobe.log import show_if_asked
from zoho_adobe.redaction import forbid_core_dumps, protect, redact
from zoho_adobe.resources import entries, schema_version
from zoho_adobe.resources.call import Call, same_organization
from zoho_adobe.resources.calls import allow_more_calls
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.edge import notice, one_line, whole_numbers
from zoho_adobe.resources.engine_life import watch_engine
from zoho_adobe.resources.inputs import Declaration
from zoho_adobe.resources.looking import gone, without_its_base
from zoho_adobe.session import Session
from zoho_adobe.settings import CREDENTIAL_VARIABLES, NAMESPACE, Settings, read_settings

C = TypeVar("C", bound="Call[Any]")

SETTING_KEYS = (
    "organization",
    "sandbox",
    "platformUrl",
    "imsUrl",
    "scopes",
    "region",
    "requestTimeout",
    "allowedHosts",
    *CREDENTIAL_VARIABLES,
    *(f"{key}Env" for key in CREDENTIAL_VARIABLES),
)
"""The settings of a provider, by their names in its configuration."""


class Lifecycle(ResourceProvider, Generic[C]):
    """Base of the dynamic providers."""

    # The reference to the provider holds nothing secret, and a diff of it should be readable.
    serialize_as_secret_always = False

    declaration: Declaration
    """The resource's inputs and outputs."""
    noun: str
    """What the objects are called in messages, such as "connection"."""
    calls: type[C]
    """What the hooks get."""

    schema_version: ClassVar[int] = 1
    """The shape of the properties in the state; a new one needs an `upgrade`, and a state of it in the tests."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session()
        self.entries = entries.Entries()
        self.configured: Mapping[str, Any] = {}

    # --- the engine's methods ---------------------------------------------------------------------------------------

    @final
    def configure(self, req: ConfigureRequest) -> None:
        """Keep the configuration; whether it is complete is asked when it is needed."""
        forbid_core_dumps()
        show_if_asked()
        allow_more_calls()
        watch_engine(self.session, sys.argv[1:])
        keys = (f"{NAMESPACE}:{key}" for key in SETTING_KEYS)
        self.configured = {key: req.config.get(key) for key in keys}

    @final
    @one_line
    def check(self, _olds: Props, news: Props) -> CheckResult:
        """Check the inputs without any network, and complete them."""
        call = self._call("", _olds, news)
        problems: list[InputError] = []
        inputs = self.complete(call.olds, call.news, problems)
        self.entries.check(inputs)
        # With a property's name the engine would print the property's value too, a secret one in clear.
        return CheckResult(inputs, [CheckFailure("", redact(str(problem))) for problem in problems])

    @final
    @one_line
    def diff(self, _id: str, _olds: Props, _news: Props) -> DiffResult:
        """Name the inputs that replace the object; the engine compares the rest itself."""
        call = self._in_place(self._call(_id, _olds, _news))
        replaces = self.replaces(call)
        self.entries.compare(call.id, call.olds, call.news, replaces=bool(replaces))
        return DiffResult(changes=None, replaces=replaces)

    @final
    @one_line
    def create(self, props: Props) -> CreateResult:
        """Make the object, or take over what a create made whose answer was lost."""
        call = self._call("", {}, props)
        try:
            id_, outputs = self.make(call)
        except NotFoundError as error:
            raise without_its_base(self.noun, error) from None
        finally:
            self.changed(call)
        self.entries.make(id_)
        mark = {entries.KEY: entries.new_mark()} if self.declaration.name else {}
        return CreateResult(id_, {**outputs, **mark, schema_version.KEY: self.schema_version})

    @final
    @one_line
    def read(self, id_: str, props: Props) -> ReadResult:
        """Read the object where the state says it is, and give drift back as inputs."""
        call = self._in_place(self._call(id_, props, {}))
        found = self.show(call)
        if found is None:
            return ReadResult(None, {})
        found.outs = self._recorded(call, found.outs or {})
        return found

    @final
    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Change what the program changes."""
        call = self._call(_id, _olds, _news)
        try:
            return UpdateResult(self._recorded(call, self.patch(call)))
        except NotFoundError:
            raise gone(self.noun, call.id, call.sandbox) from None
        finally:
            self.changed(call)

    @final
    @one_line
    def delete(self, _id: str, _props: Props) -> None:
        """Delete the object, unless another entry of the state holds it."""
        call = self._call(_id, _props, {})
        if self.declaration.name and self.entries.outlive(call.id, call.olds):
            notice(
                f"the {self.noun} {self.full_name(call.olds)!r} ({_id}) stays: another resource of the program manages "
                "it, so only this entry leaves the state"
            )
            return
        try:
            self.remove(call)
        finally:
            self.changed(call)

    # --- hooks --------------------------------------------------------------------------------------------------------

    def upgrade(self, props: Props, _version: int) -> Props:
        """Turn properties of an earlier shape into those of the next one.

        Inputs from the state come without a version, as shape 0, whatever wrote them: a step must leave alone what is
        in the next shape already.

        Args:
            props: the properties as the state has them.
            _version: their version.

        Returns:
            The properties of the version after it. Shape 1 has those of shape 0.
        """
        return props

    def examine(self, olds: Props, news: Props, inputs: Props, problems: list[InputError]) -> None:
        """Check, without any network, what the declaration of the inputs does not say, and complete the inputs.

        Args:
            olds: the inputs of the last update, empty for a new or replaced resource.
            news: the inputs that the program gives; a value may be unknown in a preview.
            inputs: those of them that the state keeps, with defaults; to complete in place.
            problems: where to put what is wrong.
        """

    def replaces(self, call: C) -> list[str]:
        """Name the inputs whose change replaces the object; raise where a change is refused."""
        return self.declaration.replaced_by(call.olds, call.news)

    def make(self, call: C) -> tuple[str, Props]:
        """Make the object; returns its id and outputs."""
        raise NotImplementedError

    def show(self, call: C) -> ReadResult | None:
        """Read the object; None if it is gone."""
        raise NotImplementedError

    def patch(self, call: C) -> Props:
        """Change the object and return its outputs; where every change that matters replaces, it stays as it is.

        Raises:
            NotFoundError: it does not exist.
        """
        kept = {key: value for key, value in call.olds.items() if key not in self.declaration.keys}
        return {**kept, **call.news}

    def remove(self, call: C) -> None:
        """Delete the object; it may be gone already."""
        raise NotImplementedError

    def changed(self, call: C) -> None:
        """Note that a call has written something, or may have."""

    # --- what hooks use -----------------------------------------------------------------------------------------------

    def settings(self) -> Settings:
        """Return the settings of this provider instance.

        Raises:
            SettingError: one is missing, malformed or contradicted.
        """
        return read_settings(self.configured, os.environ)

    def complete(self, olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Check the inputs and complete them.

        Args:
            olds: the inputs of the last update, empty for a new or replaced resource.
            news: the inputs that the program gives; a value may be unknown in a preview.
            problems: where to put what is wrong.

        Returns:
            The inputs as they go into the state.
        """
        inputs = self.declaration.given(news)
        self.declaration.check(inputs, problems)
        self.examine(olds, news, inputs, problems)
        if self.declaration.placed:
            try:
                settings = self.settings()
            except SettingError as error:
                problems.append(error)
            else:
                inputs |= {"sandbox": settings.sandbox, "organization": settings.organization}
        return inputs

    def full_name(self, props: Mapping[str, Any]) -> str:
        """Return an object's name as the service has it, with its suffix."""
        return self.declaration.full_name(props)

    def outputs(self, inputs: Mapping[str, Any], **more: Any) -> Props:
        """Return what the state keeps: the inputs, since a read sees outputs only, the full name, and more."""
        name = self.declaration.name
        full_name = {f"full_{name}": self.full_name(inputs)} if name else {}
        return {**self.declaration.kept(inputs), **full_name, **more}

    def seen(self, props: Mapping[str, Any], full_name: str, description: str) -> Props:
        """Return an object's inputs with the name and the description that the service shows.

        Args:
            props: its properties in the state.
            full_name: its name at the service.
            description: its description there, empty if it has none.
        """
        inputs = self.declaration.kept(props)
        ending = f" {props['suffix']}" if props.get("suffix") else ""
        inputs[self.declaration.name] = full_name.removesuffix(ending)
        if not full_name.endswith(ending):
            # Taken away by hand, which the name alone would not always show.
            inputs.pop("suffix", None)
        inputs.pop("description", None)
        return {**inputs, "description": description} if description else inputs

    # --- what every call goes through ---------------------------------------------------------------------------------

    def _call(self, id_: str, olds: Props, news: Props) -> C:
        """Take over a call's arguments: in today's shape, as they were before the wire, and secrets registered."""
        olds = schema_version.upgraded(whole_numbers(olds), self.schema_version, self.upgrade)
        call = self.calls(self.settings, id_, olds, whole_numbers(news))
        for props in (call.olds, call.news):
            protect(*(value for key in self.declaration.secrets if isinstance(value := props.get(key), str)))
        return call

    def _in_place(self, call: C) -> C:
        """Make sure, before any hook sees it, that an object is in the configured organization."""
        if self.declaration.placed:
            same_organization(self.settings(), call.olds)
        return call

    def _recorded(self, call: C, outputs: Props) -> Props:
        """Return outputs with their version, and with the entry's mark where the state has such an entry."""
        mark = {}
        if self.declaration.name and f"full_{self.declaration.name}" in call.olds:
            mark = {entries.KEY: call.olds.get(entries.KEY) or entries.new_mark()}
        return {**outputs, **mark, schema_version.KEY: self.schema_version}
