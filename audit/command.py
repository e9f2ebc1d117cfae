"""What the tests of the leadscan command share: running it, and files to run it on."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

LEADSCAN = os.path.abspath(sys.argv.pop(1))
SAMPLES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "data/samples")

GOOD = [
    '{"dsLeadOpportunityId":"AAAAA-%06d","partnerLeadOpportunityId":"OPPY-%d","action":"create",'
    '"info":{"success":true,"statusCode":201,"timestamp":"2025-06-01T%02d:00:00.000Z",'
    '"traceId":"%032x"},"error":null}' % (i, i, i % 24, i)
    for i in range(400)
]
BAD = ['{"action":12}', '{"dsLeadOpportunityId":"X', "<html>", '{"a":tru}']


def run(*args, stdin=None, env=None):
    done = subprocess.run([LEADSCAN, *args], input=stdin, capture_output=True, env=env)
    return done.returncode, done.stdout, done.stderr


def check(*args, **kw):
    code, out, err = run("check", *args, **kw)
    return code, [json.loads(line) for line in out.splitlines()], err.decode()


def report(*args, **kw):
    code, out, err = run("audit", "--json", "--now=2026-01-01", *args, **kw)
    return code, json.loads(out) if out else None, err.decode()


def text(lines):
    return ("\n".join(lines) + "\n").encode()


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=os.environ.get("TEST_TMPDIR"))
        self.addCleanup(shutil.rmtree, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def sh(self, command):
        subprocess.run(["bash", "-euc", command], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

    def accounts(self, result):
        bytes_ = result["bytes"]
        self.assertEqual(bytes_["read"], bytes_["accounted"])
        self.assertEqual(bytes_["accounted"], bytes_["in_records"] + bytes_["separators"])
