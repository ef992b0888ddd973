"""Runs several trestle commands in one process, as loading it takes seconds. Not named
trestle_*, which it would take for a plugin. Usage: oscal_commands.py < LISTS_OF_ARGUMENTS"""

import json
import sys

from trestle.cli import Trestle

for arguments in json.load(sys.stdin):
    sys.argv = ["trestle", *arguments]
    if code := Trestle().run():
        sys.exit(code)
