"""The fuzzer's own logic: drawing, the rules, and the shrinking. No engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.edits import checks
from tests.edits.checks import Violation
from tests.edits.drawing import draw
from tests.edits.edits import EDITS, Step, Upset, applied
from tests.edits.model import Connection, Ingestion, Program, Table, first
from tests.edits.rules import EITHER, GONE, KEPT, LEFT, NEW, REFUSED, RULES, STORES, Fate, fate_of
from tests.edits.shrinking import shrunk
from tests.edits.world import File, Look, World

SEEDS = range(40)


def test_the_same_seed_draws_the_same_sequence() -> None:
    assert draw(7, 20) == draw(7, 20)
    assert draw(7, 20) != draw(8, 20)
    assert draw(7, 20)[:10] == draw(7, 10)


def test_every_edit_and_every_upset_is_drawn() -> None:
    steps = [step for seed in range(300) for step in draw(seed, 25)]
    assert {step.edit for step in steps} == set(EDITS)
    assert {step.upset.victim for step in steps if step.upset} == {"engine", "provider", "both", "test"}
    assert {step.command for step in steps} == {"up", "up --refresh", "refresh, up", "up --target, up"}


def test_every_edit_has_a_rule_and_every_rule_an_edit() -> None:
    assert set(RULES) == set(EDITS)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_drawn_sequence_keeps_names_apart_and_always_makes_sense(seed: int) -> None:
    program = first()
    for step in draw(seed, 40):
        after = applied(program, step)
        assert after is not None, step
        names = list(after.resources().values())
        assert len(set(names)) == len(names), step
        assert all(item.connection is None or after.has(item.connection) for item in after.ingestions)
        program = after if step.upset is None or not step.upset.undone else program


@pytest.mark.parametrize("seed", SEEDS)
def test_any_part_of_a_sequence_can_be_played(seed: int) -> None:
    """Steps that make no sense without the dropped ones are passed over, and never fail."""
    program = first()
    for step in draw(seed, 40)[::2]:
        program = applied(program, step) or program
    assert program.document({key: "id" for key, _ in program.resources()})["connections"] is not None


def test_rules_tell_connections_apart() -> None:
    suffixed, plain, adopted = first().connections
    fates = [fate_of("rename without an alias", item, "") for item in (suffixed, plain, adopted)]
    assert fates == [NEW, REFUSED, KEPT | REFUSED]
    assert fate_of("undeclare", plain, "") == GONE
    assert fate_of("undeclare what is retained", replace(plain, retain=True), "") == LEFT
    assert fate_of("state taint", adopted, "") == REFUSED
    assert fate_of("state taint", replace(adopted, retain=True), "") == KEPT | REFUSED


def test_rules_tell_what_holds_data_from_what_moves_it() -> None:
    (tables,) = first().ingestions
    fates = {part: fate_of("rename with an alias", tables, part) for part in tables.parts()}
    assert {fate for part, fate in fates.items() if part.rpartition("-")[2] in STORES} == {KEPT}
    assert {fate for part, fate in fates.items() if part.rpartition("-")[2] not in STORES} == {EITHER}


def test_what_a_step_is_not_about_is_kept() -> None:
    before = first()
    step = Step(2, "add a column", key="tables", table="Leads", text="Company")
    after = applied(before, step)
    assert after is not None
    fates = checks.allowed(before, after, step)
    assert {name for name, fate in fates.items() if fate != KEPT} == {
        ("tables", f"Leads-{part}") for part in ("table", "source", "mapping", "target", "dataflow")
    }


@pytest.mark.parametrize(
    ("edit", "more"),
    [("state delete", REFUSED), ("state taint of what is used", KEPT), ("replace what is used", KEPT)],
)
def test_what_is_built_on_a_connection_may_go_with_it(edit: str, more: Fate) -> None:
    fates = checks.allowed(first(), first(), Step(2, edit, key="suffixed"))
    assert fates["tables", "Leads-dataflow"] == fates["tables", "Leads-source"] == EITHER | more
    assert fates["tables", "Leads-dataset"] == fates["tables", "Leads-schema"] == KEPT | more


@pytest.mark.parametrize(("command", "fate"), [("up", NEW), ("refresh, up", EITHER), ("up --refresh", EITHER)])
def test_a_refresh_takes_a_taint_away(command: str, fate: object) -> None:
    step = Step(2, "state taint", key="plain", command=command)
    assert checks.allowed(first(), first(), step)["plain", ""] == fate


def look(ids: dict[tuple[str, str], str], *existing: str) -> Look:
    return Look([], {"connections": [{"id": id_} for id_ in existing]}, ids, [], {})


PLAIN = Program(connections=(Connection("plain", "plain", suffix=None, name="Plain"),))
NAME = ("plain", "")


@pytest.mark.parametrize(
    ("fate", "there", "program", "kinds"),
    [
        (KEPT, look({NAME: "a"}, "a"), PLAIN, []),
        (KEPT, look({NAME: "b"}, "b"), PLAIN, ["deleted"]),
        (KEPT, look({NAME: "b"}, "a", "b"), PLAIN, ["lost"]),
        (NEW, look({NAME: "b"}, "b"), PLAIN, []),
        (NEW, look({NAME: "a"}, "a"), PLAIN, ["kept"]),
        (NEW, look({NAME: "b"}, "a", "b"), PLAIN, ["left over"]),
        (GONE, look({}), Program(), []),
        (GONE, look({}, "a"), Program(), ["left over"]),
        (LEFT, look({}, "a"), Program(), []),
        (LEFT, look({}), Program(), ["deleted"]),
    ],
)
def test_objects_are_compared_with_the_rule(fate: object, there: Look, program: Program, kinds: list[str]) -> None:
    found = checks.identity({NAME: "a"}, there, {NAME: fate}, program, ())  # type: ignore[dict-item]
    assert [violation.kind for violation in found] == kinds


def test_a_dataflow_may_go_with_the_connection_that_it_reads_through() -> None:
    program = first()
    name = ("tables", "Leads-dataflow")
    fates = {name: KEPT, ("tables", "Leads-dataset"): KEPT}
    ids = {("suffixed", ""): "a"}
    assert checks.following(program, program, fates, ids, look({("suffixed", ""): "b"})) == {**fates, name: EITHER}
    assert checks.following(program, program, fates, ids, look({("suffixed", ""): "a"})) == fates


def test_an_edit_that_was_undone_leaves_what_it_spoke_of_or_makes_it_anew() -> None:
    fates = {("a", ""): NEW, ("b", ""): KEPT, ("c", ""): GONE}
    assert checks.upset(fates, undone=True) == {("a", ""): EITHER, ("b", ""): KEPT, ("c", ""): EITHER}
    assert checks.upset(fates, undone=False) == {("a", ""): EITHER, ("b", ""): KEPT, ("c", ""): GONE}


def test_what_was_refused_is_kept_after_a_command_that_was_cut_off() -> None:
    assert checks.upset({NAME: REFUSED}, undone=False) == {NAME: KEPT | REFUSED}


class _Arrived(World):
    """A world in which some rows have arrived, and time passes without effect."""

    def __init__(self, *names: str, said: str = "", files: Sequence[File] = ()) -> None:
        self._names, self.said, self._files = names, [said], files
        self.arrived, self.fresh = {("Leads", "d1"): Counter(["Old"])}, {"Leads": ["New"]}
        self.behind, self.through_source = {}, {("Leads", "d1")}

    def advance(self, seconds: float) -> None:
        del seconds

    def export(self) -> None:
        self.exported = list(self._files)

    def folders(self) -> set[str]:
        return {"here"}

    def rows_of(self, table: str) -> Counter[str]:
        del table
        return Counter(["Old", "New"])

    def rows_in(self, table: str, dataset: str) -> Counter[str]:
        del table, dataset
        return Counter(self._names)


FROM_NOW_ON = "'crm Leads' ingests only what changes from now on, because of schedule.backfill=False: the dataset "


@pytest.mark.parametrize(
    ("names", "said", "kinds"),
    [
        (("Old", "New"), "", []),
        (("Old",), "", ["lost"]),
        (("Old",), f"{FROM_NOW_ON}d1 holds rows", []),
        (("Old",), f"{FROM_NOW_ON}d2 holds rows", ["lost"]),
        (("Old", "New", "New"), f"{FROM_NOW_ON}d1 holds rows", ["twice"]),
    ],
)
def test_what_had_changed_before_may_be_left_out_where_that_was_said(
    names: tuple[str, ...], said: str, kinds: list[str]
) -> None:
    program = Program(ingestions=(Ingestion("tables", "crm", tables={"Leads": Table(("Last_Name",))}),))
    there = Look([], {"datasets": [{"id": "d1"}]}, {("tables", "Leads-dataset"): "d1"}, [], {})
    world = _Arrived(*names, said=said)
    assert [violation.kind for violation in checks.rows(world, there, program)] == kinds
    assert world.arrived == {("Leads", "d1"): Counter(names)}


HERE, ELSEWHERE = File("here", "d1", ["Old", "New"]), File("elsewhere", "d1", ["Old"])


@pytest.mark.parametrize(
    ("via", "names", "files", "kinds"),
    [
        ("both", "Old New Old New", [HERE], []),
        ("both", "Old New", [HERE], ["lost"]),
        ("both", "Old New Old New New", [HERE], ["twice"]),
        ("landing-zone", "Old Old New", [HERE], []),
        ("landing-zone", "Old Old New New", [HERE], []),
        ("landing-zone", "Old Old New New New", [HERE], ["twice"]),
        ("landing-zone", "Old Old New", [HERE, ELSEWHERE], []),
        ("landing-zone", "Old Old Old New", [HERE, ELSEWHERE], []),
        ("landing-zone", "Old Old Old New", [HERE], ["twice"]),
        ("landing-zone", "Old", [], ["lost"]),
    ],
)
def test_each_file_is_taken_once(via: str, names: str, files: list[File], kinds: list[str]) -> None:
    tables = {"Leads": Table(("Last_Name",), via=via)}
    there = Look([], {"datasets": [{"id": "d1"}]}, {("tables", "Leads-dataset"): "d1"}, [], {})
    world = _Arrived(*names.split(), files=files)
    program = Program(ingestions=(Ingestion("tables", "crm", tables=tables),))
    assert [violation.kind for violation in checks.rows(world, there, program)] == kinds


def test_an_edit_makes_the_program_that_it_names() -> None:
    program = applied(first(), Step(2, "move without an alias", key="plain", text="group-a"))
    assert program is not None
    assert program.find("plain").parent == "group-a"
    assert applied(program, Step(3, "move without an alias", key="plain", text="group-a")) is None
    program = applied(program, Step(4, "take a table out", key="tables", table="Leads"))
    assert program is not None
    (tables,) = program.ingestions
    assert (tables.brought, tables.group) == (["Accounts"], "ours")
    assert [item for item in program.resources().values() if item.startswith("crm-Leads")] == []


def test_an_adopting_connection_names_the_id_that_it_has() -> None:
    document = first().document({"adopted": "the-id"})
    assert [item["adopt_id"] for item in document["connections"]] == [None, None, "the-id"]
    assert document["ingestions"][0]["connection"] == "suffixed"


def steps_of(*edits: str) -> list[Step]:
    return [Step(number, edit, key="plain") for number, edit in enumerate(edits, 1)]


def test_a_sequence_shrinks_to_the_steps_that_it_takes() -> None:
    steps = steps_of("nothing", "describe", "retain", "state delete", "replace", "describe", "nothing", "undeclare")

    def fails(tried: Sequence[Step]) -> bool:
        edits = [step.edit for step in tried]
        return "retain" in edits and edits[-1] == "undeclare"

    assert [step.edit for step in shrunk(steps, fails)] == ["nothing", "retain", "undeclare"]


def test_a_step_shrinks_to_a_simple_one() -> None:
    hard = replace(steps_of("describe")[0], command="up --refresh", rows=("Leads",), upset=Upset("both"))
    steps = [Step(1, "nothing"), hard]
    assert shrunk(steps, lambda tried: bool(tried[-1].rows)) == [steps[0], replace(hard, command="up", upset=None)]


def test_shrinking_ends_after_so_many_tries() -> None:
    tried: list[Sequence[Step]] = []

    def fails(steps: Sequence[Step]) -> bool:
        tried.append(steps)
        return False

    steps = steps_of(*["describe"] * 30)
    assert shrunk(steps, fails, tries=5) == steps
    assert len(tried) == 5


def test_a_violation_and_a_step_are_read_in_one_line() -> None:
    upset = Upset("both", "POST", 2, after_work=True, undone=True)
    step = Step(3, "describe", key="plain", text="new", rows=("Leads",), upset=upset)
    assert str(step) == "  3  describe: plain -> 'new'  (up) [rows: Leads] !! both killed after POST 3, then undone"
    assert str(Violation("deleted", "it")) == "deleted: it"
    assert upset.order == {"path": "^/adobe/", "skip": 2, "after_work": True, "method": "POST"}


def test_what_is_brought_is_of_the_group() -> None:
    (tables,) = first().ingestions
    assert isinstance(tables, Ingestion)
    assert tables.brought == ["Accounts", "Leads"]
    assert next(iter(replace(tables, connection=None).parts())) == "connection"
