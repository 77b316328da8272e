"""Several processes behind one listening socket.

They are forked, not started anew: what the parent has imported is then in memory once. The parent has no threads yet:
a fork does not take them along, and they would catch its signals.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterable

from geo.errors import FlurwerkError

AWAITED = (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)

log = logging.getLogger("flurwerk.workers")


class WorkerFailed(FlurwerkError):
    """A worker process has given up, and another would do the same."""


def supervise(count: int, work: Callable[[], None]) -> None:
    """Run ``work`` in that many processes until Ctrl-C or SIGTERM; one that is killed is replaced.

    ``work`` has to end by itself on these signals and when its parent is gone. Raises WorkerFailed, after all have
    ended, where one ends with an error.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)
    try:
        _tend([_fork(work, mask) for _ in range(count)], lambda: _fork(work, mask))
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _tend(workers: list[int], another: Callable[[], int]) -> None:
    """Wait for signals until every worker, each given by its process id, has ended."""
    is_ending, has_failed = False, False
    while workers:
        arrived = signal.sigwait(AWAITED)
        if arrived != signal.SIGCHLD:
            # As in one process: a second Ctrl-C does not wait.
            _tell(workers, signal.SIGINT if is_ending and arrived == signal.SIGINT else signal.SIGTERM)
            is_ending = True
            continue
        for pid, status in _ended(workers):
            workers.remove(pid)
            if is_ending:
                continue
            log.error("Worker %d has ended unasked (status %d).", pid, status)
            if status > 0:
                is_ending = has_failed = True
                _tell(workers, signal.SIGTERM)
            else:
                workers.append(another())
    if has_failed:
        raise WorkerFailed("A worker process could not go on, so all have ended.", "The log says why.")


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
        log.exception("The worker has failed.")
    finally:
        # Nothing of the parent's is to be ended or written once more.
        os._exit(status)


def _tell(workers: Iterable[int], what: signal.Signals) -> None:
    for pid in workers:
        os.kill(pid, what)


def _ended(workers: Iterable[int]) -> list[tuple[int, int]]:
    """Which of them have ended, and how. One signal may stand for several."""
    found = [os.waitpid(pid, os.WNOHANG) for pid in workers]
    return [(pid, os.waitstatus_to_exitcode(status)) for pid, status in found if pid]
