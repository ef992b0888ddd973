"""What AWS documents of fair queues and MiniStack leaves out: EventBridge gives a message the group
that its target names on a standard queue too, and a standard queue lets quiet groups pass noisy ones.

A group is noisy by either measure of
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
and messages of quiet groups come first; among noisy ones, those of the group with the fewest in flight.
"""

import time
from collections import Counter

from ministack.services import eventbridge, sqs

NOISY_SHARE = 0.1
NOISY_IN_FLIGHT = 30
# AWS says "recent" and no more.
RECENT_SECONDS = 60

# By the queue's ARN: when it was looked at last, and the message-seconds in flight of each tenant, which fade with time.
_spent = {}

_dispatch_to_sqs = eventbridge._dispatch_to_sqs
_collect_msgs = sqs._collect_msgs


def dispatch_in_group(spec, payload, sqs_parameters=None):
    queue = sqs._queue_by_arn(str(spec))
    group = (sqs_parameters or {}).get("MessageGroupId")
    # The poller takes nothing while the lock is held, so that it never sees the message without its group.
    with sqs._queues_lock:
        before = len(queue["messages"]) if queue else 0
        _dispatch_to_sqs(spec, payload, sqs_parameters)
        if queue and group and not queue.get("is_fifo"):
            for message in queue["messages"][before:]:
                message["group_id"] = group


def tenant_of(message):
    """A message without a group is a tenant of its own."""
    return message.get("group_id") or message["id"]


def noisy_of(queue, in_flight, waiting, now):
    total = sum(in_flight.values())
    noisy = {
        tenant for tenant, count in in_flight.items() if count >= NOISY_IN_FLIGHT and count > NOISY_SHARE * total
    }
    arn = queue["attributes"]["QueueArn"]
    seen, spent = _spent.get(arn, (now, Counter()))
    fade = 0.5 ** ((now - seen) / RECENT_SECONDS)
    spent = Counter({tenant: seconds * fade for tenant, seconds in spent.items() if seconds * fade > 0.001})
    for tenant, count in in_flight.items():
        spent[tenant] += count * (now - seen)
    # Whose backlog is used up is quiet, whatever it took before.
    spent = Counter({tenant: seconds for tenant, seconds in spent.items() if tenant in waiting})
    _spent[arn] = (now, spent)
    used = sum(spent.values())
    return noisy | {tenant for tenant, seconds in spent.items() if used > 0 and seconds > NOISY_SHARE * used}


def collect_fairly(queue, max_n, vis_timeout):
    if queue.get("is_fifo"):
        return _collect_msgs(queue, max_n, vis_timeout)
    now = time.time()
    in_flight = Counter(
        tenant_of(message)
        for message in queue["messages"]
        if message["visible_at"] > now and message.get("receipt_handle") is not None
    )
    waiting = {tenant_of(message) for message in queue["messages"] if message["visible_at"] <= now}
    noisy = noisy_of(queue, in_flight, waiting, now)
    # Sorting is stable: within a tenant, and among quiet ones, the order stays that of arrival. The queue's own list is
    # left alone: other threads read and replace it.
    ordered = sorted(
        list(queue["messages"]),
        key=lambda message: in_flight[tenant_of(message)] + 1 if tenant_of(message) in noisy else 0,
    )
    return _collect_msgs({**queue, "messages": ordered}, max_n, vis_timeout)


eventbridge._dispatch_to_sqs = dispatch_in_group
sqs._collect_msgs = collect_fairly
