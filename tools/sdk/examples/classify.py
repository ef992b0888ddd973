"""classify.py PICTURE…: what is on each, by the picture API. Python's own library is enough.

API and KEY come from the environment; for the local API also SSL_CERT_FILE.
"""

import base64
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

PATIENCE_SECONDS = 120
PASSING = {429, 500, 502, 503, 504}
FINAL = {"completed", "quarantined", "failed"}


def call(path, body=None, idempotency_key=None):
    """Answer and headers; repeats what was throttled or met a passing fault, no sooner than Retry-After says."""
    headers = {"x-api-key": os.environ["KEY"], "content-type": "application/json", "user-agent": "classify.py"}
    if idempotency_key:
        headers["idempotency-key"] = idempotency_key
    data = None if body is None else json.dumps(body).encode()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        request = urllib.request.Request(os.environ["API"] + path, data, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer), answer.headers
        except urllib.error.HTTPError as refusal:
            pause = float(refusal.headers.get("retry-after") or 1)
            if refusal.code not in PASSING or time.monotonic() + pause > deadline:
                raise
            time.sleep(pause)


def post_form(form, picture):
    """Posts a picture with a form that the API gave out: every field, then the file."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in form["fields"].items()
    ]
    parts += [f'--{boundary}\r\nContent-Disposition: form-data; name="file"\r\n\r\n'.encode(), picture]
    parts += [f"\r\n--{boundary}--\r\n".encode()]
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    urllib.request.urlopen(urllib.request.Request(form["url"], b"".join(parts), headers), timeout=300).close()


def upload(path):
    with open(path, "rb") as file:
        picture = file.read()
    kind = "image/jpeg" if picture.startswith(b"\xff\xd8") else "image/png"
    about = {"fileName": os.path.basename(path), "contentType": kind}
    # Retries of this upload are the same upload.
    key = str(uuid.uuid4())
    if len(picture) <= 3 * 1024 * 1024:
        answer, _ = call("/upload", {**about, "image": base64.b64encode(picture).decode()}, key)
        return answer["imageId"]
    answer, _ = call("/upload", {**about, "size": len(picture)}, key)
    if "upload" in answer:
        post_form(answer["upload"], picture)
    return answer["imageId"]


def wait(image_id):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        image, headers = call(f"/images/{image_id}")
        if image["ProcessingStatus"] in FINAL:
            return image
        if time.monotonic() > deadline:
            raise TimeoutError(f"{image_id} is still {image['ProcessingStatus']}")
        time.sleep(float(headers.get("retry-after") or 2))


def main():
    for path in sys.argv[1:]:
        try:
            image = wait(upload(path))
        except urllib.error.HTTPError as refusal:
            problem = json.load(refusal)
            print(path, problem["code"], problem.get("reason", ""))
            continue
        print(path, image.get("DetectedAnimal", image["ProcessingStatus"]), image.get("ConfidenceScore", ""))


if __name__ == "__main__":
    main()
