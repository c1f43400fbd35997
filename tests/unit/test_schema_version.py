"""The shape of a state: earlier ones become today's before anything is done, newer ones are refused."""

from __future__ import annotations

from typing import Any, ClassVar, TypedDict

import pytest
from pulumi.dynamic import CheckResult, ReadResult

from zoho_adobe.errors import InputError
from zoho_adobe.resources.call import Call
from zoho_adobe.resources.checks import Props
from zoho_adobe.resources.edge import ProviderError
from zoho_adobe.resources.inputs import Declaration, Text
from zoho_adobe.resources.lifecycle import Lifecycle


class RenamedProps(TypedDict, total=False):
    """The properties of `Renamed`."""

    title: Text


class Renamed(Lifecycle[Call[RenamedProps]]):
    """A resource whose `label` became `title` in shape 2, and whose `title` lost its spaces in shape 3."""

    declaration = Declaration("Renamed", "RENAMED", RenamedProps)
    noun = "thing"
    calls = Call[RenamedProps]
    schema_version: ClassVar[int] = 3

    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []

    def upgrade(self, props: Props, _version: int) -> Props:
        if _version == 1 and "label" in props:
            return {"title" if key == "label" else key: value for key, value in props.items()}
        if _version == 2:
            return {**props, "title": props["title"].strip()}
        return props

    def examine(self, olds: Props, _news: Props, _inputs: Props, _problems: list[InputError]) -> None:
        self.got.append(olds)

    def replaces(self, call: Call[RenamedProps]) -> list[str]:
        self.got.append(call.olds)
        return []

    def make(self, call: Call[RenamedProps]) -> tuple[str, Props]:
        return "id", dict(call.news)

    def show(self, call: Call[RenamedProps]) -> ReadResult | None:
        self.got.append(call.olds)
        return ReadResult(call.id, dict(call.olds)) if call.id else None

    def patch(self, call: Call[RenamedProps]) -> Props:
        self.got.append(call.olds)
        return dict(call.news)

    def remove(self, call: Call[RenamedProps]) -> None:
        self.got.append(call.olds)


EARLIER = [{"label": " A "}, {"label": " A ", "schema_version": 1.0}, {"title": " A ", "schema_version": 2.0}]


@pytest.mark.parametrize("olds", [*EARLIER, {"title": "A", "schema_version": 3.0}])
def test_what_comes_from_the_state_is_in_todays_shape(olds: Props) -> None:
    provider = Renamed()
    provider.diff("id", olds, {"title": "B"})
    assert provider.read("id", olds).outs == {"title": "A", "schema_version": 3}
    assert provider.update("id", olds, {"title": "B"}).outs == {"title": "B", "schema_version": 3}
    provider.delete("id", olds)
    assert provider.got == [{"title": "A"}] * 4


@pytest.mark.parametrize("olds", [{"label": " A "}, {"title": " A "}])
def test_inputs_of_any_shape_have_no_version(olds: Props) -> None:
    provider = Renamed()
    checked: CheckResult = provider.check(olds, {"title": "B"})
    assert checked.inputs == {"title": "B"}
    assert provider.got == [{"title": "A"}]


def test_what_is_made_has_todays_version() -> None:
    assert Renamed().create({"title": "A"}).outs == {"title": "A", "schema_version": 3}


def test_what_is_gone_has_none() -> None:
    gone = Renamed().read("", {"title": "A"})
    assert (gone.id, gone.outs) == (None, {})


def test_a_newer_state_is_refused_before_anything_is_done() -> None:
    provider, newer = Renamed(), {"title": "A", "schema_version": 4.0}
    message = r"newer release of zoho-adobe \(shape 4, this one knows up to 3\)"
    with pytest.raises(ProviderError, match=message):
        provider.diff("id", newer, {})
    with pytest.raises(ProviderError, match=message):
        provider.read("id", newer)
    with pytest.raises(ProviderError, match=message):
        provider.update("id", newer, {})
    with pytest.raises(ProviderError, match=message):
        provider.delete("id", newer)
    assert provider.got == []
