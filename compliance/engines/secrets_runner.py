"""checkov's secrets scan, its detectors asked about the lines on which one of them could find something.

detect-secrets puts every line before eighteen detectors, one call after the other; nearly all of the scan's time are calls
that find nothing. It has a place for a filter before them (DETECT_SECRETS_PERF_PREGATE) with a filter of its own, which
guesses at what the search for random text needs. The one here follows from the detectors that are loaded: a line is left
out only where none of them can find anything on it. Where a detector is not known here, no line is left out.
"""

import re
import sys

from detect_secrets.core import scan
from detect_secrets.plugins import keyword
from detect_secrets.plugins.base import BasePlugin, RegexBasedDetector

from checkov.main import Checkov
from checkov.secrets.plugins import entropy_keyword_combinator as combinator

# These only leave out some of what their patterns find.
NARROWING = {"AzureStorageKeyDetector", "BasicAuthDetector", "IbmCloudIamDetector", "JwtTokenDetector"}
# What the search for random text escapes before it looks at it, and so what it sees is not what stands in the line.
ESCAPED = re.compile(r"[^\x20-\x7e]")


def finds_by_patterns_alone(plugin):
    kind = type(plugin)
    inherited = (
        kind.analyze_line is BasePlugin.analyze_line
        and kind.analyze_string is RegexBasedDetector.analyze_string
    )
    return isinstance(plugin, RegexBasedDetector) and (inherited or kind.__name__ in NARROWING)


def keywords_lead_every_search():
    words = "|".join(keyword.DENYLIST)
    groups = [*keyword.REGEX_BY_FILETYPE.values(), keyword.QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP]
    return all(words in expression.pattern for group in groups for expression in group)


class Gate:
    """Which lines the detectors are asked about."""

    def __init__(self, plugins):
        self.filename = None
        self.whole_files = None
        self.searches = []
        self.random_text = None
        self.asks_always = not all([self.knows(plugin) for plugin in plugins])

    def knows(self, plugin):
        name = type(plugin).__name__
        if name == "EntropyKeywordCombinator":
            return self.knows_random_text(plugin)
        if name == "CustomRegexDetector":
            return not plugin.denylist and not plugin.multiline_deny_list
        if name == "PrivateKeyDetector":
            # Reads a small file as a whole when it is asked about any of its lines.
            self.whole_files = plugin
        elif not finds_by_patterns_alone(plugin):
            return False
        self.searches.extend(pattern.search for pattern in plugin.denylist)
        return True

    def knows_random_text(self, plugin):
        """Beside a keyword anything may be a secret; elsewhere a text needs 2^limit different characters."""
        self.searches.append(re.compile("|".join(keyword.DENYLIST), re.IGNORECASE).search)
        # It puts the two halves of a pair of keys together.
        self.searches.append(combinator.AWS_KEY_PAIR_DELIMITER_REGEX.search)
        self.searches.append(ESCAPED.search)
        characters = "".join(sorted({char for scanner in plugin.high_entropy_scanners for char in scanner.charset}))
        self.random_text = re.compile("[" + re.escape(characters) + "]+")
        # A quotation mark's escape is one more character.
        self.different = 2 ** min(scanner.entropy_limit for scanner in plugin.high_entropy_scanners) - 1
        return keywords_lead_every_search()

    def could_contain_secret(self, line):
        if self.asks_always or self.filename not in self.whole_files._sized_files:
            return True
        for search in self.searches:
            if search(line):
                return True
        different = self.different
        for text in self.random_text.findall(line):
            if len(text) > different and len(set(text)) > different:
                return True
        return False


def telling_the_gate(process):
    def told(lines, filename, *rest, **named):
        scan._get_gate().filename = filename
        yield from process(lines, filename, *rest, **named)

    return told


if __name__ == "__main__":
    scan.build_gate = Gate
    scan._process_line_based_plugins = telling_the_gate(scan._process_line_based_plugins)
    sys.exit(Checkov(argv=sys.argv[1:]).run() or 0)
