"""What the module costs nginx: instructions a request, counted by callgrind, which do not drift with
the machine's load. User space only, on the AVX2 path, as valgrind knows no AVX-512.

A client asks one nginx, under callgrind and without master, which asks another for a response of 230
bytes; all connections are kept. What malloc() takes goes by how the heap happens to be laid out, and
that by every byte of the configuration: 250 instructions a request. So each run has another layout, and
the median counts.

  tools/bazel run -c opt //bench:gateway

Exits with 1 if the module takes more than it may (LIMITS).
"""

import argparse
import json
import re
import socket
import statistics
import subprocess
import sys
import time

from gateway.nginx.servers import Nginx, free_port

WARM_UP, COUNTED = 200, 1000  # requests
PADDING = "  log_format padding%%d '%s';\n" % ("x" * 1000)  # moves the heap
BODY = ('{"partnerLeadOpportunityId":"ACME-000117","dsLeadOpportunityId":"Q7ZK-1M2N3P",'
        '"action":"create","info":{"success":true,"statusCode":201,"timestamp":'
        '"2025-03-14T09:26:53.589Z","traceId":"0123456789abcdef0123456789abcdef"}}')
UPSTREAM = """
  access_log off;
  keepalive_requests 1000000;
  server { listen 127.0.0.1:PORT; listen unix:FOLDER/s; location / { default_type application/json; return 201 '%s'; } }
""" % BODY
# nginx listens in this order, and start() waits for the second.
GATEWAY = """
  log_format constants '{"uri":"$request_uri","status":"$status","a":"ok","b":"id","c":"trace"}';
  log_format variables '{"uri":"$request_uri","status":"$status","a":"$leadscan_status",'
                       '"b":"$leadscan_ds_id","c":"$leadscan_trace_id"}';
  access_log FOLDER/access.log FORMAT buffer=64k;
  keepalive_requests 1000000;
  upstream up { server 127.0.0.1:UPSTREAM; keepalive 4; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  LEADSCAN
  server { listen 127.0.0.1:PORT; listen unix:FOLDER/s; location / { proxy_pass http://up; } }
"""
# Name: directive (None: the module is not loaded) and log format.
KINDS = {
    "without the module": (None, "constants"),
    "leadscan off": ("leadscan off;", "constants"),
    "leadscan on": ("leadscan on;", "constants"),
    "leadscan off, three variables logged": ("leadscan off;", "variables"),
    "leadscan on, three variables logged": ("leadscan on;", "variables"),
}
# What takes at most so many per cent more than what.
LIMITS = [
    ("leadscan on", "without the module", 3.0),
    ("leadscan on, three variables logged", "leadscan off, three variables logged", 6.0),
]


def ask(port, count):
    """On one connection, one request after another."""
    request = b"POST /leads-opportunities HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\n{}"
    size = None
    with socket.create_connection(("127.0.0.1", port)) as client:
        for _ in range(count):
            time.sleep(0.002)  # nginx is back waiting: else it takes one way or another, as it comes
            client.sendall(request)
            whole = b""
            while size is None or len(whole) < size:
                piece = client.recv(65536)
                if not piece:
                    raise RuntimeError("nginx closed the connection")
                whole += piece
                if size is None and whole.endswith(BODY.encode()):
                    size = len(whole)
            if not whole.startswith(b"HTTP/1.1 201") or not whole.endswith(BODY.encode()):
                raise RuntimeError("not the response that is to be counted")


def control(nginx, action):
    """callgrind_control, which goes by what the kernel says of the process."""
    subprocess.run(["callgrind_control", action, str(nginx.process.pid)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def instructions(options, upstream, layout, directive, log_format):
    port = free_port()
    http = (GATEWAY.replace("UPSTREAM", str(upstream)).replace("PORT", str(port))
            .replace("FORMAT", log_format).replace("LEADSCAN", directive or ""))
    http += "".join(PADDING % i for i in range(layout))
    if directive is None:
        http = re.sub(r"log_format variables.*?;", "", http, flags=re.S)
    nginx = Nginx(options.nginx, options.module if directive else None, http,
                  main="master_process off;")
    counts = nginx.path("counts")
    nginx.command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + counts,
                     "--log-file=" + nginx.path("callgrind.log")]
    try:
        nginx.start()
        ask(port, WARM_UP)
        control(nginx, "--zero")
        ask(port, COUNTED)
        control(nginx, "--dump")
        nginx.stop()
        if log_format == "variables":
            with open(nginx.path("access.log")) as file:
                line = json.loads(file.readline())
            wanted = "ok" if directive == "leadscan on;" else "-"
            if line["a"] != wanted:
                raise RuntimeError("logged %s, not %s" % (line, wanted))
        with open(counts + ".1") as file:
            return int(re.search(r"^(?:summary|totals): (\d+)", file.read(), re.M)[1]) / COUNTED
    finally:
        nginx.close()


def main(arguments, out):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nginx", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--module", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--compilation-mode", default="opt", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=5, help="for each kind (default: 5)")
    parser.add_argument("--slack", type=float, default=0, metavar="PERCENT",
                        help="allow so much more than the limits: by what runs differ")
    options = parser.parse_args(arguments)
    if options.compilation_mode != "opt":
        out.write("//bench:gateway measures optimized builds only: bazel run -c opt\n")
        return 2
    port = free_port()
    upstream = Nginx(options.nginx, None, UPSTREAM.replace("PORT", str(port))).start()
    counted = {}
    try:
        version = subprocess.run([options.nginx, "-v"], capture_output=True, text=True).stderr
        out.write("%s, a body of %d bytes, instructions a request:\n" % (version.strip(), len(BODY)))
        runs = {name: [] for name in KINDS}
        for layout in range(options.runs):
            for name, kind in KINDS.items():
                runs[name].append(instructions(options, port, layout, *kind))
        for name in KINDS:
            counted[name] = statistics.median(runs[name])
            out.write("%-40s %8.0f   (%s)\n" %
                      (name, counted[name], " ".join("%.0f" % n for n in sorted(runs[name]))))
    finally:
        upstream.close()
    status = 0
    for name, base, limit in LIMITS:
        more = 100 * (counted[name] / counted[base] - 1)
        bad = more > limit + options.slack
        status |= bad
        out.write("%s: %+.1f %% of %s, which may be %+.0f %%%s\n" %
                  (name, more, base, limit, ": TOO MUCH" if bad else ""))
    return int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
