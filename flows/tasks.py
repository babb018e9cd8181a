"""The seam between our stages and Prefect: the only module that imports it.

A stage or part called while no flow run is active is a plain call (the default: a temporary server costs half a
minute).
Inside a flow run a stage becomes a Prefect task and a part a subflow. Prefect keeps what it is given, so it is given
nothing: neither has a parameter or a result that could hold data, nothing is cached or persisted, and an error that is
not ours is replaced by one without its text before Prefect sees it.
"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flows import crash
from schemas.errors import DONE, DONE_WITH_QUARANTINE, TermlyError, UnexpectedFault, UsageError, meaning

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State, TaskRun

P = ParamSpec("P")
T = TypeVar("T")

#: Set before Prefect is imported, unless the user has set them: nothing is sent to Prefect's makers, and a temporary
#: server may be started and has time to start on a slow machine.
SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
}
RETRY_AFTER_SECONDS = 10
_SAID = "what the run said tells the rest."
_RUST = "pyo3_runtime"  # a panic in a Rust library is no Exception, and its text may quote what it was reading


def the_prefect() -> ModuleType:
    """Import Prefect, what it would tell its makers switched off first."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    import prefect  # noqa: PLC0415  # seconds of import that a run in process must not pay

    return prefect


def in_flow_run() -> bool:
    """Say whether a Prefect flow run is active, without importing Prefect where it is not in use."""
    if "prefect" not in sys.modules:
        return False
    from prefect.context import FlowRunContext  # noqa: PLC0415

    return FlowRunContext.get() is not None


def stage(name: str, *, retries: int = 0) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a function one stage of a flow; `retries` only where the world can fail (a network share, a disk)."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            work = functools.partial(shielded, function, *args, **kwargs)
            return pupil_task(name, work, retries=retries)() if in_flow_run() else work()

        return call

    return decorate


def part(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a function one part of the termly run: a subflow of its own inside a flow run."""

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            work = functools.partial(shielded, function, *args, **kwargs)
            return pupil_flow(name, work)() if in_flow_run() else work()

        return call

    return decorate


def pupil_task(name: str, work: Callable[[], T], *, retries: int = 0) -> Callable[[], T]:
    """Return a call of work as a Prefect task; the only place where a task is made."""
    prefect = the_prefect()
    from prefect.cache_policies import NO_CACHE  # noqa: PLC0415

    task = prefect.task(
        name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        log_prints=False,
        retries=retries,
        retry_delay_seconds=RETRY_AFTER_SECONDS if retries else 0,
        retry_condition_fn=_may_pass if retries else None,
    )

    def call() -> T:
        results: list[T] = []  # past Prefect, not through it: it holds on to results, and logs them at DEBUG

        def task_body() -> None:
            results.append(work())

        task(task_body)()
        return results[-1]

    return call


def pupil_flow(name: str, work: Callable[[], T], *, code_of: Callable[[T], int] | None = None) -> Callable[[], T]:
    """Return a call of work as a Prefect flow without parameters; its state says the exit code, the rest passes by.

    An error passes by as well: Prefect would write one that leaves a flow into its result storage.
    """
    flow = the_prefect().flow(name=name, persist_result=False, log_prints=False, validate_parameters=False)

    def call() -> T:
        results: list[T] = []
        faults: list[TermlyError] = []

        def flow_body() -> State[Any] | None:
            try:
                results.append(work())
            except TermlyError as fault:
                faults.append(fault)
                return end_state(fault.exit_code, str(fault))
            return end_state(code_of(results[0])) if code_of is not None else None

        flow(flow_body)(return_state=True)
        if faults:
            raise faults[0]
        if not results:
            raise UsageError("Prefect ended the flow run before it was done; its log says why.")
        return results[0]

    return call


def served_flow(name: str) -> Callable[[Callable[..., Any]], Any]:
    """Make a function a flow that deployments run; its parameters are names, days and paths, and Prefect keeps them."""

    def decorate(function: Callable[..., Any]) -> Any:  # noqa: ANN401  # a prefect.Flow, whose type is not ours
        return the_prefect().flow(name=name, persist_result=False, log_prints=False)(function)

    return decorate


def end_state(code: int, sentence: str = _SAID) -> State[Any]:
    """Return the state in which a flow run ends: Completed when it is done (0, 4), else Failed, with the exit code."""
    the_prefect()
    from prefect.states import Completed, Failed  # noqa: PLC0415

    make = Completed if code in (DONE, DONE_WITH_QUARANTINE) else Failed
    state: State[Any] = make(message=f"Exit code {code}, {meaning(code)}: {sentence}")
    return state


def server_troubles() -> tuple[type[Exception], ...]:
    """Return what Prefect raises when its server does not start, answer or agree."""
    the_prefect()
    import httpx  # noqa: PLC0415  # Prefect's own client

    return (RuntimeError, httpx.HTTPError)


def pause_for_reason(question: str, *, seconds: int) -> str:
    """Pause this flow run until a person answers in Prefect; return the reason, blank for none in time.

    The reason is taken out of Prefect's database again: its place is the ledger.
    """
    the_prefect()
    from prefect.client.orchestration import get_client  # noqa: PLC0415
    from prefect.exceptions import FlowPauseTimeout  # noqa: PLC0415
    from prefect.flow_runs import pause_flow_run  # noqa: PLC0415
    from prefect.input import RunInput  # noqa: PLC0415
    from prefect.input.actions import delete_flow_run_input  # noqa: PLC0415
    from prefect.runtime import flow_run  # noqa: PLC0415
    from prefect.states import Running  # noqa: PLC0415

    class SignOff(RunInput):
        """What the person types; left blank, nothing is accepted."""

        reason: str = ""

    try:
        answer = pause_flow_run(wait_for_input=SignOff.with_initial_data(description=question), timeout=seconds)
    except FlowPauseTimeout:
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(flow_run.id, Running(), force=True)  # else the server would call the run failed
        return ""
    if answer.reason:
        delete_flow_run_input(answer.metadata.key)
    return answer.reason.strip()


def tell(lines: Iterable[str]) -> None:
    """Write the lines of an outcome to the log of the flow run."""
    from prefect.logging import get_run_logger  # noqa: PLC0415

    logger = get_run_logger()
    for line in lines:
        logger.info(line)


def _may_pass(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    """Retry what the world refused; a contract, a key or an agreement refuses a second time as well."""
    return isinstance(state.data, TermlyError) and state.data.may_pass


def _refused_by_the_world(error: BaseException) -> bool:
    return any(isinstance(link, OSError) for link in crash.chain(error))


def shielded(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function so that no error leaves it with a value of the data in its text or its chain."""
    fault: TermlyError
    try:
        return function(*args, **kwargs)
    except TermlyError as error:
        fault = error
        fault.may_pass = fault.may_pass or _refused_by_the_world(error)
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__module__ != _RUST:
            raise  # an interrupt, or Prefect's own signal
        fault = UnexpectedFault(crash.report(error))  # the one net: whatever is not ours is reported without its text
        fault.may_pass = _refused_by_the_world(error)
    # Raised here, outside the handlers, so that no foreign error hangs on as its context (Prefect logs whole chains).
    fault.__cause__ = fault.__context__ = None
    raise fault.with_traceback(None)
