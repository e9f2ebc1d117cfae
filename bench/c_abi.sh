#!/usr/bin/env bash
# What a call of the C interface costs above one of C++: the median over many processes, each without
# address space randomisation, since where things lie costs more than what is measured. Then what a
# parser in the caller's memory costs on a CPU without AVX2. bench/results/ has a run.
#   bench/c_abi.sh [PROCESSES]
set -euo pipefail
cd "$(dirname "$0")/.."
processes=${1:-21}
tools/bazel build -c opt //bench:c_abi //lib/leadscan/c:libleadscan.so.0 >&2
bin=$(tools/bazel info -c opt bazel-bin 2>/dev/null)

# Of lines "name number": of each name the number of processes, their median, quartiles and least.
summary() {
  sort -k1,1 -k2,2n | awk '
    function flush() {
      if (n > 0)
        printf "%-24s %3d processes, ns a document: median %8.2f, quartiles %8.2f to %8.2f, least %8.2f\n",
               name, n, v[int((n + 1) / 2)], v[int((n + 3) / 4)], v[int((3 * n + 1) / 4)], v[1]
      n = 0
    }
    $1 != name { flush(); name = $1 }
    { v[++n] = $2 }
    END { flush() }'
}

echo "$(grep -m 1 'model name' /proc/cpuinfo | cut -d: -f2-), $(nproc) CPUs, load $(cut -d' ' -f1-3 /proc/loadavg), gcc $(g++ -dumpfullversion)"
for ((i = 0; i < processes; ++i)); do
  setarch -R "$bin/bench/c_abi" interfaces "$bin/lib/leadscan/c/libleadscan.so.0" |
    awk '{ print; value[$1] = $2 } END { printf "c_above_cxx %.2f\n", value["c"] - value["cxx"] }'
done | summary
for ((i = 0; i < (processes + 3) / 4; ++i)); do
  setarch -R "$bin/bench/c_abi" portable
done | summary
