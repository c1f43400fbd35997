"""How a resource declares its inputs, once: checks, state, replacements, secrets and reference follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, TypedDict, get_type_hints

from pulumi.output import contains_unknowns

from zoho_adobe.errors import InputError
from zoho_adobe.resources.checks import Props, are_texts, check_name, known, require_text


@dataclass(frozen=True)
class Input:
    """What is said of an input where a resource's properties are declared, besides its name and type.

    Attributes:
        name: its name, in the program as in the state; that of the property.
        type: by what it is checked: str, bool, float or dict, which is one of strings; object for anything else.
        required: whether the program must pass it.
        default: what `check` sets where the program passes nothing.
        secret: whether it must never be shown.
        replaces: whether a change of it replaces the object.
        is_id: whether it is the id of another object, with which this one is replaced.
        argument: whether the program passes it at all; what it does not, `check` sets.
        completed: whether `check` may derive it from other inputs, so that a missing one is not a change.
        kept: whether the state keeps it; the others matter to `check` alone.
        checked: whether it is checked by its type; the resource's `examine` checks the others.
    """

    name: str = ""
    type: type = str
    required: bool = False
    default: Any = None
    secret: bool = False
    replaces: bool = False
    is_id: bool = False
    argument: bool = True
    completed: bool = False
    kept: bool = True
    checked: bool = True


@dataclass(frozen=True)
class Output:
    """What is said of an output.

    Attributes:
        secret: whether it must never be shown.
        declared: whether it is one of the resource's outputs, and not only kept in the state.
    """

    secret: bool = False
    declared: bool = True


Text = Annotated[str, Input()]
Secret = Annotated[str, Input(secret=True)]
Replacing = Annotated[str, Input(replaces=True)]
Needed = Annotated[str, Input(required=True)]
NeededForGood = Annotated[str, Input(required=True, replaces=True)]
IdOfAnother = Annotated[str, Input(required=True, replaces=True, is_id=True)]
"""An object that this one is built on."""
Flag = Annotated[bool, Input()]
Given = Annotated[str, Output()]
"""A text that the service gives."""


class Placed(TypedDict, total=False):
    """Where an object lives; `check` writes what the provider is configured for, so that a change of it shows."""

    sandbox: Annotated[str, Input(replaces=True, argument=False, completed=True)]
    organization: Annotated[str, Input(argument=False, completed=True)]


class Named(Placed, total=False):
    """What an object with a name has."""

    name: Needed
    suffix: Text
    description: Text
    full_name: Given


class NamedForGood(Placed, total=False):
    """What an object has that cannot be renamed."""

    name: NeededForGood
    suffix: Replacing
    description: Replacing
    full_name: Given


@dataclass(frozen=True)
class Declaration:
    """A kind of resource.

    Attributes:
        kind: its type, the last part of its type token.
        singleton: the name of its provider object in `zoho_adobe.dynamic`.
        properties: its inputs and outputs: a `TypedDict` of which each field is annotated with `Input` or `Output`.
        name: the input that the full name begins with; empty where objects have no name of their own.
    """

    kind: str
    singleton: str
    properties: type
    name: str = ""

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """The inputs."""
        return tuple(
            replace(mark, name=name, type=_checked_by(annotation))
            for name, annotation, mark in _marks(self.properties)
            if isinstance(mark, Input)
        )

    @cached_property
    def outputs(self) -> tuple[str, ...]:
        """The further outputs."""
        return tuple(name for name, _, mark in _marks(self.properties) if isinstance(mark, Output) and mark.declared)

    @cached_property
    def secret_outputs(self) -> tuple[str, ...]:
        """Those of them that must never be shown."""
        return tuple(name for name, _, mark in _marks(self.properties) if isinstance(mark, Output) and mark.secret)

    @property
    def keys(self) -> tuple[str, ...]:
        """The inputs that the state keeps."""
        return tuple(item.name for item in self.inputs if item.kept)

    @property
    def secrets(self) -> frozenset[str]:
        """The properties that must never be shown."""
        return frozenset((*(item.name for item in self.inputs if item.secret), *self.secret_outputs))

    @property
    def placed(self) -> bool:
        """Whether its objects live in an organization and sandbox of Adobe."""
        return "organization" in self.keys

    def full_name(self, props: Mapping[str, Any]) -> str:
        """Return an object's name as the service has it, with its suffix.

        Args:
            props: the object's inputs.
        """
        name, suffix = props[self.name], props.get("suffix")
        return f"{name} {suffix}" if suffix else str(name)

    def kept(self, props: Mapping[str, Any]) -> Props:
        """Return the inputs among properties.

        Args:
            props: the properties.
        """
        return {key: props[key] for key in self.keys if key in props}

    def given(self, news: Mapping[str, Any]) -> Props:
        """Return the inputs that the program gives and the state keeps; an empty description is none.

        Args:
            news: the inputs as they came.
        """
        inputs = {key: news[key] for key in self.keys if news.get(key) is not None}
        if known(inputs.get("description")) and not inputs["description"]:
            del inputs["description"]
        return inputs

    def check(self, inputs: Props, problems: list[InputError]) -> None:
        """Set defaults, and report values that are missing or not of their type.

        Args:
            inputs: the inputs that the program gives, completed in place.
            problems: where to report.
        """
        texts = [item for item in self.inputs if item.checked and item.argument and item.type is str]
        require_text(inputs, [item.name for item in texts if item.required], problems)
        require_text(inputs, [item.name for item in texts if not item.required and item.name in inputs], problems)
        check_name(inputs, self.name, problems)
        for item in self.inputs:
            if item.default is not None:
                inputs.setdefault(item.name, item.default)
            value = inputs.get(item.name)
            if not known(value) or not item.checked:
                continue
            if item.type is bool and not isinstance(value, bool):
                problems.append(InputError(item.name, f"{value!r} is neither True nor False"))
            if item.type is dict and not are_texts(value):
                problems.append(InputError(item.name, "it must be a dictionary of strings"))

    def replaced_by(self, olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
        """Name the inputs whose change replaces the object.

        Args:
            olds: the object's outputs, which hold its inputs.
            news: the inputs as they will be.
        """
        changed = [item for item in self.inputs if item.replaces and olds.get(item.name) != news.get(item.name)]
        values = [
            item.name
            for item in changed
            if not item.is_id
            and not contains_unknowns(news.get(item.name))
            and not (item.completed and None in (olds.get(item.name), news.get(item.name)))
        ]
        # An id stays known through an update, so an unknown one means that the other object is replaced, and then this
        # one must be deleted before it.
        return values + [item.name for item in changed if item.is_id]


def _marks(properties: type) -> Iterator[tuple[str, Any, Input | Output]]:
    """Yield each property's name, its type, and what is said of it."""
    for name, annotation in get_type_hints(properties, include_extras=True).items():
        yield name, annotation.__origin__, annotation.__metadata__[0]


def _checked_by(annotation: Any) -> type:
    if annotation == dict[str, str]:
        return dict
    return annotation if annotation in (str, bool, float) else object
