"""What every dynamic provider and every resource of this package shares.

The engine runs a provider in a process of its own, four calls at a time, and finds it by a path that is in every user's
state: see `zoho_adobe.dynamic`. A provider object is stateless but for its configuration and what this process learned.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, ConfigureRequest, ResourceProvider, UpdateResult
from pulumi.output import Unknown, contains_unknowns

from zoho_adobe.api.deadline import held, operation
from zoho_adobe.errors import InputError, SettingError, ZohoAdobeError
from zoho_adobe.log import show_if_asked, unexpected
from zoho_adobe.redaction import forbid_core_dumps, protect, redact, redacted_line
from zoho_adobe.resources.calls import allow_more_calls
from zoho_adobe.resources.schema_version import stamped, upgraded
from zoho_adobe.session import Session
from zoho_adobe.settings import CREDENTIAL_VARIABLES, NAMESPACE, Settings, read_settings

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients

P = ParamSpec("P")
R = TypeVar("R")

Props = dict[str, Any]

_LONGEST_NAME = 255

_SETTING_KEYS = (
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


class ProviderError(Exception):
    """What the engine is given to show: one line, with every secret masked."""


def one_line(method: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
    """Make a provider's method end in a result or in one redacted line, and put it under one deadline.

    What comes from the state reaches the method in today's shape, and what goes there says so.

    Args:
        method: a method that the engine calls.
    """

    @functools.wraps(method)
    def edge(self: Any, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.session.active():
            try:
                with operation():
                    # Whatever was an int before the wire comes as a float.
                    whole = tuple(_whole_numbers(arg) for arg in args)
                    known_args = upgraded(method.__name__, whole, self.schema_version, self.upgrade)
                    result = method(self, *known_args, **kwargs)
                    self.note(known_args, result)
                    return cast(R, stamped(result, self.schema_version))
            except ZohoAdobeError as error:
                message = str(error)
            except Exception as error:
                message = unexpected(error)
            raise ProviderError(redacted_line(message)) from None

    return cast(Callable[Concatenate[Any, P], R], edge)


class Lifecycle(ResourceProvider):
    """Base of the dynamic providers: configuration, the checking of inputs, and the edge to the engine."""

    # The reference to the provider holds nothing secret, and a diff of it should be readable.
    serialize_as_secret_always = False

    inputs: ClassVar[tuple[str, ...]] = ()
    """The inputs that the state keeps."""
    secrets: ClassVar[frozenset[str]] = frozenset()
    """The inputs that must never be shown."""

    schema_version: ClassVar[int] = 1
    """The shape of the properties in the state; a new one needs an `upgrade`, and a state of it in the tests."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session()
        self._configured: Mapping[str, Any] = {}

    def configure(self, req: ConfigureRequest) -> None:
        """Keep the configuration; whether it is complete is asked when it is needed."""
        forbid_core_dumps()
        show_if_asked()
        allow_more_calls()
        keys = (f"{NAMESPACE}:{key}" for key in _SETTING_KEYS)
        self._configured = {key: req.config.get(key) for key in keys}

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

    def note(self, _args: tuple[Any, ...], _result: object) -> None:
        """Notes what a call of the engine tells about the entries of the state.

        Args:
            _args: the call's arguments.
            _result: its result, before it goes to the engine.
        """

    def settings(self) -> Settings:
        """Give the settings of this provider instance.

        Raises:
            SettingError: one is missing, malformed or contradicted.
        """
        return read_settings(self._configured, os.environ)

    def clients(self) -> Clients:
        """Give the clients that this process shares.

        Raises:
            SettingError: a setting or credential is missing or malformed.
        """
        # The HTTP library is loaded here and not with the package: the program, and most previews, need none.
        from zoho_adobe.api.clients import clients_for

        settings = self.settings()
        settings.require_credentials()
        return clients_for(settings)

    def clients_of(self, props: Mapping[str, Any]) -> Clients:
        """Give the clients for an object of the state, after making sure that it is in the configured organization.

        Args:
            props: the object's outputs.

        Raises:
            SettingError: the state names another organization.
        """
        same_organization(self.settings(), props)
        return self.clients()

    @one_line
    def check(self, _olds: Props, news: Props) -> CheckResult:
        """Check the inputs without any network, and complete them."""
        self.protect(news)
        self.protect(_olds)
        problems: list[InputError] = []
        inputs = self.check_inputs(dict(_olds), news, problems)
        # With a property's name the engine would print the property's value too, a secret one in clear.
        failures = [CheckFailure("", redact(str(problem))) for problem in problems]
        return CheckResult(inputs, failures)

    @one_line
    def update(self, _id: str, _olds: Props, _news: Props) -> UpdateResult:
        """Take over the inputs: where every change that matters replaces, the object stays as it is.

        The SDK's own answer would empty the outputs.
        """
        kept = {key: value for key, value in _olds.items() if key not in self.inputs}
        return UpdateResult({**kept, **_news})

    def check_inputs(self, olds: Props, news: Props, problems: list[InputError]) -> Props:
        """Complete the inputs and collect what is wrong with them.

        Args:
            olds: the inputs of the last update, empty for a new or replaced resource.
            news: the inputs that the program gives; a value may be unknown in a preview.
            problems: where to put what is wrong.

        Returns:
            The inputs as they go into the state.
        """
        raise NotImplementedError

    def place(self, inputs: Props, problems: list[InputError]) -> None:
        """Write the provider's sandbox and organization into the inputs, so that a change of them shows.

        Args:
            inputs: where to write them.
            problems: where to report that they are missing or contradicted.
        """
        try:
            settings = self.settings()
        except SettingError as error:
            problems.append(error)
            return
        inputs["sandbox"] = settings.sandbox
        inputs["organization"] = settings.organization

    def protect(self, props: Mapping[str, Any]) -> None:
        """Register the secret values among properties, so that no message can hold them."""
        for key in self.secrets:
            value = props.get(key)
            if isinstance(value, str):
                protect(value)


def known(value: Any) -> bool:
    """Tell whether a value is given and known; in a preview it may depend on a resource that does not exist yet."""
    return value is not None and not isinstance(value, Unknown)


def is_unknown(value: Any) -> bool:
    """Tell whether a value is not known before the update."""
    return isinstance(value, Unknown)


def require_text(news: Props, fields: Iterable[str], problems: list[InputError]) -> None:
    """Report fields that are missing, empty, or not text.

    Args:
        news: the inputs.
        fields: the names of the fields that must hold text.
        problems: where to report.
    """
    for field in fields:
        value = news.get(field)
        if is_unknown(value):
            continue
        if value is None:
            problems.append(InputError(field, "it is missing", remedy=f"Pass {field}"))
        elif not isinstance(value, str):
            problems.append(InputError(field, f"it must be text, not {type(value).__name__}"))
        elif not value.strip():
            problems.append(InputError(field, "it is empty", remedy="Give it a value"))
        elif value != value.strip():
            problems.append(InputError(field, "it has spaces around it", remedy="Remove them"))


def require_bool(news: Props, fields: Iterable[str], problems: list[InputError]) -> None:
    """Report fields that are given and are neither True nor False.

    Args:
        news: the inputs.
        fields: the names of the fields.
        problems: where to report.
    """
    for field in fields:
        if known(news.get(field)) and not isinstance(news[field], bool):
            problems.append(InputError(field, f"{news[field]!r} is neither True nor False"))


def require_texts(news: Props, field: str, problems: list[InputError]) -> bool:
    """Report a field that is given and is no dictionary of texts.

    Args:
        news: the inputs.
        field: the field's name.
        problems: where to report.

    Returns:
        Whether there is a dictionary to look into; single values in it may be unknown.
    """
    value = news.get(field)
    if not known(value):
        return False
    if isinstance(value, dict) and all(isinstance(item, str | Unknown) for item in value.values()):
        return True
    problems.append(InputError(field, "it must be a dictionary of texts"))
    return False


def check_name(inputs: Props, field: str, problems: list[InputError]) -> None:
    """Report a name that is too long or has characters that nobody can see.

    Args:
        inputs: the inputs.
        field: the name's field.
        problems: where to report.
    """
    name = inputs.get(field)
    if not isinstance(name, str):
        return
    if len(name) > _LONGEST_NAME:
        problems.append(InputError(field, f"it has {len(name)} characters", remedy=f"Use at most {_LONGEST_NAME}"))
    if any(ord(character) < 32 for character in name.strip()):
        problems.append(InputError(field, "it has control characters", remedy="Remove them"))


def given(news: Props, fields: Iterable[str]) -> Props:
    """Pick the inputs that the program gives; an empty description is none.

    Args:
        news: the inputs as they came.
        fields: the fields that go into the state.
    """
    inputs = {field: news[field] for field in fields if news.get(field) is not None}
    if known(inputs.get("description")) and not inputs["description"]:
        del inputs["description"]
    return inputs


def replaced_by(olds: Props, news: Props, fields: Iterable[str], ids: Iterable[str]) -> list[str]:
    """Name the inputs whose change replaces the object.

    Args:
        olds: the object's outputs, which hold its inputs.
        news: the inputs as they will be.
        fields: inputs whose change replaces it, once it is known.
        ids: inputs that are ids of other objects. An id stays known through an update, so an unknown one means that
            the other object is replaced, and then this one must be deleted before it.
    """
    changed = [
        field for field in fields if not contains_unknowns(news.get(field)) and olds.get(field) != news.get(field)
    ]
    return changed + [field for field in ids if is_unknown(news.get(field)) or olds.get(field) != news.get(field)]


def notice(text: str) -> None:
    """Say something that a person should know and that is no error; the engine shows it among the diagnostics.

    Args:
        text: one line.
    """
    print(redact(f"zoho-adobe: {text}"), file=sys.stderr, flush=True)


def same_organization(settings: Settings, props: Mapping[str, Any]) -> None:
    """Make sure that the configured organization is the one that an object lives in.

    Args:
        settings: the configured settings.
        props: the object's properties in the state.

    Raises:
        SettingError: they differ; nothing may be asked of the wrong organization, whose 404 would read as "gone".
    """
    recorded = props.get("organization")
    if isinstance(recorded, str) and recorded and recorded != settings.organization:
        raise SettingError(
            "organization",
            f"the state says {recorded}, the configuration {settings.organization}",
            remedy="An object cannot move to another organization: set the organization back, or declare a resource "
            "with another name there",
        )


def _whole_numbers(value: Any) -> Any:
    """Turn floats without a fraction back into the ints they were before the wire."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole_numbers(item) for item in value]
    return value


class Identified(Protocol):
    """An object of a service that has an id and a name."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...


T = TypeVar("T", bound=Identified)

_READS_BEFORE_LISTING = 3
# The most objects that one answer to a list request holds, at each of Adobe's services used here.
_PAGE = 100


class Listing(Generic[T]):
    """One listing of a kind of object in a sandbox, shared by the calls of this process.

    It answers two questions: which objects have a name (before a create), and what an object looks like (in a refresh
    of many). Absence from a list never means "gone": lists page while objects change, so the caller asks for the
    object itself.

    Args:
        fetch: lists all objects.
    """

    def __init__(self, fetch: Callable[[], Iterable[T]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._objects: dict[str, T] | None = None
        self._stale = False
        self._listed_before = 0
        self._reads = 0

    def named(self, name: str, *, fresh: bool = False) -> list[T]:
        """Give the objects with exactly this name.

        What this process wrote since the listing may be missing from it; a match is never out of date.

        Args:
            name: the full name.
            fresh: whether to list again, after an answer was lost.
        """
        with held(self._lock):
            if fresh:
                self._list()
            matches = [item for item in self._listed().values() if item.name == name]
            if matches and self._stale:
                self._list()
                matches = [item for item in self._listed().values() if item.name == name]
            return matches

    def for_read(self, object_id: str) -> T | None:
        """Give an object from the listing where that saves requests, or None to ask for the object itself.

        Args:
            object_id: the object's id.
        """
        with held(self._lock):
            if self._objects is None or self._stale:
                # As many objects are asked for one by one as a listing has pages, so where reads and writes take
                # turns, listing again and again never costs more than the reads themselves.
                self._reads += 1
                if self._reads <= max(_READS_BEFORE_LISTING, self._listed_before // _PAGE):
                    return None
                self._list()
            return self._listed().get(object_id)

    def changed(self) -> None:
        """Note that something of the kind was written."""
        with held(self._lock):
            self._stale = True

    def forget(self) -> None:
        """Drop what was listed, after something may have been written that no answer told of."""
        with held(self._lock):
            self._objects = None

    def _listed(self) -> dict[str, T]:
        if self._objects is None:
            self._list()
        return self._objects or {}

    def _list(self) -> None:
        self._objects = {item.id: item for item in self._fetch()}
        self._listed_before = len(self._objects)
        self._stale = False
        self._reads = 0


def provider_reference(singleton: str) -> str:
    """Give the reference to a provider object that goes into the state.

    The SDK would pickle the object, and the bytes change with Python's version; this is the same reference in pickle's
    oldest protocol, the same for ever, about sixty characters.

    Args:
        singleton: the object's name in `zoho_adobe.dynamic`.
    """
    return base64.b64encode(f"czoho_adobe.dynamic\n{singleton}\n.".encode()).decode()


class ManagedResource(pulumi.CustomResource):
    """Base of the resources: a dynamic resource whose provider is named by reference."""

    def register(
        self, kind: str, singleton: str, resource_name: str, props: Props, opts: pulumi.ResourceOptions | None
    ) -> None:
        """Register the resource; no `__init__`, since the SDK takes the third one for the line that declares it.

        Args:
            kind: the resource's type, the last part of its type token.
            singleton: the name of its provider in `zoho_adobe.dynamic`.
            resource_name: the logical name.
            props: the inputs, and None for each output.
            opts: the resource's options.
        """
        super().__init__(
            f"pulumi-python:dynamic/zoho-adobe:{kind}",
            resource_name,
            {"__provider": provider_reference(singleton), **props},
            # Deleting first is forced here since the provider's own wish is lost with --replace and with taint, and
            # creating first would find the live object by its name and then delete it.
            pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(delete_before_replace=True)),
        )


# How the engine's protocol marks a value as secret: https://www.pulumi.com/docs/iac/concepts/secrets/
_SIGNATURE, _IS_SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


def secret_output(value: Any) -> Any:
    """Mark a value as secret on its way from the provider to the state.

    The engine does so by itself only for what is a secret among the program's inputs, under the same key.

    Args:
        value: the value in clear, or None.
    """
    return None if value is None else {_SIGNATURE: _IS_SECRET, "value": value}


def secret_plaintext(value: str) -> dict[str, str]:
    """Mark a value as secret in a list for an import, where the engine reads it as it writes states with secrets shown.

    Args:
        value: the value in clear.
    """
    return {_SIGNATURE: _IS_SECRET, "plaintext": json.dumps(value)}


def own_suffix(seed: pulumi.Input[str] | None, resource_name: str) -> pulumi.Output[str] | None:
    """Derive a resource's own suffix from the stack's seed, so that no two resources share one.

    Args:
        seed: the stack's seed.
        resource_name: the resource's logical name.
    """
    if seed is None:
        return None
    return pulumi.Output.from_input(seed).apply(
        lambda value: hashlib.sha256(f"{value}\n{resource_name}".encode()).hexdigest()[:8] if value else value
    )


def secret(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    """Mark an input as secret, and leave a missing one missing."""
    return None if value is None else pulumi.Output.secret(value)
