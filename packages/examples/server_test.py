"""The example of an HTTP server, asked over real connections.

server_test.py SERVER: in the repository's root.
"""

import glob
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
CREATED = (b'{"partnerLeadOpportunityId":"ACME-000117","dsLeadOpportunityId":"Q7ZK-1M2N3P",'
           b'"action":"create","info":{"success":true,"statusCode":201,"timestamp":'
           b'"2025-03-14T09:26:53.589Z","traceId":"0123456789abcdef0123456789abcdef"}}')
IDS = {"verdict": "created", "partner_id": "ACME-000117", "ds_id": "Q7ZK-1M2N3P",
       "trace_id": "0123456789abcdef0123456789abcdef"}
LIMIT = 65536


def long_document(size):
    filler = size - len(CREATED) - len(b',"more":""')
    return CREATED[:-1] + b',"more":"' + b"x" * filler + b'"}'


class Server(unittest.TestCase):
    THREADS = 2

    @classmethod
    def setUpClass(cls):
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        cls.process = subprocess.Popen(guard + [PROGRAM, "0", str(cls.THREADS)],
                                       stdout=subprocess.PIPE, text=True)
        cls.port = int(cls.process.stdout.readline())

    @classmethod
    def tearDownClass(cls):
        cls.process.terminate()
        status = cls.process.wait(20)
        cls.process.stdout.close()
        assert status == 0, status

    def connect(self):
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(client.close)
        return client

    @staticmethod
    def ask(client, body, method="POST"):
        client.request(method, "/", body)
        answer = client.getresponse()
        return answer, answer.read()

    def judged(self, body, client=None):
        answer, said = self.ask(client or self.connect(), body)
        self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "application/json"))
        return json.loads(said)

    def test_good(self):
        self.assertEqual(self.judged(CREATED), IDS)
        self.assertEqual(self.judged(b'{"message":"Slow down"}'), {"verdict": "message"})

    def test_texts_come_as_they_were(self):
        evil = b'a\\n\\u0000\\"\\\\ \xc3\xa4'
        self.assertEqual(self.judged(CREATED.replace(b"Q7ZK-1M2N3P", evil))["ds_id"],
                         'a\n\0"\\ \u00e4')
        whole = self.judged(CREATED.replace(b'"ACME-000117"', b'{"a":["\\"}"]}'))
        self.assertEqual(whole["partner_id"], {"a": ['"}']})

    def test_violation(self):
        body = CREATED.replace(b'"success":true', b'"success":"yes"')
        at = body.index(b'"yes"')
        self.assertEqual(self.judged(body), {
            "verdict": "violation", "error": "wrong_type", "member": "/info/success", "offset": at,
            "line": 1, "column": at + 1})

    def test_malformed(self):
        self.assertEqual(self.judged(b'{"action":\n  "\xc3\xa4\\x"}'), {
            "verdict": "malformed", "error": "invalid_escape", "member": "/action", "offset": 17,
            "line": 2, "column": 6})  # ä is one character
        self.assertEqual(self.judged(CREATED[:-1])["verdict"], "truncated")
        self.assertEqual(self.judged(b"")["verdict"], "truncated")

    def test_documents_of_the_tests(self):
        client = self.connect()
        for folder, verdict in [("created", "created"), ("failure", "failure")]:
            paths = sorted(glob.glob("data/fixtures/%s/*.json" % folder))
            self.assertTrue(paths)
            for path in paths:
                with open(path, "rb") as file:
                    answer, said = self.ask(client, file.read())
                # Not by Python's parser, for which some of these are too deep.
                self.assertEqual(answer.status, 200, path)
                self.assertTrue(said.startswith(b'{"verdict":"%s"' % verdict.encode()), (path, said))

    def test_too_large(self):
        self.assertEqual(self.judged(long_document(LIMIT)), IDS)
        for size in [LIMIT + 1, 8 << 20]:  # the answer comes though the body is not read
            with socket.create_connection(("127.0.0.1", self.port), 30) as client:
                client.sendall(b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: %d\r\n\r\n" % size)
                client.sendall(long_document(size))
                self.refused(client)
            with socket.create_connection(("127.0.0.1", self.port), 30) as client:
                client.sendall(b"POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
                for at in range(0, size, 60000):
                    piece = b"x" * min(60000, size - at)
                    client.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
                client.sendall(b"0\r\n\r\n")
                self.refused(client)

    def refused(self, client):
        said = b""
        while True:
            piece = client.recv(65536)
            if not piece:
                break
            said += piece
        self.assertTrue(said.startswith(b"HTTP/1.1 413 "), said)
        self.assertIn(b"Connection: close", said)
        self.assertTrue(said.endswith(b'{"verdict":"too_large"}\n'), said)

    def test_other_methods(self):
        answer, _ = self.ask(self.connect(), None, "GET")
        self.assertEqual((answer.status, answer.getheader("Allow")), (405, "POST"))

    def test_keep_alive(self):
        client = self.connect()
        client.connect()
        own = client.sock.getsockname()
        for i in range(200):
            ds_id = "ID-%d" % i  # a text of the document before would be another one
            self.assertEqual(self.judged(CREATED.replace(b"Q7ZK-1M2N3P", ds_id.encode()), client),
                             {**IDS, "ds_id": ds_id})
            self.judged(CREATED[:i % len(CREATED)], client)
        self.assertEqual(client.sock.getsockname(), own)
        client.request("POST", "/", CREATED, {"Connection": "close"})
        answer = client.getresponse()
        self.assertEqual(json.loads(answer.read()), IDS)
        self.assertEqual(answer.getheader("Connection"), "close")

    def test_pieces(self):
        head = b"POST / HTTP/1.1\r\nHost: t\r\n"
        for whole in [
                head + b"Content-Length: %d\r\n\r\n" % len(CREATED) + CREATED,
                head + b"Transfer-Encoding: chunked\r\n\r\n" +
                b"".join(b"1\r\n%c\r\n" % byte for byte in CREATED) + b"0\r\n\r\n"]:
            with socket.create_connection(("127.0.0.1", self.port), 30) as client:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for at in range(0, len(whole), 9):
                    client.sendall(whole[at:at + 9])
                    time.sleep(0.002)
                answer = http.client.HTTPResponse(client)
                answer.begin()
                self.assertEqual(json.loads(answer.read()), IDS)

    def test_a_client_that_leaves(self):
        for part in [b"", b"POST", b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\n{", b"\0\r\n\r\n"]:
            with socket.create_connection(("127.0.0.1", self.port), 30) as client:
                client.sendall(part)
        self.assertEqual(self.judged(CREATED), IDS)

    def test_many_at_once(self):
        """More connections than threads: one thread's parser reads what several of them sent."""
        wrong = []

        def client(number):
            connection = self.connect()
            for i in range(100):
                ds_id = "%d-%d" % (number, i)
                said = self.judged(CREATED.replace(b"Q7ZK-1M2N3P", ds_id.encode()), connection)
                if said != {**IDS, "ds_id": ds_id}:
                    wrong.append((ds_id, said))

        threads = [threading.Thread(target=client, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


class Page(unittest.TestCase):
    def test_shows_what_is_built(self):
        with open("docs/embedding.md") as file:
            page = file.read()
        with open("packages/examples/server.cc") as file:
            self.assertIn("```cpp\n" + file.read() + "```\n", page)


if __name__ == "__main__":
    unittest.main()
