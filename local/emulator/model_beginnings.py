"""What MiniStack asks of the SDK's service models, from their beginnings.

It decompresses and parses the models of all 434 services for the names that requests may be signed for, once somebody signs for
one that it does not have, and a whole model for the content type of each service's answers. A model begins with what is asked.
"""

import gzip
import json
import os

import botocore
from ministack.core import responses, router

DATA = os.path.join(os.path.dirname(botocore.__file__), "data")
BEGINNING_BYTES = 8192
METADATA = '"metadata":'

_service_model = responses._service_model
_beginnings = {}


class Beginning:
    """botocore's ServiceModel, whose rest is read when it is asked for."""

    def __init__(self, service, metadata):
        self.service = service
        self.metadata = metadata

    def __getattr__(self, name):
        return getattr(_service_model(self.service), name)


def metadata_of(service):
    """The metadata of a service's newest model; None where there is none, or it does not begin with them."""
    try:
        folder = os.path.join(DATA, service)
        newest = os.path.join(folder, max(os.listdir(folder)))
        with gzip.open(os.path.join(newest, "service-2.json.gz"), "rt", encoding="utf-8") as model:
            beginning = model.read(BEGINNING_BYTES)
        start = beginning.index(METADATA) + len(METADATA)
        return json.JSONDecoder().raw_decode(beginning[start:].lstrip())[0]
    except (OSError, ValueError):
        return None


def service_model(service):
    if service not in _beginnings:
        metadata = metadata_of(responses._BOTOCORE_NAME.get(service, service))
        _beginnings[service] = _service_model(service) if metadata is None else Beginning(service, metadata)
    return _beginnings[service]


def signed_names():
    names = set()
    for service in os.listdir(DATA):
        metadata = metadata_of(service)
        if metadata is not None:
            names |= {service, metadata.get("endpointPrefix", ""), metadata.get("signingName", "")}
    return frozenset(names - {""})


def is_aws_service_name(name):
    if router._KNOWN_AWS_SERVICE_NAMES is None:
        router._KNOWN_AWS_SERVICE_NAMES = signed_names()
    return name in router._KNOWN_AWS_SERVICE_NAMES


responses._service_model = service_model
router._is_aws_service_name = is_aws_service_name
