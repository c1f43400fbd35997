"""Handover: whatever is renamed, deleted, cut off or damaged, each row arrives once, or it is said beforehand."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.wire.deployment import program
from tests.support.wire.ingestion import SCHEDULE, Ingestion
from tests.support.wire.plugin import Plugin, Refused

TAG = "zohoAdobeProgress"


@pytest.fixture
def ran(ingestion: Ingestion) -> Ingestion:
    """A dataflow has brought the three rows that there are."""
    made = ingestion.make("dataflow")
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(made.id)
    ingestion.crm.let_a_second_pass()
    return ingestion


def arrived(ingestion: Ingestion) -> list[str]:
    rows = ingestion.crm.arrived(ingestion.need("dataset"))
    return sorted(next(iter(row.values()))["lastName"] for row in rows)


def in_zoho(ingestion: Ingestion) -> list[str]:
    return sorted(row["Last_Name"] for row in ingestion.crm.rows("Leads"))


def words(ingestion: Ingestion) -> list[str]:
    found = next(item for item in ingestion.objects("datasets") if item["id"] == ingestion.need("dataset"))
    return list(found.get("tags", {}).get(TAG, []))


def entries(ingestion: Ingestion) -> list[dict[str, Any]]:
    return [json.loads(word) for word in words(ingestion)]


def retag(ingestion: Ingestion, *tag: str) -> None:
    ingestion.crm.change("datasets", ingestion.need("dataset"), tags={TAG: list(tag)})


def said_since(ingestion: Ingestion, before: str) -> str:
    return ingestion.said().removeprefix(before)


def delete_by_hand(ingestion: Ingestion) -> None:
    """Delete the dataflow as Adobe's page does, with its runs."""
    made = ingestion.made["dataflow"]
    ingestion.crm.remove("flows", made.id)
    assert ingestion.refresh("dataflow") is None
    del ingestion.made["dataflow"]


# --- renames --------------------------------------------------------------------------------------------------------

NAMES: list[dict[str, Any]] = [
    {"suffix": None},
    {"suffix": "0a1b2c3d"},
    {"name": "People"},
    {"name": "P", "suffix": None},
]


@pytest.mark.long
@pytest.mark.parametrize("other", NAMES, ids=str)
def test_a_dataflow_of_another_name_goes_on(ran: Ingestion, other: dict[str, Any]) -> None:
    ran.delete("dataflow")
    ran.crm.add("Leads", Last_Name="Between")
    made = ran.make("dataflow", **other)
    ran.crm.add("Leads", Last_Name="After")
    ran.crm.run(made.id)
    assert arrived(ran) == in_zoho(ran)


@pytest.mark.long
def test_one_that_is_made_before_the_old_one_is_deleted_goes_on_too(ran: Ingestion) -> None:
    old = ran.made["dataflow"]
    new = ran.make("dataflow", name="Renamed")
    assert f"rows that changed since then may arrive twice, for the dataflow 'Leads 5f0c9a1b' ({old.id})" in ran.said()
    ran.provider("dataflow").delete(old.id, old.outputs)
    (entry,) = entries(ran)
    assert entry["dataflow"] == new.id
    assert arrived(ran) == in_zoho(ran)


@pytest.mark.long
def test_a_replaced_base_connection_goes_on(ran: Ingestion) -> None:
    for kind in ("dataflow", "source"):
        ran.delete(kind)
    ran.tenant.remove(ran.base_id)
    ran.base_id = _second_connection(ran)
    made = ran.make("dataflow")
    ran.crm.run(made.id)
    assert arrived(ran) == in_zoho(ran)


def test_another_base_connection_is_another_source(ran: Ingestion) -> None:
    first = ran.made.pop("source")
    ran.made.pop("dataflow")
    ran.base_id = _second_connection(ran)
    before = ran.said()
    ran.made["source"] = ran.make("source", name="Leads, too")
    second = ran.make("dataflow", name="Leads, too")
    assert "if that reads the same Zoho organization" in said_since(ran, before)
    assert {entry["connection"] for entry in entries(ran)} == {first.outputs["base_connection_id"], ran.base_id}
    assert (
        next(item for item in ran.objects("flows") if item["id"] == second.id)["scheduleParams"]["backfill"] == "true"
    )


@pytest.mark.long
def test_a_dataset_that_is_filled_through_another_connection_asks_for_the_programs_word(ran: Ingestion) -> None:
    for kind in ("dataflow", "source"):
        ran.delete(kind)
    ran.base_id = _second_connection(ran)
    with pytest.raises(
        Refused, match=r"^schedule.backfill: .* would ingest all rows again.* came through another base connection"
    ):
        ran.make("dataflow")
    assert ran.objects("flows") == []
    made = ran.make("dataflow", schedule={**SCHEDULE, "backfill": False})
    ran.crm.run(made.id)
    assert arrived(ran) == in_zoho(ran)


@pytest.mark.long
def test_back_to_the_first_connection_says_that_rows_of_the_second_one_come_again(ran: Ingestion) -> None:
    first = ran.base_id
    _read_through(ran, _second_connection(ran), backfill=False)
    ran.crm.add("Leads", Last_Name="Through the second")
    ran.crm.run(ran.made["dataflow"].id)
    ran.crm.let_a_second_pass()
    before = ran.said()
    _read_through(ran, first)
    said = said_since(ran, before)
    assert "rows that changed since then may arrive twice" in said
    assert "if that reads the same Zoho organization" in said
    ran.crm.add("Leads", Last_Name="Through the first again")
    ran.crm.run(ran.made["dataflow"].id)
    assert set(arrived(ran)) == set(in_zoho(ran))


@pytest.mark.long
def test_back_to_a_first_connection_that_brought_nothing_asks_for_the_programs_word(ingestion: Ingestion) -> None:
    first = ingestion.base_id
    ingestion.make("dataflow")
    _read_through(ingestion, _second_connection(ingestion))
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(ingestion.made["dataflow"].id)
    ingestion.crm.let_a_second_pass()
    with pytest.raises(
        Refused, match=r"^schedule.backfill: .* would ingest all rows again.* came through another base connection"
    ):
        _read_through(ingestion, first)
    made = ingestion.make("dataflow", schedule={**SCHEDULE, "backfill": False})
    ingestion.crm.run(made.id)
    assert arrived(ingestion) == in_zoho(ingestion)


@pytest.mark.long
def test_a_third_connection_goes_on_from_where_both_others_have_come(ran: Ingestion) -> None:
    _read_through(ran, _second_connection(ran), backfill=False)
    ran.crm.add("Leads", Last_Name="Through the second")
    ran.crm.run(ran.made["dataflow"].id)
    ran.crm.let_a_second_pass()
    ran.crm.add("Leads", Last_Name="Between")
    before = ran.said()
    _read_through(ran, _second_connection(ran, "Third"), backfill=False)
    assert "rows that changed since then may arrive twice" in said_since(ran, before)
    ran.crm.run(ran.made["dataflow"].id)
    assert set(arrived(ran)) == set(in_zoho(ran))


@pytest.mark.long
def test_a_leftover_whose_source_was_deleted_by_hand_is_replaced(ran: Ingestion) -> None:
    ran.delete("dataflow")
    ran.make("dataflow")
    old = ran.made.pop("dataflow")
    ran.crm.remove("sourceConnections", ran.made.pop("source").id)
    made = ran.make("dataflow")
    assert [item["id"] for item in ran.objects("flows")] == [made.id] != [old.id]
    ran.crm.run(made.id)
    assert arrived(ran) == in_zoho(ran)


def _read_through(ingestion: Ingestion, base_id: str, **schedule: bool) -> None:
    for kind in ("dataflow", "source"):
        ingestion.delete(kind)
    ingestion.base_id = base_id
    ingestion.make("dataflow", schedule={**SCHEDULE, **schedule})


def _second_connection(ingestion: Ingestion, name: str = "Second") -> str:
    provider = ingestion.plugin.fresh_provider(ingestion.config)
    checked = provider.check(program(ingestion.tenant, name=name))
    return str(provider.create(checked.inputs)[0])


# --- deleted by hand ------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_one_that_was_deleted_by_hand_goes_on_from_what_its_batches_tell(ran: Ingestion) -> None:
    delete_by_hand(ran)
    ran.crm.add("Leads", Last_Name="Later")
    before = ran.said()
    made = ran.make("dataflow")
    assert "may arrive twice, for the dataflow" in said_since(ran, before)
    ran.crm.run(made.id)
    assert set(arrived(ran)) == set(in_zoho(ran))
    assert next(item for item in ran.objects("flows"))["scheduleParams"]["backfill"] == "false"


def test_one_that_was_deleted_by_hand_before_it_ran_brings_all_rows(ingestion: Ingestion) -> None:
    ingestion.make("dataflow")
    delete_by_hand(ingestion)
    ingestion.crm.run(ingestion.make("dataflow").id)
    assert arrived(ingestion) == in_zoho(ingestion)


@pytest.mark.parametrize(("backfill", "times"), [(True, 2), (False, 1)])
def test_where_nothing_tells_how_far_it_came_the_program_decides(ran: Ingestion, backfill: bool, times: int) -> None:
    ran.made["other"] = ran.make("target", name="Somebody else's")
    delete_by_hand(ran)
    with pytest.raises(
        Refused,
        match=r"^schedule.backfill: .* would ingest all rows again.* was deleted elsewhere.* backfill=True ingests all",
    ):
        ran.make("dataflow")
    assert ran.objects("flows") == []
    made = ran.make("dataflow", schedule={**SCHEDULE, "backfill": backfill})
    ran.crm.run(made.id)
    assert len(arrived(ran)) == times * 3


def test_a_dataset_with_rows_of_unknown_origin_asks_for_the_programs_word(ran: Ingestion) -> None:
    ran.delete("dataflow")
    retag(ran)
    with pytest.raises(Refused, match="nothing says where they came from"):
        ran.make("dataflow")


def test_an_update_writes_down_how_far_it_has_come(ran: Ingestion) -> None:
    assert entries(ran)[0]["until"] == 0
    ran.update("dataflow", description="Changed")
    assert entries(ran)[0]["until"] > time.time() - 60


def test_a_delete_that_is_cut_off_leaves_word_that_more_may_have_arrived(ran: Ingestion) -> None:
    made = ran.made["dataflow"]
    ran.tenant.fault(method="DELETE", path="/flows/", kind="status", status=403, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ran.delete("dataflow")
    assert entries(ran)[0]["dataflow"] == made.id
    ran.delete("dataflow")
    assert "dataflow" not in entries(ran)[0]


@pytest.mark.long
def test_one_that_was_deleted_by_hand_after_that_does_not_come_twice_unsaid(ran: Ingestion) -> None:
    made = ran.made["dataflow"]
    ran.tenant.fault(method="DELETE", path="/flows/", kind="status", status=403, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ran.delete("dataflow")
    ran.crm.add("Leads", Last_Name="After the note")
    ran.crm.run(made.id)
    delete_by_hand(ran)
    before = ran.said()
    ran.make("dataflow")
    assert "may arrive twice, for the dataflow" in said_since(ran, before)


@pytest.mark.long
def test_an_older_one_is_not_forgotten_where_the_next_one_is_not_made(ran: Ingestion) -> None:
    old = ran.made["dataflow"]
    ran.tenant.fault(method="POST", path="/flows$", kind="status", status=400, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ran.make("dataflow", name="Renamed")
    assert entries(ran)[0]["dataflow"] == old.id
    ran.crm.remove("flows", old.id)
    before = ran.said()
    ran.make("dataflow", name="Renamed")
    assert f"may arrive twice, for the dataflow {old.id} was deleted elsewhere" in said_since(ran, before)


# --- the program's word ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backfill", [True, False])
def test_the_programs_word_is_asked_for_again_where_the_dataflow_was_not_made(ran: Ingestion, backfill: bool) -> None:
    ran.delete("dataflow")
    retag(ran)
    ran.tenant.fault(method="POST", path="/flows$", kind="status", status=400, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ran.make("dataflow", schedule={**SCHEDULE, "backfill": backfill})
    with pytest.raises(Refused, match=r"^schedule.backfill: .* would ingest all rows again"):
        ran.make("dataflow")
    assert ran.objects("flows") == []


@pytest.mark.long
def test_from_now_on_means_from_the_decision_on(ran: Ingestion) -> None:
    ran.delete("dataflow")
    retag(ran)
    ran.crm.add("Leads", Last_Name="Before")
    ran.crm.let_a_second_pass()
    ran.program("dataflow")
    with ThreadPoolExecutor() as pool:
        made = pool.submit(ran.make, "dataflow", schedule={**SCHEDULE, "backfill": False})
        while not ran.objects("flows"):
            time.sleep(0.05)
        ran.crm.add("Leads", Last_Name="While it is made")
    ran.crm.add("Leads", Last_Name="After")
    ran.crm.run(made.result().id)
    assert arrived(ran) == [name for name in in_zoho(ran) if name != "Before"]


@pytest.mark.long
def test_the_programs_word_is_asked_for_again_where_the_dataflow_never_ran(ran: Ingestion) -> None:
    ran.delete("dataflow")
    retag(ran)
    made = ran.make("dataflow", schedule={**SCHEDULE, "backfill": True})
    ran.delete("dataflow")
    with pytest.raises(Refused, match=r"^schedule.backfill: .* would ingest all rows again"):
        ran.make("dataflow")
    second = ran.make("dataflow", schedule={**SCHEDULE, "backfill": True})
    assert second.id != made.id
    ran.crm.let_a_second_pass()
    ran.crm.run(second.id)
    ran.delete("dataflow")
    assert "undecided" not in entries(ran)[0]


# --- one tag, many writers ------------------------------------------------------------------------------------------


def test_two_dataflows_of_one_dataset_are_deleted_at_once(ran: Ingestion) -> None:
    first, source = ran.made.pop("dataflow"), ran.made.pop("source")
    ran.make("source", name="Contacts", table="Contacts")
    second = ran.make("dataflow", name="Contacts")
    ran.crm.run(second.id)
    ran.tenant.fault(kind="latency", seconds=0.3, method="GET", path="/catalog/dataSets/", times=None)
    provider = ran.provider("dataflow")
    threads = [threading.Thread(target=provider.delete, args=(made.id, made.outputs)) for made in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert source.id != ran.need("source")
    assert sorted((entry["table"], entry["until"] > 0, "dataflow" in entry) for entry in entries(ran)) == [
        ("Contacts", True, False),
        ("Leads", True, False),
    ]


@pytest.mark.long
def test_two_processes_write_to_one_tag(ran: Ingestion, tmp_path: Path) -> None:
    with Plugin.start(tmp_path / "second") as process, ThreadPoolExecutor() as pool:
        other = replace(ran, plugin=process, made=dict(ran.made))
        other.make("source", name="Contacts", table="Contacts")
        made = other.make("dataflow", name="Contacts")
        ran.crm.let_a_second_pass()
        ran.crm.run(made.id)
        # Both have read the tag before either has written it, and the first one reads its own write back.
        for skip, seconds in enumerate((0.4, 0.8)):
            order = {"kind": "latency", "seconds": seconds, "skip": skip, "times": 1}
            ran.tenant.fault(method="PATCH", path="/catalog/", **order)
        makes = [(ran, "Leads"), (other, "Contacts")]
        for work in [pool.submit(one.update, "dataflow", name=name, description="Changed") for one, name in makes]:
            work.result()
    assert sorted((entry["table"], entry["until"] > 0) for entry in entries(ran)) == [
        ("Contacts", True),
        ("Leads", True),
    ]


# --- damage and earlier versions ------------------------------------------------------------------------------------

DAMAGED = [
    "-5",
    "9" * 400,
    "NaN",
    "Infinity",
    "1e400",
    '"soon"',
    "null",
    "true",
    "99999999999",
    "1000",
    "[]",
]


@pytest.mark.long
@pytest.mark.parametrize("until", DAMAGED, ids=lambda until: until[:12])
def test_a_damaged_time_is_said_and_not_believed(ran: Ingestion, until: str) -> None:
    ran.delete("dataflow")
    (word,) = words(ran)
    kept = json.loads(word)
    retag(ran, word.replace(f'"until": {kept["until"]}', f'"until": {until}'))
    before = ran.said()
    made = ran.make("dataflow")
    assert "time is damaged" in said_since(ran, before)
    assert "may arrive twice" in said_since(ran, before)
    assert made.outputs["start"] < time.time() + 60
    assert set(arrived(ran)) == set(in_zoho(ran))


@pytest.mark.parametrize("until", ["9" * 5000, "{"])
def test_a_word_that_cannot_be_read_asks_for_the_programs_word(ran: Ingestion, until: str) -> None:
    ran.delete("dataflow")
    retag(ran, f'{{"table": "Leads", "until": {until}}}')
    with pytest.raises(Refused, match=r"^schedule.backfill: .* its tag does not say of which dataflow they are"):
        ran.make("dataflow")


@pytest.mark.long
@pytest.mark.parametrize("name", ["Leads 5f0c9a1b", "Leads 0a1b2c3d", "Leads"])
def test_what_an_earlier_version_wrote_is_taken_over(ran: Ingestion, name: str) -> None:
    ran.delete("dataflow")
    until = entries(ran)[0]["until"]
    retag(ran, f"{name}={until}")
    made = ran.make("dataflow")
    ran.crm.run(made.id)
    assert arrived(ran) == in_zoho(ran)
    assert [entry["table"] for entry in entries(ran)] == ["Leads"]


@pytest.mark.parametrize(
    "tag", ["Leads 5f0c9a1b=" + "9" * 400, "Leads 5f0c9a1b=-4", "Leads 5f0c9a1b=", "Other=1795659788"]
)
def test_what_an_earlier_version_wrote_and_tells_nothing_is_not_believed(ran: Ingestion, tag: str) -> None:
    ran.delete("dataflow")
    retag(ran, tag)
    with pytest.raises(Refused, match=r"^schedule.backfill: "):
        ran.make("dataflow")


# --- lost creates ---------------------------------------------------------------------------------------------------


def cut_off(ingestion: Ingestion, **changes: Any) -> str:
    """Leave a dataflow behind whose create was killed; returns its id."""
    ingestion.program("dataflow")
    refusal = {"kind": "status", "status": 403, "body": {"message": "not now"}}
    ingestion.tenant.fault(method="GET", path="/flows/[^/]+$", **refusal)
    with pytest.raises(Refused, match="not now"):
        ingestion.make("dataflow", **changes)
    return str(ingestion.objects("flows")[0]["id"])


@pytest.mark.long
@pytest.mark.parametrize(("age", "stays"), [(0, True), (400, False)])
@pytest.mark.parametrize("change", ["create", "update", "delete"])
def test_one_that_was_taken_out_of_the_program_is_found_by_others_of_its_dataset(
    ingestion: Ingestion, change: str, age: int, stays: bool
) -> None:
    source = ingestion.make("source", name="Contacts", table="Contacts")
    if change != "create":
        ingestion.make("dataflow", name="Contacts")
    ingestion.make("source")
    ingestion.tenant.fault(method="GET", path="/flows/[^/]+$", kind="status", status=403, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ingestion.provider("dataflow").create(
            ingestion.provider("dataflow").check(ingestion.program("dataflow")).inputs
        )
    lost = next(item["id"] for item in ingestion.objects("flows") if item["name"].startswith("Leads"))
    # As if the time that an operation may take had passed since.
    found = entries(ingestion)
    for entry in found:
        entry.update({key: entry[key] - age for key in ("since", "begun") if key in entry})
    retag(ingestion, *map(json.dumps, found))
    ingestion.made["source"] = source
    if change == "create":
        ingestion.make("dataflow", name="Contacts")
    elif change == "update":
        ingestion.update("dataflow", name="Contacts", description="Changed")
    else:
        ingestion.delete("dataflow")
    assert (lost in [item["id"] for item in ingestion.objects("flows")]) is stays
    assert any("making" in entry for entry in entries(ingestion)) is stays


@pytest.mark.parametrize("end", ["source", "target"])
def test_what_a_killed_create_has_left_does_not_block_the_delete_of_its_ends(ingestion: Ingestion, end: str) -> None:
    lost = cut_off(ingestion)
    ingestion.crm.run(lost)
    ingestion.delete(end)
    assert ingestion.objects("flows") == []
    assert entries(ingestion)[0]["until"] > 0


def test_it_does_not_block_the_deletes_of_both_ends_at_once(ingestion: Ingestion) -> None:
    cut_off(ingestion)
    ingestion.tenant.fault(kind="latency", seconds=0.1, method="GET", path="/catalog/dataSets/", times=None)
    with ThreadPoolExecutor() as pool:
        for work in [pool.submit(ingestion.delete, end) for end in ("source", "target")]:
            work.result()
    assert ingestion.objects("flows") == []
    assert "dataflow" not in entries(ingestion)[0]


def test_what_a_killed_create_has_left_without_its_source_does_not_block_the_delete_of_its_target(
    ingestion: Ingestion,
) -> None:
    ingestion.crm.run(cut_off(ingestion))
    ingestion.crm.remove("sourceConnections", ingestion.made.pop("source").id)
    ingestion.delete("target")
    assert ingestion.objects("flows") == []
    (entry,) = entries(ingestion)
    assert entry["until"] > 0
    assert "making" not in entry


@pytest.mark.parametrize("end", ["source", "target"])
def test_an_end_that_was_deleted_by_hand_is_named_with_the_remedy(ingestion: Ingestion, end: str) -> None:
    made = {kind: ingestion.make(kind) for kind in ("source", "target")}
    ingestion.crm.remove(f"{end}Connections", made[end].id)
    with pytest.raises(
        Refused,
        match=f"the {end} connection {made[end].id} no longer exists .*`pulumi refresh`, then `pulumi up`",
    ):
        ingestion.make("dataflow")


@pytest.mark.long
def test_a_gap_that_a_killed_create_has_left_open_does_not_either(ran: Ingestion) -> None:
    ran.delete("dataflow")
    ran.crm.add("Leads", Last_Name="In the gap")
    ran.tenant.fault(method="PATCH", path="/catalog/", skip=1, kind="status", status=403, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ran.make("dataflow")
    assert len(ran.objects("flows")) == 2
    ran.delete("source")
    assert ran.objects("flows") == []
    ran.crm.run(ran.make("dataflow").id)
    assert arrived(ran) == in_zoho(ran)


@pytest.mark.long
@pytest.mark.parametrize("name", ["Leads", "Renamed"])
def test_one_that_a_killed_create_has_left_and_that_was_deleted_by_hand_does_not_come_twice_unsaid(
    ingestion: Ingestion, name: str
) -> None:
    lost = cut_off(ingestion)
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(lost)
    ingestion.crm.remove("flows", lost)
    before = ingestion.said()
    ingestion.make("dataflow", name=name)
    assert "may arrive twice, for the dataflow 'Leads 5f0c9a1b', whose create was cut off" in said_since(
        ingestion, before
    )


@pytest.mark.long
def test_one_of_the_name_of_a_create_that_was_cut_off_is_no_lost_one_if_it_has_another_source(
    ingestion: Ingestion,
) -> None:
    source = ingestion.make("source", name="Contacts", table="Contacts")
    ingestion.make("source")
    ingestion.program("dataflow")
    ingestion.tenant.fault(method="POST", path="/flows$", kind="status", status=400, body={"message": "not now"})
    with pytest.raises(Refused, match="not now"):
        ingestion.make("dataflow")
    ingestion.made["source"] = source
    made = ingestion.make("dataflow")
    with pytest.raises(Refused, match="is used by dataflows"):
        ingestion.delete("source")
    assert [item["id"] for item in ingestion.objects("flows")] == [made.id]


def test_a_dataflow_that_is_no_lost_one_is_named_and_stays(ran: Ingestion) -> None:
    made = ran.made["dataflow"]
    with pytest.raises(Refused, match=rf"is used by dataflows .*{made.id}.* `pulumi up` takes over what an update"):
        ran.delete("source")
    assert [item["id"] for item in ran.objects("flows")] == [made.id]
    assert ran.make("dataflow").id == made.id
    ran.crm.remove("flows", made.id)
    ran.delete("source")


@pytest.mark.long
def test_a_lost_one_under_an_old_name_is_deleted_before_the_next_one_is_made(ingestion: Ingestion) -> None:
    lost = cut_off(ingestion)
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(lost)
    made = ingestion.make("dataflow", name="Renamed")
    assert [item["id"] for item in ingestion.objects("flows")] == [made.id]
    ingestion.crm.run(made.id)
    assert arrived(ingestion) == in_zoho(ingestion)


# --- the last second ------------------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_row_that_changes_in_the_second_of_the_last_run_is_not_lost(ingestion: Ingestion) -> None:
    made = ingestion.make("dataflow")
    ingestion.crm.let_a_second_pass()
    ingestion.crm.run(made.id)
    ingestion.crm.add("Leads", Last_Name="At once")
    ingestion.delete("dataflow")
    second = ingestion.make("dataflow")
    ingestion.crm.run(second.id)
    assert arrived(ingestion) == in_zoho(ingestion)
    assert "within one of these two seconds may arrive twice" in ingestion.said()
