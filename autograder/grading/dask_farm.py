"""The same farm on a Dask cluster: `autograder grade --dask ADDRESS`.

A unit of work holds all that a worker needs but the course itself: the submission's bytes, the
secret that graded draws come from, and the hash of everything else that decides a grade, which
the worker compares with its own. What comes back is text, and is looked at before it counts.
TLS is configured as Dask documents it; a cluster beyond this machine must use it.
"""

import ipaddress
import json
import logging
import queue
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from autograder.deadlines import CONNECT_S, SCHEDULER_S
from autograder.grading.farm import TICK_S, Event, FarmError, Unit, judged
from autograder.judging.draws import course_secret
from autograder.judging.judge import Unjudgeable
from autograder.judging.results import Results, key, verdict_on, version
from autograder.notebooks.submission import content, read

__all__ = ["DaskFarm", "answer"]


def answer(work: dict[str, Any]) -> str:
    """Judge one unit on a worker, in a disposable process; return JSON.

    {"result": ...}, {"refused": a sentence}, or {"version": what this worker has instead}.
    """
    assignment, secret = work["assignment"], work["secret"]
    try:
        here = version(assignment, secret)
    except LookupError:
        here = "nothing"
    if here != work["version"]:
        return json.dumps({"version": here})
    data = work["notebook"]
    try:
        verdict = judged(data, read(data), assignment, secret, alone=work["alone"])
        return json.dumps({"result": verdict.to_dict()})
    except Unjudgeable as error:
        return json.dumps({"refused": str(error)})


class DaskFarm:
    """Judges on the workers of a scheduler; a worker that is lost has its units done again."""

    def __init__(
        self, units: Sequence[Unit], version: str, address: str, *, anew: bool = False
    ) -> None:
        """Hand out what has no result, or everything anew. Raises FarmError."""
        _refuse_an_open_network(address)
        self._client = _connected(address)
        self._results = Results()
        self._ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._known: list[Unit] = []
        self._units: dict[str, tuple[Unit, str, dict[str, Any]]] = {}
        self._again: list[tuple[Unit, str, dict[str, Any]]] = []  # last, and one at a time
        secret = course_secret()
        for unit in units:
            data = content(unit.notebook)
            name = key(read(data), unit.assignment, version)
            if not anew and self._results.get(name, unit.assignment) is not None:
                self._known.append(unit)
                continue
            work = {
                "notebook": data,
                "assignment": unit.assignment,
                "secret": secret,
                "version": version,
                "alone": False,
            }
            self._hand_out(unit, name, work)

    def events(self) -> Iterator[Event]:
        """Yield what happens until every unit is done. Raises FarmError."""
        for unit in self._known:
            yield Event("judged", unit.student)
        started: set[str] = set()
        waited = 0.0
        while self._units:
            try:
                future = self._ended.get(timeout=TICK_S)
            except queue.Empty:
                waited = 0.0 if self._client.status == "running" else waited + TICK_S
                if waited > SCHEDULER_S:
                    raise FarmError(
                        f"The Dask scheduler has not answered for {SCHEDULER_S} s. What is graded "
                        "stays so: run the command again."
                    ) from None
                for task in self._processing() - started:
                    started.add(task)
                    if task in self._units:
                        yield Event("started", self._units[task][0].student)
                yield Event("waiting")
                continue
            unit, name, work = self._units.pop(future.key)
            event = self._event(unit, name, future)
            if event.kind == "refused" and not work["alone"]:
                self._again.append((unit, name, {**work, "alone": True}))
            else:
                yield event
            if self._again and not self._units:
                self._hand_out(*self._again.pop())

    def close(self) -> None:
        """Take back what is not done, and leave the cluster."""
        self._client.close(timeout=CONNECT_S)

    def _hand_out(self, unit: Unit, name: str, work: dict[str, Any]) -> None:
        task = f"judge-{uuid.uuid4().hex}"
        self._units[task] = unit, name, work
        future = self._client.submit(answer, work, key=task, pure=False)
        future.add_done_callback(self._ended.put)  # which keeps the future, too

    def _event(self, unit: Unit, name: str, future: Any) -> Event:
        try:
            said = json.loads(future.result(timeout=CONNECT_S))
        except import_module("distributed").KilledWorker:
            why = "Every worker of the cluster that judged it was lost: look at the workers' logs."
            return Event("refused", unit.student, why)
        except Exception as error:  # the cluster's fault, whatever it is, and no submission's
            raise FarmError(
                f"The cluster could not judge: {type(error).__name__}: {error}. Its workers need "
                "this version of the course."
            ) from None
        match said:
            case {"version": _}:
                raise FarmError(
                    "A worker of the cluster has another version of the course, of Python or of "
                    "LIVE_SOCKETS_PATIENCE than this machine: make them the same."
                )
            case {"refused": str(why)}:
                return Event("refused", unit.student, why[:2000])
            case {"result": result}:
                with suppress(ValueError):
                    self._results.put(name, verdict_on(unit.assignment, result))
                    return Event("judged", unit.student)
        return Event("refused", unit.student, "The cluster's answer is no result: report this.")

    def _processing(self) -> set[str]:
        with suppress(Exception):  # only for show
            return {task for tasks in self._client.processing().values() for task in tasks}
        return set()


def _connected(address: str) -> Any:
    try:
        distributed: Any = import_module("distributed")  # not everybody has it, so it has no type
    except ImportError:
        raise FarmError("`--dask` needs Dask: pip install '.[cluster]'.") from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say what matters
    if address.startswith(("tls://", "wss://")) and not _has_certificates(distributed):
        raise FarmError(
            f"{address} asks for TLS, and Dask's configuration names no certificate for clients: "
            "see the part on Dask in docs/instructors.md."
        )
    try:
        return distributed.Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TypeError, ValueError) as error:
        raise FarmError(f"No Dask scheduler can be reached at {address}: {error}") from None


def _has_certificates(distributed: Any) -> bool:
    arguments = distributed.Security().get_connection_args("client")
    return arguments.get("ssl_context") is not None


def _refuse_an_open_network(address: str) -> None:
    """The secret and the submissions must not cross a network that others can read."""
    parts = urlsplit(address if "//" in address else f"tcp://{address}")
    if parts.scheme in ("tls", "wss"):
        return
    host = parts.hostname or ""
    with suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return
    raise FarmError(
        f"{address} is not on this machine and not encrypted, and what is sent holds the course "
        "secret. Use tls://; see the part on Dask in docs/instructors.md."
    )
