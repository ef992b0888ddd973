"""Answers of functions that leave at once. MiniStack makes each wait, twice.

It hands an event to the runtime in two writes, of which Nagle's algorithm holds the second back until the first is acknowledged:
40 ms. And it waits 50 ms after each answer for a first line of its log, and 5 ms after each line for another. Our runtime writes
a line of its own behind the last one of an invocation, and before its answer (local/runtime/main.ts), which tells that end.
"""

import queue
import time

from ministack.core.lambda_runtime import ProvidedWorker

END = "\x1eend of "
# As long as MiniStack itself waits at most, for a pipe that is slow.
PATIENCE_SECONDS = 0.25

_build_handler_class = ProvidedWorker._build_handler_class
_invoke = ProvidedWorker.invoke
_drain = ProvidedWorker._drain_stderr_bounded


def build_handler_class(self, *args):
    handler = _build_handler_class(self, *args)
    handler.disable_nagle_algorithm = True
    return handler


def invoke(self, event, request_id, **more):
    self._awaited_end = END + request_id
    try:
        return _invoke(self, event, request_id, **more)
    finally:
        self._awaited_end = None


def drain_to_end(self, *args, **more):
    end = getattr(self, "_awaited_end", None)
    if end is None or args or more:
        return _drain(self, *args, **more)
    lines = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        while True:
            line = self._stderr_queue.get(timeout=max(0.0, deadline - time.monotonic()))
            # A line that was not ended stands before it.
            written, mark, of = line.partition(END)
            if written or not mark:
                lines.append(written)
            if mark + of == end:
                break
    except queue.Empty:
        pass
    return "\n".join(lines)


ProvidedWorker._build_handler_class = build_handler_class
ProvidedWorker.invoke = invoke
ProvidedWorker._drain_stderr_bounded = drain_to_end
