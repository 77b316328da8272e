"""Runs several worker processes behind one listening socket.

Workers are forked, so they share the memory of everything the parent has imported. The parent must not have threads
yet: a fork does not copy them, and they would catch its signals.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterable

from geo.errors import FlurwerkError

AWAITED = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)

log = logging.getLogger("flurwerk.workers")


class WorkerFailed(FlurwerkError):
    """A worker process has failed, and a replacement would fail, too."""


def supervise(count: int, work: Callable[[], None]) -> None:
    """Run ``work`` in ``count`` processes until Ctrl-C or SIGTERM, and replace any that is killed.

    ``work`` must end on these signals and when its parent is gone. If one process ends with an error, raises
    WorkerFailed after all have ended.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    try:
        _watch([_fork(work, mask) for _ in range(count)], lambda: _fork(work, mask))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _watch(workers: list[int], another: Callable[[], int]) -> None:
    """Handle signals until all workers, given by their process ids, have ended."""
    is_ending, has_failed = False, False
    while workers:
        arrived = signal.sigwait(AWAITED)
        if arrived != signal.SIGCHLD:
            # As with a single process, a second Ctrl-C does not wait.
            _signal(workers, signal.SIGINT if is_ending and arrived == signal.SIGINT else signal.SIGTERM)
            is_ending = True
            continue
        for pid, status in _ended(workers):
            workers.remove(pid)
            if is_ending:
                continue
            log.error("Worker %d ended unexpectedly (status %d).", pid, status)
            if status > 0:
                is_ending = has_failed = True
                _signal(workers, signal.SIGTERM)
            else:
                workers.append(another())
    if has_failed:
        raise WorkerFailed("A worker process failed, so all have been stopped.", "See the log for the reason.")


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
