"""The module in a real nginx under load: reloads, killed workers, memory that stays flat over 100,000
requests and bodies that never end, and memory that cannot be had.

nginx_load_test.py NGINX MODULE SHORT_OF_MEMORY: the last is a copy of the module in which every other
allocation fails. LEADSCAN_REQUESTS is another number of requests.
"""

import collections
import gzip
import itertools
import json
import os
import re
import signal
import sys
import threading
import time
import unittest
import zlib

from gateway.nginx.servers import Nginx, Upstream, chunked

PROGRAM, MODULE, SHORT = [os.path.abspath(path) for path in sys.argv[1:4]]
del sys.argv[1:4]
REQUESTS = int(os.environ.get("LEADSCAN_REQUESTS", "100000"))

CREATED = (b'{"partnerLeadOpportunityId":"ACME-000117","dsLeadOpportunityId":"Q7ZK-1M2N3P",'
           b'"action":"create","info":{"success":true,"statusCode":201,"timestamp":'
           b'"2025-03-14T09:26:53.589Z","traceId":"0123456789abcdef0123456789abcdef"}}')
ESCAPED = CREATED.replace(b"Q7ZK", b"\\u00517\\u005aK")
LONG = CREATED[:-1] + b',"more":[' + b",".join([b'{"a":"b"}'] * 1000) + b"]}"
DOCUMENTS = {
    "short.json": CREATED, "escaped.json": ESCAPED, "long.json": LONG,
    "bad.json": CREATED.replace(b"true", b"null"), "cut.json": CREATED[:200],
    "packed.gz": gzip.compress(LONG, mtime=0),
}
STATUSES = {"bad.json": "violation", "cut.json": "truncated"}

# The upstream is a server of the same nginx.
HTTP = """
  log_format all escape=json '{"uri":"$request_uri","status":"$leadscan_status",'
                             '"ds_id":"$leadscan_ds_id","family":"$leadscan_family"}';
  access_log off;
  types { application/json json gz; }
  upstream up { server unix:FOLDER/up; keepalive 8; }
  upstream packed { server unix:FOLDER/packed; keepalive 8; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  server { listen unix:FOLDER/up; location / { alias FOLDER/files/; } }
  server { listen unix:FOLDER/packed;
           location / { alias FOLDER/files/; add_header Content-Encoding gzip; } }
  server {
    listen unix:FOLDER/s;
    leadscan on;
    leadscan_max_body MAX;
    leadscan_decompress on;
    location / { proxy_pass http://up/; LOG }
    location /unbuffered/ { proxy_buffering off; proxy_buffer_size 1k; proxy_pass http://up/; LOG }
    location /packed/ { proxy_pass http://packed/; LOG }
    location /endless/ { proxy_pass http://unix:FOLDER/endless:/; LOG }
    location = /status { access_log off; leadscan_status; }
  }
"""
LOG = "access_log FOLDER/access.log all;"
PATHS = (["/" + name for name in DOCUMENTS if name.endswith("json")] +
         ["/unbuffered/long.json", "/packed/packed.gz"])


def start(module=MODULE, log="", max_body="64k", **more):
    nginx = Nginx(PROGRAM, module, HTTP.replace("LOG", log).replace("MAX", max_body), **more)
    os.mkdir(nginx.path("files"))
    for name, body in DOCUMENTS.items():
        with open(nginx.path("files/" + name), "wb") as file:
            file.write(body)
    return nginx.start()


def counters(nginx):
    return json.loads(nginx.exchange("/status")[1])


def body_of(path):
    return DOCUMENTS[path.rsplit("/", 1)[1]]


def status_of(path):
    return STATUSES.get(path.rsplit("/", 1)[1], "ok")


def resident(pid):
    """In bytes, what shared libraries and files have of it not counted."""
    with open("/proc/%d/status" % pid) as file:
        return int(file.read().split("RssAnon:")[1].split()[0]) * 1024


class Clients:
    """Threads that ask for each path in turn, and note what is not as it should be."""

    def __init__(self, nginx, count=4):
        self.nginx = nginx
        self.answered = collections.Counter()
        self.wrong = []
        self.stopped = False
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        answered = collections.Counter()
        while not self.stopped:
            path = PATHS[number % len(PATHS)]
            number += 1
            try:
                head, body = self.nginx.exchange(path)
            except OSError as error:
                self.wrong.append(repr(error))
                continue
            if " 200 " in head and body == body_of(path):
                answered[status_of(path)] += 1
            else:
                self.wrong.append(path + " " + head.split("\r\n")[0])
        self.answered.update(answered)

    def stop(self):
        self.stopped = True
        for thread in self.threads:
            thread.join()


class Load(unittest.TestCase):
    def test_reloads(self):
        """No response is lost, and each is counted."""
        nginx = start(workers=2)
        self.addCleanup(nginx.close)
        clients = Clients(nginx)
        for _ in range(6):
            time.sleep(0.2)
            nginx.reload()
        # A configuration that is refused leaves all as it is.
        with open(nginx.path("nginx.conf"), "a") as file:
            file.write("nonsense;\n")
        os.kill(nginx.master(), signal.SIGHUP)
        nginx.wait(lambda: 'unknown directive "nonsense"' in nginx.error_log())
        time.sleep(0.2)
        clients.stop()
        self.assertEqual(clients.wrong, [])
        self.assertGreater(sum(clients.answered.values()), 100)

        def counted():
            return {name: count for name, count in counters(nginx)["bodies"].items() if count}
        # They are counted when they are logged, which is behind the response.
        total = sum(clients.answered.values())
        nginx.wait(lambda: sum(counted().values()) >= total)
        self.assertEqual(counted(), dict(clients.answered))
        self.assertNotIn("exited on signal", nginx.error_log())

    def test_killed_workers(self):
        """What a worker had on its hands is lost; the others, and those that come, go on counting."""
        nginx = start(workers=2)
        self.addCleanup(nginx.close)
        clients = Clients(nginx)
        for _ in range(4):
            time.sleep(0.2)
            before = nginx.worker_pids()
            os.kill(before[0], signal.SIGKILL)
            nginx.wait(lambda: len(set(nginx.worker_pids()) - set(before)) == 1)
        time.sleep(0.2)
        clients.stop()
        # An upstream's worker may be the one that is killed, so a response may be an error's, or cut.
        self.assertLessEqual(len(clients.wrong), 4 * 4 * 2)
        answered = sum(clients.answered.values())
        self.assertGreater(answered, 100)

        def counted():
            before = counters(nginx)["bodies"]
            time.sleep(0.1)
            return before == counters(nginx)["bodies"] and before
        # They are counted when they are logged, which is behind the response. A worker that is
        # killed between the two loses one.
        bodies = nginx.wait(counted)
        self.assertGreaterEqual(sum(bodies.values()), answered - 4)
        for status in ["ok", "violation", "truncated"]:
            self.assertGreaterEqual(bodies[status], clients.answered[status] - 4)
        self.assertLessEqual(sum(bodies.values()), answered + len(clients.wrong))
        nginx.exchange("/short.json")
        self.assertEqual(nginx.wait(counted)["ok"], bodies["ok"] + 1)

    def test_memory_is_flat(self):
        nginx = start()
        self.addCleanup(nginx.close)
        [pid] = nginx.worker_pids()
        batch = b"".join(b"GET %s HTTP/1.1\r\nHost: t\r\n\r\n" % PATHS[i % len(PATHS)].encode()
                         for i in range(7 * len(PATHS)))
        size = 7 * len(PATHS)
        length = None
        rounds = -(-REQUESTS // size)
        after = []
        for number in range(rounds):
            # nginx's own memory of a connection grows with its requests, so each has few.
            with nginx.connect() as client:
                client.sendall(batch)
                if length is None:
                    length = self.length_of_first(client, size)
                    continue
                left = length
                while left > 0:
                    piece = client.recv(1 << 20)
                    self.assertTrue(piece, "the connection is closed")
                    left -= len(piece)
                self.assertEqual(left, 0)
            if number in [rounds // 5, rounds - 1]:
                after.append(resident(pid))
        bodies = counters(nginx)["bodies"]
        self.assertEqual(sum(bodies.values()), rounds * size)
        self.assertEqual(bodies["ok"], rounds * size * 5 // 7)
        print("%d requests; bytes of the worker after a fifth of them, and all: %s" %
              (rounds * size, after))
        self.assertLess(after[1] - after[0], 128 << 10)
        self.assertLess(after[1], 16 << 20)

    def test_bodies_that_never_end(self):
        nginx = start(log=LOG)
        self.addCleanup(nginx.close)
        upstream = Upstream(nginx.path("endless"))
        self.addCleanup(upstream.close)
        for path in PATHS:  # which make the worker's parser and its inflater
            nginx.exchange(path)
        [pid] = nginx.worker_pids()
        before = resident(pid)
        packer = zlib.compressobj(wbits=31)
        packed = [packer.compress(b" " * 1000000) + packer.flush(zlib.Z_SYNC_FLUSH) for _ in range(2)]
        for name, pieces, repeated, headers in [
                ("text", [b"{"], b'"a":1,' * 1000, []),
                ("packed", [packed[0]], packed[1], ["Content-Encoding: gzip"])]:
            head, *chunks, _ = chunked(pieces + [repeated], headers=headers)
            upstream.answers["/" + name] = itertools.chain([head, chunks[0]], itertools.repeat(chunks[1]))
            whole = b""
            with nginx.connect() as client:
                client.sendall(b"GET /endless/%s HTTP/1.1\r\nHost: t\r\n\r\n" % name.encode())
                while len(whole) < 4 << 20:
                    whole += client.recv(1 << 20)
            body = re.sub(rb"\r\n[0-9a-f]+\r\n", b"", whole[whole.index(b"\r\n\r\n") + 2:])
            wanted = pieces[0] + repeated * (len(body) // len(repeated) - 1)
            self.assertGreater(len(wanted), 3 << 20)
            self.assertEqual(body[:len(wanted)], wanted)

            def line():
                with open(nginx.path("access.log")) as file:
                    return [line for line in file if name in line and "endless" in line]
            self.assertEqual(json.loads(nginx.wait(line)[0])["status"], "too_large")
        self.assertLess(resident(pid) - before, 1 << 20)

    def length_of_first(self, client, size):
        """Of the answers to a batch; those that come later have the same."""
        whole = b""
        while True:
            whole += client.recv(1 << 20)
            heads = whole.split(b"HTTP/1.1 200 OK\r\n")[1:]
            if len(heads) == size:
                head, found, body = heads[-1].partition(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                if found and len(body) == length:
                    return len(whole)

    def test_short_of_memory(self):
        """Half of what the module asks for it does not get: no response shows it."""
        nginx = start(module=SHORT, log=LOG)
        self.addCleanup(nginx.close)
        asked = collections.Counter()
        for number in range(60 * len(PATHS)):
            path = PATHS[number % len(PATHS)]
            head, body = nginx.exchange(path)
            self.assertIn(" 200 ", head)
            self.assertEqual(body, body_of(path))
            asked[path] += 1

        def lines():
            with open(nginx.path("access.log")) as file:
                found = [json.loads(line) for line in file.read().splitlines()]
            return found if len(found) == sum(asked.values()) else None
        seen = collections.defaultdict(set)
        logged = collections.Counter()
        for line in nginx.wait(lines):
            seen[line["uri"]].add(line["status"])
            logged[line["status"]] += 1
            self.assertIn(line["ds_id"], ["", "Q7ZK-1M2N3P"])
            if line["ds_id"] and status_of(line["uri"]) == "ok":
                self.assertEqual(line["family"], "created")
        for path in PATHS:
            # "": not even the context could be had, with which a small body of a size that is told is kept.
            # Until there is a parser that is skipped, too.
            kept = len(body_of(path)) <= 1024 and not path.startswith("/packed")
            self.assertEqual(seen[path] - ({"skipped"} if kept else set()),
                             {status_of(path), ""} | (set() if kept else {"skipped"}), path)
        self.assertLess(sum(len(body_of(path)) <= 1024 for path in PATHS), len(PATHS))
        bodies = counters(nginx)["bodies"]
        self.assertEqual(bodies["skipped"], logged["skipped"] + logged[""])
        self.assertEqual(bodies["ok"], logged["ok"])
        self.assertNotIn("exited on signal", nginx.error_log())


if __name__ == "__main__":
    unittest.main()
