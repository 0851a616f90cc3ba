"""Signals that arrive at a chosen moment of a call, as Ctrl-C does."""

import ctypes
import itertools
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any, Self

_arrive = ctypes.PYFUNCTYPE(None, ctypes.c_int, ctypes.py_object)(("PyErr_SetInterruptEx", ctypes.pythonapi))


class _Gone:
    """Something whose end can be noticed."""


class Signal:
    """A context in which a signal arrives before the nth bytecode instruction that this thread runs.

    Its handler runs as any other: where the interpreter next looks for signals. Raising from the tracer would be
    simpler, but CPython 3.11 does not stand that: it leaves exceptions that are handled for ever, and it crashes.

    Attributes:
        struck: where the handler ran, or None if it did not.
    """

    def __init__(
        self,
        at: int,
        handler: Callable[[], object],
        *,
        within: str | tuple[str, ...] = "",
        skipping: str | tuple[str, ...] = (),
    ) -> None:
        """Choose the moment.

        Args:
            at: the instruction, from 1.
            handler: what the signal's handler does; it may raise.
            within: how the paths of files begin whose instructions count; all count by default.
            skipping: the same of files whose instructions don't.
        """
        self._left = at
        self.struck: str | None = None
        self._handler = handler
        self._within = within
        self._skipping = skipping

    def __enter__(self) -> Self:
        assert threading.current_thread() is threading.main_thread(), "handlers of signals run nowhere else"
        self._handler_before = signal.signal(signal.SIGINT, self._handle)
        self._tracer_before = sys.gettrace()
        sys.settrace(self._trace)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._tracer_before)
        signal.signal(signal.SIGINT, self._handler_before)

    def _trace(self, frame: FrameType, event: str, _: object) -> Any:
        path = frame.f_code.co_filename
        if path == __file__ or not path.startswith(self._within) or path.startswith(self._skipping):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            self._left -= 1
            if not self._left:
                sys.settrace(None)
                # When this frame is gone: its handler may not raise in here.
                gone = _Gone()
                self._gone = weakref.ref(gone, partial(_arrive, signal.SIGINT))
        return self._trace

    def _handle(self, _: int, frame: FrameType | None) -> None:
        if frame is None or frame.f_code.co_filename == __file__:
            return  # the context was at its end
        self.struck = f"{frame.f_code.co_filename.rpartition('/')[2]}:{frame.f_lineno} {frame.f_code.co_name}"
        self._handler()


def signals(
    handler: Callable[[], object],
    *,
    every: int,
    first: int = 1,
    within: str | tuple[str, ...] = "",
    skipping: str | tuple[str, ...] = (),
) -> Iterator[Signal]:
    """Yield a signal for each `every`-th moment of what is done with it, up to one that comes too late to strike."""
    for at in itertools.count(first, every):
        yield (arriving := Signal(at, handler, within=within, skipping=skipping))
        if arriving.struck is None:
            return


def raising(error: type[BaseException]) -> Callable[[], object]:
    """Return a handler that raises."""

    def handler() -> None:
        raise error

    return handler
