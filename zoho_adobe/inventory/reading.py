"""Reads what there is of Zoho in sandboxes: whole lists, side by side, and the last runs of each dataflow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, TypeVar

from zoho_adobe.api.source_spec import LANDING_ZONE, ZOHO_CRM
from zoho_adobe.errors import ZohoAdobeError
from zoho_adobe.inventory.model import Pipe, Sandbox, Via
from zoho_adobe.session import current

if TYPE_CHECKING:
    from zoho_adobe.api.clients import Clients
    from zoho_adobe.api.flows import Flow
    from zoho_adobe.api.runs import Run

T = TypeVar("T")

_AT_A_TIME = 16
_SHOWN_RUNS = 30
# So far back for a run that succeeded: a dataflow that fails every quarter of an hour has this many in three days.
_LOOKED_AT = 300


class Reader:
    """Reads sandboxes of an organization.

    Args:
        clients: the clients of the organization.
    """

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def sandboxes(self, names: Sequence[str]) -> list[Sandbox]:
        """Read sandboxes, each on its own: one that cannot be read does not hide the others.

        Args:
            names: their names.
        """
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            return [self._sandbox(name, pool) for name in names]

    def _sandbox(self, name: str, pool: ThreadPoolExecutor) -> Sandbox:
        try:
            return self._read(name, pool)
        except ZohoAdobeError as error:
            return Sandbox(name, current().clock.now(), error=str(error))

    def _read(self, name: str, pool: ThreadPoolExecutor) -> Sandbox:
        clients = self._clients
        dataflows, by_files = clients.dataflows(name, ZOHO_CRM), clients.dataflows(name, LANDING_ZONE)
        listed = (
            _started(pool, lambda: list(clients.flow_service(name).connections())),
            _started(pool, lambda: list(dataflows.sources())),
            _started(pool, lambda: list(by_files.sources())),
            _started(pool, lambda: list(dataflows.targets())),
            _started(pool, lambda: list(dataflows.flows())),
            _started(pool, lambda: list(by_files.flows())),
            _started(pool, lambda: list(clients.catalog(name).datasets())),
        )
        connections, sources, files, targets, flows, file_flows, datasets = (
            listed[0].result(),
            listed[1].result(),
            listed[2].result(),
            {item.id: item for item in listed[3].result()},
            listed[4].result(),
            listed[5].result(),
            {item.id: item for item in listed[6].result()},
        )
        ours = {item.id: item for item in (*sources, *files)}
        zoho = {item.id for item in sources}
        fed = {targets[flow.target_id].dataset_id for flow in flows if flow.target_id in targets}

        def pipe(flow: Flow, via: Via) -> Pipe:
            target = targets.get(flow.target_id)
            dataset = datasets.get(target.dataset_id) if target else None
            return Pipe(flow, via, ours.get(flow.source_id), target, dataset)

        # The flow spec is that of other sources too, so the source connection decides.
        found = [pipe(flow, "source") for flow in flows if flow.source_id in zoho or flow.source_id not in ours]
        found = [item for item in found if item.source is not None]
        for flow in file_flows:
            made = pipe(flow, "landing-zone")
            if made.dataset is not None and (made.dataset.id in fed or _is_ours(made)):
                found.append(made)
        runs = [_started(pool, _last_runs(clients, name, item.flow.id)) for item in found]
        pipes = [
            Pipe(item.flow, item.via, item.source, item.target, item.dataset, *run.result())
            for item, run in zip(found, runs, strict=True)
        ]
        used = {item.flow.source_id for item in pipes}
        unused = [item for item in sources if item.id not in used]
        now = max((item.flow.now for item in pipes), default=current().clock.now())
        return Sandbox(name, now, connections, pipes, unused)


def _is_ours(pipe: Pipe) -> bool:
    """Return whether files come from the exporter, whose folder has the dataset's id."""
    return pipe.dataset is not None and pipe.dataset.id in pipe.table


def _last_runs(clients: Clients, sandbox: str, flow_id: str) -> Callable[[], tuple[list[Run], Run | None]]:
    def read() -> tuple[list[Run], Run | None]:
        shown: list[Run] = []
        success: Run | None = None
        for at, run in enumerate(clients.runs(sandbox).of_flow(flow_id)):
            if at < _SHOWN_RUNS:
                shown.append(run)
            if success is None and run.succeeded:
                success = run
            if at + 1 >= (_SHOWN_RUNS if success else _LOOKED_AT):
                break
        return shown, success

    return read


def _started(pool: ThreadPoolExecutor, work: Callable[[], T]) -> Future[T]:
    return pool.submit(copy_context().run, work)


def names_of(clients: Clients, asked: Iterable[str]) -> list[str]:
    """Return the sandboxes to read: those that are asked for, or all that the credential reaches.

    Args:
        clients: the clients of the organization.
        asked: the names that are asked for.
    """
    return list(dict.fromkeys(asked)) or list(clients.sandboxes().names())
