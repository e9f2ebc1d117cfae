// The manifest of a run: what its figures hold for, and what speaks against them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/parsers/adapter.h"
#include "leadscan/isa.h"

namespace leadscan::bench {

inline constexpr const char* kUnknown = "unknown";

struct Manifest {
  struct Cache {
    unsigned level = 0;
    std::string type;  // Data, Instruction or Unified
    std::uint64_t bytes = 0;
    unsigned shared_by = 1;  // CPUs
  };
  struct Peer {
    std::string parser;
    std::string library;
    std::string version;
    std::string flags;
  };

  std::string cpu = kUnknown;
  unsigned cpus = 1;  // that the process may use
  std::vector<Cache> caches;
  std::string microcode = kUnknown;
  std::string governor = kUnknown;
  std::string kernel = kUnknown;
  std::string hypervisor = kUnknown;
  std::string isa;
  std::string compiler;
  std::string version;
  std::string commit = kUnknown;
  std::optional<bool> dirty;
  std::vector<Peer> peers;
  std::array<double, 3> load = {};  // at the start
  double timer_nanoseconds = 0;
  // Known at the end only.
  double spread = 0;
  bool shared = false;
  std::vector<std::string> warnings;
};

// What is known at the start. Under `root` are proc and sys: the machine's, or a test's.
Manifest gather_manifest(const std::vector<std::unique_ptr<Adapter>>& adapters, Isa isa,
                         const std::string& root = {});

// Adds what the run has shown: `deviations` of its rows, and what share of all CPUs' time a
// hypervisor gave to somebody else.
void judge(Manifest& manifest, std::vector<double> deviations, double stolen);

// The ticks of all CPUs since the machine started, and those that were stolen.
struct CpuTicks {
  std::uint64_t all = 0;
  std::uint64_t stolen = 0;
};
CpuTicks cpu_ticks(const std::string& root = {});

// What `tools/workspace_status.sh` prints: the commit, with a + behind it if files were changed.
void set_commit(Manifest& manifest, const std::string& status);

}  // namespace leadscan::bench
