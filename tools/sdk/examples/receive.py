"""Receives what the picture API tells. Python's own library is enough.

SECRET is the whsec_… that was handed over, PORT where to listen on this machine.
"""

import base64
import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE_SECONDS = 300
# Ids of messages that were taken; in a database where it must outlive the process.
TAKEN = set()


class NotOfTheApi(Exception):
    """Answered 401."""


def verify(secret, headers, body):
    """The event, or NotOfTheApi. The body is the bytes as they came, before anything parsed them."""
    message, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise NotOfTheApi("not of now")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{timestamp}.".encode() + body
    own = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    # While one secret replaces another there are two.
    signatures = headers.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(own.encode(), each.encode()) for each in signatures):
        raise NotOfTheApi("no signature is of this secret")
    return json.loads(body)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.read_body()
        try:
            event = verify(os.environ["SECRET"], self.headers, body)
        except NotOfTheApi:
            self.send_response(401)
        else:
            if self.headers["webhook-id"] not in TAKEN:
                print(event["type"], event["data"]["imageId"], flush=True)
            TAKEN.add(self.headers["webhook-id"])
            self.send_response(204)
        self.end_headers()

    def read_body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        chunks = []
        # AWS sends in chunks, which this server leaves to whoever reads; the last one is empty.
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "0"))), Receiver)
    print("listening", {"port": server.server_port}, flush=True)
    server.serve_forever()
