"""A real nginx and an upstream for it, for tests and benchmarks: on Unix sockets, in a folder of
their own, and gone when the process is."""

import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time

# A response of the API, one that breaks its schema, and the trace id of both.
SAMPLE = (b'{"partnerLeadOpportunityId":"ACME-000117","dsLeadOpportunityId":"Q7ZK-1M2N3P",'
          b'"action":"create","info":{"success":true,"statusCode":201,"timestamp":'
          b'"2025-03-14T09:26:53.589Z","traceId":"0123456789abcdef0123456789abcdef"}}')
TRACE = "0123456789abcdef0123456789abcdef"
VIOLATION = SAMPLE.replace(b'"success":true', b'"success":"yes"')

CLOSE = object()  # in an answer: the upstream closes the connection there


def long_document(size):
    """The sample with a member that makes it so long."""
    filler = size - len(SAMPLE) - len(b',"more":""')
    return SAMPLE[:-1] + b',"more":"' + b"x" * filler + b'"}'


def answer(body, status="201 Created", kind="application/json", length=True, headers=()):
    """An HTTP response, its length told in its head."""
    lines = ["HTTP/1.1 " + status, "Content-Type: " + kind, *headers]
    if length:
        lines.append("Content-Length: %d" % len(body))
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(pieces, status="201 Created", kind="application/json", headers=()):
    """The same in chunks, as a list: what is sent piece by piece."""
    head = answer(b"", status, kind, False, ["Transfer-Encoding: chunked", *headers])
    return [head] + [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces] + [b"0\r\n\r\n"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Upstream:
    """Answers a path with the pieces that it was given for it: bytes, seconds to wait, or CLOSE."""

    def __init__(self, path):
        upstream = self
        self.answers = {}
        self.connections = 0

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                upstream.connections += 1
                while self.one():
                    pass

            def one(self):
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    line = self.rfile.readline()
                    if not line:
                        return False
                    head += line
                pieces = upstream.answers.get(head.split()[1].decode())
                if pieces is None:
                    pieces = [answer(b"no such path", "404 Not Found", "text/plain")]
                for piece in pieces:
                    if piece is CLOSE:
                        return False
                    if isinstance(piece, bytes):
                        self.wfile.write(piece)
                    else:
                        time.sleep(piece)
                return True

            def finish(self):
                try:
                    super().finish()
                except OSError:
                    pass

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # nginx closed it

        self.server = Server(path, Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Nginx:
    """A server of a configuration: `http` is what its http block contains, where FOLDER stands for
    the folder."""

    def __init__(self, program, module, http, workers=1, main="", environment=None, command=()):
        self.folder = tempfile.mkdtemp(prefix="ls.", dir="/tmp")  # sockets have short paths
        self.program = os.path.abspath(program)
        self.module = os.path.abspath(module) if module else None
        self.workers, self.main, self.http = workers, main, http
        self.environment = self.with_sanitizer(environment)
        self.command = list(command)
        self.process = None
        self.errors = os.path.join(self.folder, "error.log")

    def with_sanitizer(self, environment):
        """The module may have been built with AddressSanitizer, which nginx was not."""
        if self.module is None:
            return environment
        with open(self.module, "rb") as file:
            if b"__asan_init" not in file.read():
                return environment
        library = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True,
                                 text=True, check=True).stdout.strip()
        return {**(environment or os.environ), "LD_PRELOAD": library,
                "ASAN_OPTIONS": "detect_leaks=0"}  # nginx's own

    def path(self, name):
        return os.path.join(self.folder, name)

    def write_configuration(self):
        temp = "".join("  %s_temp_path %s;\n" % (kind, self.path(kind)) for kind in
                       ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        user = "user root;\n" if os.geteuid() == 0 else ""
        load = "load_module %s;\n" % self.module if self.module else ""
        with open(self.path("nginx.conf"), "w") as file:
            file.write("%s%sdaemon off;\nworker_processes %d;\npid %s;\nerror_log %s notice;\n%s\n"
                       "events { worker_connections 512; }\nhttp {\n%s%s\n}\n" %
                       (load, user, self.workers, self.path("pid"), self.errors, self.main, temp,
                        self.http.replace("FOLDER", self.folder)))

    def arguments(self):
        return [self.program, "-p", self.folder, "-c", self.path("nginx.conf"), "-e", self.errors]

    def check(self):
        """`nginx -t`: whether the configuration is good, and what was said."""
        self.write_configuration()
        found = subprocess.run(self.arguments() + ["-t"], capture_output=True, text=True,
                               env=self.environment)
        return found.returncode == 0, found.stderr

    def start(self, listens="s"):
        self.write_configuration()
        # It ends when this process does, however that ends.
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self.process = subprocess.Popen(guard + self.command + self.arguments(),
                                        stdin=subprocess.DEVNULL, env=self.environment)
        self.wait(lambda: self.answers(listens), 60)
        # nginx listens before it has written its pid and started its workers.
        if "master_process off" not in self.main:
            self.wait(lambda: len(self.worker_pids()) == self.workers, 60)
        return self

    def answers(self, listens):
        if self.process.poll() is not None:
            raise AssertionError("nginx did not start:\n" + self.error_log())
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(self.path(listens))
            return True
        except OSError:
            return False

    @staticmethod
    def wait(condition, seconds=20):
        end = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            if time.monotonic() > end:
                raise AssertionError("waited %d s in vain" % seconds)
            time.sleep(0.01)

    def error_log(self):
        with open(self.errors, errors="replace") as file:
            return file.read()

    def worker_pids(self):
        master = self.master()
        if master is None:
            return []
        found = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True)
        pids = []
        for pid in found.stdout.split():
            try:
                with open("/proc/%s/cmdline" % pid) as file:
                    title = file.read()
            except OSError:
                continue
            if "worker process" in title and "shutting down" not in title:
                pids.append(int(pid))
        return pids

    def master(self):
        """Its pid, None if that is not written yet."""
        try:
            with open(self.path("pid")) as file:
                return int(file.read())
        except (FileNotFoundError, ValueError):
            return None

    def reload(self):
        before = set(self.worker_pids())
        os.kill(self.master(), signal.SIGHUP)
        self.wait(lambda: len(set(self.worker_pids()) - before) == self.workers)

    def stop(self):
        if self.process is None:
            return
        for number, seconds in [(signal.SIGQUIT, 8), (signal.SIGTERM, 4), (signal.SIGKILL, 4)]:
            if self.process.poll() is None:
                self.process.send_signal(number)
                try:
                    self.process.wait(seconds)
                except subprocess.TimeoutExpired:
                    pass
        self.process = None

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, listens="s"):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(60)
        client.connect(self.path(listens))
        return client

    def exchange(self, path, method="GET", headers=(), listens="s", pause=0, version="1.1"):
        """One request on a connection of its own: head and body of the answer, as they came."""
        with self.connect(listens) as client:
            client.sendall(("%s %s HTTP/%s\r\nHost: t\r\nConnection: close\r\n%s\r\n" %
                            (method, path, version, "".join(h + "\r\n" for h in headers))).encode())
            whole = b""
            while True:
                if pause:
                    time.sleep(pause)
                piece = client.recv(4096 if pause else 65536)
                if not piece:
                    break
                whole += piece
        head, _, body = whole.partition(b"\r\n\r\n")
        return head.decode("latin-1"), body


def load(connect, path, wanted, count, clients=8):
    """So many clients at once, with `count` requests each, of a path that is answered in chunks:
    what they got that lacks `wanted`."""
    wrong = []

    def client():
        with connect() as connection:
            for _ in range(count):
                connection.sendall(b"GET %s HTTP/1.1\r\nHost: t\r\n\r\n" % path.encode())
                whole = b""
                while not whole.endswith(b"\r\n0\r\n\r\n"):
                    piece = connection.recv(65536)
                    if not piece:
                        break
                    whole += piece
                if wanted not in whole:
                    wrong.append(whole)
                if not piece:
                    return

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def dechunked(head, body):
    """A body without its chunks, if it has some; None if it is cut."""
    if not re.search(r"^transfer-encoding: chunked", head, re.I | re.M):
        return body
    whole = b""
    while True:
        size, end, rest = body.partition(b"\r\n")
        if not end:
            return None
        count = int(size, 16)
        if count == 0:
            return whole
        whole, body = whole + rest[:count], rest[count + 2:]
