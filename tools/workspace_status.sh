#!/usr/bin/env bash
# For Bazel's --stamp: which commit is built. Without git, or in a tree without a history, none.
set -uo pipefail
commit=$(git rev-parse --verify --short=12 HEAD 2>/dev/null) || exit 0
git diff --quiet HEAD -- 2>/dev/null || commit+=+
echo "BUILD_SCM_REVISION $commit"
