"""Tells the service manager (systemd) that the service is ready, alive, or stopping.

The protocol is that of sd_notify(3): one datagram a message, to the socket that NOTIFY_SOCKET names. A process that was
not started by a service manager tells nobody anything.
"""

import logging
import mmap
import os
import socket
import struct
import time
from collections.abc import MutableMapping

MOMENT = struct.Struct("d")
PARTS = 4
"""How many signs of life are sent within the time after which the service manager takes the service for dead."""
LONGEST_SEND_S = 1.0

log = logging.getLogger("flurwerk.api")


class ServiceManager:
    """Whoever started the process and wants to know how it is, if anybody does.

    ``told_at`` is the last instant, of the monotonic clock, at which it was told that the service answers; 0 before.
    """

    def __init__(self, address: str | None, watchdog_s: float | None) -> None:
        """Take the address of its socket, and the longest time without a sign of life; None: none is expected."""
        self.told_at = 0.0
        self.listens = address is not None
        self._address = address or ""
        self._watchdog_s = watchdog_s

    @classmethod
    def of(cls, environment: MutableMapping[str, str]) -> "ServiceManager":
        """Return the one that the environment names, and remove it there: it waits for this process, not for children.

        Its time limit is ignored if it is meant for another process, or no number.
        """
        address = environment.pop("NOTIFY_SOCKET", None)
        limit = environment.pop("WATCHDOG_USEC", "")
        is_ours = environment.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        seconds = int(limit) / 1e6 if is_ours and limit.isdecimal() else 0
        return cls(address or None, seconds or None)

    def answers(self, status: str) -> None:
        """Tell that the service answers: first that it is ready, with the status; later, when due, that it lives."""
        now = time.monotonic()
        if not self.told_at:
            self._tell(f"READY=1\nSTATUS={status}")
        elif self._watchdog_s is None or now - self.told_at < self._watchdog_s / PARTS:
            return
        else:
            self._tell("WATCHDOG=1")
        self.told_at = now

    def stopping(self) -> None:
        """Tell that the service has begun to stop."""
        self._tell("STOPPING=1\nSTATUS=Finishing the requests in progress")

    def _tell(self, message: str) -> None:
        if not self.listens:
            return
        # An initial @ stands for the zero byte of an abstract address.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
                sending.settimeout(LONGEST_SEND_S)
                sending.sendto(message.encode(), address)
        except OSError as error:
            log.warning("The service manager cannot be told %s: %s", message.partition("\n")[0], error)


class Turns:
    """When the event loop of each process last turned, in memory that a process shares with those forked from it."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._memory = mmap.mmap(-1, processes * MOMENT.size)

    def turn(self, number: int) -> None:
        """Note that the event loop of this process turns now."""
        MOMENT.pack_into(self._memory, number * MOMENT.size, time.monotonic())

    def forget(self, number: int) -> None:
        """Note that this process has been replaced, and the new one's has not turned yet."""
        MOMENT.pack_into(self._memory, number * MOMENT.size, 0.0)

    def all_since(self, instant: float) -> bool:
        """Return whether all of them have turned since the instant (monotonic clock)."""
        return all(turned > instant for (turned,) in MOMENT.iter_unpack(self._memory[:]))
