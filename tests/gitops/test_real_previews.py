"""Reviews of what the real engine says of changes of an ingestion: the rules, beyond the previews made by hand."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from emulator import launch
from engine import toolchain
from tests.support.crm import Crm
from tests.support.gitops import ingestion
from tests.support.pages import blocks, shell
from tests.support.stack import Stack, isolated_environment
from tests.support.tenant import Tenant
from zoho_adobe.review import MARKER

# One stack for all of them: on one worker.
pytestmark = [pytest.mark.long, pytest.mark.xdist_group("real-previews")]

Edit = tuple[str, str]

# Nothing is protected here: Pulumi would refuse what a review has to show.
PROGRAM = ingestion.PROGRAM.replace(
    "    suffix=seed.hex,\n)\n\npulumi.export",
    "    suffix=seed.hex,\n    protect_data=False,\n    force_destroy=True,\n)\n\npulumi.export",
)
ACCOUNTS = '        "Accounts": IngestedTable(columns=["Account_Name", "Industry", "Website"]),\n'
HOURLY = '{"frequency": "hour", "interval": 1}'
EVENTS = '"https://ns.adobe.com/xdm/context/experienceevent"'
CONNECTION = PROGRAM[PROGRAM.index("connection = BaseConnection(") : PROGRAM.index("\ncrm = ")]


@dataclass
class Reviewed:
    """A stack that brings two tables, and reviews of what would change it."""

    stack: Stack
    crm: Crm

    def write(self, *edits: Edit) -> None:
        """Edit the program as it was first."""
        program = PROGRAM
        for old, new in edits:
            assert old in program
            program = program.replace(old, new)
        program = program.replace("CONNECTION_ID", self.crm.tenant.connection()["id"])
        (self.stack.folder / "__main__.py").write_text(program)

    def preview(self, *edits: Edit) -> str:
        """Review an edit of the program; the next one begins with the program as it was."""
        self.write(*edits)
        command = ("preview", "--stack", self.stack.name, "--non-interactive", "--json")
        return self._review(self.stack.run(*command, PULUMI_ENABLE_STREAMING_JSON_PREVIEW="true").out)

    def drift(self) -> str:
        """Review what happened at the services, as `scripts/drift.sh` does."""
        self.write()
        command = ("refresh", "--stack", self.stack.name, "--non-interactive", "--preview-only", "--run-program")
        return self._review(self.stack.run(*command, "--json").out, "--drift")

    def _review(self, found: str, *words: str) -> str:
        command = [sys.executable, "-m", "zoho_adobe", "review", "--markdown", *words]
        done = subprocess.run(
            command, cwd=self.stack.folder, env=self.stack.env, input=found, capture_output=True, text=True, check=True
        )
        self.stack.seen.append(done.stdout)
        print(done.stdout)
        return done.stdout


def notes(review: str) -> list[str]:
    """Return what needs a second look."""
    return [line.removeprefix("> - ") for line in review.splitlines() if line.startswith("> - ")]


@pytest.fixture(scope="module")
def reviewed(
    pulumi: toolchain.Toolchain,
    pulumi_home: Path,
    emulator: launch.Emulator,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Reviewed]:
    """The stack, made once, with data in the dataset of contacts."""
    tenant, folder = Tenant.create(emulator), tmp_path_factory.mktemp("reviewed")
    env = isolated_environment(pulumi, pulumi_home, folder)
    stack = Stack.create(folder / "project", PROGRAM, env, "prod", tenant, silenceDeprecation="true")
    stack.up()
    crm = Crm.of(tenant)
    crm.run(stack.outputs()["dataflows"]["Contacts"])
    yield Reviewed(stack, crm)
    stack.assert_no_secret_anywhere()


BOTH = "`crm-Accounts-dataflow`, `crm-Contacts-dataflow`"
DROPPED: Edit = (', "Website"]', "]")

CONTACTS = '"Contacts": IngestedTable('
BACKFILL = '{"frequency": "hour", "interval": 1, "backfill": True}'
ALIAS = 'pulumi.ResourceOptions(aliases=[pulumi.Alias(name="crm")])'
ANEW = "the old one is deleted, the new one has another id"
OLD_SOURCE = "`columns` of SourceConnection `crm-Accounts-source` changes"
REPLACED = f"Dataflow `crm-Accounts-dataflow` is **replaced** because {OLD_SOURCE}: {ANEW}"
ON_CONTACTS = "built on it: 1 dataflow: `crm-Contacts-dataflow`"
NO_WEBSITE = "MappingSet `crm-Accounts-mapping` **no longer fills** `_tenant.website`: rows arrive without it"

CHANGES: dict[str, tuple[list[Edit], list[str]]] = {
    "in place": (
        [
            (HOURLY, '{"frequency": "day", "interval": 2}'),
            (CONTACTS, f"{CONTACTS}enabled=False"),
            ('config.require_secret("zohoClientSecret")', 'config.require_secret("zohoRefreshToken")'),
        ],
        [
            "Dataflow `crm-Contacts-dataflow` is **disabled**: no data arrive while it is",
            f"Dataflows {BOTH}: each runs **less often**: every hour → every 2 days",
            f"BaseConnection `zoho-crm` gets another credential: `client_secret` rotates; used by 2 dataflows: {BOTH}",
        ],
    ),
    "a column goes": (
        [DROPPED],
        [f"{REPLACED} and goes on where the old one ended", NO_WEBSITE],
    ),
    "a column goes, and all rows come again": (
        [DROPPED, ('"Industry"]', f'"Industry"], schedule={BACKFILL}')],
        [
            REPLACED,
            "Dataflow `crm-Accounts-dataflow` starts anew with all rows: it **reads its whole history again**",
            NO_WEBSITE,
        ],
    ),
    "a table goes, another one comes": (
        [(ACCOUNTS, '        "Deals": IngestedTable(),\n')],
        [
            "Dataflow `crm-Accounts-dataflow` is **deleted**: it stops delivering data",
            "Dataset `crm-Accounts-dataset` is **deleted with all its data**",
            "Schema `crm-Accounts-schema` is **deleted**",
            "The stack no longer gives the outputs `dataflows.Accounts`, `datasets.Accounts`: "
            "other stacks may read them",
        ],
    ),
    "another class of schema": (
        [(CONTACTS, f"{CONTACTS}schema_class={EVENTS}")],
        [
            "Dataflow `crm-Contacts-dataflow` is **replaced** because `dataset_id`, `schema_id` of TargetConnection "
            f"`crm-Contacts-target` change: {ANEW}",
            f"Dataset `crm-Contacts-dataset` is **replaced** because `schema_id` changes: {ANEW}; "
            f"**its data go with it**; {ON_CONTACTS}",
            f"Schema `crm-Contacts-schema` is **replaced** because `schema_class` changes: {ANEW}; {ON_CONTACTS}",
            "Dataflow `crm-Contacts-dataflow` fills another dataset: it **reads its whole history again** into it",
        ],
    ),
    "a connection in use goes": (
        [(CONNECTION, ""), ("connection.id", '"CONNECTION_ID"')],
        [
            "BaseConnection `zoho-crm` is **deleted**, which is refused while it is in use; "
            f"still built on it: 2 dataflows: {BOTH}",
            "The stack no longer gives the outputs `baseConnectionId`, `baseConnectionName`, `imsUrl`, "
            "`organization`, `outputsVersion`, `platformUrl`, `sandbox`, `zohoDataCenter`: other stacks may read them",
        ],
    ),
    "another name, with an alias": (
        [('    "crm",\n', f'    "zoho",\n    opts={ALIAS},\n')],
        [
            *(
                f"Dataflow `zoho-{table}-dataflow` is **replaced** because `name`, `suffix` of SourceConnection "
                f"`zoho-{table}-source`, `name`, `suffix` of TargetConnection `zoho-{table}-target` change: {ANEW}"
                for table in ("Accounts", "Contacts")
            ),
            "Dataflows `zoho-Accounts-dataflow`, `zoho-Contacts-dataflow`: each gets another name, by which it does "
            "not find its predecessor: it **reads its whole history again**",
        ],
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_change_means(reviewed: Reviewed, change: str) -> None:
    edits, expected = CHANGES[change]
    found = notes(reviewed.preview(*edits))
    assert [note for note in found if "**renamed**" not in note] == expected
    # Schemas and datasets of both tables.
    assert len(found) - len(expected) == (4 if change == "another name, with an alias" else 0)


def test_the_commands_of_the_page_say_the_same_in_both_forms(reviewed: Reviewed) -> None:
    reviewed.write(DROPPED)
    # A refresh that only looks refuses to be confirmed.
    shown = shell(reviewed.stack, blocks("gitops.md")[0], PULUMI_SKIP_CONFIRMATIONS="false").out
    _, stream, single, drift = shown.split(MARKER)
    assert "**3 to replace, 1 to change**, 13 unchanged" in stream
    assert "stays in the schema at Adobe" in stream
    # The single document has no outputs of the stack.
    assert stream.partition("### Outputs")[0].strip() == single.strip()
    assert drift.strip().splitlines()[-1] == "## Drift of `zoho-adobe/prod`: **no drift**"


def test_drift(reviewed: Reviewed) -> None:
    crm, outputs = reviewed.crm, reviewed.stack.outputs()
    crm.add_field("Contacts", "Rating")
    crm.change("flows", outputs["dataflows"]["Contacts"], state="disabled")
    crm.remove("datasets", outputs["datasets"]["Accounts"])
    drift = reviewed.drift()
    assert "**1 gone, 1 changed**, 14 unchanged" in drift
    assert notes(drift) == [
        "Dataset `crm-Accounts-dataset` is **gone**: the next update makes a new one, with another id; built on it: "
        "1 dataflow: `crm-Accounts-dataflow`",
        "Dataflow `crm-Contacts-dataflow` is **disabled**: no data arrive while it is",
    ]
    said = [line for line in drift.splitlines() if line.startswith("* ")]
    assert said[0].startswith("* the table 'Contacts' has a new column 'Rating'")
    assert re.fullmatch(r"\* the dataflow 'crm Contacts \w+' \\\(.*was stopped by .*", said[1])
