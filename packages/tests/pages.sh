#!/usr/bin/env bash
# The pages for those who embed leadscan, followed line by line on a Debian 12 that has nothing yet:
# the commands, configurations and programs are taken from docs/ and from the examples as they are.
#   packages/tests/pages.sh [gateway] [embedding] [lua] [envoy] [haproxy]      all, in this order
# in a checkout, of which it takes the last commit. It needs root, mmdebstrap, the network, 4 GB for a
# while, about 20 minutes, and ports 80, 8000, 8080, 8081, 9901 and 10000. PIP_CERT is passed on.
set -euo pipefail

die() {
  printf 'packages/tests/pages.sh: %s\n' "$*" >&2
  exit 1
}

if [[ ${1:-} != --inside ]]; then
  ((EUID == 0)) || die 'it must be root'
  work=$(mktemp -d)
  root=$work/root
  # What was started inside ends with the name space of its processes.
  trap 'rm -rf --one-file-system -- "$work"' EXIT
  sources=()
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
    [[ ! -s $file ]] || sources+=("$file")
  done
  mmdebstrap --quiet --variant=apt --include=sudo,ca-certificates bookworm "$root" "${sources[@]}"
  cp -L -- /etc/resolv.conf /etc/hosts "$root/etc"
  mkdir -- "$root/leadscan"
  git archive HEAD | tar -x -C "$root/leadscan"
  variables=()
  if [[ -n ${PIP_CERT:-} ]]; then
    cp -L -- "$PIP_CERT" "$root/etc/ssl/pip.pem"
    variables=(PIP_CERT=/etc/ssl/pip.pem)
  fi
  unshare --mount --pid --fork --kill-child --propagation private bash -c '
    root=$0
    mount -t proc proc "$root/proc"
    mount -t sysfs sys "$root/sys"
    mount --rbind /dev "$root/dev"
    exec chroot "$root" /usr/bin/env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
    "$root" "${variables[@]}" bash -c 'cd /leadscan && packages/tests/pages.sh --inside "$@"' pages "$@"
  exit
fi
shift
(($# > 0)) || set -- gateway embedding lua envoy haproxy

readonly LEADSCAN=$PWD BODY=$PWD/data/fixtures/created/typical.json
trace_id=$(grep -o '"traceId": *"[^"]*"' "$BODY" | cut -d '"' -f 4)

# block PAGE TEXT: the first block of docs/PAGE that has TEXT in it.
block() {
  awk -v text="$2" '
    !/^```/ { block = block $0 "\n"; next }
    open && index(block, text) { printf "%s", block; found = 1; exit }
    { open = !open; block = "" }
    END { exit !found }' "$LEADSCAN/docs/$1" || die "docs/$1 has no block with $2"
}
# follow PAGE TEXT [SED]: runs it, in this folder.
follow() {
  printf '== docs/%s: %s\n' "$1" "$2"
  block "$1" "$2" | sed -e "${3:-}" >/tmp/followed
  bash -euo pipefail -x /tmp/followed || die "docs/$1: $2"
}
# until_it COMMAND...: succeeds, within ten seconds.
until_it() {
  local i
  for ((i = 0; i < 100; ++i)); do
    if "$@" >/tmp/said 2>&1; then return; fi
    sleep 0.1
  done
  cat /tmp/said >&2
  die "never: $*"
}
says() { # WANTED COMMAND...
  local wanted=$1 said
  shift
  said=$("$@" 2>&1) || true
  [[ $said == *"$wanted"* ]] || die "$* said $said, not $wanted"
}
get() { apt-get -qq install --yes --no-install-recommends "$@" >/tmp/apt 2>&1 || { tail /tmp/apt; die "apt-get: $*"; }; }

# The partner API, on port 8080.
upstream() {
  [[ ! -e /tmp/upstream ]] || return 0
  touch /tmp/upstream
  get curl python3
  cat >/tmp/upstream.py <<'END'
import http.server, sys
class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = open(sys.argv[1], "rb").read()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("127.0.0.1", 8080), Api).serve_forever()
END
  python3 /tmp/upstream.py "$BODY" 2>/dev/null &
  until_it curl --silent --fail http://127.0.0.1:8080/
}

gateway() {
  # Where it runs in a chroot, apt-get does not start nginx, and there is nothing to reload.
  follow gateway.md 'apt-get install --yes nginx' 's,service nginx reload,service nginx start,'
  until_it curl --silent --fail --output /tmp/answer http://127.0.0.1/lead.json
  cmp /tmp/answer "$BODY"
  until_it grep -F "\"GET /lead.json HTTP/1.1\" 200 ok $trace_id" /var/log/nginx/leadscan.log
  block gateway.md 'location = /leadscan' >/tmp/location
  sed -i '/^\tserver_name _;/r /tmp/location' /etc/nginx/sites-available/default
  nginx -t && service nginx reload
  until_it bash -c "curl --silent http://127.0.0.1/leadscan | grep -F 'status=\"ok\"} 2'"
}

# Debian packages, in /tmp/debs.
packages() {
  [[ ! -d /tmp/debs ]] || return 0
  get cmake g++ git python3-pip dpkg-dev
  apt-get -qq build-dep --yes ./packages >/tmp/apt 2>&1 || { tail /tmp/apt; die 'apt-get build-dep'; }
  # CMake brings simdjson.
  [[ -d /tmp/build/simdjson ]] || cmake -S . -B /tmp/build >/tmp/cmake
  follow embedding.md 'packages/debian.sh' 's,SIMDJSON_FOLDER,/tmp/build/simdjson,; s,OUT,/tmp/debs,' \
    >/tmp/debian.log 2>&1 || { tail -n 40 /tmp/debian.log; die 'packages/debian.sh'; }
}

embedding() {
  local version dir=/tmp/first simdjson=/tmp/build/simdjson
  version=$(sed -n 's/^#define LEADSCAN_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' lib/leadscan/version.h | paste -s -d .)
  get cmake g++ git pkgconf python3-pip curl
  # CMake, with the line that is in the text.
  local line
  line=$(tr '\n' ' ' <docs/embedding.md | grep -o '`cmake -B build [^`]*`' | tr -d '`')
  (cd /tmp && ln -sfn "$LEADSCAN" leadscan && cd leadscan &&
    bash -euxc "$(sed 's,-B build,-S . -B /tmp/build,; s,-\(-build\|-install\) build,-\1 /tmp/build,g; s,DIR,/tmp/cmade,' <<<"$line")" >/tmp/cmake)
  [[ -s /tmp/cmade/lib/leadscan/libleadscan_envoy.so && -s /tmp/cmade/share/leadscan/lua/leadscan.lua ]] ||
    die "cmake --install left something out"
  follow embedding.md '//:install -- --prefix' "s,DIR,$dir,"
  # What the page has for CMakeLists.txt, around a program.
  local take
  for take in 'find_package(leadscan' 'add_subdirectory(leadscan)'; do
    rm -rf /tmp/program && mkdir /tmp/program
    cp packages/tests/consumer.cc packages/tests/consumer.c /tmp/program
    ln -s "$LEADSCAN" /tmp/program/leadscan
    { printf 'cmake_minimum_required(VERSION 3.18)\nproject(p C CXX)\nadd_executable(program consumer.cc)\n'
      block embedding.md "$take"; } >/tmp/program/CMakeLists.txt
    cmake -S /tmp/program -B /tmp/program/build -DCMAKE_PREFIX_PATH="$dir" \
      -DLEADSCAN_SIMDJSON_DIR="$simdjson" --no-warn-unused-cli >/tmp/cmake
    cmake --build /tmp/program/build --target program >/tmp/cmake
    says "$version" /tmp/program/build/program
  done
  # The compilers' lines, in a folder with the page's programs.
  cd /tmp/program
  export PKG_CONFIG_PATH=$dir/lib/pkgconfig LD_LIBRARY_PATH=$dir/lib
  cp consumer.c program.c && cp consumer.cc program.cc
  follow embedding.md 'cc program.c' 's,^\(cc .*\),\1 -o program_c,; s,^\(c++ .*\),\1 -o program_cc,'
  says "$version" ./program_c
  says "$version" ./program_cc
  block embedding.md '_POSIX_C_SOURCE' >program.c
  bash -c "$(block embedding.md 'cc program.c' | head -n 1)"
  says "trace_id=$trace_id" bash -c "./a.out <$BODY"
  get libboost1.81-dev
  block embedding.md 'namespace http = boost::beast::http' >server.cc
  cp -- "$BODY" response.json
  follow embedding.md './server 8080' 's,8080,8000,; s,^curl ,sleep 1; curl --silent --output answer ,; $a kill $!'
  says "\"trace_id\":\"$trace_id\"" cat answer
  # Two files to drop in.
  (cd "$LEADSCAN" && follow embedding.md 'packages/amalgamate.py' "s,DIR,/tmp/dropped,; s,FOLDER,$simdjson,")
  cd /tmp/dropped && cp "$LEADSCAN/packages/tests/consumer.cc" program.cc && sed -i 's,leadscan/leadscan.h,leadscan.h,' program.cc
  follow embedding.md '-o program program.cc leadscan.cc'
  says "$version" ./program
  cd "$LEADSCAN"
  packages
  get /tmp/debs/{libleadscan0,libleadscan-dev,leadscan}_*.deb
  says "leadscan $version" /usr/bin/leadscan --version
  # In WORKSPACE.
  packages/tests/bazel.sh workspace
}

lua() {
  packages
  get curl python3 /tmp/debs/{libleadscan0,lua-leadscan}_*.deb
  upstream
  follow gateway-lua-envoy.md 'libnginx-mod-http-lua' \
    's,sudo service nginx restart,{ sudo service nginx restart || sudo service nginx start; },'
  until_it curl --silent --fail --output /tmp/answer http://127.0.0.1:8081/leads-opportunities
  cmp /tmp/answer "$BODY"
  until_it grep -F "\"trace_id\":\"$trace_id\"" /var/log/nginx/leads.log
  sed -i 's,access_log.conf,header_routing.conf,; /^log_format/,/;$/d' /etc/nginx/conf.d/leads.conf
  echo 'upstream other_region { server 127.0.0.1:8080; }' >>/etc/nginx/conf.d/leads.conf
  nginx -t && service nginx restart
  until_it bash -c "curl --silent --head -X GET http://127.0.0.1:8081/leads-opportunities | grep -i 'X-Lead-Trace-Id: $trace_id'"
}

envoy() {
  upstream
  follow gateway-lua-envoy.md '//gateway/envoy:libleadscan_envoy.so'
  printf '== docs/gateway-lua-envoy.md: envoy -c\n'
  block gateway-lua-envoy.md '/envoy/bin/envoy -c' >/tmp/followed
  bash /tmp/followed >/tmp/envoy.log 2>&1 &
  until_it curl --silent --fail --output /tmp/answer http://127.0.0.1:10000/leads
  cmp /tmp/answer "$BODY"
  until_it bash -c 'curl --silent http://127.0.0.1:9901/stats | grep leadscan_responses.status.ok.family.created'
  until_it grep -F "\"trace_id\":\"$trace_id\"" /var/log/envoy/leads.log
  kill %%
}

haproxy() {
  packages
  upstream
  get curl /tmp/debs/{libleadscan0,libleadscan-dev}_*.deb
  follow gateway-lua-envoy.md 'haproxy -f haproxy.cfg' '/^haproxy /d'
  (cd gateway/haproxy && exec haproxy -f haproxy.cfg) >/tmp/haproxy.log 2>&1 &
  until_it curl --silent --fail --output /tmp/answer http://127.0.0.1:8000/leads
  cmp /tmp/answer "$BODY"
  until_it grep -F "trace_id=$trace_id" /tmp/haproxy.log
  kill %%
}

apt-get -qq update
for page; do
  SECONDS=0
  "$page"
  printf '== %s: good, in %d s\n' "$page" "$SECONDS"
done
echo 'packages/tests/pages.sh: good'
