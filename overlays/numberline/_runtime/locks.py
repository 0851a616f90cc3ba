"""A lock that a signal handler and a child process can't find held for ever. Loaded by what needs one."""

import os
import threading
import weakref
from contextlib import suppress


class Lock:
    """A re-entrant lock that is free in a child process, whoever held it in the parent."""

    def __init__(self) -> None:
        self.renew()
        _locks.add(self)

    def renew(self) -> None:
        """Forget who holds it."""
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        with suppress(RuntimeError):  # this process was forked meanwhile, by a signal handler
            self._lock.release()


_locks: "weakref.WeakSet[Lock]" = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for lock in list(_locks):
        lock.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
