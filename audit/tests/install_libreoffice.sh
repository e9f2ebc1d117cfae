#!/usr/bin/env bash
# LibreOffice Calc without its windows, unless it is there: what opened_test.py opens tables with.
set -euo pipefail
# The name alone may be there where a part of it was removed.
works() { soffice --headless --version >/dev/null 2>&1; }
if works; then exit; fi
as_root=()
((EUID == 0)) || as_root=(sudo)
"${as_root[@]}" apt-get -qq update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get -qq install --yes --no-install-recommends libreoffice-calc-nogui >/dev/null
works
