#!/usr/bin/env bash
# Installs the leadscan command, its man page and its completions; and the library, if there are
# four words in front of the options: the command, the static library, the shared one, and the module
# for Envoy. The man page and the completions are what the command prints; the headers are those in
# lib/leadscan, the module for Lua that of gateway/lua.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: install [--prefix=DIR] [--libdir=DIR] [--destdir=DIR]
  --prefix   where leadscan will be used from (default /usr/local)
  --libdir   where in it the libraries are (default lib)
  --destdir  a folder that stands for the root while a package is built
HELP
}
die() {
  printf 'install: %s\n' "$*" >&2
  exit 2
}

binary=$(realpath -- "$1")
shift
static_library='' shared_library='' envoy_module='' sources=$PWD
if (($# > 2)) && [[ $1 != -* && $2 != -* && $3 != -* && -f $1 && -f $2 && -f $3 ]]; then
  static_library=$(realpath -- "$1") shared_library=$(realpath -- "$2")
  envoy_module=$(realpath -- "$3")
  shift 3
fi
# `bazel run` starts it in its runfiles. Elsewhere the variable is an inherited one.
[[ $PWD != *.runfiles/* ]] || cd -- "${BUILD_WORKING_DIRECTORY:-.}"
prefix=/usr/local
libdir=lib
destdir=
while (($# > 0)); do
  case $1 in
    --prefix=* | --libdir=* | --destdir=*) name=${1%%=*} value=${1#*=} ;;
    --prefix | --libdir | --destdir)
      (($# > 1)) || die "$1 needs a folder"
      name=$1 value=$2
      shift
      ;;
    --help | -h) usage && exit ;;
    *) die "what is $1? Try --help" ;;
  esac
  [[ -n $value || $name == --destdir ]] || die "$name needs a folder"
  case $name in
    --prefix) prefix=$value ;;
    --libdir) libdir=${value%/} ;;
    --destdir) destdir=$value ;;
  esac
  shift
done
[[ -z $destdir || $prefix == /* ]] || die "with --destdir, --prefix must be absolute"
[[ $libdir != /* && /$libdir/ != */../* ]] || die "--libdir must be below the prefix"
root=$destdir$prefix

# put MODE PATH: standard input into a file, which is there whole or not at all.
put() {
  local path=$root/$2
  mkdir -p -- "${path%/*}"
  local new
  new=$(mktemp -- "${path%/*}/.leadscan-XXXXXX")
  # A program that runs keeps its old file: the new one takes the name only.
  if cat >"$new" && chmod "$1" -- "$new" && mv -f -- "$new" "$path"; then
    printf '%s\n' "$path"
  else
    rm -f -- "$new"
    die "$path: cannot be written"
  fi
}

put 755 bin/leadscan <"$binary"
"$binary" --man | put 644 share/man/man1/leadscan.1
"$binary" --completions bash | put 644 share/bash-completion/completions/leadscan
"$binary" --completions zsh | put 644 share/zsh/site-functions/_leadscan
"$binary" --completions fish | put 644 share/fish/vendor_completions.d/leadscan.fish

[[ -n $static_library ]] || exit 0
version=$(sed -n 's/^#define LEADSCAN_VERSION_\(MAJOR\|MINOR\|PATCH\) //p' \
  "$sources/lib/leadscan/version.h" | paste -s -d .)

# fill TEMPLATE: with what there is instead of @NAME@, as CMake does it.
up=$(sed 's,[^/]*,..,g' <<<"$libdir")
fill() {
  sed -e "s,@LEADSCAN_VERSION@,$version,g; s,@LEADSCAN_SOVERSION@,${version%%.*},g" \
    -e "s,@LEADSCAN_LIBDIR@,$libdir,g; s,@LEADSCAN_TO_PREFIX@,$up/../..,g" \
    -e "s,@LEADSCAN_PC_TO_PREFIX@,$up/..,g; s,@LEADSCAN_[A-Z_]*@,,g" "$sources/packages/$1.in"
}
for header in "$sources"/lib/leadscan/{,json/,c/}*.h; do
  put 644 "include/${header#"$sources/lib/"}" <"$header"
done
put 644 "$libdir/libleadscan.a" <"$static_library"
put 644 "$libdir/libleadscan.so.$version" <"$shared_library"
ln -sf -- "libleadscan.so.$version" "$root/$libdir/libleadscan.so.${version%%.*}"
ln -sf -- "libleadscan.so.${version%%.*}" "$root/$libdir/libleadscan.so"
put 644 "$libdir/leadscan/libleadscan_envoy.so" <"$envoy_module" # Envoy is told of its folder
put 644 share/leadscan/lua/leadscan.lua <"$sources/gateway/lua/leadscan.lua"
for name in leadscan-config leadscan-config-version; do
  fill "$name.cmake" | put 644 "$libdir/cmake/leadscan/$name.cmake"
done
fill leadscan.pc | put 644 "$libdir/pkgconfig/leadscan.pc"
