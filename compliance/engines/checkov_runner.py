"""Runs checkov once and writes the ids of every check it had loaded: its own report is silent on checks that met no
resource, and the gate must see that none is missing. Usage: checkov_runner.py RULES_FILE CHECKOV_ARGUMENTS..."""

import json
import sys

from checkov.main import Checkov


def loaded_checks():
    from checkov.cloudformation.checks.resource.registry import cfn_registry
    from checkov.common.checks_infra.registry import get_graph_checks_registry

    of_type = [*cfn_registry.checks.values(), *cfn_registry.wildcard_checks.values()]
    plain = {check.id for checks in of_type for check in checks}
    graph = {check.id for check in get_graph_checks_registry("cloudformation").checks}
    return sorted(plain | graph)


if __name__ == "__main__":
    rules_file, *arguments = sys.argv[1:]
    exit_code = Checkov(argv=arguments).run()
    with open(rules_file, "w", encoding="utf-8") as file:
        json.dump(loaded_checks(), file)
    sys.exit(exit_code or 0)
