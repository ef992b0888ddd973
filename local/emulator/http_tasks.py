"""What AWS documents of HTTP Tasks and MiniStack leaves out, and the connections that they need, as CloudFormation makes
them. https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html

Requests go to receivers on this machine alone: SERVERLESSAPP_RECEIVERS is a JSON object of host name to loopback port, and
whatever else is called is not there. A body that is a string is sent as it is, anything else as compact JSON; redirects are
not followed, which AWS leaves open.
"""

import http.client
import json
import os
import socket
import ssl
from urllib.parse import urlsplit

from ministack.core.iam_evaluator import EvalContext, _gather_role_policies, _permissions_boundary, evaluate
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge, iam, stepfunctions
from ministack.services.cloudformation import provisioners

HTTP_TASK = "arn:aws:states:::http:invoke"
TIMEOUT_SECONDS = 60
MOST_BYTES = 262_144
FORBIDDEN_HEADERS = set(
    "a-im accept-charset accept-datetime accept-encoding authorization cache-control connection content-encoding content-md5 "
    "date expect forwarded from host http2-settings if-match if-modified-since if-none-match if-range if-unmodified-since "
    "max-forwards origin pragma proxy-authorization referer server te trailer transfer-encoding upgrade via warning".split()
)

_invoke_resource = stepfunctions._invoke_resource


def failed(error, cause):
    return stepfunctions._ExecutionError(error, cause)


def connection_of(arn):
    for connection in eventbridge._connections.values():
        if connection["ConnectionArn"] == arn:
            return connection
    raise failed("Events.ConnectionResource.NotFound", f"there is no connection {arn}")


def machine_with(connection_arn):
    """The state machine whose task this is: a task is not told which, so that one connection serves one machine here."""
    for machine in stepfunctions._state_machines.values():
        if connection_arn in machine["definition"]:
            return machine
    raise failed("States.Runtime", f"no state machine uses {connection_arn}")


def require(machine, action, resource, context=None):
    name = machine["roleArn"].rsplit("/", 1)[-1]
    account = get_account_id()
    asked = EvalContext(
        principal_arn=machine["roleArn"],
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
        service_context={key.lower(): value for key, value in (context or {}).items()},
    )
    policies = _gather_role_policies(name, account)
    limits = _permissions_boundary(iam._roles, name, account)
    if evaluate(asked, policies, *limits).decision != "Allow":
        raise failed("States.Http.AccessDenied", f"{machine['roleArn']} is not authorized to perform {action} on {resource}")


def headers_of(arguments, connection):
    headers = arguments.get("Headers") or {}
    for name in headers:
        lower = name.lower()
        if lower in FORBIDDEN_HEADERS or lower.startswith(("x-forwarded-", "x-amz-", "x-amzn-")):
            raise failed("States.Runtime", f"The Headers field contains an unsupported header: {name}")
    key = (connection.get("AuthParameters") or {}).get("ApiKeyAuthParameters") or {}
    own = {key["ApiKeyName"]: key["ApiKeyValue"]} if key else {}
    return {
        "content-type": "application/json; charset=UTF-8",
        **{name.lower(): value for name, value in headers.items()},
        **own,
        "user-agent": f"Amazon|StepFunctions|HttpInvoke|{get_region()}",
        "range": f"bytes=0-{MOST_BYTES}",
    }


def invoke_http(arguments):
    endpoint, method = arguments["ApiEndpoint"], arguments["Method"]
    arn = (arguments.get("InvocationConfig") or arguments.get("Authentication") or {}).get("ConnectionArn", "")
    connection = connection_of(arn)
    machine = machine_with(arn)
    require(
        machine,
        "states:InvokeHTTPEndpoint",
        machine["stateMachineArn"],
        {"states:HTTPEndpoint": endpoint, "states:HTTPMethod": method},
    )
    require(machine, "events:RetrieveConnectionCredentials", arn)
    secret = f"arn:aws:secretsmanager:{get_region()}:{get_account_id()}:secret:events!connection/{connection['Name']}/0f8fad5b"
    for action in ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"):
        require(machine, action, secret)
    address = urlsplit(endpoint)
    if address.scheme != "https" or not address.hostname:
        raise failed("States.Runtime", "ApiEndpoint must be a valid HTTPS URL")
    headers = headers_of(arguments, connection)
    body = arguments.get("RequestBody")
    if body is not None and not isinstance(body, str):
        body = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    port = json.loads(os.environ.get("SERVERLESSAPP_RECEIVERS", "{}")).get(address.hostname)
    if port is None:
        raise failed("States.Http.Socket", f"{address.hostname} is not on this machine")
    return exchange(address, port, method, None if body is None else body.encode(), headers)


def exchange(address, port, method, body, headers):
    trusted = ssl.create_default_context(cafile=os.environ["MINISTACK_SSL_CERT"])
    client = http.client.HTTPSConnection("localhost", port, timeout=TIMEOUT_SECONDS, context=trusted)
    try:
        path = address.path or "/"
        # In chunks, as the page shows it, so that a receiver that reads by Content-Length alone is found here.
        chunked = {} if body is None else {"transfer-encoding": "chunked"}
        chunks = None if body is None else iter([body])
        client.request(method, path, chunks, {**headers, **chunked, "host": address.hostname}, encode_chunked=True)
        answer = client.getresponse()
        content = answer.read(MOST_BYTES + 1)
    except (OSError, socket.timeout, http.client.HTTPException) as error:
        raise failed("States.Http.Socket", str(error)) from None
    finally:
        client.close()
    if not 200 <= answer.status < 300:
        raise failed(f"States.Http.StatusCode.{answer.status}", answer.reason)
    if len(content) > MOST_BYTES:
        raise failed("States.DataLimitExceeded", "HTTP response exceeds the maximum allowed size of 262144 bytes.")
    text = content.decode("utf-8", "replace")
    return {
        "Headers": {name.lower(): [value] for name, value in answer.getheaders()},
        "ResponseBody": text,
        "StatusCode": answer.status,
        "StatusText": answer.reason,
    }


def invoke_resource(resource, arguments):
    return invoke_http(arguments) if resource == HTTP_TASK else _invoke_resource(resource, arguments)


def create_connection(_logical_id, properties, _stack_name):
    eventbridge._create_connection(properties)
    connection = eventbridge._connections[properties["Name"]]
    # EventBridge appends an id of its own.
    connection["ConnectionArn"] += "/0f8fad5b-d9cb-469f-a165-70867728950e"
    return properties["Name"], {"Arn": connection["ConnectionArn"]}


def delete_connection(physical_id, _properties):
    eventbridge._delete_connection({"Name": physical_id})


stepfunctions._invoke_resource = invoke_resource
provisioners._RESOURCE_HANDLERS["AWS::Events::Connection"] = {
    "create": create_connection,
    "delete": delete_connection,
}
