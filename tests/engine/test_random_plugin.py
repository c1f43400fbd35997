import base64
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from engine import random_plugin
from engine.random_plugin import ensure_random_plugin, uses_stand_in
from engine.toolchain import Toolchain
from tests.support import processes
from tests.support.engine import alive, program, wait_for
from tests.support.stack import PROJECT

VERSION = metadata.version("pulumi-random")
URN = "urn:pulumi:local::probe::my:component:Thing$random:index/randomId:RandomId::seed"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
NO_ENGINE = Toolchain(Path("/nowhere"), "0", "PATH")


@pytest.fixture(scope="module")
def plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start the stand-in as the engine does, from where it is installed, and give a stub that speaks to it."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random_plugin, "_reachable", lambda: False)
        ensure_random_plugin(NO_ENGINE, home, print)
    with subprocess.Popen(
        [installed(home), "127.0.0.1:1"],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                yield provider_pb2_grpc.ResourceProviderStub(channel)
        finally:
            process.kill()
        assert process.stderr.read() == ""


def installed(home: Path) -> Path:
    return home / "plugins" / f"resource-random-v{VERSION}" / "pulumi-resource-random"


def struct(properties: dict[str, Any]) -> struct_pb2.Struct:
    written = struct_pb2.Struct()
    written.update(properties)
    return written


def plain(properties: struct_pb2.Struct) -> dict[str, Any]:
    read: dict[str, Any] = json_format.MessageToDict(properties)
    return read


def check(plugin: Any, inputs: dict[str, Any]) -> list[str]:
    answer = plugin.Check(provider_pb2.CheckRequest(urn=URN, news=struct(inputs)))
    assert plain(answer.inputs) == inputs
    assert [failure.property for failure in answer.failures] == [""] * len(answer.failures)
    return [failure.reason for failure in answer.failures]


def test_it_starts_up_as_the_plugin_it_stands_in_for(plugin: Any) -> None:
    assert plugin.GetPluginInfo(empty_pb2.Empty()).version == VERSION
    configured = plugin.Configure(provider_pb2.ConfigureRequest(acceptSecrets=True))
    assert (configured.supportsPreview, configured.acceptSecrets) == (True, False)
    assert plain(plugin.CheckConfig(provider_pb2.CheckRequest(news=struct({"version": "1"}))).inputs) == {
        "version": "1"
    }
    assert plugin.DiffConfig(provider_pb2.DiffRequest()).changes == provider_pb2.DiffResponse.DIFF_NONE
    plugin.Cancel(empty_pb2.Empty())


@pytest.mark.parametrize(
    ("inputs", "problems"),
    [
        ({"byteLength": 8}, []),
        ({"byteLength": 1, "prefix": "x", "keepers": {"a": "b"}}, []),
        ({"byteLength": UNKNOWN}, []),
        ({}, ["byteLength: missing, give the number of random bytes"]),
        ({"byteLength": 0}, ["byteLength: must be a whole number from 1 on, not 0"]),
        ({"byteLength": 2.5}, ["byteLength: must be a whole number from 1 on, not 2.5"]),
        ({"byteLength": "x"}, ["byteLength: must be a whole number from 1 on, not 'x'"]),
        ({"byteLength": 8, "length": 3}, ["length: RandomId has no such input"]),
    ],
)
def test_check(plugin: Any, inputs: dict[str, Any], problems: list[str]) -> None:
    assert check(plugin, inputs) == problems


@pytest.mark.parametrize("inputs", [{"byteLength": 8}, {"byteLength": 5, "prefix": "p-", "keepers": {"a": "1"}}])
def test_create(plugin: Any, inputs: dict[str, Any]) -> None:
    made = plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=struct(inputs)))
    outputs = plain(made.properties)
    assert set(outputs) == {"b64Std", "b64Url", "byteLength", "dec", "hex", "id", *inputs}
    assert {key: outputs[key] for key in inputs} == inputs
    assert outputs["id"] == made.id
    prefix = inputs.get("prefix", "")
    bare = {key: outputs[key].removeprefix(prefix) for key in ("b64Std", "b64Url", "dec", "hex")}
    assert [key for key in bare if not outputs[key].startswith(prefix)] == []
    raw = bytes.fromhex(bare["hex"])
    assert len(raw) == inputs["byteLength"]
    assert base64.b64decode(bare["b64Std"], validate=True) == raw
    assert bare["b64Url"] == made.id == bare["b64Std"].replace("+", "-").replace("/", "_").rstrip("=")
    assert bare["dec"] == str(int(bare["hex"], 16))
    other = plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=struct(inputs)))
    assert other.id != made.id


def test_create_in_a_preview_makes_nothing_up(plugin: Any) -> None:
    request = provider_pb2.CreateRequest(urn=URN, properties=struct({"byteLength": UNKNOWN}), preview=True)
    answer = plugin.Create(request)
    assert answer.id == ""
    assert plain(answer.properties) == dict.fromkeys(["b64Std", "b64Url", "byteLength", "dec", "hex", "id"], UNKNOWN)


KIND = provider_pb2.PropertyDiff


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({}, {}),
        ({"byteLength": 9}, {"byteLength": KIND.UPDATE_REPLACE}),
        ({"byteLength": UNKNOWN}, {"byteLength": KIND.UPDATE_REPLACE}),
        ({"prefix": "q"}, {"prefix": KIND.UPDATE_REPLACE}),
        ({"prefix": None}, {"prefix": KIND.DELETE_REPLACE}),
        ({"keepers": {"a": "1"}}, {"keepers": KIND.ADD_REPLACE}),
        ({"keepers": {}}, {}),
        ({"byteLength": 9, "prefix": "q"}, {"byteLength": KIND.UPDATE_REPLACE, "prefix": KIND.UPDATE_REPLACE}),
    ],
)
def test_diff(plugin: Any, change: dict[str, Any], detail: dict[str, int]) -> None:
    inputs = {"byteLength": 8, "prefix": "p"}
    state = plain(plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=struct(inputs))).properties)
    news = struct({**inputs, **change})
    answer = plugin.Diff(provider_pb2.DiffRequest(id=state["id"], urn=URN, olds=struct(state), news=news))
    assert list(answer.replaces) == list(answer.diffs) == list(detail)
    assert {key: answer.detailedDiff[key].kind for key in answer.detailedDiff} == detail
    assert answer.changes == (provider_pb2.DiffResponse.DIFF_SOME if detail else provider_pb2.DiffResponse.DIFF_NONE)
    assert answer.hasDetailedDiff


def test_read_gives_the_state_back(plugin: Any) -> None:
    inputs = {"byteLength": 3, "prefix": "p"}
    made = plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=struct(inputs)))
    answer = plugin.Read(provider_pb2.ReadRequest(id=made.id, urn=URN, properties=made.properties))
    assert (answer.id, plain(answer.properties)) == (made.id, plain(made.properties))
    assert plain(answer.inputs) == inputs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # An id as the real plugin made and recorded it.
        (
            "gEtk2V_GVJQ",
            {
                "b64Std": "gEtk2V/GVJQ=",
                "b64Url": "gEtk2V_GVJQ",
                "byteLength": 8,
                "dec": "9244593544885589140",
                "hex": "804b64d95fc65494",
                "id": "gEtk2V_GVJQ",
            },
        ),
        (
            "my,prefix-,AAE",
            {
                "b64Std": "my,prefix-AAE=",
                "b64Url": "my,prefix-AAE",
                "byteLength": 2,
                "dec": "my,prefix-1",
                "hex": "my,prefix-0001",
                "id": "AAE",
                "prefix": "my,prefix-",
            },
        ),
    ],
)
def test_read_imports_by_id(plugin: Any, text: str, expected: dict[str, Any]) -> None:
    answer = plugin.Read(provider_pb2.ReadRequest(id=text, urn=URN))
    assert (answer.id, plain(answer.properties)) == (expected["id"], expected)
    assert plain(answer.inputs) == {key: expected[key] for key in ("byteLength", "prefix") if key in expected}


@pytest.mark.parametrize("text", ["", "p,", "a", "a+b/", "ab==", "ab cd"])
def test_read_refuses_what_is_no_id(plugin: Any, text: str) -> None:
    with pytest.raises(grpc.RpcError) as failure:
        plugin.Read(provider_pb2.ReadRequest(id=text, urn=URN))
    assert "is not the id of a RandomId: give its b64Url, with a prefix as `prefix,b64Url`" in str(
        failure.value.details()
    )


def test_update_keeps_the_state_and_delete_does_nothing(plugin: Any) -> None:
    made = plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=struct({"byteLength": 4})))
    news = struct({"byteLength": 4, "keepers": {}})
    updated = plugin.Update(provider_pb2.UpdateRequest(id=made.id, urn=URN, olds=made.properties, news=news))
    assert plain(updated.properties) == plain(made.properties)
    plugin.Delete(provider_pb2.DeleteRequest(id=made.id, urn=URN, properties=made.properties))


def test_every_other_type_is_refused(plugin: Any) -> None:
    urn = "urn:pulumi:local::probe::random:index/randomPassword:RandomPassword::pw"
    calls = [
        (plugin.Check, provider_pb2.CheckRequest(urn=urn)),
        (plugin.Diff, provider_pb2.DiffRequest(urn=urn)),
        (plugin.Create, provider_pb2.CreateRequest(urn=urn)),
        (plugin.Read, provider_pb2.ReadRequest(urn=urn)),
        (plugin.Update, provider_pb2.UpdateRequest(urn=urn)),
        (plugin.Delete, provider_pb2.DeleteRequest(urn=urn)),
        (plugin.Invoke, provider_pb2.InvokeRequest(tok="random:index/randomPassword:RandomPassword")),
    ]
    for method, request in calls:
        with pytest.raises(grpc.RpcError) as failure:
            method(request)
        assert failure.value.details() == (
            "the offline stand-in of the random plugin serves RandomId only, not "
            "random:index/randomPassword:RandomPassword; where there is a network, get the real one: "
            f"pulumi plugin install resource random {VERSION} --reinstall"
        )


def test_it_ends_when_the_engine_is_killed() -> None:
    plugin = "from engine import random_program; random_program._WATCH = 0.1; random_program.main()"
    code = f"""
import subprocess, sys
plugin = subprocess.Popen([sys.executable, "-c", {plugin!r}])
print(plugin.pid, flush=True)
plugin.wait()
"""
    engine = processes.start([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE)
    assert engine.stdout is not None
    pid, port = int(engine.stdout.readline()), int(engine.stdout.readline())
    assert port > 0
    engine.kill()
    wait_for(lambda: not alive(pid))


def fake_engine(folder: Path, code: str) -> Toolchain:
    program(folder / "pulumi", code)
    return Toolchain(folder, "3.259.0", "installer")


def test_the_real_plugin_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_plugin, "_reachable", lambda: True)
    real = installed(tmp_path / "home")
    engine = fake_engine(
        tmp_path / "bin",
        f"""
        import os, pathlib, sys
        assert sys.argv[1:] == ["plugin", "install", "resource", "random", {VERSION!r}], sys.argv
        assert os.environ["PULUMI_HOME"] == {str(tmp_path / "home")!r}
        real = pathlib.Path({str(real)!r})
        real.parent.mkdir(parents=True)
        real.write_text("real")
        """,
    )
    said: list[str] = []
    ensure_random_plugin(engine, tmp_path / "home", said.append)
    assert real.read_text() == "real"
    assert said[0] == f"getting the random plugin {VERSION} ..."
    assert len(said) == 2
    assert not uses_stand_in(tmp_path / "home")
    ensure_random_plugin(NO_ENGINE, tmp_path / "home", said.append)
    assert real.read_text() == "real"
    assert len(said) == 2


def test_the_stand_in_comes_where_the_real_one_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_plugin, "_reachable", lambda: True)
    partial = tmp_path / "home" / "plugins" / f"resource-random-v{VERSION}.partial"
    engine = fake_engine(
        tmp_path / "bin",
        f"""
        import pathlib
        partial = pathlib.Path({str(partial)!r})
        partial.parent.mkdir(parents=True)
        partial.write_text("")
        raise SystemExit(1)
        """,
    )
    said: list[str] = []
    ensure_random_plugin(engine, tmp_path / "home", said.append)
    assert said[-1] == (
        f"the random plugin {VERSION} cannot be downloaded from here: the project's offline stand-in takes its "
        "place, which serves RandomId only, with the same outputs"
    )
    assert uses_stand_in(tmp_path / "home")
    assert not partial.exists()


def test_the_stand_in_follows_the_project_and_nothing_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random_plugin, "_reachable", lambda: False)
    ensure_random_plugin(NO_ENGINE, tmp_path, print)
    first = installed(tmp_path).read_text()
    assert os.access(installed(tmp_path), os.X_OK)
    monkeypatch.setattr(random_plugin, "_reachable", lambda: pytest.fail("tried again"))
    monkeypatch.setattr(random_plugin, "_PROJECT", Path("/else where"))
    said: list[str] = []
    ensure_random_plugin(NO_ENGINE, tmp_path, said.append)
    assert installed(tmp_path).read_text() == first.replace(str(PROJECT), "'/else where'", 1)
    assert said == []


class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(403)

    def log_message(self, *_: object) -> None:
        pass


def test_hosts_that_answer_are_reachable_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with http.server.HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        hosts = ("http://127.0.0.1:9", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setattr(random_plugin, "_HOSTS", hosts)
        assert random_plugin._reachable()
        thread.join()
    assert not random_plugin._reachable()
