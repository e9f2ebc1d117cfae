"""What the command's tests share: the command, lines to audit, and a folder for each test.

The command's path is the first argument of a test, so this is imported before unittest.main().
"""

import fcntl
import json
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

LEADSCAN = os.path.abspath(sys.argv.pop(1))
WORKSPACE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SAMPLES = os.path.join(WORKSPACE, "data/samples")
SANITIZED = any(name in os.environ for name in ["ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"])
# --test_env=LEADSCAN_BIG_TESTS=1: the sizes that are promised, not those that are quick.
BIG = os.environ.get("LEADSCAN_BIG_TESTS") == "1"

GOOD = [
    '{"dsLeadOpportunityId":"AAAAA-%06d","partnerLeadOpportunityId":"OPPY-%d","action":"create",'
    '"info":{"success":true,"statusCode":201,"timestamp":"2025-06-01T%02d:00:00.000Z",'
    '"traceId":"%032x"},"error":null}' % (i, i, i % 24, i)
    for i in range(400)
]
BAD = ['{"action":12}', '{"dsLeadOpportunityId":"X', '{"a" 1}', '{"a":tru}']


def without_run(out):
    """A report, as JSON or a page, but for what tells of the run, of which no two have the same."""
    out = re.sub(rb'\n  "run": \{\n.*?\n  \},', b"", out, count=1, flags=re.S)
    return re.sub(rb'<section id="run">.*?</section>', b"", out, count=1, flags=re.S)


def run(*args, stdin=None, **kw):
    done = subprocess.run([LEADSCAN, *args], input=stdin, capture_output=True, **kw)
    out = without_run(done.stdout) if args[:1] == ("audit",) else done.stdout
    return done.returncode, out, done.stderr


def check(*args, **kw):
    code, out, err = run("check", *args, **kw)
    return code, [json.loads(line) for line in out.splitlines()], err.decode()


def report(*args, **kw):
    code, out, err = run("audit", "--json", "--now=2026-01-01", *args, **kw)
    return code, json.loads(out) if out else None, err.decode()


# What a process has taken before exec() counts for it: so a small one starts the command.
MEASURE = """import resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    file.write("%d %d" % (code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def measured_report(*args):
    """A report, the most memory it took, in MiB, and the seconds."""
    start = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.NamedTemporaryFile("r") as measured:
        subprocess.run([sys.executable, "-c", MEASURE, measured.name, LEADSCAN, "audit", "--json",
                        "--now=2026-01-01", *args],
                       stdout=out, stderr=subprocess.DEVNULL, check=True)
        code, kilobytes = map(int, measured.read().split())
        out.seek(0)
        result = json.load(out)
    return code, result, kilobytes >> 10, time.monotonic() - start


def peak_memory(process):
    """The most memory a process has taken so far, in MiB."""
    with open("/proc/%d/status" % process.pid) as status:
        return int(re.search(r"VmHWM:\s*(\d+)", status.read())[1]) >> 10


def until_read(process):
    """Waits until what was written to its standard input has been read. It handles signals then."""
    while struct.unpack("i", fcntl.ioctl(process.stdin, termios.FIONREAD, bytes(4)))[0]:
        time.sleep(0.01)
    time.sleep(0.3)


def killed_within(command, seconds):
    """Whether `command` had to be killed after so long."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


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

    def clear(self):
        for old in os.listdir(self.folder):
            os.remove(self.path(old))

    def sh(self, command):
        subprocess.run(["bash", "-euc", command], cwd=self.folder, check=True,
                       stdout=subprocess.DEVNULL)

    def accounts(self, result):
        bytes_ = result["bytes"]
        self.assertEqual(bytes_["read"], bytes_["accounted"])
        self.assertEqual(bytes_["accounted"], bytes_["in_records"] + bytes_["separators"])


class Logs(Case):
    """A folder `d` of logs in several formats, with bad records, drift and duplicates in them."""

    def setUp(self):
        super().setUp()
        rng = random.Random(7)
        for number in range(6):
            lines = []
            for _ in range(rng.randrange(2000, 6000)):
                line = rng.choice(GOOD) if rng.random() < 0.9 else rng.choice(BAD)
                if rng.random() < 0.1:
                    line = line.replace('"error":null', '"error":null,"m%d":1' % rng.randrange(20))
                lines.append(line)
            self.write("d/%d" % number, text(lines))
        self.sh("cd d; gzip 1; zstd -q --rm 2; tar czf 3.tgz 0 4 5 && rm 4; zip -q 6.zip 0 5; "
                "gzip -c 0 | head -c 20000 > cut.gz; bzip2 -c 0 > flipped.bz2; "
                "printf X | dd of=flipped.bz2 bs=1 seek=9000 conv=notrunc status=none; "
                "xz -c 5 | head -c 9000 > cut.xz; tar cf - 0 5 | zstd -qc | head -c 30000 > cut.tar.zst")
