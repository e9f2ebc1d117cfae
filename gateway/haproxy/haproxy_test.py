"""The example for HAProxy as it is, in Debian's HAProxy.

haproxy_test.py LIBRARY: in the repository's root. It gets the packages, and installs none.
"""

import glob
import gzip
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

from gateway.nginx.servers import (CLOSE, Nginx, SAMPLE, TRACE, VIOLATION, Upstream, answer,
                                   chunked, dechunked, load, long_document)
from gateway.packages import Unpacked

LIBRARY = os.path.abspath(sys.argv[1])
del sys.argv[1]

PACKAGES = ["haproxy", "libopentracing-c-wrapper0", "libopentracing1", "liblua5.3-0", "liblua5.3-dev"]
LIMIT = 65536


class Example(unittest.TestCase):
    count = 0

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="ls.", dir="/tmp")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        unpacked = Unpacked(cls.folder, PACKAGES)
        subprocess.run([os.environ.get("CC", "cc"), "-Wall", "-Wextra", "-Werror", "-O2", "-fPIC",
                        "-shared", "-I" + unpacked.find("usr/include/lua5.3"), "-Ilib",
                        # A header of it is in the folder of the architecture.
                        "-I" + unpacked.find("usr/include/*-linux-gnu"),
                        "gateway/haproxy/leadscan_lua.c", "-o", cls.path("leadscan.so"), LIBRARY,
                        "-Wl,-rpath," + os.path.dirname(LIBRARY)], check=True)
        shutil.copy("gateway/haproxy/leadscan_filter.lua", cls.folder)
        with open("gateway/haproxy/haproxy.cfg") as file:
            text = file.read()
        for old, new in [("/usr/local/lib/leadscan", cls.folder), ("bind :8000", "bind unix@%s/s" % cls.folder),
                         ("api 127.0.0.1:8080", "api unix@%s/up" % cls.folder)]:
            assert old in text, old
            text = text.replace(old, new)
        # Whom to ask what was not logged.
        text = text.replace("global\n", "global\n  stats socket %s/stats\n" % cls.folder, 1)
        with open(cls.path("haproxy.cfg"), "w") as file:
            file.write(text)
        cls.upstream = Upstream(cls.path("up"))
        cls.addClassCleanup(cls.upstream.close)
        log = open(cls.path("log"), "wb")
        cls.addClassCleanup(log.close)
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        cls.process = subprocess.Popen(
            guard + [unpacked.find("usr/sbin/haproxy"), "-db", "-f", cls.path("haproxy.cfg")],
            env=unpacked.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        cls.addClassCleanup(cls.stop)
        Nginx.wait(lambda: cls.process.poll() is not None or os.path.exists(cls.path("s")))
        assert cls.process.poll() is None, cls.log()

    @classmethod
    def stop(cls):
        status = cls.process.poll()
        cls.process.terminate()
        cls.process.wait(20)
        assert status is None, "HAProxy has ended: %s" % status

    @classmethod
    def path(cls, name):
        return os.path.join(cls.folder, name)

    @classmethod
    def log(cls):
        with open(cls.path("log"), "rb") as file:
            return file.read()

    def connect(self, listens="s"):
        return Nginx.connect(self, listens)

    def logged(self, uri):
        def find():
            return [line for line in self.log().splitlines(True)
                    if b"uri=%s " % uri.encode() in line and line.endswith(b"\n")]
        lines = Nginx.wait(find)
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def serve(self, pieces):
        Example.count += 1
        uri = "/leads?mark=%d." % Example.count
        self.upstream.answers[uri] = pieces
        return uri

    def expect(self, pieces, status, body=None, **more):
        uri = self.serve(pieces)
        head, got = Nginx.exchange(self, uri, **more)
        log = dict(item.split("=", 1) for item in self.logged(uri).decode().split())
        self.assertEqual(log["status"], status, log)
        if body is not None:
            self.assertEqual(dechunked(head, got), body)
        if status == "ok" and log["family"] == "created":
            self.assertEqual((log["ds_id"], log["trace_id"]), ("Q7ZK-1M2N3P", TRACE))
        return log

    def test_created(self):
        log = self.expect([answer(SAMPLE)], "ok", SAMPLE)
        self.assertEqual((log["http"], log["family"], log["violation"]), ("201", "created", "-"))

    def test_every_fixture(self):
        paths = sorted(glob.glob("data/fixtures/*/*.json"))
        self.assertGreater(len(paths), 400)
        for path in paths:
            with open(path, "rb") as file:
                body = file.read()
            kind = path.split("/")[2]
            status = kind if kind in ["violation", "malformed", "truncated"] else "ok"
            uri = self.serve([answer(body)])
            self.assertEqual(Nginx.exchange(self, uri)[1], body, path)
            line = self.logged(uri).decode()
            self.assertIn(" status=%s family=%s " % (status if body else "skipped",
                                                     kind if status == "ok" else "-"), line, path)

    def test_violation(self):
        log = self.expect([answer(VIOLATION)], "violation", VIOLATION)
        self.assertEqual(log["violation"], "wrong_type:%d:/info/success" % VIOLATION.index(b'"yes"'))

    def test_pieces(self):
        size = -(-len(SAMPLE) // 27)
        slowly = [part for i in range(0, len(SAMPLE), size)
                  for part in [b"%x\r\n%s\r\n" % (len(SAMPLE[i:i + size]), SAMPLE[i:i + size]), 0.004]]
        for pieces in [chunked([SAMPLE]), [chunked([])[0]] + slowly + [b"0\r\n\r\n"],
                       [answer(SAMPLE)[:-100], 0.02, SAMPLE[-100:-50], 0.02, SAMPLE[-50:]],
                       [answer(SAMPLE, length=False, headers=["Connection: close"]), CLOSE]]:
            self.expect(pieces, "ok", SAMPLE)
        for size in [1024, 30000, LIMIT]:
            document = long_document(size)
            self.expect([answer(document)], "ok", document)
            self.expect(chunked([document[i:i + 700] for i in range(0, size, 700)]), "ok", document)

    def test_too_large(self):
        for size in [LIMIT + 1, 3000000]:
            document = long_document(size)
            self.expect([answer(document)], "too_large", document)
            self.expect(chunked([document]), "too_large", document)

    def test_not_read(self):
        body = gzip.compress(SAMPLE)
        self.expect([answer(body, headers=["Content-Encoding: gzip"])], "encoded", body)
        self.expect([answer(SAMPLE, kind="text/html")], "skipped", SAMPLE)
        self.expect([answer(SAMPLE, kind="application/jsonp")], "skipped", SAMPLE)
        self.expect([answer(SAMPLE, kind="Application/JSON; charset=utf-8")], "ok", SAMPLE)
        self.expect([answer(b"", "204 No Content", length=False)], "skipped", b"")
        self.expect([answer(b"")], "skipped", b"")
        for body in [SAMPLE, long_document(LIMIT + 1)]:
            self.expect([answer(body)[:-len(body)]], "skipped", b"", method="HEAD")

    def test_upstream_that_is_cut(self):
        self.expect([answer(SAMPLE)[:-20], CLOSE], "incomplete")
        self.expect(chunked([SAMPLE[:100], SAMPLE[100:]])[:2] + [CLOSE], "incomplete")
        self.expect(chunked([SAMPLE])[:2] + [CLOSE], "incomplete")  # but for the last chunk

    def test_no_line_of_the_log_is_forged(self):
        evil = b'a\\n127.0.0.1 forged\\u0000\\u001b[31m\\" \\\\ ]'
        uri = self.serve([answer(SAMPLE.replace(b"Q7ZK-1M2N3P", evil))])
        Nginx.exchange(self, uri)
        line = self.logged(uri)
        self.assertIn(b"ds_id=a%0A127.0.0.1%20forged%00%1B%5B31m%22%20%5C%20%5D trace_id=", line)
        self.assertNotIn(b"\x1b", line)

    def dropped(self):
        """Lines that HAProxy has not written, as one of its threads did not let go of the log in time:
        src/fd.c, fd_write_frag_line()."""
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(self.path("stats"))
            client.sendall(b"show info\n")
            info = b"".join(iter(lambda: client.recv(65536), b""))
        return int(re.search(rb"^DroppedLogs: (\d+)$", info, re.M)[1])

    def test_two_threads_and_memory(self):
        document = long_document(9000)
        self.upstream.answers["/many"] = chunked([document[:5000], document[5000:]])

        def resident(what="VmRSS"):
            with open("/proc/%d/status" % self.process.pid) as file:
                return int(re.search(what + r":\s+(\d+) kB", file.read())[1])

        def loads(count):
            return load(self.connect, "/many", document[-400:], count)

        self.assertEqual(loads(100), [])
        memory = resident()
        self.assertEqual(loads(300), [])
        good = b"uri=/many http=201 end=-- status=ok family=created"
        Nginx.wait(lambda: self.log().count(b"uri=/many ") + self.dropped() == 3200)
        self.assertEqual(self.log().count(good), self.log().count(b"uri=/many "))
        self.assertLess(self.dropped(), 32)
        self.assertLess(resident(), memory + 4096)
        # Of a body that is too large nothing is kept: at no time.
        before = resident("VmHWM")
        self.expect(chunked([long_document(40000000)]), "too_large")
        self.assertLess(resident("VmHWM"), before + 8192)


if __name__ == "__main__":
    unittest.main()
