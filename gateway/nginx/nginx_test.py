"""The module in a real nginx with a real upstream: what it says of each kind of response, and that the
response is the same byte for byte as without it.

nginx_test.py NGINX MODULE: in the repository's root.
"""

import glob
import gzip
import json
import os
import re
import subprocess
import sys
import unittest

from gateway.nginx.servers import (CLOSE, Nginx, SAMPLE as CREATED, TRACE, VIOLATION, Upstream,
                                   answer, chunked, dechunked, long_document)

PROGRAM, MODULE = [os.path.abspath(path) for path in sys.argv[1:3]]
del sys.argv[1:3]

VARIABLES = ["status", "family", "ds_id", "partner_id", "action", "success", "code", "trace_id",
             "error_code", "error_message", "violation", "parse_ns", "timestamp", "message"]

HTTP = """
  log_format all escape=json '{"uri":"$request_uri","http":"$status",%s}';
  log_format plain '$request_uri [$leadscan_ds_id] [$leadscan_error_message] [$leadscan_status]';
  access_log FOLDER/access.log all;
  access_log FOLDER/plain.log plain;
  proxy_cache_path FOLDER/cache keys_zone=c:1m;
  upstream up { server unix:FOLDER/up; keepalive 4; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  leadscan on;
  map $leadscan_status $is_bad { default 0; violation 1; }
  charset_map a b { 51 58; }
  types { application/json json; text/html html; }
  server {
    listen unix:FOLDER/s;
    listen unix:FOLDER/h2 http2;
    listen unix:FOLDER/slow sndbuf=4k;
    location /on/ { proxy_pass http://up/; }
    location /off/ { leadscan off; proxy_pass http://up/; }
    location /gzip/ { gzip on; gzip_types application/json; gzip_min_length 1; gzip_http_version 1.0;
                      proxy_pass http://up/; }
    location /gunzip/ { gunzip on; proxy_pass http://up/; }
    location /decompress/ { leadscan_decompress on; leadscan_max_body 32k; proxy_pass http://up/; }
    location /unbuffered/ { proxy_buffering off; proxy_buffer_size 1k; proxy_pass http://up/; }
    location /tiny/ { proxy_buffer_size 1k; proxy_buffers 4 1k; proxy_busy_buffers_size 2k;
                      proxy_pass http://up/; }
    location /cache/ { proxy_cache c; proxy_cache_valid any 10m; proxy_force_ranges on;
                       sendfile on; proxy_pass http://up/; }
    location /static/ { alias FOLDER/files/; sendfile on; }
    location /sub/ { sub_filter_types *; sub_filter create CHANGED; proxy_pass http://up/; }
    location /ssi/ { ssi on; ssi_types *; proxy_pass http://up/; }
    location /around/ { addition_types *; add_before_body /on/created; proxy_pass http://up/; }
    location /recode/ { source_charset a; charset b; charset_types *; override_charset on;
                        proxy_pass http://up/; }
    location /mirror/ { mirror /on/violation; proxy_pass http://up/; }
    location /auth/ { auth_request /on/violation; proxy_pass http://up/; }
    location /intercept/ { proxy_intercept_errors on; error_page 503 /on/created;
                           proxy_pass http://up/; }
    location /return/ { default_type application/json; return 200 '{"message":"x"}'; }
    location /limit/ { leadscan_max_body 1k; proxy_pass http://up/; }
    location /types/ { leadscan_types text/x-json; proxy_pass http://up/; }
    location /if/ { access_log FOLDER/bad.log all if=$is_bad; proxy_pass http://up/; }
    location = /status { access_log off; leadscan_status; }
    location = /metrics { access_log off; leadscan_status prometheus; }
  }
""" % ",".join('"%s":"$leadscan_%s"' % (name, name) for name in VARIABLES)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.nginx = Nginx(PROGRAM, MODULE, HTTP)
        cls.upstream = Upstream(cls.nginx.path("up"))
        os.mkdir(cls.nginx.path("files"))
        cls.nginx.start()
        cls.serve("created", [answer(CREATED)])
        cls.serve("violation", [answer(VIOLATION, "200 OK")])
        cls.count = 0

    @classmethod
    def tearDownClass(cls):
        # Bazel's sandbox lets nobody, root neither, change groups.
        log = "".join(line for line in cls.nginx.error_log().splitlines(True)
                      if "initgroups(" not in line)
        cls.nginx.close()
        cls.upstream.close()
        for word in ["alert", "emerg", "crit", "exited on signal"]:
            assert word not in log, log

    @classmethod
    def serve(cls, name, pieces):
        cls.upstream.answers["/" + name] = pieces

    def logged(self, mark, log="access.log"):
        """The log's line with this mark: it comes behind the response."""
        def find():
            with open(self.nginx.path(log), "rb") as file:
                return [line for line in file.read().splitlines() if mark.encode() in line]
        lines = self.nginx.wait(find)
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def get(self, path, **more):
        """Head, body and what the log says of it."""
        type(self).count += 1
        mark = "mark=%d." % self.count
        # Upstream answers by the path without it.
        separator = "&" if "?" in path else "?"
        name = "/" + path.split("?")[0].split("/", 2)[2]
        if name in self.upstream.answers:
            whole = "/" + path.split("/", 2)[2] + separator + mark
            self.upstream.answers[whole] = self.upstream.answers[name]
        head, body = self.nginx.exchange(path + separator + mark, **more)
        return head, body, json.loads(self.logged(mark))

    def expect(self, path, status, body=None, **more):
        """What is logged is so, and the body is."""
        head, got, log = self.get(path, **more)
        self.assertEqual(log["status"], status, (path, log))
        if body is not None:
            self.assertEqual(dechunked(head, got), body)
        if status == "ok" and log["family"] == "created":
            self.assertEqual((log["ds_id"], log["trace_id"]), ("Q7ZK-1M2N3P", TRACE))
        return head, log

    def same(self, path):
        """With the module and without it, the response is the same."""
        results = []
        for prefix in ["/on/", "/off/"]:
            head, body, _ = self.get(prefix + path)
            # How it is cut into chunks depends on when its pieces came.
            whole = dechunked(head, body)
            results.append((re.sub("Date: .*", "", head), body if whole is None else whole))
        self.assertEqual(*results)

    def counters(self):
        return json.loads(self.nginx.exchange("/status")[1])


class Variables(Case):
    def test_created(self):
        _, log = self.expect("/on/created", "ok", CREATED)
        self.assertRegex(log.pop("parse_ns"), r"^\d+$")
        self.assertEqual(log, {
            "uri": log["uri"], "http": "201", "status": "ok", "family": "created",
            "ds_id": "Q7ZK-1M2N3P", "partner_id": "ACME-000117", "action": "create",
            "success": "true", "code": "201", "trace_id": TRACE, "error_code": "",
            "error_message": "", "violation": "", "timestamp": "2025-03-14T09:26:53.589Z",
            "message": ""})

    def test_failure(self):
        with open("data/fixtures/failure/already_exists.json", "rb") as file:
            body = file.read()
        self.serve("failure", [answer(body, "409 Conflict")])
        _, _, log = self.get("/on/failure")
        self.assertEqual((log["status"], log["family"], log["success"], log["code"],
                          log["error_code"], log["error_message"], log["http"]),
                         ("ok", "failure", "false", "400", "ERR801",
                          "A lead with this partner id exists already.", "409"))

    def test_violation(self):
        _, log = self.expect("/on/violation", "violation", VIOLATION)
        self.assertEqual(log["violation"], "wrong_type:%d:/info/success" % VIOLATION.index(b'"yes"'))
        self.assertEqual((log["family"], log["ds_id"]), ("", "Q7ZK-1M2N3P"))

    def test_malformed_and_truncated(self):
        self.serve("bad", [answer(b'{"action":"\\x"}')])
        _, log = self.expect("/on/bad", "malformed")
        self.assertRegex(log["violation"], r"^invalid_escape:1[0-9]:/action$")
        self.serve("cut", [answer(CREATED[:-1])])
        _, log = self.expect("/on/cut", "truncated")
        self.assertEqual(log["trace_id"], TRACE)

    def test_off(self):
        _, body, log = self.get("/off/created")
        self.assertEqual(body, CREATED)
        self.assertEqual({log[name] for name in VARIABLES}, {""})

    def test_decoded(self):
        for size in [100, 30000]:  # kept as a whole, and each text alone
            document = long_document(len(CREATED) + size).replace(
                b"Q7ZK-1M2N3P", b"\\u00e4\\/\\ud83d\\ude00")
            self.serve("escaped", [answer(document)])
            log = self.get("/on/escaped")[2]
            self.assertEqual((log["status"], log["ds_id"]), ("ok", "\u00e4/\U0001f600"))

    def test_no_line_of_a_log_is_forged(self):
        evil = b'a\\n127.0.0.1 forged\\u0000\\u001b[31m\\" \\\\ ]'
        self.serve("evil", [answer(CREATED.replace(b"Q7ZK-1M2N3P", evil))])
        log = self.get("/on/evil?evil")[2]  # JSON: one line, which says what was there
        self.assertEqual(log["ds_id"], 'a\n127.0.0.1 forged\0\x1b[31m" \\ ]')
        line = self.logged("/on/evil", "plain.log")
        self.assertIn(rb'[a\x0A127.0.0.1 forged\x00\x1B[31m\x22 \x5C ]]', line)
        self.assertNotIn(b"\x1b", line)

    def test_conditions(self):
        self.upstream.answers["/violation?if1"] = [answer(VIOLATION)]
        self.upstream.answers["/created?if2"] = [answer(CREATED)]
        self.nginx.exchange("/if/created?if2")
        self.nginx.exchange("/if/violation?if1")
        self.assertIn(b'"violation"', self.logged("if1", "bad.log"))
        with open(self.nginx.path("bad.log")) as file:
            self.assertNotIn("if2", file.read())


class Bodies(Case):
    def test_lengths_known_or_not(self):
        self.serve("chunks", chunked([CREATED]))
        self.serve("closed", [answer(CREATED, length=False, headers=["Connection: close"]), CLOSE])
        for name in ["created", "chunks", "closed"]:
            for kind in ["on", "unbuffered", "tiny", "gzip", "sub"]:
                self.expect("/%s/%s" % (kind, name), "ok")
            self.same(name)

    def test_27_chunks(self):
        size = -(-len(CREATED) // 27)
        pieces = [CREATED[i:i + size] for i in range(0, len(CREATED), size)]
        slowly = [part for piece in chunked(pieces) for part in [piece, 0.004]]
        self.serve("27", slowly)
        for kind in ["on", "unbuffered", "tiny"]:
            self.expect("/%s/27" % kind, "ok", CREATED)
        self.serve("bytes", chunked([CREATED[i:i + 1] for i in range(len(CREATED))]))
        self.expect("/unbuffered/bytes", "ok", CREATED)
        self.serve("slow", [answer(CREATED)[:-100], 0.02, CREATED[-100:-50], 0.02, CREATED[-50:]])
        self.expect("/on/slow", "ok", CREATED)

    def test_many_buffers(self):
        for size in [1023, 1024, 1025, 30000, 65536]:
            document = long_document(size)
            self.assertEqual(len(document), size)
            self.serve("long", [answer(document)])
            self.serve("long_chunks", chunked([document[i:i + 700] for i in range(0, size, 700)]))
            for name in ["long", "long_chunks"]:
                for kind in ["on", "unbuffered", "tiny", "cache", "sub"]:
                    _, log = self.expect("/%s/%s" % (kind, name), "ok")
                    self.assertEqual(log["partner_id"], "ACME-000117")
                self.assertEqual(dechunked(*self.get("/on/" + name)[:2]), document)

    def test_slow_client(self):
        document = long_document(60000)
        self.serve("spilled", [answer(document)])
        for kind in ["tiny", "on", "unbuffered"]:
            self.expect("/%s/spilled" % kind, "ok", document, listens="slow", pause=0.002)

    def test_too_large(self):
        document = long_document(1025)
        self.serve("1025", [answer(document)])
        self.serve("1025_chunks", chunked([document[:1000], document[1000:]]))
        self.serve("1024", [answer(long_document(1024))])
        self.expect("/limit/1025", "too_large", document)
        self.expect("/limit/1025_chunks", "too_large", document)
        self.expect("/limit/1024", "ok", long_document(1024))
        huge = long_document(3000000)
        self.serve("huge", [answer(huge)])
        self.serve("huge_chunks", chunked([huge]))
        self.expect("/on/huge", "too_large", huge)
        self.expect("/on/huge_chunks", "too_large", huge)

    def test_no_body(self):
        self.serve("204", [answer(b"", "204 No Content", length=False)])
        self.serve("empty", [answer(b"", "200 OK")])
        self.serve("empty_chunks", chunked([], "200 OK"))
        for name in ["204", "empty", "empty_chunks"]:
            self.expect("/on/" + name, "skipped", b"")
        self.expect("/on/created", "skipped", b"", method="HEAD")

    def test_other_types(self):
        self.serve("html", [answer(CREATED, kind="text/html")])
        self.expect("/on/html", "skipped", CREATED)
        self.serve("x", [answer(CREATED, kind="text/x-json")])
        self.expect("/on/x", "skipped", CREATED)
        self.expect("/types/x", "ok", CREATED)
        self.expect("/types/created", "ok", CREATED)
        for i, kind in enumerate(["Application/JSON; charset=utf-8", "application/json; version=1",
                                  "Application/Json \t; a=b; charset=utf-8", "application/json;"]):
            self.serve("kind%d" % i, [answer(CREATED, kind=kind)])
            self.expect("/on/kind%d" % i, "ok", CREATED)
        self.serve("jsonx", [answer(CREATED, kind="application/jsonx; a=application/json")])
        self.expect("/on/jsonx", "skipped", CREATED)

    def test_cut_upstream(self):
        self.serve("cut_length", [answer(CREATED)[:-20], CLOSE])
        self.serve("cut_chunks", chunked([CREATED[:100], CREATED[100:]])[:2] + [CLOSE])
        for name in ["cut_length", "cut_chunks"]:
            for kind in ["on", "unbuffered", "gzip"]:
                self.expect("/%s/%s" % (kind, name), "incomplete")
            self.same(name)

    def test_client_that_leaves(self):
        before = self.counters()["bodies"]["incomplete"]
        self.serve("endless?leave", chunked([b'{"a":']) [:-1] + [0.2, b"5\r\n12345\r\n", 0.2, CLOSE])
        with self.nginx.connect() as client:
            client.sendall(b"GET /unbuffered/endless?leave HTTP/1.1\r\nHost: t\r\n\r\n")
            client.recv(100)
        self.assertIn(b'"incomplete"', self.logged("?leave"))
        self.assertEqual(self.counters()["bodies"]["incomplete"], before + 1)

    def test_cached(self):
        self.serve("cached", [answer(CREATED, "200 OK", headers=['ETag: "1"'])])
        self.expect("/cache/cached", "ok", CREATED)
        self.nginx.wait(lambda: glob.glob(self.nginx.path("cache/*")))
        answers = dict(self.upstream.answers)
        self.upstream.answers.clear()  # from here on nothing but the cache can answer
        try:
            url = "/cache" + [key for key in answers if key.startswith("/cached?")][-1]
            for headers, status, http in [((), "ok", "200"), (["Range: bytes=0-9"], "skipped", "206"),
                                          (["Range: bytes=0-3,9-12"], "skipped", "206"),
                                          (['If-None-Match: "1"'], "skipped", "304")]:
                size = os.path.getsize(self.nginx.path("access.log"))
                head, _ = self.nginx.exchange(url, headers=headers)
                self.assertIn(" %s " % http, head.splitlines()[0])

                def line():
                    with open(self.nginx.path("access.log")) as file:
                        file.seek(size)
                        return file.read()
                log = json.loads(self.nginx.wait(line))
                self.assertEqual((log["status"], log["http"]), (status, http), headers)
        finally:
            self.upstream.answers.update(answers)

    def test_static(self):
        with open(self.nginx.path("files/a.json"), "wb") as file:
            file.write(long_document(30000))
        self.expect("/static/a.json", "ok", long_document(30000))
        self.expect("/static/a.json", "skipped", headers=["Range: bytes=5-"])
        self.expect("/static/none.json", "skipped")

    def test_206_of_upstream(self):
        self.serve("206", [answer(CREATED[:10], "206 Partial Content",
                                  headers=["Content-Range: bytes 0-9/300"])])
        self.expect("/on/206", "skipped", CREATED[:10])
        self.serve("304", [answer(b"", "304 Not Modified", length=False)])
        self.expect("/on/304", "skipped")

    def test_keepalive_and_pipelining(self):
        before = self.counters()["bodies"]["ok"]
        request = b"GET /on/created HTTP/1.1\r\nHost: t\r\n\r\n"
        with self.nginx.connect() as client:
            client.sendall(request * 19 + request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            whole = b""
            while True:
                piece = client.recv(65536)
                if not piece:
                    break
                whole += piece
        self.assertEqual(whole.count(CREATED), 20)
        self.assertEqual(self.counters()["bodies"]["ok"], before + 20)

    def test_http_2_and_1_0(self):
        pieces = [CREATED[i:i + 10] for i in range(0, len(CREATED), 10)]
        self.upstream.answers["/two?a"] = [answer(CREATED)]
        self.upstream.answers["/two?b"] = [p for piece in chunked(pieces) for p in [piece, 0.002]]
        for mark in ["/two?a", "/two?b"]:
            found = subprocess.run(
                ["curl", "--silent", "--http2-prior-knowledge", "--write-out", "<%{http_version}>",
                 "--unix-socket", self.nginx.path("h2"), "http://t/on" + mark],
                capture_output=True, check=True)
            self.assertEqual(found.stdout, CREATED + b"<2>")
            self.assertIn(TRACE.encode(), self.logged(mark, "access.log"))
        self.expect("/on/created", "ok", CREATED, version="1.0")


class OtherFilters(Case):
    def test_gzip_is_behind(self):
        # nginx compresses no 201.
        self.serve("200", [answer(CREATED, "200 OK")])
        head, body, log = self.get("/gzip/200", headers=["Accept-Encoding: gzip"])
        self.assertEqual(gzip.decompress(dechunked(head, body)), CREATED)
        self.assertEqual(log["status"], "ok")

    def test_gunzip_is_in_front(self):
        packed = gzip.compress(CREATED)
        self.serve("packed", [answer(packed, headers=["Content-Encoding: gzip"])])
        head, body, log = self.get("/gunzip/packed")
        self.assertEqual(dechunked(head, body), CREATED)
        self.assertEqual(log["status"], "ok")
        self.expect("/gunzip/packed", "encoded", packed, headers=["Accept-Encoding: gzip"])
        self.expect("/on/packed", "encoded", packed)

    def test_sub_filter_is_behind(self):
        head, body, log = self.get("/sub/created")
        self.assertIn(b"CHANGED", body)
        self.assertEqual((log["status"], log["action"]), ("ok", "create"))

    def test_filters_that_write_over_the_body(self):
        for size in [len(CREATED), 30000]:
            self.serve("q", [answer(CREATED if size == len(CREATED) else long_document(size))])
            _, body, log = self.get("/recode/q")
            self.assertIn(b"X7ZK-1M2N3P", body)
            self.assertEqual((log["status"], log["ds_id"]), ("ok", "Q7ZK-1M2N3P"))

    def test_only_the_response_itself(self):
        """Not what is sent beside it, or asked for it."""
        before = self.counters()["bodies"]
        for kind in ["around", "mirror", "auth"]:
            self.expect("/%s/created" % kind, "ok")
        page = b'{"message":"<!--# include virtual="/on/violation" -->"}'
        self.serve("page", [answer(page)])
        _, body, log = self.get("/ssi/page")
        self.assertIn(VIOLATION, body)
        self.assertNotEqual(log["status"], "ok")
        after = self.counters()["bodies"]
        self.assertEqual(sum(after.values()) - sum(before.values()), 4)

    def test_error_pages(self):
        self.serve("503", [answer(b'{"message":"down"}', "503 Service Unavailable")])
        _, log = self.expect("/on/503", "ok", b'{"message":"down"}')
        self.assertEqual((log["family"], log["message"]), ("message", "down"))
        mark = "/created?mark=%d." % (self.count + 1)
        self.upstream.answers[mark] = [answer(CREATED)]
        _, log = self.expect("/intercept/503", "ok", CREATED)  # the page that came instead
        self.assertEqual((log["family"], log["http"]), ("created", "503"))
        _, body, log = self.get("/return/x")
        self.assertEqual((body, log["family"]), (b'{"message":"x"}', "message"))
        self.upstream.answers.pop("/gone", None)
        self.expect("/on/gone", "skipped", b"no such path")


class Decompression(Case):
    def packed(self, name, body, status, **more):
        headers = ["Content-Encoding: gzip"]
        self.serve(name, [answer(body, headers=headers)])
        self.serve(name + "_chunks", chunked([body[i:i + 7] for i in range(0, len(body), 7)],
                                             headers=headers))
        _, log = self.expect("/decompress/" + name, status, body)
        self.expect("/decompress/" + name + "_chunks", status, body)
        return log

    def test_whole_streams(self):
        for document in [CREATED, long_document(30000), long_document(32768)]:
            log = self.packed("gz", gzip.compress(document), "ok")
            self.assertEqual(log["partner_id"], "ACME-000117")
        two = gzip.compress(CREATED[:50]) + gzip.compress(CREATED[50:])
        self.packed("members", two, "ok")
        self.packed("bad", gzip.compress(VIOLATION), "violation")
        self.packed("empty", gzip.compress(b""), "skipped")
        self.expect("/decompress/created", "ok", CREATED)

    def test_bombs(self):
        self.packed("bomb", gzip.compress(b" " * 10000000), "too_large")
        self.packed("one_more", gzip.compress(long_document(32769)), "too_large")
        self.packed("many", gzip.compress(b"") * 1000, "skipped")
        full = gzip.compress(long_document(32768))
        self.packed("full_and_empty", full + gzip.compress(b""), "ok")
        self.packed("full_and_more", full + gzip.compress(b" "), "too_large")

    def test_damage(self):
        whole = gzip.compress(CREATED)
        for i, damaged in enumerate([whole[:-1], whole[:40], whole[:-5] + b"XXXXX", whole + b"junk",
                                     b"no gzip at all", gzip.compress(long_document(32768))[:-3],
                                     whole[:30] + b"\xff" + whole[31:]]):
            self.packed("damaged%d" % i, damaged, "encoded")

    def test_other_encodings(self):
        self.serve("br", [answer(b"\x8b\x02", headers=["Content-Encoding: br"])])
        self.expect("/decompress/br", "encoded", b"\x8b\x02")
        self.serve("x-gzip", [answer(gzip.compress(CREATED), headers=["Content-Encoding: X-GZIP"])])
        self.expect("/decompress/x-gzip", "ok")


class Hostile(Case):
    FAMILIES = ["created", "update", "failure", "message"]

    def test_fixtures(self):
        """Each document of data/fixtures: its folder is its verdict."""
        paths = sorted(glob.glob("data/fixtures/*/*.json"))
        self.assertGreater(len(paths), 400)
        for number, path in enumerate(paths):
            verdict = path.split("/")[2]
            with open(path, "rb") as file:
                body = file.read()
            # In one piece, in pieces, in tiny buffers, compressed.
            kind = ["on", "unbuffered", "tiny", "decompress"][number % 4]
            name = "fixture%d" % number
            if kind == "decompress":
                self.serve(name, [answer(gzip.compress(body), headers=["Content-Encoding: gzip"])])
            elif kind == "unbuffered":
                self.serve(name, chunked([body[i:i + 61] for i in range(0, len(body), 61)]))
            else:
                self.serve(name, [answer(body)])
            with self.subTest(path=path, kind=kind):
                head, got, log = self.get("/%s/%s" % (kind, name))
                if kind != "decompress":
                    self.assertEqual(dechunked(head, got), body)
                status = "ok" if verdict in self.FAMILIES else verdict
                self.assertEqual(log["status"], status if body else "skipped")
                self.assertEqual(log["family"], verdict if status == "ok" else "")
            for key in [key for key in self.upstream.answers if key.startswith("/" + name)]:
                del self.upstream.answers[key]

    def test_hostile(self):
        for number, (body, status) in enumerate([
                (b"[" * 60000, "malformed"), (b'{"a":' * 12000, "malformed"),
                (b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", "violation"),
                (b"\0" * 50000, "malformed"), (b"\xff\xfe" * 1000, "malformed"),
                (b'{"action":"\xc3\x28"}', "malformed"), (b'{"a":"' + b"\\" * 40001, "truncated"),
                (b'{"action":"create","action":"x"}', "violation"),
                (b'"' * 30001, "malformed"), (b"-" * 65536, "malformed"), (b" " * 65536, "truncated"),
                (b'{"info":{"statusCode":' + b"9" * 60000 + b"}}", "violation"),
                (b'{' + b'"a":1,' * 10000 + b'"b":2}', "violation"),
                (bytes(range(256)) * 100, "malformed")]):
            name = "hostile%d" % number
            self.serve(name, chunked([body[i:i + 997] for i in range(0, len(body), 997)]))
            with self.subTest(body=body[:20]):
                _, log = self.expect("/on/" + name, status, body)
                self.assertNotEqual(log["violation"], "")
                self.same(name)


class Counters(Case):
    def test_status(self):
        self.nginx.exchange("/on/created")
        before = self.counters()
        with open("data/fixtures/failure/already_exists.json", "rb") as file:
            failure = file.read().replace(b"ERR801", b"E-%s")
        for i in range(70):
            self.serve("code%d" % i, [answer(failure % str(i).encode())])
            self.nginx.exchange("/on/code%d" % i)
        for _ in range(3):
            self.nginx.exchange("/on/created")
        self.nginx.exchange("/on/violation")
        after = self.counters()
        self.assertEqual(after["bodies"]["ok"] - before["bodies"]["ok"], 73)
        self.assertEqual(after["bodies"]["violation"] - before["bodies"]["violation"], 1)
        self.assertEqual(after["families"]["failure"], 70)
        self.assertEqual(after["actions"]["create"] - before["actions"]["create"], 3)
        # Only so many codes are kept apart.
        self.assertEqual((len(after["error_codes"]), after["other_error_codes"]), (64, 6))
        self.assertEqual(after["error_codes"]["E-63"], 1)
        times = after["parse_ns"]
        self.assertEqual(times["count"] - before["parse_ns"]["count"], 74)
        counts = list(times["up_to"].values())
        self.assertEqual(counts, sorted(counts))
        self.assertGreaterEqual(times["count"], counts[-1])
        self.assertGreater(times["sum"], 0)
        self.assertEqual(after["parsed_bytes"] - before["parsed_bytes"],
                         3 * len(CREATED) + len(VIOLATION) + sum(
                             len(failure % str(i).encode()) for i in range(70)))

        head, text = self.nginx.exchange("/metrics")
        self.assertIn("text/plain; version=0.0.4", head)
        metrics = dict(line.rsplit(" ", 1) for line in text.decode().splitlines() if line[0] != "#")
        self.assertEqual(metrics['leadscan_bodies_total{status="ok"}'], str(after["bodies"]["ok"]))
        self.assertEqual(metrics['leadscan_families_total{family="failure"}'], "70")
        self.assertEqual(metrics['leadscan_error_codes_total{code="E-1"}'], "1")
        self.assertEqual(metrics["leadscan_other_error_codes_total"], "6")
        self.assertEqual(metrics['leadscan_parse_seconds_bucket{le="+Inf"}'], str(times["count"]))
        self.assertIn('leadscan_parse_seconds_bucket{le="0.000000256"}', metrics)
        self.assertEqual(metrics["leadscan_parse_seconds_count"], str(times["count"]))
        for line in text.decode().splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) .+|\w+(\{\w+="[^"]*"\})? [0-9.]+)$')

    def test_methods(self):
        self.assertIn(" 405 ", self.nginx.exchange("/status", method="DELETE")[0])
        head, body = self.nginx.exchange("/status", method="HEAD")
        self.assertIn(" 200 ", head)
        self.assertEqual(body, b"")


class Configuration(unittest.TestCase):
    def check(self, http):
        nginx = Nginx(PROGRAM, MODULE, http)
        try:
            return nginx.check()
        finally:
            nginx.close()

    def test_mistakes(self):
        for text, message in [
                ("leadscan maybe;", 'it must be "on" or "off"'),
                ("leadscan on; server { leadscan_max_body 4096m; }", "from 1 byte to 4095m"),
                ("leadscan on; leadscan_max_body 0; server {}", "from 1 byte"),
                ("server { location / { leadscan_status xml; } }", 'json or prometheus, not "xml"'),
                ("log_format x $leadscan_none; access_log FOLDER/a x; server {}",
                 'unknown "leadscan_none" variable')]:
            good, said = self.check(text)
            self.assertFalse(good, text)
            self.assertIn(message, said)
        good, said = self.check("access_log off; leadscan off; server { listen unix:FOLDER/s; }")
        self.assertTrue(good, said)

    def test_exports_nothing_else(self):
        found = subprocess.run(["nm", "-D", "--defined-only", MODULE], capture_output=True,
                               text=True, check=True)
        self.assertEqual(sorted(line.split()[-1] for line in found.stdout.splitlines()),
                         ["ngx_module_names", "ngx_module_order", "ngx_modules"])


if __name__ == "__main__":
    unittest.main()
