#!/usr/bin/env bash
# Packages that packages/debian.sh made, as a user of Debian 12 has them: programs are built with the
# libraries' ones, unpacked, and the module for nginx is installed in a root of its own, where Debian's
# nginx is; a request goes through it.
#   packages/tests/debian.sh FOLDER
# FOLDER has the packages. It needs root, mmdebstrap, gcc, pkg-config and curl; about 200 MB for a while.
set -euo pipefail

(($# == 1)) || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
packages=$(realpath -- "$1")
work=$(mktemp -d)
root=$work/root
in_root() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"; }
clean_up() {
  local pid=''
  [[ ! -s $root/run/nginx.pid ]] || pid=$(<"$root/run/nginx.pid")
  if [[ -n $pid ]]; then
    kill -- "$pid" 2>/dev/null || true
    for ((i = 0; i < 100; ++i)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  rm -rf --one-file-system -- "$work"
}
trap clean_up EXIT
die() {
  printf 'packages/tests/debian.sh: %s\n' "$*" >&2
  exit 1
}
package() { # NAME: its file
  local found
  found=$(find "$packages" -maxdepth 1 -name "$1_*.deb")
  [[ -n $found && $found != *$'\n'* ]] || die "not one package $1 in $packages: $found"
  printf '%s\n' "$found"
}

# Programs in C and C++, with gcc and the newest clang.
tests=$(dirname -- "$(realpath -- "$0")")
for name in libleadscan0 libleadscan-dev; do dpkg-deb --extract "$(package "$name")" "$work/unpacked"; done
libraries=$work/unpacked/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
export PKG_CONFIG_PATH=$libraries/pkgconfig
version=$(pkg-config --modversion leadscan)
compilers=(g++)
newest=$(find /usr/bin -name 'clang++-[0-9]*' | sort -V | tail -n 1)
[[ -z $newest ]] || compilers+=("$newest")
for cxx in "${compilers[@]}"; do
  cc=${cxx/clang++/clang} cc=${cc/g++/gcc}
  # shellcheck disable=SC2046  # words
  "$cxx" -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Werror "$tests/consumer.cc" \
    $(pkg-config --cflags leadscan) "$libraries/libleadscan.a" -pthread -o "$work/program"
  [[ $("$work/program") == "$version" ]] || die "the program in C++ by $cxx does not say $version"
  # shellcheck disable=SC2046
  "$cc" -std=c11 -Wall -Wextra -Werror "$tests/consumer.c" $(pkg-config --cflags --libs leadscan) \
    -o "$work/program"
  [[ $(LD_LIBRARY_PATH=$libraries "$work/program") == "$version" ]] ||
    die "the program in C by $cc does not say $version"
done

# Whence this machine has its packages, so that nginx is of the revision that the module is for.
sources=()
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do
  [[ ! -s $file ]] || sources+=("$file")
done
mmdebstrap --quiet --variant=apt --include=nginx bookworm "$root" "${sources[@]}"
# Servers of the machine and other runs of this test have its ports.
rm -- "$root/etc/nginx/sites-enabled/default"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"

module=$(package libnginx-mod-http-leadscan)
needs=", $(dpkg-deb -f "$module" Depends),"
revision=$(in_root dpkg-query --show --showformat '${Version}' nginx)
[[ $needs == *", nginx (= $revision),"* ]] || die "needs$needs and there is nginx $revision"
abi=$(in_root dpkg-query --show --showformat '${Provides}' nginx | grep -o 'nginx-abi-[^, ]*')
[[ $needs == *", $abi,"* ]] || die "needs$needs and there is $abi"
[[ $needs == *', libleadscan0 (>= '* ]] || die "does not need libleadscan0:$needs"

# Without the library it is not configured.
mkdir -- "$root/packages"
cp -- "$module" "$(package libleadscan0)" "$(package lua-leadscan)" "$root/packages"
if in_root dpkg --install "/packages/${module##*/}" >"$work/log" 2>&1; then
  die 'was configured without libleadscan0'
fi
in_root sh -c 'dpkg --install /packages/*.deb' >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
[[ -s $root/usr/share/leadscan/lua/leadscan.lua ]] || die 'lua-leadscan has no leadscan.lua'
enabled=$root/etc/nginx/modules-enabled/50-mod-http-leadscan.conf
[[ $(in_root readlink "${enabled#"$root"}") == /usr/share/nginx/modules-available/mod-http-leadscan.conf ]] ||
  die 'the module is not enabled'
in_root nginx -t 2>"$work/log" || { cat "$work/log" >&2; die 'nginx -t'; }

cat >"$root/etc/nginx/conf.d/leadscan.conf" <<'END'
log_format leadscan '$request_uri $status $leadscan_status $leadscan_ds_id';
server {
  listen unix:/run/upstream.sock;
  access_log off;
  default_type application/json;
  location /good { return 201 '{"dsLeadOpportunityId":"Q7ZK-1M2N3P","action":"create","partnerLeadOpportunityId":"A","info":{"success":true,"statusCode":201}}'; }
  location /bad { return 201 '{"dsLeadOpportunityId":'; }
}
server {
  listen unix:/run/gateway.sock;
  access_log /var/log/nginx/leads.log leadscan;
  location / { leadscan on; proxy_pass http://unix:/run/upstream.sock:; }
  location /off/ { proxy_pass http://unix:/run/upstream.sock:/; }
}
END
in_root nginx -t 2>"$work/log" || { cat "$work/log" >&2; die 'nginx -t'; }
in_root nginx
ask() { curl --silent --show-error --fail --max-time 20 --unix-socket "$root/run/gateway.sock" "http://t$1"; }
[[ $(ask /good) == *'"Q7ZK-1M2N3P"'* && $(ask /bad) == '{"dsLeadOpportunityId":' && -n $(ask /off/good) ]] ||
  die 'other responses than upstream gave'
wanted=$'/good 201 ok Q7ZK-1M2N3P\n/bad 201 truncated -\n/off/good 201 - -'
for ((i = 0; i < 100; ++i)); do
  logged=$(<"$root/var/log/nginx/leads.log")
  [[ $logged != "$wanted" ]] || break
  sleep 0.1
done
[[ $logged == "$wanted" ]] || die "logged: $logged"

# Without the package, nginx is as it was.
rm -- "$root/etc/nginx/conf.d/leadscan.conf"
in_root dpkg --purge libnginx-mod-http-leadscan >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
[[ ! -e $enabled && ! -L $enabled ]] || die 'the module is still enabled'
in_root nginx -t 2>"$work/log" || { cat "$work/log" >&2; die 'nginx -t without the module'; }
echo "packages/tests/debian.sh: good, with ${compilers[*]}, and nginx $revision ($abi)"
