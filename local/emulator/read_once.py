"""What MiniStack reads again and again, read once.

A request in a form, above all a stack with its template, is decoded up to four times: for its service, its action, its handler and
the trail. The policies of whoever asks are parsed for each request, and twice: a second time for the name of who asks alone, which
needs no policies. What is kept is found by its whole text, so that a changed policy or another request is another text.
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

from ministack.core import iam_evaluator, responses, router  # noqa: E402

_parse_policy_document = iam_evaluator.parse_policy_document
_evaluate_resource_policy = iam_evaluator.evaluate_resource_policy
_request_caller_arn = iam_evaluator.request_caller_arn
WITH_POLICIES = ("Root", "User", "AssumedRole", "FederatedUser")


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


def request_caller_arn(headers, query_params=None):
    fallback = f"arn:aws:iam::{responses.get_account_id()}:root"
    try:
        key = router.extract_access_key_id(headers or {}, query_params or {})
        if not key:
            return fallback
        account = responses._account_from_sts_session(key) or responses.get_account_id()
        credential = iam_evaluator.resolve_credential(key, account)
    except Exception:
        return fallback
    # An error has none, nor is anybody of a kind that MiniStack knows no policies of.
    known = getattr(credential, "principal_type", None) in WITH_POLICIES
    return (known and credential.principal_arn) or fallback


iam_evaluator.parse_policy_document = parse_policy_document
iam_evaluator.evaluate_resource_policy = evaluate_resource_policy
iam_evaluator.request_caller_arn = request_caller_arn
