"""A stack that is edited, what is at Adobe and in Zoho, and what the fuzzer knows of both."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emulator.launch import Emulator
from tests.edits.model import MODULES, Program
from tests.kills.truth import id_of
from tests.support.crm import Crm
from tests.support.landing_zone import container
from tests.support.stack import Stack
from tests.support.tenant import Tenant
from zoho_adobe.api.zoho_bulk import SCOPES
from zoho_adobe.zoho_scopes import DEFAULT

SOURCE = Path(__file__).parent / "program.py"

Name = tuple[str, str]
"""Key and part of a declared resource."""
Place = tuple[str, str]
"""A table and a dataset."""


@dataclass(frozen=True)
class File:
    """A file that the exporter has written.

    Attributes:
        folder: where it is.
        dataset: where its rows are to end.
        rows: each row, by the column that it is known by.
    """

    folder: str
    dataset: str
    rows: list[str]


@dataclass
class Look:
    """What a look at the state and at Adobe shows.

    Attributes:
        resources: the resources of the state.
        objects: what exists at Adobe, by kind.
        ids: the id that the state has of each declared resource.
        missing: the declared resources that the state does not have once.
        groups: the field groups of the schemas in the state, by the schemas' ids.
    """

    resources: list[dict[str, Any]]
    objects: Mapping[str, list[dict[str, Any]]]
    ids: dict[Name, str]
    missing: list[str]
    groups: dict[str, str]

    @property
    def existing(self) -> set[str]:
        """The ids of all that exists at Adobe."""
        return {id_of(item) for items in self.objects.values() for item in items}


@dataclass
class World:
    """One stack with an emulator of its own.

    Attributes:
        stack: the stack.
        crm: Zoho CRM, and what has arrived of it.
        ids: the ids of what was declared, as the last look showed them; of what is to be adopted, from the beginning.
        strangers: the ids of objects at Adobe that are not the stack's, and must stay.
        left: the ids of those among them that were the stack's.
        groups: the field groups of schemas, by the schemas' ids.
        arrived: how often each row was in each dataset at the last look, by table and dataset.
        fresh: the rows that Zoho got since then, by table.
        behind: the rows that the source has not brought where it does not bring any now, by table and dataset.
        through_source: the places that the source brings rows to.
        exported: the files that no run has taken, as far as that is known.
        files: the names of all files.
        by_hand: the fields that somebody made by hand, by the `$id` of the field group.
        elsewhere: what the stack that others use declares.
        said: what the commands of this step have printed.
    """

    stack: Stack
    crm: Crm
    ids: dict[Name, str] = field(default_factory=dict)
    strangers: set[str] = field(default_factory=set)
    left: dict[Name, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    arrived: dict[Place, Counter[str]] = field(default_factory=dict)
    fresh: dict[str, list[str]] = field(default_factory=dict)
    behind: dict[Place, Counter[str]] = field(default_factory=dict)
    through_source: set[Place] = field(default_factory=set)
    exported: list[File] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    by_hand: dict[str, dict[str, Any]] = field(default_factory=dict)
    elsewhere: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _rows: int = 0

    @classmethod
    def create(cls, folder: Path, env: Mapping[str, str], emulator: Emulator) -> World:
        """Make an empty stack, and what others have at Adobe already."""
        tenant = Tenant.create(emulator)
        tenant.zoho = emulator.control("POST", "/zoho/credentials", {"dc": "us", "scopes": [*DEFAULT, *SCOPES]})
        tenant.canaries |= {tenant.zoho["client_secret"], tenant.zoho["refresh_token"]}
        # How few tokens Zoho gives in ten minutes is not what is tried here.
        emulator.control("PATCH", "/zoho/options", {"token_requests": 100_000})
        stack = Stack.create(
            folder / "project",
            SOURCE.read_text(),
            env,
            f"edit-{uuid.uuid4().hex[:8]}",
            tenant,
            silenceDeprecation="true",
        )
        world = cls(stack, Crm.of(tenant))
        world.strangers.add(tenant.plant_connection("Zoho CRM"))
        world.ids["adopted", ""] = tenant.plant_connection("Adopted")
        return world

    # What is

    def write(self, program: Program) -> None:
        """Write the program."""
        adopt_ids = {key: id_ for (key, part), id_ in self.ids.items() if part in ("", "connection")}
        self.write_for(self.stack.name, program.document(adopt_ids))

    def write_for(self, stack: str, document: Mapping[str, Any]) -> None:
        """Write what one stack declares."""
        (self.stack.folder / f"{stack}.json").write_text(json.dumps(document, indent=1))
        shutil.rmtree(self.stack.folder / "__pycache__", ignore_errors=True)

    def look(self, program: Program) -> Look:
        """Look at the state and at Adobe."""
        state = self.state()
        resources = state.get("resources") or []
        by_name: dict[str, list[dict[str, Any]]] = {}
        for item in resources:
            if ":dynamic/zoho-adobe:" in item["type"]:
                by_name.setdefault(item["urn"].rpartition("::")[2], []).append(item)
        ids: dict[Name, str] = {}
        missing = []
        for name, logical in program.resources().items():
            found = by_name.pop(logical, [])
            if len(found) != 1:
                missing.append(f"{logical} is {len(found)} times in the state")
            for item in found:
                ids[name] = item["id"]
        missing += [f"{logical} is in the state, and not declared" for logical in by_name]
        outputs = {item["id"]: item.get("outputs", {}) for item in resources if item.get("id")}
        groups = {id_: item["field_group_id"] for id_, item in outputs.items() if "field_group_id" in item}
        return Look(resources, self.crm.objects(), ids, missing, groups)

    def state(self, stack: str = "") -> dict[str, Any]:
        """Read the state where the backend keeps it: asking the engine for it takes a second."""
        name = f"{stack or self.stack.name}.json"
        (path,) = (self.stack.folder.parent / "state" / ".pulumi" / "stacks").rglob(name)
        latest: dict[str, Any] = json.loads(path.read_text())["checkpoint"]["latest"] or {}
        return latest

    def urn(self, logical: str) -> str:
        """Return the URN of a resource in the state; several may have the name for a while."""
        return str(self.resource(logical)["urn"])

    def resource(self, logical: str) -> dict[str, Any]:
        """Return a resource of the state."""
        resources: list[dict[str, Any]] = self.state().get("resources") or []
        return next(item for item in resources if item["urn"].endswith(f"::{logical}"))

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs as the state has them."""
        roots = (item for item in self.state().get("resources") or () if item["type"] == "pulumi:pulumi:Stack")
        found: dict[str, Any] = next((root.get("outputs") or {} for root in roots), {})
        return found

    # What is done

    def run(self, *words: str, **env: str) -> int:
        """Run a command; it may fail."""
        result = self.stack.run(*words, fails=True, **env)
        self.said.append(f"$ pulumi {' '.join(words)}\n{result.text}")
        return result.code

    def act(self, command: str, *words: str, **env: str) -> int:
        """Run `up`, `refresh`, `preview` or `destroy`; it may fail."""
        yes = () if command == "preview" else ("--yes", "--skip-preview")
        return self.run(command, *yes, "--stack", self.stack.name, "--non-interactive", *words, **env)

    def errors(self) -> str:
        """Return the errors of the last command."""
        lines = [re.sub(r"\s+", " ", line).strip() for line in self.said[-1].splitlines()]
        return "; ".join(line for line in lines if line.startswith("error:")) or self.said[-1][-600:]

    def add_row(self, table: str) -> None:
        """Let somebody add a row in Zoho, or change one."""
        self._rows += 1
        column, _, _ = MODULES[table]
        name = f"{table} {self._rows}"
        rows = self.crm.rows(table)
        # What changes within the second in which a run ends may come with it.
        self.advance(5)
        if self._rows % 3 == 0 and len(rows) > 3:
            self.crm.change_row(table, rows[-1]["id"], **{column: name})
        else:
            self.crm.add(table, **{column: name})
        self.fresh.setdefault(table, []).append(name)

    def documents(self) -> list[dict[str, Any]]:
        """Return what the stack's outputs tell the exporter."""
        told = [output.get("exports") for output in self.outputs().values() if isinstance(output, dict)]
        return [document for document in told if document]

    def folders(self) -> set[str]:
        """Return the folders of all files, as the outputs have them."""
        return {table["path"] for document in self.documents() for table in document["tables"]}

    def export(self) -> None:
        """Export what comes by files, and see what is in the files.

        Raises:
            AssertionError: the exporter fails.
        """
        documents, path = self.documents(), self.stack.folder / "exports.json"
        words = [sys.executable, "-m", "zoho_adobe", "export", "--exports", str(path)]
        zoho = {
            f"ZOHO_{key.upper()}": self.crm.tenant.zoho[key] for key in ("client_id", "client_secret", "refresh_token")
        }
        for document in documents:
            path.write_text(json.dumps(document))
            done = subprocess.run(
                words,
                env={**self.stack.env, **zoho},
                cwd=self.stack.folder,
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            self.said.append(f"$ {' '.join(words[1:])}\n{done.stdout}{done.stderr}")
            assert done.returncode == 0, self.said[-1][-1500:]
        zone = container(self.crm.tenant) if documents else None
        for table in (table for document in documents for table in document["tables"]):
            known, _, _ = MODULES[table["module"]]
            for name in zone.list_blob_names(name_starts_with=f"{table['path']}/") if zone else ():
                if name not in self.files:
                    text = gzip.decompress(zone.download_blob(name).readall()).decode() if zone else ""
                    names = [row[known] for row in csv.DictReader(io.StringIO(text, newline=""))]
                    self.exported.append(File(table["path"], table["datasetId"], names))
                    self.files.add(name)

    def advance(self, seconds: float) -> None:
        """Let time pass; what is due runs."""
        self.crm.emulator.control("POST", "/clock", {"advance": seconds})

    def rows_in(self, table: str, dataset: str) -> Counter[str]:
        """Count each row of a dataset."""
        _, known, _ = MODULES[table]
        # The own fields of a schema are in the organization's namespace.
        return Counter(next(iter(row.values()))[known] for row in self.crm.arrived(dataset))

    def rows_of(self, table: str) -> Counter[str]:
        """Count each row of Zoho."""
        return Counter(row[MODULES[table][0]] for row in self.crm.rows(table))
