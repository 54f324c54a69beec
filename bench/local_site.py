"""A local site as a child process, and signed calls to it, as SAP's SDKs make them."""

import base64
import hmac
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import uuid
from pathlib import Path


class Site:
    """A local site that is filled with a corpus when its folder is new."""

    def __init__(self, binary: str, folder: Path, corpus: Path, options: list[str]):
        data = folder / "site"
        command = [binary, "site", "serve", "--data", str(data), "--port", "0", "--json", *options]
        if not data.exists():
            command += ["--import", str(corpus)]
        log = (folder / "site.log").open("ab")
        self.child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        self.ready = json.loads(self.child.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait()

    def environment(self) -> dict[str, str]:
        """What a command needs to read it."""
        return os.environ | {"GIGYA_API_KEY": self.ready["api_key"], "GIGYA_USER_KEY": self.ready["user_key"],
                             "GIGYA_SECRET": self.ready["secret"]}

    def search(self, **parameters):
        """A search; one that comes too early for the site's pace is made again a little later."""
        while True:
            page = self.call("accounts.search", dict(parameters))
            if page["errorCode"] == 0:
                return page
            if page["errorCode"] != 403048:
                sys.exit(f"the site answers {page['errorCode']} {page.get('errorMessage')} {page.get('errorDetails')}")
            time.sleep(0.1)

    def pages(self, query: str, types: str = "full"):
        """The pages of a cursor."""
        page = self.search(query=query, openCursor="true", accountTypes=types)
        yield page["results"]
        while "nextCursorId" in page:
            page = self.search(cursorId=page["nextCursorId"])
            yield page["results"]

    def call(self, method: str, parameters: dict[str, str]):
        """One signed request."""
        url = f"{self.ready['url']}/{method}"
        parameters |= {"apiKey": self.ready["api_key"], "userKey": self.ready["user_key"], "httpStatusCodes": "false",
                       "timestamp": str(int(time.time())), "nonce": uuid.uuid4().hex}
        quoted = {name: urllib.parse.quote(value, safe="-_.~") for name, value in parameters.items()}
        query = "&".join(f"{name}={quoted[name]}" for name in sorted(quoted))
        base = "&".join(("POST", urllib.parse.quote(url, safe=""), urllib.parse.quote(query, safe="")))
        key = base64.b64decode(self.ready["secret"])
        parameters["sig"] = base64.b64encode(hmac.digest(key, base.encode(), "sha1")).decode()
        with urllib.request.urlopen(url, urllib.parse.urlencode(parameters).encode()) as answer:
            return json.load(answer)
