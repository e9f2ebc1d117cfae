#!/usr/bin/env bash
# Installs the leadscan command, its man page and its completions. The first argument is the
# binary: the man page and the completions are what it prints.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: install [--prefix=DIR] [--destdir=DIR]
  --prefix   where leadscan will be used from (default /usr/local)
  --destdir  a folder that stands for the root while a package is built
HELP
}
die() {
  printf 'install: %s\n' "$*" >&2
  exit 2
}

binary=$(realpath -- "$1")
shift
# `bazel run` starts it in its runfiles. Elsewhere the variable is an inherited one.
[[ $PWD != *.runfiles/* ]] || cd -- "${BUILD_WORKING_DIRECTORY:-.}"
prefix=/usr/local
destdir=
while (($# > 0)); do
  case $1 in
    --prefix=* | --destdir=*) name=${1%%=*} value=${1#*=} ;;
    --prefix | --destdir)
      (($# > 1)) || die "$1 needs a folder"
      name=$1 value=$2
      shift
      ;;
    --help | -h) usage && exit ;;
    *) die "what is $1? Try --help" ;;
  esac
  [[ -n $value || $name == --destdir ]] || die "$name needs a folder"
  [[ $name == --prefix ]] && prefix=$value || destdir=$value
  shift
done
[[ -z $destdir || $prefix == /* ]] || die "with --destdir, --prefix must be absolute"
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
