"""What a driver is told, and what it tells: see scenario.ts."""

import base64
import json
import os
import sys
import time
from datetime import datetime

import loopback  # noqa: F401
import urllib3

with open(os.environ["SCENARIO"], encoding="utf-8") as file:
    given = json.load(file)

with open(given["picture"], "rb") as file:
    picture = file.read()

picture_base64 = base64.b64encode(picture).decode()
since = datetime.fromisoformat(given["since"])
until = datetime.fromisoformat(given["until"])


def post_form(url, fields):
    """Posts the picture as the form says: its fields first, the file last."""
    pool = urllib3.PoolManager(ca_certs=given["caFile"])
    answer = pool.request("POST", url, fields=[*fields.items(), ("file", ("picture.jpg", picture))])
    return answer.status


def until_final(read):
    """Reads until the picture has reached its place."""
    for _ in range(300):
        status, image = read()
        if status in ("completed", "quarantined"):
            return image
        time.sleep(0.1)
    raise TimeoutError("The picture did not reach its place.")


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def tell(report):
    json.dump(report, sys.stdout)
