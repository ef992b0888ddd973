"""Runs cfn-lint once, as its own command line does, and writes its version and the ids of the rules that it has loaded: its
report is silent on rules that found nothing. To ask its command line for both is to start it twice more.
Usage: cfn_lint_runner.py RULES_FILE CFN_LINT_ARGUMENTS..."""

import json
import sys

from cfnlint.runner import Runner, main
from cfnlint.version import __version__


def telling(cli, rules_file):
    def run(self):
        with open(rules_file, "w", encoding="utf-8") as file:
            json.dump({"version": __version__, "loaded": sorted(self.rules)}, file)
        return cli(self)

    return run


if __name__ == "__main__":
    rules_file, *sys.argv[1:] = sys.argv[1:]
    Runner.cli = telling(Runner.cli, rules_file)
    sys.exit(main())
