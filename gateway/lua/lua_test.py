"""leadscan.lua in Debian's nginx with its Lua module, and its examples as they are.

lua_test.py LIBRARY: in the repository's root. It gets the packages, and installs none.
"""

import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from gateway.nginx.servers import (CLOSE, Nginx, SAMPLE, TRACE, VIOLATION, Upstream, answer,
                                   chunked, dechunked, long_document)
from gateway.packages import Unpacked

LIBRARY = os.path.abspath(sys.argv[1])
del sys.argv[1]

PACKAGES = ["nginx", "libnginx-mod-http-lua", "libnginx-mod-http-ndk", "libluajit2-5.1-2",
            "lua-resty-core", "lua-resty-lrucache", "libpcre3"]
MESSAGE = b'{"message":"Slow down, please"}'
LIMIT = 65536

# Each location looks at what passes, and logs all that parse() finds.
FILTERS = """
  header_filter_by_lua_block { require("leadscan").header_filter() }
  body_filter_by_lua_block { require("leadscan").body_filter() }
  log_by_lua_block {
    local lead, lines = require("leadscan").log(), {}
    for name, value in pairs(lead) do
      lines[#lines + 1] = name .. "=" .. type(value) .. ":" .. ngx.escape_uri(tostring(value))
    end
    ngx.var.lead = table.concat(lines, " ")
  }
"""
HTTP = """
  lua_package_path "SCRIPTS/?.lua;RESTY/?.lua;;";
  init_by_lua_block { require("leadscan").setup { library = "LIBRARY" } }
  log_format all escape=json '{"uri":"$request_uri","http":"$status","lead":"$lead"}';
  proxy_cache_path FOLDER/cache keys_zone=c:1m;
  upstream up { server unix:FOLDER/up; }
  types { application/json json; text/html html; }
  server {
    listen unix:FOLDER/s;
    set $lead "";
    access_log FOLDER/access.log all;
    FILTERS
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    location /on/ { proxy_pass http://up/; }
    location /unbuffered/ { proxy_buffering off; proxy_buffer_size 1k; proxy_pass http://up/; }
    location /tiny/ { proxy_buffer_size 1k; proxy_buffers 4 1k; proxy_busy_buffers_size 2k;
                      proxy_pass http://up/; }
    location /gzip/ { gzip on; gzip_types application/json; gzip_min_length 1;
                      gzip_http_version 1.0; proxy_pass http://up/; }
    location /gunzip/ { gunzip on; proxy_pass http://up/; }
    location /cache/ { proxy_cache c; proxy_cache_valid any 10m; proxy_force_ranges on;
                       sendfile on; proxy_pass http://up/; }
    location /static/ { alias FOLDER/files/; sendfile on; }
    location /ssi/ { ssi on; ssi_types *; proxy_pass http://up/; }
    location /return/ { default_type application/json; return 200 '{"message":"x"}'; }
    location = /pid { access_log off; content_by_lua_block { ngx.print(ngx.worker.pid()) } }
    location = /layout { access_log off; content_by_lua_block {
      local ffi = require "ffi"
      MEMBERS
    } }
    location = /again { access_log off; content_by_lua_block {
      local first = package.loaded.leadscan
      package.loaded.leadscan = nil
      local again = require "leadscan"
      package.loaded.leadscan = first
      again.setup { library = "LIBRARY", limit = 300 }
      ngx.say(again.parse('{"message":"x"}').family, " ",
              again.parse('{"message":"' .. ("x"):rep(300) .. '"}').status, " ",
              pcall(again.parse, "{}", { "no_such_member" }))
    } }
  }
"""
STRUCTS = ["leadscan_text", "leadscan_result", "leadscan_violation", "leadscan_body"]


def members():
    """Of each struct of the header, its members."""
    with open("lib/leadscan/c/leadscan.h") as file:
        code = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    found = []
    for struct in STRUCTS:
        block = re.search(r"typedef struct %s \{(.*?)\} %s;" % (struct, struct), code, re.S)[1]
        for line in block.split(";"):
            found += [(struct, name) for name in
                      re.findall(r"(\w+)(?:\[\d+\])?(?=,|$)", line.strip())]
    return found


def setUpModule():
    global FOLDER, UNPACKED
    FOLDER = tempfile.mkdtemp(prefix="ls.", dir="/tmp")
    unittest.addModuleCleanup(shutil.rmtree, FOLDER)
    UNPACKED = Unpacked(FOLDER, PACKAGES)


def server(http):
    http = (http.replace("FILTERS", FILTERS).replace("SCRIPTS", os.path.abspath("gateway/lua"))
            .replace("RESTY", UNPACKED.folder + "/usr/share/lua/5.1").replace("LIBRARY", LIBRARY))
    return Nginx(UNPACKED.find("usr/sbin/nginx"),
                 UNPACKED.find("usr/lib/nginx/modules/ndk_http_module.so"), http,
                 main="load_module %s;\n" % UNPACKED.find("usr/lib/nginx/modules/ngx_http_lua_module.so"),
                 environment=UNPACKED.environment())


class Case(unittest.TestCase):
    count = 0

    @classmethod
    def start(cls, http):
        cls.nginx = server(http)
        cls.addClassCleanup(cls.close)
        cls.upstream = Upstream(cls.nginx.path("up"))
        cls.addClassCleanup(cls.upstream.close)

    @classmethod
    def close(cls):
        log = "".join(line for line in cls.nginx.error_log().splitlines(True)
                      # An upstream that closes is what some tests are about.
                      if "initgroups(" not in line and "prematurely closed" not in line)
        cls.nginx.close()
        for word in ["alert", "emerg", "crit", "[error]", "exited on signal"]:
            assert word not in log, log

    def logged(self, mark, log="access.log"):
        def find():
            with open(self.nginx.path(log), "rb") as file:
                return [line for line in file.read().splitlines() if mark.encode() in line]
        lines = self.nginx.wait(find)
        self.assertEqual(len(lines), 1, lines)
        return lines[0]

    def serve(self, path, pieces):
        """A path of this answer, which no other request has."""
        Case.count += 1
        mark = "mark=%d." % Case.count
        path += "?" + mark
        self.upstream.answers["/" + path.split("/", 2)[2]] = pieces
        return path, mark


class Responses(Case):
    @classmethod
    def setUpClass(cls):
        lines = "".join('ngx.say("%s.%s ", ffi.offsetof("%s", "%s"))\n' % (pair + pair)
                        for pair in members())
        lines += "".join('ngx.say("%s ", ffi.sizeof("%s"))\n' % (name, name) for name in STRUCTS)
        cls.start(HTTP.replace("MEMBERS", lines))
        os.mkdir(cls.nginx.path("files"))
        cls.nginx.start()

    def get(self, path, pieces, **more):
        """Head and body of the response, and what was found in it."""
        path, mark = self.serve(path, pieces)
        head, body = self.nginx.exchange(path, **more)
        lead = json.loads(self.logged(mark))["lead"]
        return head, body, dict(item.split("=", 1) for item in lead.split())

    def expect(self, path, pieces, status, body=None, **more):
        head, got, lead = self.get(path, pieces, **more)
        self.assertEqual(lead["status"], "string:" + status, (path, lead))
        if body is not None:
            self.assertEqual(dechunked(head, got), body)
        if status == "ok" and lead["family"] == "string:created":
            self.assertEqual(lead["ds_id"], "string:Q7ZK-1M2N3P")
        return lead

    def test_every_member(self):
        self.assertEqual(self.get("/on/created", [answer(SAMPLE)])[2], {
            "status": "string:ok", "family": "string:created", "partner_id": "string:ACME-000117",
            "ds_id": "string:Q7ZK-1M2N3P", "action": "string:create", "success": "boolean:true",
            "status_code": "number:201", "trace_id": "string:" + TRACE,
            "timestamp": "string:2025-03-14T09%3A26%3A53.589Z"})
        with open("data/fixtures/failure/already_exists.json", "rb") as file:
            lead = self.get("/on/failure", [answer(file.read(), "409 Conflict")])[2]
        self.assertEqual((lead["success"], lead["status_code"], lead["error_code"]),
                         ("boolean:false", "number:400", "string:ERR801"))
        self.assertIn("A%20lead", lead["error_message"])
        self.assertEqual(self.get("/on/m", [answer(MESSAGE)])[2]["message"],
                         "string:Slow%20down%2C%20please")

    def test_every_fixture(self):
        paths = sorted(glob.glob("data/fixtures/*/*.json"))
        self.assertGreater(len(paths), 400)
        for path in paths:
            with open(path, "rb") as file:
                body = file.read()
            kind = path.split("/")[2]
            status = kind if kind in ["violation", "malformed", "truncated"] else "ok"
            if len(body) == 0:
                status = "skipped"
            elif len(body) > LIMIT:
                status = "too_large"
            head, got, lead = self.get("/on/fixture", [answer(body)])
            self.assertEqual(got, body, path)
            self.assertEqual(lead["status"], "string:" + status, path)
            self.assertEqual(lead.get("family"), "string:" + kind if status == "ok" else None, path)

    def test_what_is_wrong(self):
        lead = self.expect("/on/violation", [answer(VIOLATION)], "violation", VIOLATION)
        self.assertEqual(lead["violation"], "string:wrong_type%%3A%d%%3A%%2Finfo%%2Fsuccess" %
                         VIOLATION.index(b'"yes"'))
        self.expect("/on/cut", [answer(SAMPLE[:-1])], "truncated")

    def test_decoded(self):
        body = SAMPLE.replace(b"Q7ZK-1M2N3P", b"\\u00e4\\/\\ud83d\\ude00\\u0000\\n")
        lead = self.get("/on/escaped", [answer(body)])[2]
        self.assertEqual(lead["ds_id"], "string:%C3%A4%2F%F0%9F%98%80%00%0A")

    def test_pieces(self):
        size = -(-len(SAMPLE) // 27)
        slowly = [part for i in range(0, len(SAMPLE), size)
                  for part in [b"%x\r\n%s\r\n" % (len(SAMPLE[i:i + size]), SAMPLE[i:i + size]), 0.004]]
        slowly = [chunked([])[0]] + slowly + [b"0\r\n\r\n"]
        until_closed = [answer(SAMPLE, length=False, headers=["Connection: close"]), CLOSE]
        for kind in ["on", "unbuffered", "tiny", "gzip"]:
            for pieces in [[answer(SAMPLE)], chunked([SAMPLE]), slowly, until_closed]:
                self.expect("/%s/pieces" % kind, pieces, "ok", SAMPLE)
        for size in [1024, 30000, LIMIT]:
            document = long_document(size)
            self.assertEqual(len(document), size)
            for pieces in [[answer(document)],
                           chunked([document[i:i + 700] for i in range(0, size, 700)])]:
                for kind in ["on", "unbuffered", "tiny"]:
                    self.expect("/%s/long" % kind, pieces, "ok", document)

    def test_too_large(self):
        document = long_document(LIMIT + 1)
        self.expect("/on/large", [answer(document)], "too_large", document)
        self.expect("/on/large", chunked([document[:-1], document[-1:]]), "too_large", document)

    def test_compressed(self):
        body = gzip.compress(SAMPLE)
        self.expect("/on/gz", [answer(body, headers=["Content-Encoding: gzip"])], "encoded", body)
        self.expect("/gunzip/gz", [answer(body, headers=["Content-Encoding: gzip"])], "encoded", SAMPLE)
        # nginx compresses a 200, and none of what the API answers to a new lead.
        path, mark = self.serve("/gzip/created", [answer(SAMPLE, "200 OK")])
        head, body = self.nginx.exchange(path, headers=["Accept-Encoding: gzip"])
        self.assertIn("Content-Encoding: gzip", head)
        self.assertEqual(gzip.decompress(dechunked(head, body)), SAMPLE)
        self.assertIn(b"status=string:ok", self.logged(mark))

    def test_no_body(self):
        self.expect("/on/204", [answer(b"", "204 No Content", length=False)], "skipped", b"")
        self.expect("/on/empty", [answer(b"")], "skipped", b"")
        self.expect("/on/empty", chunked([]), "skipped", b"")
        self.expect("/on/head", [answer(SAMPLE)[:-len(SAMPLE)]], "skipped", b"", method="HEAD")

    def test_types(self):
        for kind, status in [("text/html", "skipped"), ("application/jsonp", "skipped"),
                             ("application/json-seq", "skipped"),
                             ("Application/JSON; charset=utf-8", "ok"), ("application/json", "ok")]:
            self.expect("/on/kind", [answer(SAMPLE, kind=kind)], status, SAMPLE)

    def test_upstream_that_is_cut(self):
        for kind in ["on", "unbuffered"]:
            self.expect("/%s/cut" % kind, [answer(SAMPLE)[:-20], CLOSE], "incomplete")
            self.expect("/%s/cut" % kind, chunked([SAMPLE[:100], SAMPLE[100:]])[:2] + [CLOSE],
                        "incomplete")
            self.expect("/%s/cut" % kind, chunked([SAMPLE])[:2] + [CLOSE], "incomplete")
            # Without a length, nothing tells that there was more.
            self.expect("/%s/cut" % kind, [answer(SAMPLE[:-20], length=False,
                                                  headers=["Connection: close"]), CLOSE], "truncated")

    def test_files(self):
        with open(self.nginx.path("files/created.json"), "wb") as file:
            file.write(SAMPLE)
        self.expect("/static/created.json", [], "ok", SAMPLE)
        self.expect("/static/created.json", [], "skipped", SAMPLE[:10], headers=["Range: bytes=0-9"])
        path, mark = self.serve("/cache/cached", [answer(SAMPLE, "200 OK")])
        self.nginx.exchange(path)
        self.nginx.wait(lambda: glob.glob(self.nginx.path("cache/*")))
        self.upstream.answers.clear()
        self.assertEqual(self.nginx.exchange(path)[1], SAMPLE)

        def both():
            with open(self.nginx.path("access.log")) as file:
                lines = [line for line in file if mark in line and line.endswith("\n")]
            return lines if len(lines) == 2 else None
        for line in self.nginx.wait(both):
            self.assertIn("status=string:ok", line)

    def test_subrequests_are_not_looked_at(self):
        self.upstream.answers["/included"] = [answer(VIOLATION)]
        body = MESSAGE[:-1] + b',"x":<!--#include virtual="/on/included"-->}'
        head, got, lead = self.get("/ssi/message", [answer(body, "200 OK")])
        self.assertIn(VIOLATION, dechunked(head, got))
        # What upstream sent, before it was put together.
        self.assertEqual(lead["status"], "string:malformed")

    def test_layout_is_the_compilers(self):
        source = "#include <stddef.h>\n#include <stdio.h>\n#include \"leadscan/c/leadscan.h\"\nint main(void) {\n"
        for struct, member in members():
            source += 'printf("%s.%s %%zu\\n", offsetof(%s, %s));\n' % (struct, member, struct, member)
        for struct in STRUCTS:
            source += 'printf("%s %%zu\\n", sizeof(%s));\n' % (struct, struct)
        program = os.path.join(FOLDER, "layout")
        subprocess.run([os.environ.get("CC", "cc"), "-Ilib", "-xc", "-", "-o", program], check=True,
                       input=(source + "}\n").encode())
        expected = subprocess.run([program], capture_output=True, check=True).stdout
        self.assertGreater(len(expected.splitlines()), 45)
        head, body = self.nginx.exchange("/layout")
        # LuaJIT's numbers may have a suffix.
        self.assertEqual(re.sub(rb"U?LL", b"", dechunked(head, body)), expected)

    def test_a_second_copy(self):
        head, body = self.nginx.exchange("/again")
        self.assertRegex(dechunked(head, body).decode(),
                         r"^message too_large false.*no member is called no_such_member\n$")

    def test_memory_is_flat(self):
        document = long_document(9000)
        self.upstream.answers["/many"] = chunked([document[:5000], document[5000:]])

        def resident():
            pid = int(dechunked(*self.nginx.exchange("/pid")))
            with open("/proc/%d/status" % pid) as file:
                return int(re.search(r"VmRSS:\s+(\d+) kB", file.read())[1])

        def load(count):
            with self.nginx.connect() as client:
                for _ in range(count):
                    client.sendall(b"GET /on/many HTTP/1.1\r\nHost: t\r\n\r\n")
                    whole = b""
                    while not whole.endswith(b"\r\n0\r\n\r\n"):
                        whole += client.recv(65536)
                    self.assertIn(document[-400:], whole)

        load(900)  # nginx closes a connection after a thousand
        before = resident()
        for _ in range(4):
            load(900)
        self.assertLess(resident(), before + 1024)


class Setup(unittest.TestCase):
    def test_library_that_is_not_there(self):
        nginx = server('lua_package_path "SCRIPTS/?.lua;RESTY/?.lua;;";\n'
                       'init_by_lua_block { require("leadscan").setup { library = "nolib.so.0" } }\n'
                       "server { listen unix:FOLDER/s; }\n")
        self.addCleanup(nginx.close)
        with self.assertRaisesRegex(AssertionError, "nolib.so.0: .*install libleadscan0, or name"):
            nginx.start()


class Examples(Case):
    @classmethod
    def setUpClass(cls):
        http = ""
        for name in ["access_log", "header_routing"]:
            with open("gateway/lua/examples/%s.conf" % name) as file:
                text = file.read()
            # What their comments say is to be in the http block, once.
            comment, block = text.split("# and this in a server block:\n")
            if not http:  # the same in both but for the format
                lines = re.findall(r"^#   (.*\n)", comment, re.M)
                assert len(lines) == 5, lines
                http = "access_log off;\n" + "".join(lines)
                http += "upstream partner_api { server unix:FOLDER/up; }\n"
                http += "upstream other_region { server unix:FOLDER/other; }\n"
            http += "server { listen unix:FOLDER/%s;\n%s}\n" % (name, block)
        cls.start(http.replace("/usr/share/leadscan/lua/?.lua", "SCRIPTS/?.lua;RESTY/?.lua")
                  .replace("setup {", 'setup { library = "LIBRARY",')
                  .replace("/var/log/nginx", "FOLDER"))
        cls.other = Upstream(cls.nginx.path("other"))
        cls.addClassCleanup(cls.other.close)
        cls.nginx.start("access_log")

    def log(self, pieces):
        path, mark = self.serve("//leads-opportunities", pieces)
        head, body = self.nginx.exchange(path[1:], listens="access_log")
        return head, body, self.logged(mark, "leads.log")

    def test_access_log(self):
        head, body, line = self.log([answer(SAMPLE)])
        self.assertEqual(body, SAMPLE)
        log = json.loads(line)
        self.assertEqual(log, {"uri": log["uri"], "http": "201", "status": "ok", "family": "created",
                               "ds_id": "Q7ZK-1M2N3P", "trace_id": TRACE, "violation": ""})
        log = json.loads(self.log([answer(b"<html>", "502 Bad Gateway", "text/html")])[2])
        self.assertEqual((log["status"], log["ds_id"]), ("skipped", ""))

    def test_no_line_of_the_log_is_forged(self):
        evil = b'a\\n127.0.0.1 forged\\u0000\\u001b[31m\\" \\\\ ]'
        line = self.log([answer(SAMPLE.replace(b"Q7ZK-1M2N3P", evil))])[2]
        self.assertNotIn(b"\x1b", line)
        self.assertEqual(json.loads(line)["ds_id"], 'a\n127.0.0.1 forged\0\x1b[31m" \\ ]')

    def routed(self, pieces, other=(), **more):
        path, _ = self.serve("//leads-opportunities", pieces)
        self.other.answers[path[1:]] = list(other)
        return self.nginx.exchange(path[1:], listens="header_routing", **more)

    def test_headers(self):
        head, body = self.routed([answer(SAMPLE, headers=["X-Own: kept"])])
        self.assertEqual(dechunked(head, body), SAMPLE)
        for line in ["HTTP/1.1 201", "X-Lead-Status: ok", "X-Lead-Family: created", "X-Own: kept",
                     "X-Lead-Id: Q7ZK-1M2N3P", "X-Lead-Trace-Id: " + TRACE]:
            self.assertIn(line, head)
        head, body = self.routed([answer(VIOLATION)])
        self.assertIn("X-Lead-Status: violation", head)
        self.assertNotIn("X-Lead-Family", head)
        self.assertEqual(dechunked(head, body), VIOLATION)
        head, body = self.routed([answer(gzip.compress(SAMPLE), headers=["Content-Encoding: gzip"])])
        self.assertIn("X-Lead-Status: encoded", head)
        self.assertEqual(gzip.decompress(dechunked(head, body)), SAMPLE)
        head, _ = self.routed([answer(b"", "204 No Content", length=False)])
        self.assertIn("HTTP/1.1 204", head)
        self.assertIn("X-Lead-Status: skipped", head)
        for method in ["NOSUCH", "OK"]:
            head, _ = self.routed([answer(SAMPLE)], method=method)
            self.assertIn("HTTP/1.1 405", head)

    def test_no_header_is_forged(self):
        head, _ = self.routed([answer(SAMPLE.replace(b"Q7ZK-1M2N3P", b"a\\r\\nX-Forged: b"))])
        self.assertIn("X-Lead-Id: a%0D%0AX-Forged: b", head)
        self.assertNotIn("\nX-Forged", head)

    def test_another_upstream_for_what_was_refused(self):
        head, body = self.routed([answer(MESSAGE, "429 Too Many Requests")], [answer(SAMPLE)])
        self.assertIn("HTTP/1.1 201", head)
        self.assertEqual(dechunked(head, body), SAMPLE)


if __name__ == "__main__":
    unittest.main()
