"""The module in a real Envoy with a real upstream, by its examples as they are.

envoy_test.py MODULE OTHER_VERSION MISSING_CALLBACK: in the repository's root. Envoy comes with pip, and is
not installed.
"""

import glob
import gzip
import json
import os
import re
import shutil
import socketserver
import struct
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from gateway.nginx.servers import (CLOSE, Nginx, SAMPLE, TRACE, VIOLATION, Upstream, answer,
                                   chunked, dechunked, load, long_document)
from gateway.packages import unpack_envoy

MODULE, OTHER_VERSION, MISSING_CALLBACK = [os.path.abspath(path) for path in sys.argv[1:4]]
del sys.argv[1:4]

MESSAGE = b'{"message":"Slow down, please"}'
LIMIT = 65536
FIELDS = "fields=status,family,ds_id,trace_id,violation"


def setUpModule():
    global ENVOY
    folder = tempfile.mkdtemp(prefix="ls.", dir="/tmp")
    unittest.addModuleCleanup(shutil.rmtree, folder)
    ENVOY = unpack_envoy(folder)


class Envoy:
    """One of a configuration, in which addresses are Unix sockets named by their ports."""

    def __init__(self, example, changes=(), module=MODULE):
        self.folder = tempfile.mkdtemp(prefix="ls.", dir="/tmp")
        with open("gateway/envoy/examples/" + example) as file:
            text = file.read()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        text, count = re.subn(r"socket_address: \{address: [\d.]+, port_value: (\d+)\}",
                              r"pipe: {path: FOLDER/\1}", text)
        assert count > 2, count
        with open(self.path("envoy.yaml"), "w") as file:
            file.write(text.replace("/var/log/envoy", "FOLDER").replace("FOLDER", self.folder))
        shutil.copy(module, self.path("libleadscan_envoy.so"))
        self.process = None

    path = Nginx.path

    def connect(self, listens="10000"):
        return Nginx.connect(self, listens)

    def exchange(self, path, listens="10000", **more):
        return Nginx.exchange(self, path, listens=listens, **more)

    def command(self, *more):
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        return guard + [ENVOY, "-c", self.path("envoy.yaml"), "--disable-hot-restart",
                        "--concurrency", "2", "--file-flush-interval-msec", "20",
                        "--log-path", self.path("log"), *more]

    def environment(self):
        return {**os.environ, "ENVOY_DYNAMIC_MODULES_SEARCH_PATH": self.folder}

    def validate(self):
        """Whether the configuration is good, and what was said."""
        found = subprocess.run(self.command("--mode", "validate"), env=self.environment(),
                               capture_output=True, text=True)
        return found.returncode == 0, found.stdout + found.stderr + self.log()

    def start(self):
        self.process = subprocess.Popen(self.command(), env=self.environment(),
                                        stdin=subprocess.DEVNULL)
        Nginx.wait(self.is_ready, 60)
        return self

    def is_ready(self):
        assert self.process.poll() is None, self.log()
        if not os.path.exists(self.path("9901")):
            return False
        try:
            return self.admin("/ready") == "LIVE\n"
        except OSError:
            return False

    def admin(self, path):
        return dechunked(*self.exchange(path, listens="9901")).decode()

    def log(self):
        if not os.path.exists(self.path("log")):
            return ""
        with open(self.path("log"), errors="replace") as file:
            return file.read()

    def close(self):
        status = None
        if self.process is not None:
            status = self.process.poll()
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        shutil.rmtree(self.folder)
        assert status is None, "Envoy has ended: %s" % status


class Case(unittest.TestCase):
    count = 0

    def serve(self, pieces, upstream=None):
        """A path that answers so, and no other request has."""
        Case.count += 1
        path = "/leads?mark=%d." % Case.count
        (upstream or self.upstream).answers[path] = pieces
        return path


class Responses(Case):
    @classmethod
    def setUpClass(cls):
        # HTTP/1 trailers are dropped unless they are asked for.
        options = ("  - name: partner_api\n    type: STATIC\n", """\
  - name: partner_api
    type: STATIC
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http_protocol_options: {enable_trailers: true}}
""")
        cls.envoy = Envoy("access_log.yaml", [options])
        cls.addClassCleanup(cls.envoy.close)
        cls.upstream = Upstream(cls.envoy.path("8080"))
        cls.addClassCleanup(cls.upstream.close)
        cls.envoy.start()

    def logged(self, path):
        def find():
            with open(self.envoy.path("leads.log")) as file:
                return [line for line in file if '"%s"' % path in line and line.endswith("\n")]
        lines = Nginx.wait(find)
        self.assertEqual(len(lines), 1, lines)
        return json.loads(lines[0])

    def get(self, pieces, **more):
        """Head and body of the response, and what the log says of it."""
        path = self.serve(pieces)
        head, body = self.envoy.exchange(path, **more)
        return head, body, self.logged(path)

    def expect(self, pieces, status, body=None, **more):
        head, got, log = self.get(pieces, **more)
        self.assertEqual(log["status"], status, log)
        if body is not None:
            self.assertEqual(dechunked(head, got), body)
        if status == "ok" and log["family"] == "created":
            self.assertEqual((log["ds_id"], log["trace_id"]), ("Q7ZK-1M2N3P", TRACE))
        return log

    def counters(self):
        found = re.findall(r"leadscan_responses\.status\.(\w+)\.family\.(\w+): (\d+)",
                           self.envoy.admin("/stats"))
        return {(status, family): int(count) for status, family, count in found}

    def test_version_matches(self):
        self.assertIn("ABI version v0.2.0 matched", self.envoy.log())
        self.assertIn("made for dynamic modules v0.2.0, of Envoy 1.40", self.envoy.log())

    def test_created(self):
        log = self.expect([answer(SAMPLE)], "ok", SAMPLE)
        self.assertEqual(log, {"uri": log["uri"], "http": 201, "status": "ok", "family": "created",
                               "ds_id": "Q7ZK-1M2N3P", "trace_id": TRACE, "violation": None})

    def test_violation(self):
        log = self.expect([answer(VIOLATION)], "violation", VIOLATION)
        self.assertEqual(log["violation"], "wrong_type:%d:/info/success" % VIOLATION.index(b'"yes"'))
        self.assertEqual((log["family"], log["ds_id"]), (None, "Q7ZK-1M2N3P"))

    def test_every_fixture(self):
        expected = {}
        for path in sorted(glob.glob("data/fixtures/*/*.json")):
            with open(path, "rb") as file:
                body = file.read()
            kind = path.split("/")[2]
            status = kind if kind in ["violation", "malformed", "truncated"] else "ok"
            uri = self.serve([answer(body)])
            self.assertEqual(self.envoy.exchange(uri)[1], body, path)
            expected[uri] = (path, status if body else "skipped", kind if status == "ok" else None)
        self.assertGreater(len(expected), 400)
        for uri, (path, status, family) in expected.items():
            log = self.logged(uri)
            self.assertEqual((log["status"], log["family"]), (status, family), path)
            if status in ["malformed", "truncated"]:
                self.assertIsNone(log["ds_id"])  # nobody has proven that it is UTF-8

    def test_decoded(self):
        body = SAMPLE.replace(b"Q7ZK-1M2N3P", b"\\u00e4\\/\\ud83d\\ude00\\n").replace(
            TRACE.encode(), b"\\u0041" * 40)
        log = self.get([answer(body)])[2]
        self.assertEqual((log["ds_id"], log["trace_id"]), ("\u00e4/\U0001f600\n", "A" * 40))

    def test_pieces(self):
        size = -(-len(SAMPLE) // 27)
        slowly = [part for i in range(0, len(SAMPLE), size)
                  for part in [b"%x\r\n%s\r\n" % (len(SAMPLE[i:i + size]), SAMPLE[i:i + size]), 0.004]]
        for pieces in [[answer(SAMPLE)], chunked([SAMPLE]),
                       [chunked([])[0]] + slowly + [b"0\r\n\r\n"],
                       [answer(SAMPLE)[:-100], 0.02, SAMPLE[-100:-50], 0.02, SAMPLE[-50:]],
                       [answer(SAMPLE, length=False, headers=["Connection: close"]), CLOSE]]:
            self.expect(pieces, "ok", SAMPLE)
        for size in [1024, 16384, 30000, LIMIT]:
            document = long_document(size)
            self.assertEqual(len(document), size)
            self.expect([answer(document)], "ok", document)
            self.expect(chunked([document[i:i + 700] for i in range(0, size, 700)]), "ok", document)

    def test_trailers(self):
        pieces = chunked([SAMPLE[:50], SAMPLE[50:]], headers=["Trailer: X-End"])[:-1]
        self.expect(pieces + [0.02, b"0\r\nX-End: 1\r\n\r\n"], "ok", SAMPLE)

    def test_nothing_is_held_back(self):
        got_first = threading.Event()

        def pieces():
            yield chunked([])[0] + b"%x\r\n%s\r\n" % (100, SAMPLE[:100])
            if got_first.wait(30):
                rest = SAMPLE[100:]
                yield b"%x\r\n%s\r\n0\r\n\r\n" % (len(rest), rest)

        path = self.serve(pieces())
        with self.envoy.connect() as client:
            client.sendall(("GET %s HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n" % path).encode())
            whole = b""
            while SAMPLE[:100] not in whole:
                piece = client.recv(65536)
                self.assertTrue(piece)
                whole += piece
            got_first.set()
            while b"\r\n0\r\n\r\n" not in whole:
                piece = client.recv(65536)
                self.assertTrue(piece)
                whole += piece
        self.assertEqual(self.logged(path)["status"], "ok")

    def test_too_large(self):
        for size in [LIMIT + 1, 5000000]:  # beyond Envoy's own limit of a buffer, too
            document = long_document(size)
            self.expect([answer(document)], "too_large", document)
            self.expect(chunked([document[:size - 1], document[size - 1:]]), "too_large", document)

    def test_no_body(self):
        self.expect([answer(b"", "204 No Content", length=False)], "skipped", b"")
        self.expect([answer(b"")], "skipped", b"")
        self.expect(chunked([]), "skipped", b"")
        for body in [SAMPLE, long_document(LIMIT + 1)]:
            self.expect([answer(body)[:-len(body)]], "skipped", b"", method="HEAD")
        self.expect([answer(SAMPLE[:10], "206 Partial Content")], "skipped", SAMPLE[:10])

    def test_types(self):
        for kind, status in [("text/html", "skipped"), ("application/jsonp", "skipped"),
                             ("Application/JSON; charset=utf-8", "ok"), ("application/json", "ok")]:
            self.expect([answer(SAMPLE, kind=kind)], status, SAMPLE)
        body = gzip.compress(SAMPLE)
        self.expect([answer(body, headers=["Content-Encoding: gzip"])], "encoded", body)

    def test_connections_that_end(self):
        self.expect([answer(SAMPLE)[:-20], CLOSE], "incomplete")
        self.expect(chunked([SAMPLE[:100], SAMPLE[100:]])[:2] + [CLOSE], "incomplete")
        self.expect(chunked([SAMPLE])[:2] + [CLOSE], "incomplete")  # but for the last chunk
        path = self.serve(chunked([SAMPLE[:100]])[:2] + [0.5, CLOSE])
        with self.envoy.connect() as client:
            client.sendall(("GET %s HTTP/1.1\r\nHost: t\r\n\r\n" % path).encode())
            self.assertIn(b"201", client.recv(100))
        self.assertEqual(self.logged(path)["status"], "incomplete")

    def test_no_response(self):
        log = self.get([CLOSE])[2]  # Envoy's own 503, of type text/plain
        self.assertEqual((log["http"], log["status"]), (503, "skipped"))

    def test_no_line_of_the_log_is_forged(self):
        evil = b'a\\n127.0.0.1 forged\\u0000\\u001b[31m\\" \\\\ ]'
        path = self.serve([answer(SAMPLE.replace(b"Q7ZK-1M2N3P", evil))])
        self.envoy.exchange(path)
        self.assertEqual(self.logged(path)["ds_id"], 'a\n127.0.0.1 forged\0\x1b[31m" \\ ]')
        with open(self.envoy.path("leads.log"), "rb") as file:
            self.assertNotIn(b"\x1b", file.read())

    def test_counters(self):
        before = self.counters()
        for _ in range(3):
            self.get([answer(SAMPLE)])
        self.get([answer(MESSAGE)])
        self.get([answer(VIOLATION)])
        after = self.counters()
        grown = {key: after[key] - before.get(key, 0) for key in after if after[key] != before.get(key)}
        self.assertEqual(grown, {("ok", "created"): 3, ("ok", "message"): 1, ("violation", "none"): 1})
        self.assertIn("leadscan_responses", self.envoy.admin("/stats/prometheus"))

    def test_two_workers_at_once(self):
        document = long_document(9000)
        self.upstream.answers["/many"] = chunked([document[:5000], document[5000:]])

        def resident():
            with open("/proc/%d/status" % self.envoy.process.pid) as file:
                return int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1])

        def loads(count):
            return load(self.envoy.connect, "/many", document[-400:], count)

        before = self.counters().get(("ok", "created"), 0)
        self.assertEqual(loads(100), [])
        memory = resident()
        self.assertEqual(loads(500), [])
        self.assertEqual(self.counters()["ok", "created"] - before, 4800)
        self.assertLess(resident(), memory + 4096)


class Workers(Case):
    def test_each_has_a_parser(self):
        """Documents that take long to read, and two at a time: one parser would mix them up."""
        self.envoy = Envoy("access_log.yaml", [("max_body=65536", "max_body=16777216")])
        self.addCleanup(self.envoy.close)
        self.upstream = Upstream(self.envoy.path("8080"))
        self.addCleanup(self.upstream.close)
        self.envoy.start()
        numbers = SAMPLE[:-1] + b',"more":[' + b"1," * 3000000 + b"1]}"
        lists = b'{"more":[' + b'[{"a":"b"},"\\n"],' * 400000 + b"1]," + VIOLATION[1:]
        paths = {self.serve([answer(body, headers=["Connection: close"]), CLOSE]): body
                 for body in [numbers, lists] * 12}
        threads = [threading.Thread(target=self.envoy.exchange, args=[path]) for path in paths]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for path, body in paths.items():
            log = Responses.logged(self, path)
            self.assertEqual((log["status"], log["ds_id"]),
                             ("ok" if body is numbers else "violation", "Q7ZK-1M2N3P"))


class Versions(Case):
    def validated(self, changes=(), module=MODULE):
        envoy = Envoy("access_log.yaml", changes, module)
        self.addCleanup(envoy.close)
        return envoy.validate()

    def test_example_is_valid(self):
        good, said = self.validated()
        self.assertTrue(good, said)

    def test_another_version_is_named(self):
        good, said = self.validated(module=OTHER_VERSION)
        self.assertTrue(good, said)
        self.assertIn("ABI version v0.9.7 is deprecated", said)
        self.assertIn("made for dynamic modules v0.9.7, of Envoy 1.40", said)

    def test_a_callback_that_envoy_lacks_is_named(self):
        good, said = self.validated(module=MISSING_CALLBACK)
        self.assertFalse(good)
        self.assertIn("envoy_dynamic_module_callback_that_is_gone", said)

    def test_a_configuration_that_is_wrong(self):
        for value, complaint in [
                ("max_body=0", "max_body is a number of bytes, from 1 to 1073741824: max_body=0"),
                ("max_body=64k", "max_body is a number"), ("max_body=", "max_body is a number"),
                ("max_body=1073741825", "max_body is a number"),
                ("fields=ds_id,no_such_member", "no field is called so: no_such_member"),
                ("fields=error", "no field is called so: error"),
                ("fields=" + ",".join(["ds_id"] * 33), "too many fields"),
                ("max-body=1", "expected max_body=BYTES or fields=NAME,NAME: max-body=1")]:
            good, said = self.validated([("max_body=65536 " + FIELDS, value)])
            self.assertFalse(good, value)
            self.assertIn("leadscan: " + complaint, said)


class Fields(Case):
    def test_every_one(self):
        names = ["partner_id", "ds_id", "action", "timestamp", "trace_id", "error_code",
                 "error_message", "message", "status_code", "success", "status", "family"]
        log = "".join('                  %s: "%%DYNAMIC_METADATA(leadscan:%s)%%"\n' % (name, name)
                      for name in names if name not in ["status", "family", "ds_id", "trace_id"])
        uri = '                  uri: "%REQ(:PATH)%"\n'
        self.envoy = Envoy("access_log.yaml", [
            ("max_body=65536 " + FIELDS, "max_body=1024 fields=" + ",".join(names)), (uri, uri + log)])
        self.addCleanup(self.envoy.close)
        self.upstream = Upstream(self.envoy.path("8080"))
        self.addCleanup(self.upstream.close)
        self.envoy.start()
        with open("data/fixtures/failure/already_exists.json", "rb") as file:
            failure = file.read()
        none = dict.fromkeys(names)
        for body, expected in [
                (SAMPLE, {"status": "ok", "family": "created", "partner_id": "ACME-000117",
                          "ds_id": "Q7ZK-1M2N3P", "action": "create", "trace_id": TRACE,
                          "timestamp": "2025-03-14T09:26:53.589Z", "success": "true",
                          "status_code": "201"}),
                (failure, {"status": "ok", "family": "failure", "error_code": "ERR801",
                           "error_message": "A lead with this partner id exists already.",
                           "status_code": "400", "success": "false",
                           "timestamp": "2025-03-16T11:22:33.444Z",
                           "trace_id": "00112233445566778899aabbccddeeff"}),
                (MESSAGE, {"status": "ok", "family": "message", "message": "Slow down, please"}),
                (long_document(1025), {"status": "too_large"})]:
            path = self.serve([answer(body)])
            self.envoy.exchange(path)
            log = Responses.logged(self, path)
            self.assertEqual({name: log[name] for name in names}, {**none, **expected})


class Http2(socketserver.ThreadingUnixStreamServer):
    """An upstream that answers each request with these frames of data, the last of which is the end."""
    daemon_threads = True

    def __init__(self, path, pieces):
        self.pieces = pieces
        super().__init__(path, Http2Connection)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Http2Connection(socketserver.StreamRequestHandler):
    """RFC 9113: a frame is its length, its type, flags, the stream's number, and what it has."""
    DATA, HEADERS, SETTINGS = 0, 1, 4
    END_STREAM = ACK = 1
    END_HEADERS = 4

    def send(self, kind, flags, stream, payload=b""):
        self.wfile.write(struct.pack(">IBI", len(payload) << 8 | kind, flags, stream) + payload)
        self.wfile.flush()

    def handle(self):
        self.rfile.read(len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
        self.send(self.SETTINGS, 0, 0)
        while head := self.rfile.read(9):
            kind, flags, stream = struct.unpack(">IBI", head)
            self.rfile.read(kind >> 8)
            kind &= 255
            if kind == self.SETTINGS and not flags & self.ACK:
                self.send(self.SETTINGS, self.ACK, 0)
            if kind == self.HEADERS:
                # RFC 7541: number 8 of the table, `:status: 200`; number 31, `content-type`, and its value.
                json = b"application/json"
                self.send(self.HEADERS, self.END_HEADERS, stream,
                          b"\x88\x0f\x10" + bytes([len(json)]) + json)
                for piece in self.server.pieces[:-1]:
                    self.send(self.DATA, 0, stream, piece)
                    time.sleep(0.05)
                self.send(self.DATA, self.END_STREAM, stream, self.server.pieces[-1])


class Retries(Case):
    def begin(self, changes=(), upstream=Upstream):
        self.envoy = Envoy("retry.yaml", changes)
        self.addCleanup(self.envoy.close)
        self.upstream = upstream(self.envoy.path("8080"))
        self.addCleanup(self.upstream.close)
        self.other = Upstream(self.envoy.path("8081"))
        self.addCleanup(self.other.close)
        self.envoy.start()

    def routed(self, pieces, other):
        path = self.serve(pieces)
        self.other.answers[path] = other
        return self.envoy.exchange(path)

    def test_by_what_the_body_says(self):
        self.begin()
        refused, other = [answer(MESSAGE, "429 Too Many Requests")], [answer(SAMPLE)]
        for _ in range(10):
            head, body = self.routed(refused, other)
            self.assertIn("HTTP/1.1 201", head)
            self.assertIn("x-lead-family: created", head)
            self.assertEqual(dechunked(head, body), SAMPLE)
        before = self.other.connections
        forged = ["X-Lead-Family: message", "X-Lead-Status: a", "X-Lead-Family: message"]
        for body, status in [(SAMPLE, "ok"), (VIOLATION, "violation"), (b"{", "truncated")]:
            for headers in [[], forged]:
                head, got = self.routed([answer(body, "200 OK", headers=headers)], other)
                self.assertEqual(dechunked(head, got), body)
                self.assertEqual(re.findall("x-lead-status: (.*)\r", head), [status])
                self.assertNotIn("message", head)
        self.assertEqual(self.other.connections, before)
        # Refused twice: the client is told so.
        head, body = self.routed(refused, refused)
        self.assertIn("HTTP/1.1 429", head)
        self.assertEqual(dechunked(head, body), MESSAGE)

    def test_pieces_while_another_filter_waits(self):
        """Of HTTP/2, where the last one is the end; Envoy holds those before it for the Lua filter."""
        http2 = ("  - name: first_region\n    type: STATIC\n", """\
  - name: first_region
    type: STATIC
    typed_extension_protocol_options:
      envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
        "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
        explicit_http_config: {http2_protocol_options: {}}
""")
        for cuts in [[100], [1, 2, 200], []]:
            pieces = [SAMPLE[a:b] for a, b in zip([0] + cuts, cuts + [None])]
            self.begin([http2], lambda path: Http2(path, pieces))
            head, body = self.envoy.exchange("/leads")
            self.assertEqual(dechunked(head, body), SAMPLE)
            self.assertIn("x-lead-status: ok", head)
            self.assertIn("x-lead-family: created", head)


if __name__ == "__main__":
    unittest.main()
