"""Runs cfn-lint once, as its own command line does, and writes its version and the ids of the rules that it has loaded: its
report is silent on rules that found nothing. To ask its command line for both is to start it twice more.
What it works out anew for each value although it never changes is worked out once; nothing that it finds depends on it.
Usage: cfn_lint_runner.py RULES_FILE CFN_LINT_ARGUMENTS..."""

import dataclasses
import json
import sys

from cfnlint.context import context
from cfnlint.jsonschema import _filter, validators
from cfnlint.runner import Runner, main
from cfnlint.runner.template import runner as template_runner
from cfnlint.schema.resolver._resolver import RefResolver
from cfnlint.version import __version__


def telling(cli, rules_file):
    def run(self):
        with open(rules_file, "w", encoding="utf-8") as file:
            json.dump({"version": __version__, "loaded": sorted(self.rules)}, file)
        return cli(self)

    return run


def once_a_document(resolve):
    """Parts of schemas by their references: a resolver is made for each value, and walks through the whole schema for it."""
    known = {}

    def resolve_fragment(self, document, fragment):
        key = (id(document), fragment)
        # Kept with its document, so that no other one ever has the same id.
        of, part = known.get(key, (None, None))
        if of is not document:
            part = resolve(self, document, fragment)
            known[key] = (document, part)
        return part

    return resolve_fragment


def once_a_class(fields):
    """Fields of a dataclass."""
    known = {}

    def of(subject):
        kind = subject if isinstance(subject, type) else type(subject)
        found = known.get(kind)
        if found is None:
            found = known[kind] = fields(kind)
        return found

    return of


def unique(matches):
    """Each match once, in order: equal ones have the same message and place, and are compared among those alone."""
    seen = {}
    for match in matches:
        alike = seen.setdefault((match.message, match.linenumber, match.columnnumber), [])
        if match not in alike:
            alike.append(match)
            yield match


if __name__ == "__main__":
    rules_file, *sys.argv[1:] = sys.argv[1:]
    Runner.cli = telling(Runner.cli, rules_file)
    RefResolver.resolve_fragment = once_a_document(RefResolver.resolve_fragment)
    for module in (context, _filter, validators):
        module.fields = once_a_class(dataclasses.fields)
    template_runner._dedup = unique
    sys.exit(main())
