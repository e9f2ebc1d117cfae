// The reports of `audit` that are one text in a file of their own, which takes its place when it is
// whole: the option that names the file, and who writes the text.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "audit/cli/options.h"
#include "audit/storage/replaced_file.h"

namespace leadscan::audit {

struct ReportFile {
  std::string Options::* path;  // empty: it is not asked for
  PartialMark mark;             // in front of the text; tells an earlier run's file from a log
  std::string (*text)(const Report& report, std::int64_t now) = nullptr;
};

std::span<const ReportFile> report_files();

}  // namespace leadscan::audit
