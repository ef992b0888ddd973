"""What MiniStack reads again and again, read once.

A request in a form, above all a stack with its template, is decoded up to four times: for its service, its action, its handler and
the trail. The policies of whoever asks are parsed for each request, and twice: a second time for the name of who asks alone. What is kept is found by its whole text, so that a changed policy or another request is another text.
"""

import functools
import json
import urllib.parse

# Before MiniStack's modules take the function out of its module.
_parse_qs = urllib.parse.parse_qs
# Decoding a short text costs less than keeping it.
LONG_CHARACTERS = 256
FORMS = 8
DOCUMENTS = 1024


@functools.lru_cache(FORMS)
def read_form(text, keep_blank_values):
    return _parse_qs(text, keep_blank_values)


def parse_qs(qs, keep_blank_values=False, *args, **more):
    if args or more or not isinstance(qs, str) or len(qs) < LONG_CHARACTERS:
        return _parse_qs(qs, keep_blank_values, *args, **more)
    return {name: list(values) for name, values in read_form(qs, bool(keep_blank_values)).items()}


urllib.parse.parse_qs = parse_qs

from ministack.core import iam_evaluator  # noqa: E402

_parse_policy_document = iam_evaluator.parse_policy_document
_evaluate_resource_policy = iam_evaluator.evaluate_resource_policy


@functools.lru_cache(DOCUMENTS)
def read_statements(text):
    return tuple(_parse_policy_document(text))


@functools.lru_cache(DOCUMENTS)
def read_document(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def parse_policy_document(doc):
    return list(read_statements(doc)) if isinstance(doc, str) else _parse_policy_document(doc)


def evaluate_resource_policy(doc, *args, **more):
    return _evaluate_resource_policy(read_document(doc) if isinstance(doc, str) else doc, *args, **more)


iam_evaluator.parse_policy_document = parse_policy_document
iam_evaluator.evaluate_resource_policy = evaluate_resource_policy
