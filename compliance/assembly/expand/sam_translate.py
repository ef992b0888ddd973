"""Expands SAM templates with AWS's own translator.
Reads [{"name", "template", "parameters", "region"}] from standard input, writes [{"name", "template", "refused":
[{"resource", "why"}]}] to standard output: a resource that the translator refuses is left out and named, and does not
keep the others from being expanded. Needs neither a network nor credentials."""

import copy
import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.internal.managed_policies import get_bundled_managed_policy_map  # noqa: E402
from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402

# What has not been packaged yet lies beside the template; the translator takes only what is in a bucket.
ARTEFACTS = {
    "AWS::Serverless::Function": ("CodeUri", ("InlineCode", "ImageUri")),
    "AWS::Serverless::LayerVersion": ("ContentUri", ()),
    "AWS::Serverless::Api": ("DefinitionUri", ("DefinitionBody", None)),
    "AWS::Serverless::HttpApi": ("DefinitionUri", ("DefinitionBody", None)),
    "AWS::Serverless::StateMachine": ("DefinitionUri", ("Definition", None)),
}
UPLOADED = "s3://not-packaged/artefact"


class BundledPolicies:
    """Names of AWS's managed policies, from the translator's own list."""

    def __init__(self):
        self.policies = get_bundled_managed_policy_map("aws") or {}

    def load(self):
        return self.policies


def packaged(template):
    globals_ = template.get("Globals", {}).get("Function", {})
    for resource in template.get("Resources", {}).values():
        rule = ARTEFACTS.get(resource.get("Type"))
        if rule is None:
            continue
        name, instead = rule
        properties = resource.setdefault("Properties", {})
        location = properties.get(name)
        if isinstance(location, str) and not location.startswith("s3://"):
            properties[name] = UPLOADED
        elif location is None and None not in instead and not any(key in properties for key in instead):
            if properties.get("PackageType", globals_.get("PackageType")) == "Image":
                properties["ImageUri"] = "123456789012.dkr.ecr.us-east-1.amazonaws.com/not-packaged:artefact"
            else:
                properties[name] = UPLOADED
    for name in ("CodeUri",):
        if isinstance(globals_.get(name), str) and not globals_[name].startswith("s3://"):
            globals_[name] = UPLOADED
    return template


def causes_of(error):
    causes = getattr(error, "causes", None) or [error]
    return [(getattr(cause, "_logical_id", None), getattr(cause, "message", str(cause))) for cause in causes]


def expand(item, policies):
    template = packaged(item["template"])
    refused = []
    while True:
        os.environ["AWS_DEFAULT_REGION"] = item["region"]
        try:
            expanded = transform(copy.deepcopy(template), dict(item["parameters"]), policies)
            return {"name": item["name"], "template": expanded, "refused": refused}
        except InvalidDocumentException as error:
            causes = causes_of(error)
        except Exception as error:  # the translator raises what it likes on malformed input
            causes = [(None, f"{type(error).__name__}: {error}")]
        named = [(resource, why) for resource, why in causes if resource in template["Resources"]]
        if not named:
            refused.append({"resource": "(template)", "why": "; ".join(why for _, why in causes)})
            return {"name": item["name"], "template": None, "refused": refused}
        for resource, why in named:
            if template["Resources"].pop(resource, None) is not None:
                refused.append({"resource": resource, "why": why})


if __name__ == "__main__":
    bundled = BundledPolicies()
    json.dump([expand(item, bundled) for item in json.load(sys.stdin)], sys.stdout)
