"""The offline stand-in of Pulumi's ``random`` plugin: a gRPC server that the engine starts.

It speaks Pulumi's own provider protocol and serves ``RandomId`` only, with the outputs of the real plugin,
which takes the same state over without a change. Run as ``python -m engine.random_program``.
"""
# ruff: noqa: N802 - the methods have the names of the protocol

from __future__ import annotations

import os
import secrets
import signal
import sys
import types
from concurrent import futures
from importlib import metadata, util
from typing import Any, NoReturn

from engine import random_id

if __name__ == "__main__":
    # The protocol's modules need nothing of the SDK around them, whose import is most of a plugin's start:
    # with the SDK as empty packages, each command that starts the plugin is 0.1 s faster.
    _spec = util.find_spec("pulumi")
    if _spec is not None and _spec.submodule_search_locations:
        for _name, _folder in (("pulumi", ""), ("pulumi.runtime", "/runtime")):
            _package = types.ModuleType(_name)
            _package.__path__ = [_spec.submodule_search_locations[0] + _folder]
            sys.modules[_name] = _package

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

_WATCH = 5.0
_KINDS = provider_pb2.PropertyDiff


class RandomServicer(provider_pb2_grpc.ResourceProviderServicer):
    """The part of the provider protocol that ``RandomId`` needs.

    Args:
        version: The version of the plugin it stands in for.
    """

    def __init__(self, version: str) -> None:
        self._version = version

    def GetPluginInfo(self, _request: empty_pb2.Empty, _context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        """Answer with the version of the plugin it stands in for, which is what the engine asks for."""
        return plugin_pb2.PluginInfo(version=self._version)

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Take any configuration: there is nothing to configure."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(
        self, _request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """See no change of the configuration."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(
        self, _request: provider_pb2.ConfigureRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Say that previews are served as well; secrets are sent in clear and marked again by the engine."""
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> NoReturn:
        """Refuse: there are no functions."""
        self._refuse(request.tok, context)

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        """Refuse other types, and inputs that make no id."""
        self._only_random_id(request.urn, context)
        # A failure without a property's name: with it, the engine prints the property's value.
        failures = [provider_pb2.CheckFailure(reason=reason) for reason in random_id.problems(_read(request.news))]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        """Replace on any change."""
        self._only_random_id(request.urn, context)
        old, new = _read(request.olds), _read(request.news)
        changed = random_id.changes(old, new)
        detail = {key: provider_pb2.PropertyDiff(kind=_kind(key, old, new)) for key in changed}
        some, none = provider_pb2.DiffResponse.DIFF_SOME, provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(
            changes=some if changed else none,
            replaces=changed,
            diffs=changed,
            detailedDiff=detail,
            hasDetailedDiff=True,
        )

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        """Make an id, or in a preview say which outputs it will have."""
        self._only_random_id(request.urn, context)
        inputs = _read(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=_written(random_id.previewed(inputs)))
        made = random_id.outputs(secrets.token_bytes(int(inputs["byteLength"])), inputs)
        return provider_pb2.CreateResponse(id=made["id"], properties=_written(made))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        """Give the state back as it is, or for an import compute it from the id."""
        self._only_random_id(request.urn, context)
        state = _read(request.properties)
        if "b64Url" not in state:
            try:
                state = random_id.imported(request.id)
            except ValueError as error:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        inputs = {key: state[key] for key in random_id.INPUTS if key in state}
        return provider_pb2.ReadResponse(id=state["id"], properties=_written(state), inputs=_written(inputs))

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        """Keep the state: every real change replaces, so only an empty map that comes or goes gets here."""
        self._only_random_id(request.urn, context)
        return provider_pb2.UpdateResponse(properties=request.olds)

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Do nothing: an id is nowhere but in the state."""
        self._only_random_id(request.urn, context)
        return empty_pb2.Empty()

    def Cancel(self, _request: empty_pb2.Empty, _context: grpc.ServicerContext) -> empty_pb2.Empty:
        """Do nothing: no call takes any time."""
        return empty_pb2.Empty()

    def _only_random_id(self, urn: str, context: grpc.ServicerContext) -> None:
        # urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>
        token = urn.split("::")[2].rpartition("$")[2]
        if token != random_id.TYPE:
            self._refuse(token, context)

    def _refuse(self, token: str, context: grpc.ServicerContext) -> NoReturn:
        context.abort(
            grpc.StatusCode.UNIMPLEMENTED,
            f"the offline stand-in of the random plugin serves RandomId only, not {token}; where there is a "
            f"network, get the real one: pulumi plugin install resource random {self._version} --reinstall",
        )
        raise AssertionError("abort raises")


def _read(properties: struct_pb2.Struct) -> dict[str, Any]:
    read: dict[str, Any] = json_format.MessageToDict(properties)
    # A missing property and a null one are the same to the real plugin.
    return {key: value for key, value in read.items() if value is not None}


def _written(properties: dict[str, Any]) -> struct_pb2.Struct:
    written = struct_pb2.Struct()
    written.update(properties)
    return written


def _kind(key: str, old: dict[str, Any], new: dict[str, Any]) -> provider_pb2.PropertyDiff.Kind.ValueType:
    if key not in old:
        return _KINDS.ADD_REPLACE
    return _KINDS.UPDATE_REPLACE if key in new else _KINDS.DELETE_REPLACE


def main() -> None:
    """Serve until the engine ends this process, or has ended itself."""
    engine = os.getppid()
    # The engine ends its plugins by this signal and waits for each: Python would notice it a tenth of a second later.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    servicer = RandomServicer(metadata.version("pulumi-random"))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # By this line the engine knows where the plugin listens.
    print(port, flush=True)
    while server.wait_for_termination(_WATCH) and os.getppid() == engine:
        pass


if __name__ == "__main__":
    main()
