"""The seam between our stages and Prefect.

A stage or part called while no flow run is active is a plain call (the default: a temporary server costs half a
minute).
Inside a flow run a stage becomes a Prefect task and a part a subflow. Prefect keeps what it is given, so it is given
nothing: neither has a parameter or a result that could hold data, nothing is cached or persisted, and an error that is
not ours is replaced by one without its text before Prefect sees it.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flows import crash
from schemas.errors import TermlyError, UnexpectedFault

if TYPE_CHECKING:
    import prefect

P = ParamSpec("P")
T = TypeVar("T")


def in_flow_run() -> bool:
    """Say whether a Prefect flow run is active, without importing Prefect where it is not in use."""
    if "prefect" not in sys.modules:
        return False
    from prefect.context import FlowRunContext  # noqa: PLC0415  # seconds of import that the embedded way must not pay

    return FlowRunContext.get() is not None


def stage(name: str, *, retries: int = 0) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Make a function one stage of a flow; `retries` only where the world can fail (a network share, a server)."""

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
    """Return a Prefect task without parameters, cache or persisted result; the only place where a task is made."""
    import prefect  # noqa: PLC0415
    from prefect.cache_policies import NO_CACHE  # noqa: PLC0415

    def task_body() -> T:
        return work()

    task: Callable[[], T] = prefect.task(
        name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        log_prints=False,
        retries=retries,
        retry_delay_seconds=10 if retries else 0,
    )(task_body)
    return task


def pupil_flow(name: str, work: Callable[[], T]) -> Callable[[], T]:
    """Return a Prefect flow without parameters or persisted result."""
    import prefect  # noqa: PLC0415

    def flow_body() -> T:
        return work()

    flow: prefect.Flow[[], T] = prefect.flow(
        name=name, persist_result=False, log_prints=False, validate_parameters=False
    )(flow_body)
    return flow


def shielded(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function so that no error leaves it with a value of the data in its text or its chain."""
    fault: TermlyError
    try:
        return function(*args, **kwargs)
    except TermlyError as error:
        fault = error
    except Exception as error:  # noqa: BLE001  # the one net: whatever is not ours is reported without its text
        fault = UnexpectedFault(crash.report(error))
    # Raised here, outside the handlers, so that no foreign error hangs on as its context (Prefect logs whole chains).
    fault.__cause__ = fault.__context__ = None
    raise fault.with_traceback(None)
