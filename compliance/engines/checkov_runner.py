"""Runs checkov once and writes the ids of every check it had loaded, and of those that it was told not to run: its own
report is silent on checks that met no resource, and the gate must see that none is missing or refused.
Usage: checkov_runner.py RULES_FILE CHECKOV_ARGUMENTS..."""

import gc
import json
import sys

from checkov.main import Checkov
from checkov.runner_filter import RunnerFilter

refused = set()


def loaded_checks():
    from checkov.cloudformation.checks.resource.registry import cfn_registry
    from checkov.common.checks_infra.registry import get_graph_checks_registry

    of_type = [*cfn_registry.checks.values(), *cfn_registry.wildcard_checks.values()]
    plain = {check.id for checks in of_type for check in checks}
    graph = {check.id for check in get_graph_checks_registry("cloudformation").checks}
    return sorted(plain | graph)


def recording(should_run_check):
    def ask(self, check=None, check_id=None, *rest, **named):
        answer = should_run_check(self, check, check_id, *rest, **named)
        if not answer:
            refused.add(check.id if check else check_id)
        return answer

    return ask


if __name__ == "__main__":
    # A third of the time went into looking for circles in the graph that is being built; it has none, and the process ends.
    gc.disable()
    rules_file, *arguments = sys.argv[1:]
    RunnerFilter.should_run_check = recording(RunnerFilter.should_run_check)
    exit_code = Checkov(argv=arguments).run()
    loaded = loaded_checks()
    with open(rules_file, "w", encoding="utf-8") as file:
        json.dump({"loaded": loaded, "refused": sorted(refused & set(loaded))}, file)
    sys.exit(exit_code or 0)
