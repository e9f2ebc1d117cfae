#include "bench/manifest.h"

#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>

#include "bench/compare_statistics.h"
#include "bench/compare_timing.h"
#include "leadscan/version.h"

namespace leadscan::bench {
namespace {

// The first line of a small file; nullopt if there is none.
std::optional<std::string> line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

// The value of the first line that begins with this name in /proc/cpuinfo.
std::string cpu_info(const std::string& root, std::string_view name) {
  std::ifstream file(root + "/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name)) continue;
    const std::size_t colon = line.find(": ");
    if (colon != line.npos) return line.substr(colon + 2);
  }
  return kUnknown;
}

// How many CPUs a list like 0-3,8 names.
unsigned count_cpus(const std::string& list) {
  unsigned count = 0;
  std::istringstream parts(list);
  for (std::string part; std::getline(parts, part, ',');) {
    unsigned first = 0;
    unsigned last = 0;
    const int read = std::sscanf(part.c_str(), "%u-%u", &first, &last);
    count += read == 2 ? last - first + 1 : read == 1;
  }
  return count;
}

std::vector<Manifest::Cache> caches_of(const std::string& root) {
  std::vector<Manifest::Cache> caches;
  for (unsigned index = 0;; ++index) {
    const std::string folder =
        root + "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + '/';
    const std::optional<std::string> size = line_of(folder + "size");
    if (!size) return caches;
    Manifest::Cache cache;
    char unit = ' ';
    unsigned long long number = 0;
    std::sscanf(size->c_str(), "%llu%c", &number, &unit);
    cache.bytes = number * (unit == 'K' ? 1024 : unit == 'M' ? 1024 * 1024 : 1);
    cache.level = static_cast<unsigned>(std::atoi(line_of(folder + "level").value_or("0").c_str()));
    cache.type = line_of(folder + "type").value_or(kUnknown);
    cache.shared_by = std::max(1u, count_cpus(line_of(folder + "shared_cpu_list").value_or("")));
    caches.push_back(std::move(cache));
  }
}

std::string hypervisor_of(const std::string& root) {
  const std::string flags = ' ' + cpu_info(root, "flags") + ' ';
  if (flags.find(" hypervisor ") == flags.npos) return "none seen";
  return line_of(root + "/sys/class/dmi/id/sys_vendor").value_or("yes");
}

// `bazel run` names the tree that it built the program from.
std::string workspace_status() {
  if (std::getenv("BUILD_WORKSPACE_DIRECTORY") == nullptr) return {};
  std::FILE* const pipe =
      popen("cd \"$BUILD_WORKSPACE_DIRECTORY\" && tools/workspace_status.sh 2>/dev/null", "r");
  if (pipe == nullptr) return {};
  char text[256];
  const std::size_t size = std::fread(text, 1, sizeof text, pipe);
  pclose(pipe);
  return std::string(text, size);
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

}  // namespace

void set_commit(Manifest& manifest, const std::string& status) {
  std::istringstream words(status);
  std::string name;
  std::string commit;
  if (!(words >> name >> commit) || name != "BUILD_SCM_REVISION") return;
  manifest.dirty = commit.ends_with('+');
  if (*manifest.dirty) commit.pop_back();
  manifest.commit = commit;
}

CpuTicks cpu_ticks(const std::string& root) {
  std::ifstream file(root + "/proc/stat");
  std::string name;
  file >> name;
  CpuTicks ticks;
  // user, nice, system, idle, iowait, irq, softirq, steal; what follows is in user and nice, too.
  for (int column = 0; column < 8; ++column) {
    std::uint64_t count = 0;
    file >> count;
    ticks.all += count;
    if (column == 7) ticks.stolen = count;
  }
  return ticks;
}

Manifest gather_manifest(const std::vector<std::unique_ptr<Adapter>>& adapters, Isa isa,
                         const std::string& root) {
  Manifest manifest;
  manifest.cpu = cpu_info(root, "model name");
  manifest.microcode = cpu_info(root, "microcode");
  manifest.caches = caches_of(root);
  manifest.governor =
      line_of(root + "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").value_or(kUnknown);
  manifest.hypervisor = hypervisor_of(root);
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    manifest.cpus = static_cast<unsigned>(CPU_COUNT(&set));
  utsname system;
  if (uname(&system) == 0)
    manifest.kernel = std::string(system.sysname) + ' ' + system.release + ' ' + system.machine;
  manifest.isa = name_of(best_isa(isa));
#if defined(__clang__)
  manifest.compiler = "clang " __clang_version__;
#else
  manifest.compiler = "gcc " __VERSION__;
#endif
  manifest.version = LEADSCAN_VERSION;
  set_commit(manifest, workspace_status());
  for (const std::unique_ptr<Adapter>& adapter : adapters) {
    if (!adapter->unavailable().empty()) continue;
    const Origin origin = adapter->origin();
    manifest.peers.push_back({std::string(adapter->name()), std::string(origin.library),
                              std::string(origin.version), std::string(origin.flags)});
  }
  std::ifstream load(root + "/proc/loadavg");
  for (double& average : manifest.load) load >> average;
  manifest.timer_nanoseconds = 1e9 * clock_seconds();
  return manifest;
}

void judge(Manifest& manifest, std::vector<double> deviations, double stolen) {
  constexpr double kBusy = 0.5;       // of the load average, of which this program is no part yet
  constexpr double kRestless = 0.03;  // on a quiet machine it is below 0.01
  constexpr double kStolen = 0.005;
  manifest.spread = median(std::move(deviations));
  std::vector<std::string>& warnings = manifest.warnings;
  if (manifest.load[0] > kBusy) {
    char text[160];
    std::snprintf(text, sizeof text,
                  "the load average was %.2f at the start: other programs ran, or had just run, "
                  "on this machine (%u CPUs)",
                  manifest.load[0], manifest.cpus);
    warnings.emplace_back(text);
  }
  if (stolen > kStolen)
    warnings.push_back("the hypervisor gave " + percent(stolen) +
                       " of the CPUs' time to other machines");
  if (manifest.spread > kRestless)
    warnings.push_back("blocks of the same work differ by " + percent(manifest.spread) +
                       " (median): small differences between parsers mean nothing");
  manifest.shared = !warnings.empty();
  if (manifest.dirty.value_or(false))
    warnings.emplace_back("the tree has changes that are in no commit");
  if (manifest.commit == kUnknown)
    warnings.emplace_back("the commit is unknown: `tools/bazel run` tells it");
  if (manifest.governor != kUnknown && manifest.governor != "performance")
    warnings.push_back("the CPU's governor is " + manifest.governor + ", not performance");
}

}  // namespace leadscan::bench
