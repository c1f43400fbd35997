"""What is done with a stack that brings two tables of Zoho CRM, and with a grant at Zoho."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from tests.kills import grant
from tests.kills.killing import DESTROY, UP, Edit, Operation, refreshing_up, up, write
from tests.kills.truth import KINDS, of_package
from tests.support.crm import Crm
from tests.support.stack import Stack

PROGRAM = (Path(__file__).parent / "ingestion_program.py").read_text()

_BY_SOURCE = PROGRAM[PROGRAM.index("    connection={") : PROGRAM.index("    tables={")]
_BY_FILES = _BY_SOURCE.replace("    connection={", "    zoho={").replace(
    '        "endpoint": config.require("zohoEndpoint"),\n', ""
)
FILES_PROGRAM = PROGRAM.replace(_BY_SOURCE, _BY_FILES)
_LEADS = PROGRAM[PROGRAM.index('        "Leads": ') : PROGRAM.index("    },\n    schedule=")]
# By what a row is known, in Zoho and in its dataset.
_NAMES = {"Accounts": ("Account_Name", "accountName"), "Leads": ("Last_Name", "lastName")}


def _create(_: Stack) -> Sequence[str]:
    return UP


def _reschedule(stack: Stack) -> Sequence[str]:
    stack.up()
    write(stack, PROGRAM.replace('"interval": 30', '"interval": 45'))
    return UP


def _add_column(stack: Stack) -> Sequence[str]:
    """Make a dataflow give way to another one, which has to go on where it ended."""
    stack.up()
    crm = Crm.of(stack.tenant)
    crm.let_a_second_pass()
    for dataflow in crm.objects()["flows"]:
        crm.run(dataflow["id"])
    # What changes within the second in which a run ends may have come with it.
    time.sleep(1.1)
    crm.add("Leads", Last_Name=f"In the gap {time.time()}")
    write(stack, PROGRAM.replace('["Last_Name"]', '["Last_Name", "Company"]'))
    return UP


def _take_table_out(stack: Stack) -> Sequence[str]:
    stack.up()
    write(stack, PROGRAM.replace(_LEADS, ""))
    return UP


def _destroy(stack: Stack) -> Sequence[str]:
    stack.up()
    return DESTROY


def _to_files(stack: Stack) -> Sequence[str]:
    """Move tables from the source to files, by both for a while."""
    stack.up()
    write(stack, PROGRAM.replace(_BY_SOURCE, _BY_SOURCE + '    via="both",\n'))
    stack.up()
    write(stack, PROGRAM.replace(_BY_SOURCE, _BY_SOURCE + '    via="landing-zone",\n'))
    return UP


def _problems(stack: Stack) -> list[str]:
    return _incomplete(stack) + _rows_twice_or_lost(stack)


def _incomplete(stack: Stack) -> list[str]:
    program = (stack.folder / "__main__.py").read_text()
    tables, connections = program.count("IngestedTable("), program.count("connection={")
    wanted = {kind: connections if kind == "connections" else tables for kind in KINDS.values()}
    # Nobody deletes them.
    del wanted["mappingSets"]
    there = Crm.of(stack.tenant).objects()
    found = {kind: len(there[kind]) for kind in wanted}
    return [f"{found} after up, not {wanted}"] if found != wanted else []


def _rows_twice_or_lost(stack: Stack) -> list[str]:
    """Let each dataflow run, and compare what has arrived in all with what Zoho has."""
    crm, problems = Crm.of(stack.tenant), []
    resources = {item["urn"].rpartition("::")[2]: item for _, item in of_package(stack)}
    for table, (column, name) in _NAMES.items():
        dataflow, dataset = (resources.get(f"crm-{table}-{part}") for part in ("dataflow", "dataset"))
        if dataflow is None or dataset is None:
            continue
        crm.run(dataflow["id"])
        arrived = sorted(next(iter(row.values()))[name] for row in crm.arrived(dataset["id"]))
        rows = sorted(row[column] for row in crm.rows(table))
        if arrived != rows:
            problems.append(f"lost, or there twice: {table}: of {rows} there are {arrived}")
    return problems


def _without_leads(program: str) -> str:
    begin = program.index('        "Leads": ')
    return program[:begin] + program[program.index("    },\n    schedule=") :]


_HOURLY = Edit("rescheduled", lambda program: program.replace('"frequency": "minute"', '"frequency": "hour"'))
_WIDER = Edit("a column more", lambda program: program.replace('["Account_Name"]', '["Account_Name", "Website"]'))
_WITHOUT_LEADS = Edit("a table less", _without_leads, keeps=False)

OPERATIONS = {
    **{
        name: Operation(name, PROGRAM, prepare, mend, _problems, (_HOURLY, _WIDER, _WITHOUT_LEADS))
        for name, prepare, mend in (
            ("create tables", _create, up),
            ("reschedule", _reschedule, up),
            ("add a column", _add_column, up),
            ("take a table out", _take_table_out, up),
            ("destroy tables", _destroy, refreshing_up),
        )
    },
    "tables by files": Operation(
        "tables by files", FILES_PROGRAM, _create, up, _incomplete, (_HOURLY, _WIDER, _WITHOUT_LEADS)
    ),
    "to files": Operation("to files", PROGRAM, _to_files, up, _incomplete, (_HOURLY, _WIDER)),
    "grant": grant.OPERATION,
}
