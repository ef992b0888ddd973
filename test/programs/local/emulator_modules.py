"""What the modules beside local/emulator/start.py change, asked without a server; prints JSON."""

import json
import sys
import threading
import time

sys.path.insert(0, sys.argv[1])

import read_once  # noqa: E402, I001

import botocore.session  # noqa: E402
import model_beginnings  # noqa: E402
import prompt_answers  # noqa: E402
import start_turns  # noqa: E402
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, responses, router  # noqa: E402
from ministack.services import iam, sts  # noqa: E402

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

# Forms and policies as MiniStack reads them; what one was given and changed is whole for the next.
form = "Action=CreateStack&Empty=&TemplateBody=" + "%7B%22name%22%3A+%22%C3%A9%22%7D" * 20 + "&Tag=1&Tag=2"
for keep in (False, True):
    read_once.parse_qs(form, keep)["Tag"].append("changed")
    read_once.parse_qs(form, keep)["Action"] = "changed"
forms = [
    read_once.parse_qs(text, keep) == read_once._parse_qs(text, keep)
    for text in (form, form + "3", "a=1&b=", "")
    for keep in (False, True)
]
statements = [{"Effect": effect, "Principal": "*", "Action": "sns:Publish", "Resource": ["a", "b"]} for effect in ("Allow", "Deny")]
documents = [json.dumps({"Statement": statements}), {"Statement": statements[0]}, json.dumps({"Statement": statements[0]}), "no", None]
iam_evaluator.parse_policy_document(documents[0]).clear()
policies = [iam_evaluator.parse_policy_document(doc) == read_once._parse_policy_document(doc) for doc in documents]
asker = {"principal_arn": "arn:aws:iam::111122223333:root", "principal_type": "Root", "principal_account": "111122223333"}
request = iam_evaluator.EvalContext(**asker, action="sns:Publish", resource_arn="a", region="us-east-1")
resource_policies = [iam_evaluator.evaluate_resource_policy(doc, request).decision for doc in documents]

# Who asks, by the key of the root, a user, a role's session, one that has expired, and nobody's.
account = responses.get_account_id()
iam._users["ann"] = {"Arn": f"arn:aws:iam::{account}:user/ann", "InlinePolicies": {"all": documents[0]}}
iam._access_keys["AKIAANN"] = {"Status": "Active", "SecretAccessKey": "secret", "UserName": "ann"}
for key, expiration in (("ASIAROLE", time.time() + 60), ("ASIAOLD", 1)):
    arn = f"arn:aws:sts::{account}:assumed-role/worker/session"
    sts._sessions[key] = {"Arn": arn, "SecretAccessKey": "secret", "Expiration": expiration}
askers = [{"authorization": f"AWS4-HMAC-SHA256 Credential={key}/20250101/us-east-1/sns/aws4_request"} for key in ("test", "AKIAANN", "ASIAROLE", "ASIAOLD", "AKIANOBODY")]
names = [iam_evaluator.request_caller_arn(headers) for headers in (*askers, {})]

print(
    json.dumps(
        {
            "forms": forms,
            "form read": read_once.read_form.cache_info().misses,
            "taken": sorted({module.parse_qs is read_once.parse_qs for module in (iam, sts)}),
            "policies": policies,
            "resource policies": resource_policies,
            "names": names,
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
