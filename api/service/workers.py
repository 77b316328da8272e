"""Runs several worker processes behind one listening socket.

Workers are forked, so they share the memory of everything the parent has imported. The parent must not have threads
yet: a fork does not copy them, and they would catch its signals.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterable

from api.service.notifying import ServiceManager, Turns
from geo.errors import FlurwerkError

AWAITED = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)

LOOK_S = 0.25
"""How often the supervisor looks whether the workers' event loops turn, if somebody wants to know."""

Work = Callable[[Callable[[], None]], None]
"""What a worker does. It is given what to call whenever its event loop has turned."""

log = logging.getLogger("flurwerk.workers")


class WorkerFailed(FlurwerkError):
    """A worker process has failed, and a replacement would fail, too."""


def supervise(count: int, work: Work, manager: ServiceManager, status: str) -> None:
    """Run ``work`` in ``count`` processes until Ctrl-C or SIGTERM, and replace any that is killed.

    ``work`` must end on these signals and when its parent is gone. The manager is told that the service answers, with
    the status, as long as every process does: one that hangs is for the manager to restart. If one process ends with an
    error, raises WorkerFailed after all have ended.
    """
    turns = Turns(count)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)

    def start(number: int) -> int:
        turns.forget(number)
        return _fork(lambda: work(lambda: turns.turn(number)), mask)

    def look() -> None:
        if turns.all_since(manager.told_at):
            manager.answers(status)

    try:
        _watch({start(number): number for number in range(count)}, start, manager, look)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _watch(
    workers: dict[int, int], start: Callable[[int], int], manager: ServiceManager, look: Callable[[], None]
) -> None:
    """Handle signals until all workers, given by their process ids with their numbers, have ended."""
    is_ending, has_failed = False, False
    while workers:
        arrived = _signal_within(LOOK_S if manager.listens and not is_ending else None)
        if arrived is None:
            look()
            continue
        if arrived != signal.SIGCHLD:
            # As with a single process, a second Ctrl-C does not wait.
            _signal(workers, signal.SIGINT if is_ending and arrived == signal.SIGINT else signal.SIGTERM)
            if not is_ending:
                manager.stopping()
            is_ending = True
            continue
        for pid, status in _ended(workers):
            number = workers.pop(pid)
            if is_ending:
                continue
            log.error("Worker %d ended unexpectedly (status %d).", pid, status)
            if status > 0:
                is_ending = has_failed = True
                manager.stopping()
                _signal(workers, signal.SIGTERM)
            else:
                workers[start(number)] = number
    if has_failed:
        raise WorkerFailed("A worker process failed, so all have been stopped.", "See the log for the reason.")


def _signal_within(seconds: float | None) -> int | None:
    """Return the next of the awaited signals, or None if none arrives in that time (None: however long it takes)."""
    if seconds is None:
        return signal.sigwait(AWAITED)
    arrived = signal.sigtimedwait(AWAITED, seconds)
    return arrived.si_signo if arrived else None


def _fork(work: Callable[[], None], mask: Iterable[int]) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        work()
        status = 0
    except Exception:
        log.exception("The worker failed.")
    finally:
        # Skip the parent's exit handlers and buffers, which must not run or be flushed a second time.
        os._exit(status)


def _signal(workers: Iterable[int], what: signal.Signals) -> None:
    for pid in workers:
        os.kill(pid, what)


def _ended(workers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the process ids and exit codes of ended workers. One SIGCHLD can announce several."""
    found = [os.waitpid(pid, os.WNOHANG) for pid in workers]
    return [(pid, os.waitstatus_to_exitcode(status)) for pid, status in found if pid]
