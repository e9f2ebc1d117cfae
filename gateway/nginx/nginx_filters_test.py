"""The module between nginx's own filters and handlers: files that are sent without being read, ranges,
slices, pages for errors, trailers. Each response is counted once, as what the log says that it was.

nginx_filters_test.py NGINX MODULE
"""

import glob
import json
import os
import re
import resource
import sys
import unittest

from gateway.nginx.servers import (CLOSE, Nginx, SAMPLE, TRACE, Upstream, VIOLATION, answer, chunked,
                                   dechunked, long_document)

PROGRAM, MODULE = [os.path.abspath(path) for path in sys.argv[1:3]]
del sys.argv[1:3]

FILES = {"small.json": SAMPLE, "page.json": long_document(3000), "big.json": long_document(100000),
         "long.json": long_document(500000)}
HTTP = """
  log_format all '$request_uri $status $leadscan_status $leadscan_trace_id';
  access_log FOLDER/access.log all;
  proxy_cache_path FOLDER/cache keys_zone=c:1m;
  upstream up { server unix:FOLDER/up; keepalive 4; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  types { application/json json; }
  sendfile on;
  output_buffers 1 512k;
  leadscan on;
  map $leadscan_status $bad { default 0; violation 1; }
  map $leadscan_status $bad_at_last { volatile; default 0; violation 1; }
  server {
    listen unix:FOLDER/s;
    root FOLDER/files;
    location /read/ { leadscan_max_body 1m; alias FOLDER/files/; }
    location /off/ { leadscan off; alias FOLDER/files/; }
    location /direct/ { directio 1; alias FOLDER/files/; }
    location /threads/ { aio threads; alias FOLDER/files/; }
    location /cached/ { leadscan_max_body 1m; proxy_cache c; proxy_cache_valid any 10m;
                        proxy_cache_key one; proxy_pass http://up/; }
    location /off/cached/ { leadscan off; proxy_cache c; proxy_cache_valid any 10m;
                            proxy_cache_key one; proxy_pass http://up/; }
    location /slice/ { slice 1k; proxy_cache c; proxy_cache_key $uri$slice_range;
                       proxy_cache_valid 200 206 10m; proxy_set_header Range $slice_range;
                       proxy_pass http://unix:FOLDER/s:/off/; }
    location /spilled/ { leadscan_max_body 1m; proxy_buffer_size 1k; proxy_buffers 4 1k;
                         proxy_busy_buffers_size 2k; limit_rate 1m; proxy_pass http://up/; }
    location /page/ { error_page 416 /page.json; alias FOLDER/files/; }
    location /trailer/ { add_header X-Status "[$leadscan_status]" always;
                         add_trailer X-Status "[$leadscan_status]" always; proxy_pass http://up/; }
    location /trailer_of_file/ { add_trailer X-Status "[$leadscan_status]" always;
                                 alias FOLDER/files/; }
    location /map/ { add_header X-Bad $bad always; add_header X-Bad $bad_at_last always;
                     access_log FOLDER/bad.log all if=$bad;
                     access_log FOLDER/bad_at_last.log all if=$bad_at_last; proxy_pass http://up/; }
    location = /status { access_log off; leadscan_status; }
  }
"""


class Filters(unittest.TestCase):
    def setUp(self):
        self.nginx = Nginx(PROGRAM, MODULE, HTTP)
        self.addCleanup(self.nginx.close)
        self.upstream = Upstream(self.nginx.path("up"))
        self.addCleanup(self.upstream.close)
        os.mkdir(self.nginx.path("files"))
        for name, body in FILES.items():
            with open(self.nginx.path("files/" + name), "wb") as file:
                file.write(body)
        self.upstream.answers["/created"] = [answer(SAMPLE)]
        self.upstream.answers["/chunks"] = chunked([SAMPLE])
        self.upstream.answers["/violation"] = [answer(VIOLATION)]
        self.upstream.answers["/cut"] = [answer(SAMPLE)[:-20], CLOSE]
        self.upstream.answers["/long.json"] = [answer(FILES["long.json"], "200 OK")]
        self.nginx.start()

    def lines(self, log="access.log"):
        try:
            with open(self.nginx.path(log)) as file:
                return [line for line in file.read().splitlines() if not line.startswith("/off/")]
        except FileNotFoundError:
            return []

    def counted(self):
        return json.loads(self.nginx.exchange("/status")[1])["bodies"]

    def ask(self, path, http, status, body=None, **more):
        """One line is logged, and one body counted: as this status."""
        lines, before = len(self.lines()), self.counted()
        head, got = self.nginx.exchange(path, **more)
        if body is not None:
            self.assertEqual(dechunked(head, got), body)
        line, = self.nginx.wait(lambda: self.lines()[lines:])
        self.assertEqual(line.split()[:3], [path, http, status])
        if status == "ok":
            self.assertEqual(line.split()[3], TRACE)
        # The log is written when the response has been sent, and counted in front of that.
        after = self.counted()
        self.assertEqual({name: after[name] - before[name] for name in after if
                          after[name] != before[name]}, {status: 1})
        return head, got

    def test_files_are_not_read_by_nginx(self):
        """Where a worker gets no more memory, a file that would be sent without any still is."""
        if "LD_PRELOAD" in (self.nginx.environment or {}):
            self.skipTest("AddressSanitizer ends a process that gets no memory")
        [pid] = self.nginx.worker_pids()
        long = FILES["long.json"]
        for path in ["/off/cached/long.json", "/off/cached/long.json", "/off/long.json"]:
            self.assertEqual(self.nginx.exchange(path)[1], long)
            self.nginx.wait(lambda: glob.glob(self.nginx.path("cache/*")))
        with open("/proc/%d/status" % pid) as file:
            size = int(re.search(r"VmSize:\s+(\d+)", file.read())[1]) * 1024
        before = resource.prlimit(pid, resource.RLIMIT_AS)
        resource.prlimit(pid, resource.RLIMIT_AS, (size, before[1]))
        try:
            for path in ["/off/long.json", "/cached/long.json", "/read/long.json", "/cached/long.json"]:
                head, body = self.nginx.exchange(path)
                self.assertIn(" 200 ", head)
                self.assertEqual(len(body), len(long), path)
                self.assertEqual(body, long)
        finally:
            resource.prlimit(pid, resource.RLIMIT_AS, before)
        self.assertEqual([pid], self.nginx.worker_pids())
        for path in ["/read/long.json", "/cached/long.json"]:
            self.ask(path, "200", "ok", long)

    def test_files(self):
        for name in ["small.json", "page.json"]:
            for kind in ["read", "direct", "threads"]:
                self.ask("/%s/%s" % (kind, name), "200", "ok", FILES[name])
        self.ask("/read/big.json", "200", "ok", FILES["big.json"])
        self.ask("/direct/big.json", "200", "too_large", FILES["big.json"])
        # Partly in memory, partly in a temporary file.
        self.ask("/spilled/long.json", "200", "ok", FILES["long.json"])

    def test_ranges(self):
        for name in ["small.json", "big.json"]:
            for given in ["0-9", "0-3,9-12"]:
                self.ask("/" + name, "206", "skipped", headers=["Range: bytes=" + given])
            self.ask("/" + name, "416", "skipped", headers=["Range: bytes=99999999-"])
            # The page that is sent instead, and that alone.
            self.ask("/page/" + name, "416", "ok", FILES["page.json"],
                     headers=["Range: bytes=99999999-"])

    def test_slices(self):
        for _ in range(2):
            self.ask("/slice/page.json", "200", "skipped", FILES["page.json"])

    def test_headers_and_trailers(self):
        """Headers come too early. Trailers are made when the end of a body comes, in front of the
        module: no status is guessed."""
        for path, body, http, status in [
                ("/trailer/created", SAMPLE, "201", "[ok]"), ("/trailer/chunks", SAMPLE, "201", "[]"),
                ("/trailer_of_file/page.json", FILES["page.json"], "200", "[]")]:
            head, got = self.ask(path, http, "ok", headers=["TE: trailers"])
            self.assertEqual("X-Status: []" in head, path.startswith("/trailer/"))
            self.assertIn(body, got)
            self.assertTrue(got.endswith(b"\r\nX-Status: %s\r\n\r\n" % status.encode()), got[-60:])
        # The log is asked behind that, and knows.
        self.ask("/trailer/cut", "201", "incomplete", headers=["TE: trailers"])

    def test_map_that_is_asked_twice(self):
        head, _ = self.nginx.exchange("/map/violation")
        self.assertEqual(re.findall("X-Bad: (.)", head), ["0", "0"])
        self.nginx.wait(lambda: self.lines("bad_at_last.log"))
        self.assertEqual(self.lines("bad.log"), [])


if __name__ == "__main__":
    unittest.main()
