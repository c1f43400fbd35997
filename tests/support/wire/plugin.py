"""The provider's process, driven by gRPC as the engine drives it, without the engine."""

from __future__ import annotations

import base64
import contextlib
import itertools
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import proto, rpc
from pulumi.runtime.proto import provider_pb2_grpc

from tests.support.stack import PROJECT
from zoho_adobe.api.ims import token_owner
from zoho_adobe.api.token_cache import entry_name
from zoho_adobe.errors import SettingError
from zoho_adobe.resources.managed import provider_reference
from zoho_adobe.settings import read_settings

Props = dict[str, Any]

UNKNOWN = rpc.UNKNOWN
"""How the engine writes a value that a preview does not know yet."""

_PREFIX = "Exception calling application: "
_TYPE = "pulumi-python:dynamic/zoho-adobe:BaseConnection"
_URN = f"urn:pulumi:test::zoho-adobe::{_TYPE}::zoho-crm"
# Only what a process needs to run: the tests must not depend on what the machine's user has set.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


class Refused(Exception):  # noqa: N818 - reads as what it is
    """The plugin answered a call with an error; its text is what the engine shows."""


@dataclass
class Checked:
    """What a check answered."""

    inputs: Props
    failures: list[str]


@dataclass
class Found:
    """What a read answered: no id for an object that is gone."""

    id: str
    outputs: Props
    inputs: Props | None


@dataclass
class Plugin:
    """A process `python -m pulumi.dynamic`, started as the engine starts it."""

    process: subprocess.Popen[bytes]
    stub: provider_pb2_grpc.ResourceProviderStub
    channel: grpc.Channel
    log: Path
    said: list[str] = field(default_factory=list)
    configuring: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def start(cls, folder: Path, **env: str) -> Plugin:
        """Start it, with a token cache in the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        base = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        with tempfile.NamedTemporaryFile(dir=folder, prefix="stderr-", delete=False) as log:
            process = subprocess.Popen(
                [sys.executable, "-u", "-m", "pulumi.dynamic", "127.0.0.1:1"],
                cwd=folder,
                env={
                    **base,
                    "PULUMI_PROJECT": "zoho-adobe",
                    "PYTHONPATH": str(PROJECT),
                    "XDG_CACHE_HOME": str(folder / "cache"),
                    **env,
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert process.stdout is not None
        port = int(process.stdout.readline())
        channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        return cls(process, provider_pb2_grpc.ResourceProviderStub(channel), channel, Path(log.name))

    def __enter__(self) -> Plugin:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self.channel.close()
        self.process.kill()
        self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def provider(self, config: Mapping[str, Any]) -> Provider:
        """Configure the process, and give the provider object that users' states name."""
        self.stub.Configure(proto.ConfigureRequest(args=_struct(dict(config))))
        return Provider(self, provider_reference("BASE_CONNECTION"))

    def fresh_provider(
        self, config: Mapping[str, Any], lifecycle: str = "base_connection BaseConnectionLifecycle"
    ) -> Provider:
        """Return a provider object that knows nothing yet, as if the process were the first one of its user."""
        # Settings that cannot be read have no token.
        with contextlib.suppress(SettingError):
            self.entry_of_adobe(config).unlink(missing_ok=True)
        number = next(_numbers)
        configuration = proto.ConfigureRequest(args=_struct({"zoho-adobe:requestTimeout": "20", **config}))
        # The process caches providers by this text, so a number that is put on the pickle's stack and dropped again
        # makes another object of the same class.
        module, name = lifecycle.split()
        made = f"S'{number}'\n0czoho_adobe.resources.{module}\n{name}\n(tR."
        provider = Provider(self, base64.b64encode(made.encode()).decode())
        with self.configuring:
            self.stub.Configure(configuration)
            # A provider is configured at its first call.
            provider.check({})
        return provider

    def entry_of_adobe(self, config: Mapping[str, Any]) -> Path:
        """Return the place of Adobe's token in the process's cache."""
        owner = token_owner(read_settings(config, {}))
        return self.log.parent / "cache" / "zoho-adobe" / "tokens" / entry_name(owner)

    def forget_tokens(self) -> None:
        """Empty the cache, as after an hour in which nobody asked."""
        for entry in (self.log.parent / "cache" / "zoho-adobe" / "tokens").glob("*.json"):
            entry.unlink(missing_ok=True)

    def assert_no_secret(self, canaries: set[str]) -> None:
        """Search all that the process wrote and answered for the values of secrets."""
        texts = [*self.said, self.log.read_text(errors="replace")]
        assert not [text for text in texts for canary in canaries if canary in text]


_numbers = itertools.count(1)


@dataclass
class Provider:
    """The provider of base connections in a plugin process."""

    plugin: Plugin
    reference: str

    def check(self, news: Props, olds: Props | None = None) -> Checked:
        """Check inputs; without old ones, as for a new or replaced resource."""
        # Where there was nothing before, not even the provider is named.
        before = self._given(olds) if olds else _struct({})
        answer = self._call("Check", proto.CheckRequest(urn=_URN, olds=before, news=self._given(news)))
        failures = [failure.reason for failure in answer.failures]
        # With a property's name the engine would print its value.
        assert [failure.property for failure in answer.failures] == [""] * len(failures)
        self.plugin.said += failures
        assert not [line for line in failures if "\n" in line]
        return Checked(self._taken(answer.inputs), failures)

    def diff(self, id_: str, olds: Props, news: Props) -> list[str]:
        """Compare, and give the inputs that replace the object."""
        answer = self._call("Diff", proto.DiffRequest(id=id_, urn=_URN, olds=self._given(olds), news=self._given(news)))
        assert answer.changes == proto.DiffResponse.DIFF_UNKNOWN
        return list(answer.replaces)

    def create(self, inputs: Props) -> tuple[str, Props]:
        """Create, and give id and outputs."""
        answer = self._call("Create", proto.CreateRequest(urn=_URN, properties=self._given(inputs)))
        assert answer.id
        return answer.id, self._taken(answer.properties)

    def read(self, id_: str, outputs: Props) -> Found:
        """Read the object as a refresh does, or look it up where there are no outputs yet."""
        answer = self._call("Read", self.read_request(id_, outputs))
        inputs = self._taken(answer.inputs) if answer.HasField("inputs") else None
        return Found(answer.id, self._taken(answer.properties), inputs)

    def read_request(self, id_: str, outputs: Props) -> proto.ReadRequest:
        """Return the request of a read, to send it without waiting for its answer."""
        return proto.ReadRequest(id=id_, urn=_URN, properties=self._given(outputs))

    def update(self, id_: str, olds: Props, news: Props) -> Props:
        """Update, and give the new outputs."""
        request = proto.UpdateRequest(id=id_, urn=_URN, olds=self._given(olds), news=self._given(news))
        return self._taken(self._call("Update", request).properties)

    def delete(self, id_: str, outputs: Props) -> None:
        """Delete."""
        self._call("Delete", proto.DeleteRequest(id=id_, urn=_URN, properties=self._given(outputs)))

    def _call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self.plugin.stub, method)(request, timeout=120)
        except grpc.RpcError as error:
            details = error.details() or ""
            self.plugin.said.append(details)
            assert details.startswith(_PREFIX), details
            assert "\n" not in details
            assert "unexpectedly" not in details, details
            raise Refused(details.removeprefix(_PREFIX)) from None

    def _given(self, props: Props) -> struct_pb2.Struct:
        return _struct({**props, "__provider": self.reference})

    def _taken(self, struct: struct_pb2.Struct) -> Props:
        props: Props = json_format.MessageToDict(struct)
        assert props.pop("__provider", self.reference) == self.reference
        # The engine keeps secrets encrypted, and gives them to the provider in clear.
        return {key: value["value"] if _is_secret(value) else value for key, value in props.items()}


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(rpc._special_sig_key) == rpc._special_secret_sig


def _struct(props: Props) -> struct_pb2.Struct:
    """Write properties as the engine does: what is None is not there, and every number is a float."""
    struct = struct_pb2.Struct()
    struct.update({key: value for key, value in props.items() if value is not None})
    return struct
