"""docs/gateway.md: its commands lead to trace ids in a log, and it names all that there is.

The commands are run line by line, in a folder that stands for the machine's root. What changes a
machine is not: `sudo` and `apt-get`, and Bazel, which has built the module for this test already.

docs_test.py NGINX MODULE REVISION: in the repository's root.
"""

import os
import re
import subprocess
import sys
import unittest

from gateway.nginx.servers import Nginx, Upstream, answer

PROGRAM, MODULE, REVISION = [os.path.abspath(path) for path in sys.argv[1:4]]
del sys.argv[1:4]
CREATED = "data/fixtures/created/typical.json"


def read(path):
    with open(path) as file:
        return file.read()


PAGE = read("docs/gateway.md")

# Commands of the page that this machine is not to run.
SHIMS = r"""
set -euo pipefail
sudo() { "$@"; }
apt-get() { [[ "$*" == 'install --yes nginx curl' ]]; echo "installed $*" >>"$LOG"; }
dpkg-query() { [[ "$*" == '-W -f ${Version} nginx' ]]; cat "$REVISION"; }
bazel() {
  [[ $1 == build && $5 == //gateway/nginx:ngx_http_leadscan_module.so ]]
  [[ $4 == "--repo_env=LEADSCAN_NGINX=$(cat "$REVISION")" ]]
  mkdir -p .bazel/bin/gateway/nginx
  cp -L "$MODULE" .bazel/bin/gateway/nginx/
  echo built >>"$LOG"
}
nginx() { "$PROGRAM" -p "$ROOT/usr/share/nginx" -c "$ROOT/etc/nginx/nginx.conf" -e "$ROOT/error" "$@"; }
service() {
  [[ "$*" == 'nginx reload' ]]
  kill -HUP "$(cat "$ROOT/pid")"
  echo reloaded >>"$LOG"
  until [[ -e $ROOT/var/log/nginx/leadscan.log ]]; do sleep 0.1; done
}
curl() { command curl --unix-socket "$ROOT/s" "$@"; }
tail() {
  until [[ -s ${!#} ]]; do sleep 0.1; done
  command tail "$@"
}
"""


class Page(unittest.TestCase):
    def test_commands(self):
        block = re.search(r"^```sh\n(.*?)^```", PAGE, re.M | re.S)[1]
        self.assertLessEqual(len(block.splitlines()), 10)
        # As Debian's nginx.conf: modules, then, in http, conf.d.
        nginx = Nginx(PROGRAM, None, """
          access_log FOLDER/var/log/nginx/access.log;
          include FOLDER/etc/nginx/conf.d/*.conf;
          types { application/json json; }
          server { listen unix:FOLDER/s; root FOLDER/var/www/html;
                   location = /lead { proxy_pass http://unix:FOLDER/up:/lead; } }
        """, main="include MODULES/*.conf;")
        self.addCleanup(nginx.close)
        root = nginx.folder
        # Debian's nginx alone has no usr/lib/nginx/modules.
        for folder in ["etc/nginx/conf.d", "etc/nginx/modules-enabled", "usr/lib", "usr/share/nginx",
                       "var/log/nginx", "var/www/html", "work"]:
            os.makedirs(nginx.path(folder))
        os.symlink(os.path.abspath("data"), nginx.path("work/data"))
        os.symlink("../../lib/nginx/modules", nginx.path("usr/share/nginx/modules"))
        os.symlink("../../nginx.conf", nginx.path("etc/nginx/nginx.conf"))
        nginx.main = nginx.main.replace("MODULES", nginx.path("etc/nginx/modules-enabled"))
        # Where relative paths of the configuration begin.
        nginx.arguments = lambda: [PROGRAM, "-p", nginx.path("usr/share/nginx"), "-c",
                                   nginx.path("nginx.conf"), "-e", nginx.errors]
        upstream = Upstream(nginx.path("up"))
        self.addCleanup(upstream.close)
        with open(CREATED, "rb") as file:
            body = file.read()
        upstream.answers["/lead"] = [answer(body)]
        nginx.start()

        for path in ["/etc/nginx", "/usr/lib/nginx", "/var/log/nginx", "/var/www"]:
            block = block.replace(path, root + path)
        block = block.replace("tools/bazel ", "bazel ")
        log = nginx.path("commands")
        found = subprocess.run(
            ["bash", "-c", SHIMS + block], cwd=nginx.path("work"), capture_output=True, text=True,
            env={**os.environ, "LOG": log, "REVISION": REVISION, "MODULE": MODULE,
                 "PROGRAM": PROGRAM, "ROOT": root})
        self.assertEqual(found.returncode, 0, found.stdout + found.stderr)
        self.assertEqual(read(log).split("\n"), ["installed install --yes nginx curl", "built", "reloaded", ""])

        trace = re.search(rb'"traceId": *"(\w+)"', body)[1].decode()
        self.assertIn("\n%s\n" % body.decode(), found.stdout)
        self.assertRegex(found.stdout, r' "GET /lead\.json HTTP/1\.1" 200 ok %s\n$' % trace)

        logged = nginx.path("var/log/nginx/leadscan.log")

        def line():
            self.assertEqual(nginx.exchange("/lead")[1], body)
            return os.path.exists(logged) and read(logged)
        self.assertRegex(nginx.wait(line), r' "GET /lead HTTP/1\.1" 201 ok %s\n' % trace)

    def test_names_all_directives(self):
        source = read("gateway/nginx/ngx_http_leadscan_module.c")
        directives = re.findall(r'\{ngx_string\("(leadscan\w*)"\),', source)
        self.assertEqual(len(directives), 5)
        self.assertEqual(re.findall(r"^\| `(leadscan\w*) ", PAGE, re.M), directives)

    def test_names_all_variables(self):
        documented = set(re.findall(r"^\| (`\$.*?) \|", PAGE, re.M))
        documented = {name for row in documented for name in re.findall(r"\$leadscan_(\w+)", row)}
        header = read("lib/leadscan/c/leadscan.h")
        members = header[header.index("/* begin members */"):header.index("/* end members */")]
        texts = set(re.findall(r"leadscan_text (\w+);", members))
        self.assertGreater(len(texts), 7)
        self.assertEqual(documented, texts | {"status", "family", "success", "code", "violation",
                                              "parse_ns"})
        nginx = Nginx(PROGRAM, MODULE, "log_format x '%s'; access_log FOLDER/x x;"
                      "server { listen unix:FOLDER/s; }" %
                      " ".join("$leadscan_" + name for name in documented))
        self.addCleanup(nginx.close)
        self.assertTrue(*nginx.check())

    def test_names_all_statuses(self):
        header = read("gateway/nginx/ngx_http_leadscan.h")
        statuses = re.findall(r"^  X\([A-Z_]+, (\w+)\)", header, re.M)
        self.assertEqual(len(statuses), 8)
        table = PAGE[PAGE.index("| status |"):PAGE.index("With any other status")]
        rows = re.findall(r"^\| (`.*?) \|", table, re.M)
        self.assertEqual(re.findall(r"`(\w+)`", " ".join(rows)), statuses)

    def test_security_names_tests_that_are_there(self):
        page = read("docs/security.md")
        begin, end = page.index("Of the nginx module"), page.index("Of the others")
        nginx = "".join(read("gateway/nginx/nginx_%stest.py" % kind) for kind in ["", "filters_", "load_"])
        names = re.findall(r"`(?:\w+\.)?(test_\w+)`|`(Hostile|Counters)`", page[begin:end])
        self.assertGreater(len(names), 6)
        for name in names:
            self.assertRegex(nginx, r"(def|class) %s\b" % "".join(name))
        rows = re.findall(r"^\|.*`test_.*", page[end:], re.M)
        self.assertGreater(len(rows), 4)
        for row in rows:
            for gateway, cell in zip(["lua", "envoy", "haproxy"], row.split("|")[2:]):
                source = read("gateway/%s/%s_test.py" % (gateway, gateway))
                for name in re.findall(r"`(\w+)`", cell):
                    self.assertIn("def %s(" % name, source)


if __name__ == "__main__":
    unittest.main()
