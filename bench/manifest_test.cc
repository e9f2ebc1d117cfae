// The manifest, from files as Linux has them.
#include "bench/manifest.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "bench/compare_statistics.h"

namespace leadscan::bench {
namespace {

class Root {
 public:
  void add(const std::string& path, std::string_view text) {
    const std::filesystem::path file = root_ + path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text << '\n';
  }
  const std::string& path() const { return root_; }

 private:
  std::string root_ = testing::TempDir() + "/root";
};

TEST(Manifest, IsWhatLinuxSays) {
  Root root;
  root.add("/proc/cpuinfo",
           "processor\t: 0\nmodel name\t: A CPU\nmicrocode\t: 0x17\nflags\t\t: fpu hypervisor sse");
  root.add("/proc/loadavg", "1.25 0.50 0.10 2/345 6789");
  root.add("/proc/stat", "cpu  10 20 30 400 5 6 7 8 9 10");
  const std::string cpu = "/sys/devices/system/cpu/cpu0/";
  root.add(cpu + "cache/index0/size", "48K");
  root.add(cpu + "cache/index0/level", "1");
  root.add(cpu + "cache/index0/type", "Data");
  root.add(cpu + "cache/index0/shared_cpu_list", "0,4");
  root.add(cpu + "cache/index1/size", "32M");
  root.add(cpu + "cache/index1/level", "3");
  root.add(cpu + "cache/index1/type", "Unified");
  root.add(cpu + "cache/index1/shared_cpu_list", "0-7,9");
  root.add(cpu + "cpufreq/scaling_governor", "powersave");
  root.add("/sys/class/dmi/id/sys_vendor", "QEMU");

  const Manifest manifest = gather_manifest({}, Isa::portable, root.path());
  EXPECT_EQ(manifest.cpu, "A CPU");
  EXPECT_EQ(manifest.microcode, "0x17");
  EXPECT_EQ(manifest.hypervisor, "QEMU");
  EXPECT_EQ(manifest.governor, "powersave");
  EXPECT_EQ(manifest.load[0], 1.25);
  EXPECT_EQ(manifest.load[2], 0.1);
  ASSERT_EQ(manifest.caches.size(), 2u);
  EXPECT_EQ(manifest.caches[0].bytes, 48u * 1024);
  EXPECT_EQ(manifest.caches[0].shared_by, 2u);
  EXPECT_EQ(manifest.caches[1].bytes, 32u * 1024 * 1024);
  EXPECT_EQ(manifest.caches[1].shared_by, 9u);
  EXPECT_EQ(manifest.isa, "portable");
  EXPECT_GT(manifest.timer_nanoseconds, 0);
  EXPECT_EQ(cpu_ticks(root.path()).all, 486u);
  EXPECT_EQ(cpu_ticks(root.path()).stolen, 8u);
}

TEST(Manifest, WhatCannotBeToldIsUnknown) {
  const Manifest manifest = gather_manifest({}, Isa::portable, "/no/such/folder");
  EXPECT_EQ(manifest.cpu, kUnknown);
  EXPECT_EQ(manifest.governor, kUnknown);
  EXPECT_TRUE(manifest.caches.empty());
}

TEST(Manifest, Commit) {
  Manifest manifest;
  set_commit(manifest, "");
  EXPECT_EQ(manifest.commit, kUnknown);
  EXPECT_FALSE(manifest.dirty.has_value());
  set_commit(manifest, "BUILD_SCM_REVISION 0123456789ab\n");
  EXPECT_EQ(manifest.commit, "0123456789ab");
  EXPECT_EQ(manifest.dirty, false);
  set_commit(manifest, "BUILD_SCM_REVISION 0123456789ab+\n");
  EXPECT_EQ(manifest.commit, "0123456789ab");
  EXPECT_EQ(manifest.dirty, true);
}

Manifest quiet() {
  Manifest manifest;
  manifest.commit = "0123456789ab";
  return manifest;
}

TEST(Manifest, TellsASharedMachine) {
  Manifest manifest = quiet();
  judge(manifest, {0.001, 0.02, 0.01}, 0.0001);
  EXPECT_EQ(manifest.spread, 0.01);
  EXPECT_FALSE(manifest.shared);
  EXPECT_TRUE(manifest.warnings.empty());

  Manifest busy = quiet();
  busy.load[0] = 1.5;
  judge(busy, {}, 0);
  EXPECT_TRUE(busy.shared);

  Manifest restless = quiet();
  judge(restless, {0.05}, 0);
  EXPECT_TRUE(restless.shared);

  Manifest stolen = quiet();
  judge(stolen, {}, 0.02);
  EXPECT_TRUE(stolen.shared);
  EXPECT_NE(stolen.warnings[0].find("2.0 %"), std::string::npos);

  Manifest dirty = quiet();
  dirty.dirty = true;
  judge(dirty, {}, 0);
  EXPECT_FALSE(dirty.shared);
  EXPECT_EQ(dirty.warnings.size(), 1u);
}

TEST(Statistics, Quantiles) {
  EXPECT_EQ(median({3, 1, 2}), 2);
  EXPECT_EQ(median({4, 1, 2, 3}), 2.5);
  EXPECT_EQ(median({}), 0);
  EXPECT_EQ(deviation({8, 10, 10, 14, 10}), 0);
  std::vector<double> values(1001);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i);
  EXPECT_EQ(quantile_of_sorted(values, 0.9).value, 900);
  // 95 % of a binomial variable with n 1001 and p 0.5: 500.5 +- 31.
  const Estimate middle = median_estimate({values.rbegin(), values.rend()});
  EXPECT_EQ(middle.value, 500);
  EXPECT_NEAR(middle.low, 469, 1);
  EXPECT_NEAR(middle.high, 532, 1);
  EXPECT_FALSE(median_estimate({1, 2, 3}).low > 0) << "an interval of three values";
}

}  // namespace
}  // namespace leadscan::bench
