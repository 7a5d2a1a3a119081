"""A receiver that takes only what Recho has signed.

KEYS is a folder with each public key as <key id>.pem: during a rotation there are two.
"""

import base64
import binascii
import json
import os
import time
from pathlib import Path

import uvicorn
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from fastapi import FastAPI, Request, Response

KEYS = {
    file.stem: serialization.load_pem_public_key(file.read_bytes())
    for file in Path(os.environ.get("KEYS", "keys")).glob("*.pem")
}
app = FastAPI()


def is_genuine(headers, body: bytes) -> bool:
    """body is the raw bytes as they came: verify first, parse afterwards."""
    timestamp = headers.get("x-recho-timestamp", "")
    key = KEYS.get(headers.get("x-recho-key-id", ""))
    if key is None or not timestamp.isascii() or not timestamp.isdigit():
        return False
    if abs(time.time() - int(timestamp)) > 300:  # five minutes, either way
        return False
    try:
        signature = base64.b64decode(headers.get("x-recho-signature", ""), validate=True)
        key.verify(signature, timestamp.encode() + b"." + body, padding.PKCS1v15(), hashes.SHA256())
    except (binascii.Error, InvalidSignature):
        return False
    return True


@app.post("/webhook")
async def webhook(request: Request) -> Response:
    body = await request.body()
    if not is_genuine(request.headers, body):
        return Response(status_code=401)
    event = json.loads(body)
    print(event["eventType"], event["body"]["data"]["callId"], flush=True)
    return Response(status_code=204)


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "3000")), log_level="warning")
