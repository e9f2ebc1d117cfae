#include "audit/cli/version.h"

#include <fmt/format.h>

#include "leadscan/isa.h"

namespace leadscan::audit {
namespace {

#if defined(__clang__)
constexpr std::string_view kCompiler = "clang " __clang_version__;
#else
constexpr std::string_view kCompiler = "gcc " __VERSION__;
#endif

}  // namespace

std::string version_text() {
  std::string sets(name_of(Isa::portable));
#if defined(__x86_64__)
  for (const Isa isa : {Isa::avx2, Isa::avx512})
    sets += fmt::format(", {}{}", name_of(isa), has_isa(isa) ? "" : " (not on this CPU)");
#endif
  const std::string_view commit = kCommit;
  return fmt::format("leadscan {}\ncommit: {}\ncompiler: {}\ninstruction sets: {}", kVersion,
                     commit == "0" ? "not told to the build" : commit, kCompiler, sets);
}

}  // namespace leadscan::audit
