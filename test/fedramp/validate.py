"""Puts a system security plan to FedRAMP's public constraints (Schematron, revision 5) and writes what they refuse.

Usage: validate.py OSCAL-DIRECTORY WORKSPACE. The directory is a pack's: it holds the plan, its profile and the catalogue.
The answer is WORKSPACE/refused.json.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

from saxonche import PySaxonProcessor
from trestle.core.profile_resolver import ProfileResolver
from trestle_fedramp.core.fedramp import FedrampValidator
from trestle_fedramp.core.format_convert import JsonXmlConverter

PLAN = 'fedramp-system-security-plan.json'
PROFILE = 'fedramp-profile.json'
SVRL = '{http://purl.oclc.org/dsdl/svrl}'


def resolved_profile(oscal: pathlib.Path, workspace: pathlib.Path) -> str:
    """The controls that the profile selects, as trestle resolves it."""
    root = workspace / 'trestle'
    root.mkdir()
    subprocess.run([pathlib.Path(sys.executable).with_name('trestle'), 'init', '--local'], cwd=root, check=True, capture_output=True)
    for file in (PROFILE, 'catalog.json'):
        shutil.copy(oscal / file, root / file)
    # trestle follows relative imports from the directory that it runs in.
    os.chdir(root)
    return ProfileResolver.get_resolved_profile_catalog(root, str(root / PROFILE)).oscal_serialize_json()


def catalog_as_xml(content: pathlib.Path) -> str:
    """By NIST's converter, which the package brings and has no door to; its door for plans is JsonXmlConverter."""
    converter = pathlib.Path(str(JsonXmlConverter().ssp_j_x_xsl_path)).with_name('oscal_catalog_json-to-xml-converter.xsl')
    with PySaxonProcessor(license=False) as saxon:
        executable = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(converter))
        executable.set_parameter('file', saxon.make_string_value(content.as_uri()))
        return executable.call_template_returning_string('from-json')


def main() -> None:
    oscal, workspace = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    # The constraints read XML. What the plan imports lies beside it under the name that it imports.
    resolved = workspace / 'resolved.json'
    resolved.write_text(resolved_profile(oscal, workspace))
    (workspace / PROFILE).write_text(catalog_as_xml(resolved))
    plan = workspace / 'plan.xml'
    plan.write_text(JsonXmlConverter().json2xml('ssp', (oscal / PLAN).read_text()))
    validator = FedrampValidator()
    processor = validator._get_xslt_processor(PySaxonProcessor(license=False))
    result = processor.transform_to_string(source_file=str(plan), stylesheet_file=str(validator.ssp_xsl_path))
    tree = ElementTree.fromstring(result)
    refused = [
        {
            'id': failed.get('id'),
            'role': failed.get('role'),
            'text': ' '.join(''.join(failed.find(SVRL + 'text').itertext()).split()),
            'diagnostic': ' '.join(' '.join(one.text or '' for one in failed.findall(SVRL + 'diagnostic-reference')).split()),
            'location': failed.get('location'),
        }
        for failed in tree.iter(SVRL + 'failed-assert')
    ]
    rules = len(list(tree.iter(SVRL + 'fired-rule')))
    (workspace / 'refused.json').write_text(json.dumps({'rules': rules, 'refused': refused}))


main()
