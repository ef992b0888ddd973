"""What the modules beside local/emulator/start.py change, asked without a server; prints JSON."""

import json
import sys
import threading
import time

sys.path.insert(0, sys.argv[1])

import botocore.session  # noqa: E402
import model_beginnings  # noqa: E402
import prompt_answers  # noqa: E402
import start_turns  # noqa: E402
from ministack.core import lambda_runtime, responses, router  # noqa: E402

session = botocore.session.get_session()
whole = {name: session.get_service_model(name) for name in ("s3", "dynamodb", "stepfunctions", "lambda", "kms", "sqs")}

# Functions that start without a process.
starting, most, started = 0, 0, []
lock = threading.Lock()


def spawn(worker, *_args):
    global starting, most
    with lock:
        starting += 1
        most = max(most, starting)
    time.sleep(0.05)
    with lock:
        starting -= 1
        started.append(worker)


start_turns._spawn = spawn
start_turns.STARTS_AT_ONCE = 2
config = {"FunctionName": "f", "Runtime": "provided.al2023", "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:f"}


def invoke():
    worker, how = lambda_runtime.acquire_worker("f", config, b"")
    if how == "spawn":
        worker._spawn()
    lambda_runtime.release_worker(worker)


threads = [threading.Thread(target=invoke, daemon=True) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(10)
ended = not any(thread.is_alive() for thread in threads)

# A worker whose log holds lines of two invocations, as the pipe brings them.
worker = lambda_runtime.ProvidedWorker("f", config, b"")
worker._awaited_end = prompt_answers.END + "second"
late = ["late line of the first", prompt_answers.END + "first", "line", "unended" + prompt_answers.END + "second", "later"]
worker._stderr_queue = prompt_answers.queue.Queue()
for line in late:
    worker._stderr_queue.put(line)
log = worker._drain_stderr_bounded()

print(
    json.dumps(
        {
            "beginnings": {name: model_beginnings.metadata_of(name) == model.metadata for name, model in whole.items()},
            "rest": responses._service_model("states").operation_model("StartExecution").name,
            "known": [router._is_aws_service_name(name) for name in ("access-analyzer", "execute-api", "nothing-of-aws")],
            "most": most,
            "fewer": len(started) < len(threads),
            "ended": ended,
            "log": log.split("\n"),
        }
    )
)
