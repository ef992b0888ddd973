"""As many function processes start at once as there are processors; who waits for a turn takes an environment that becomes free.

MiniStack starts a process for each invocation that finds none free: twenty uploads at once start twenty, which take so long
beside each other that none is free for what comes next. Lambda, too, gives a waiting request to whichever environment is ready
first. What runs at once stays as it is: reserved concurrency is counted before, and each invocation has an environment alone.
"""

import os
import threading

from ministack.core import lambda_runtime
from ministack.core.lambda_runtime import ProvidedWorker
from ministack.services import lambda_svc

STARTS_AT_ONCE = os.cpu_count() or 1

_acquire_worker = lambda_runtime.acquire_worker
_release_worker = lambda_runtime.release_worker
_spawn = ProvidedWorker._spawn

_turn = threading.Condition()
_starting = set()


def is_free(worker):
    return not worker.in_use


def acquire_worker(func_name, config, code_zip, qualifier="$LATEST", **more):
    key = lambda_runtime._worker_key(func_name, config, qualifier)
    with _turn:
        _turn.wait_for(
            lambda: len(_starting) < STARTS_AT_ONCE or any(map(is_free, lambda_runtime._workers.get(key, ())))
        )
        worker, how = _acquire_worker(func_name, config, code_zip, qualifier=qualifier, **more)
        if how == "spawn" and isinstance(worker, ProvidedWorker):
            _starting.add(worker)
        return worker, how


def end_start(worker):
    with _turn:
        _starting.discard(worker)
        _turn.notify_all()


def release_worker(worker):
    _release_worker(worker)
    end_start(worker)


def spawn(self, *args, **more):
    try:
        _spawn(self, *args, **more)
    finally:
        end_start(self)


for module in (lambda_runtime, lambda_svc):
    module.acquire_worker = acquire_worker
    module.release_worker = release_worker
ProvidedWorker._spawn = spawn
