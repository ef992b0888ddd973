"""Whether events match event patterns, by the embedded AWS's TestEventPattern. Reads a JSON list of {pattern, event}, both
as text, and writes a list of true, false, or the reason why the pattern or the event was refused."""

import json
import sys

from ministack.services import eventbridge


def answer(question):
    status, _headers, body = eventbridge._test_event_pattern(
        {"EventPattern": question["pattern"], "Event": question["event"]}
    )
    told = json.loads(body)
    return told["Result"] if status == 200 else str(told.get("message") or told.get("Message") or told)


if __name__ == "__main__":
    json.dump([answer(question) for question in json.load(sys.stdin)], sys.stdout)
