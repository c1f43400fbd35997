"""``python -m engine.landing_zone``: rows of Zoho CRM to datasets by files, the whole way, against the emulator.

It brings up examples/landing-zone as a stack ``local``, exports, lets the dataflows run, and prints what arrived. The
stack, the files and the rows stay, so that it can be run again: everything is in the ignored folder ``.local``.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from emulator import launch
from engine.errors import EngineError
from engine.local_stack import FOLDER, NAMESPACE, PROJECT, STACK, prepare, say

_EXAMPLE = PROJECT / "examples" / "landing-zone"
_FOLDER = FOLDER / "landing-zone"
_SCOPES = ["ZohoCRM.settings.READ", "ZohoCRM.modules.READ", "ZohoCRM.bulk.READ", "ZohoCRM.coql.READ"]
_ROWS, _COLUMNS, _WIDTH = 5, 4, 27
_NEXT = """
These are rows of the emulated Zoho CRM in datasets of the emulated Adobe Experience Platform. What next?
  examples/landing-zone/__main__.py   is the program: change it, and run `make landing-zone` again
  python -m zoho_adobe export --help  is what wrote the files; docs/tasks/export.md tells how to run it on a schedule
  A real organization: see examples/landing-zone/README.md"""


def main() -> int:
    """Run the command line.

    Returns:
        The exit code: that of the first command that failed.
    """
    try:
        pulumi, emulator, env = prepare()
        return _run(pulumi, emulator, env)
    except (EngineError, launch.EmulatorError) as error:
        say(f"error: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; `make landing-zone` goes on from here")
        return 130


def _run(pulumi: str, emulator: launch.Emulator, env: dict[str, str]) -> int:
    zoho = emulator.control("POST", "/zoho/credentials", {"dc": "us", "scopes": _SCOPES})
    env |= {f"ZOHO_{key.upper()}": zoho[key] for key in ("client_id", "client_secret", "refresh_token")}
    _FOLDER.mkdir(exist_ok=True)
    config, exports = _FOLDER / f"Pulumi.{STACK}.yaml", _FOLDER / "exports.json"
    project = yaml.safe_load((_EXAMPLE / "Pulumi.yaml").read_text())["name"]
    if not (FOLDER / "state" / ".pulumi" / "stacks" / project / f"{STACK}.json").exists():
        # In a folder of its own: Pulumi writes the salt of the stack's secrets beside the project's Pulumi.yaml.
        (_FOLDER / "Pulumi.yaml").write_text((_EXAMPLE / "Pulumi.yaml").read_text())
        config.unlink(missing_ok=True)
        _quiet([pulumi, "stack", "init", STACK, "--no-select", "--non-interactive"], env)
    settings = yaml.safe_load(config.read_text()) if config.exists() else None
    values = {
        f"{NAMESPACE}:organization": emulator.info["organization"],
        f"{NAMESPACE}:sandbox": "dev",
        f"{NAMESPACE}:platformUrl": emulator.info["adobe"],
        f"{NAMESPACE}:imsUrl": emulator.info["ims"],
        f"{project}:zohoAccountsUrl": zoho["accounts"],
    }
    config.write_text(yaml.safe_dump({**(settings or {}), "config": values}))

    say("\n1. The stack: schema, dataset, mapping, source connection and dataflow of each table")
    words = ["--stack", STACK, "--config-file", str(config), "--non-interactive", "--suppress-outputs"]
    up = subprocess.run([pulumi, "up", "--yes", "--skip-preview", *words], cwd=_EXAMPLE, env=env, check=False)
    if up.returncode:
        return up.returncode
    outputs = json.loads(_quiet([pulumi, "stack", "output", "--stack", STACK, "--json"], env))
    exports.write_text(json.dumps(outputs["exports"]))
    zoho_adobe = [sys.executable, "-m", "zoho_adobe"]

    say("\n2. The export: from Zoho CRM to files in the landing zone")
    exported = subprocess.run([*zoho_adobe, "export", "--exports", str(exports)], env=env, check=False)
    if exported.returncode:
        return exported.returncode

    say("\n3. The dataflows: from the files to the datasets. At Adobe they run on their schedule")
    for table in outputs["exports"]["tables"]:
        run = emulator.control("POST", f"/flows/{table['dataflowId']}/run")
        metrics = run["metrics"]
        say(f"   {table['name']}: {metrics['statusSummary']['status']}, {_count(metrics)} rows")

    say("\n4. The datasets")
    for table, dataset in outputs["datasets"].items():
        rows = emulator.control("GET", f"/datasets/{dataset}/rows")["rows"]
        print(f"\n{table}: {len(rows)} rows")
        for line in _lines([_flat(row) for row in rows]):
            print(f"  {line}")

    say("\n5. The proof: what Zoho has, what was exported, and what the dataflows took")
    proof = subprocess.run([*zoho_adobe, "reconcile", "--exports", str(exports)], env=env, check=False)
    if proof.returncode == 0:
        print(_NEXT)
    return proof.returncode


def _count(metrics: Mapping[str, Any]) -> int:
    return int(metrics["recordSummary"]["outputRecordCount"])


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in row.items():
        found |= _flat(value) if isinstance(value, dict) else {name: value}
    return found


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Write some rows and columns as a table."""
    shown = rows[-_ROWS:]
    names = sorted({name for row in shown for name in row}, key=lambda name: (name != "id", name))[:_COLUMNS]
    yield "".join(name.ljust(_WIDTH) for name in names).rstrip()
    for row in shown:
        yield "".join(str(row.get(name, ""))[: _WIDTH - 2].ljust(_WIDTH) for name in names).rstrip()


def _quiet(command: list[str], env: Mapping[str, str]) -> str:
    done = subprocess.run(command, cwd=_FOLDER, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EngineError(f"`pulumi {' '.join(command[1:3])}` failed: {(done.stderr or done.stdout).strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
