#!/usr/bin/env bash
# LibreOffice Calc without its windows, unless it is there: what opened_test.py opens tables with.
set -euo pipefail
if type -P soffice >/dev/null; then exit; fi
as_root=()
((EUID == 0)) || as_root=(sudo)
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get -qq install --yes --no-install-recommends libreoffice-calc-nogui >/dev/null
type -P soffice >/dev/null
