// Members of archives, whole and cut at every place, and what formats are told by.
#include "audit/input/members.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <new>

#include "audit/input/format.h"

// Sanitizers have an allocator of their own.
#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LEADSCAN_FAILING_MALLOC

// So many more succeed, and the next one fails; negative: none fails.
static long allocations_left = -1;
static bool is_out_of_memory() { return allocations_left >= 0 && allocations_left-- == 0; }

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* at, std::size_t size);
void* malloc(std::size_t size) { return is_out_of_memory() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) {
  return is_out_of_memory() ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* at, std::size_t size) {
  return is_out_of_memory() ? nullptr : __libc_realloc(at, size);
}
}
#endif

namespace leadscan::audit {
namespace {

using namespace std::literals;

const std::vector<std::pair<std::string, std::string>> kMembers = {
    {"a", "first\n"}, {"dir/b", std::string(3000, 'b')}, {"empty", ""}, {"c", "last"}};

std::string make_archive(Format format) {
  std::string bytes(1 << 20, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  if (format == Format::tar) {
    archive_write_set_format_pax_restricted(writer);
  } else {
    archive_write_set_format_zip(writer);
  }
  archive_write_open_memory(writer, bytes.data(), bytes.size(), &used);
  for (const auto& [name, content] : kMembers) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    EXPECT_EQ(archive_write_header(writer, entry), ARCHIVE_OK);
    archive_write_data(writer, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  bytes.resize(used);
  return bytes;
}

struct Content {
  std::vector<std::pair<std::string, std::string>> members;
  std::vector<InputError> errors;
};

Content read(const std::string& bytes) {
  const std::string path = testing::TempDir() + "/members";
  std::ofstream(path, std::ios::binary) << bytes;
  Content content;
  Members members(path, {});
  while (members.next()) {
    auto& [name, text] = content.members.emplace_back(members.name().value_or("(none)"), "");
    char block[1000];
    while (const std::size_t got = members.bytes().read(block, sizeof block))
      text.append(block, got);
  }
  content.errors = members.errors();
  EXPECT_FALSE(members.next());  // the end stays the end
  return content;
}

class Archives : public testing::TestWithParam<Format> {};

TEST_P(Archives, Whole) {
  const std::string bytes = make_archive(GetParam());
  EXPECT_EQ(detect(bytes), GetParam());
  const Content content = read(bytes);
  EXPECT_EQ(content.members, kMembers);
  EXPECT_TRUE(content.errors.empty());
}

TEST_P(Archives, CutAnywhere) {
  const std::string bytes = make_archive(GetParam());
  // Of a tar the end mark may be shorter than it is as a rule: one block of zeros will do.
  std::size_t end = bytes.size();
  if (GetParam() == Format::tar) end = bytes.find_last_not_of('\0') / 512 * 512 + 512;
  for (std::size_t size = 512; size < end; size += size < 1200 ? 1 : 13) {
    const Content content = read(bytes.substr(0, size));
    ASSERT_FALSE(content.errors.empty()) << size;
    ASSERT_LE(content.members.size(), kMembers.size());
    for (std::size_t i = 0; i < content.members.size(); ++i) {
      ASSERT_EQ(content.members[i].first, kMembers[i].first);
      ASSERT_TRUE(kMembers[i].second.starts_with(content.members[i].second)) << size;
    }
  }
}

TEST_P(Archives, DamagedAnywhere) {
  const std::string bytes = make_archive(GetParam());
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    const Content content = read(damaged);  // ends, and touches nothing it should not
    std::size_t size = 0;
    for (const auto& [name, text] : content.members) size += text.size();
    ASSERT_LT(size, 10 * bytes.size()) << at;
  }
}

#ifdef LEADSCAN_FAILING_MALLOC
// What is not read for want of memory is told, one way or the other; nothing is passed over.
TEST_P(Archives, ShortOfMemoryAnywhere) {
  // Of two tars, one behind the other, all members are read.
  std::string bytes = make_archive(GetParam());
  std::size_t expected = kMembers.size();
  if (GetParam() == Format::tar) {
    bytes += bytes;
    expected *= 2;
  }
  const std::string path = testing::TempDir() + "/short";
  std::ofstream(path, std::ios::binary) << bytes;
  enum : int { kTold = 0, kPassedOver = 10, kEnough = 11 };
  const auto read = [&](long allocations) -> int {
    std::size_t members = 0;
    allocations_left = allocations;
    try {
      Members archive(path, {});
      char block[1000];
      for (; archive.next(); ++members)
        while (archive.bytes().read(block, sizeof block) != 0) {
        }
      if (!archive.errors().empty()) return kTold;
    } catch (const std::bad_alloc&) {
      return kTold;
    }
    if (members != expected) return kPassedOver;
    return allocations_left >= 0 ? kEnough : kTold;
  };
  int status = 0;
  for (long at = 0; !WIFEXITED(status) || WEXITSTATUS(status) != kEnough; ++at) {
    ASSERT_LT(at, 100000);
    // On its own, as libarchive calls exit(1) in some places; main() makes that what it means.
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(read(at));
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)) << at;
    ASSERT_NE(WEXITSTATUS(status), kPassedOver) << at;
  }
}
#endif

INSTANTIATE_TEST_SUITE_P(All, Archives, testing::Values(Format::tar, Format::zip),
                         [](const auto& info) { return std::string(name_of(info.param)); });

TEST(Members, WhatIsNoFile) {
  for (const std::string& path : {testing::TempDir() + "/none"s, testing::TempDir()}) {
    Members members(path, {});
    EXPECT_FALSE(members.next());
    ASSERT_EQ(members.errors().size(), 1u);
    EXPECT_EQ(members.errors()[0].file, path);
    EXPECT_FALSE(members.errors()[0].member);
  }
}

TEST(Format, ByContent) {
  EXPECT_EQ(detect(""), Format::plain);
  EXPECT_EQ(detect("{\"a\":1}"), Format::plain);
  EXPECT_EQ(detect("BZh9 is how this line begins"), Format::plain);
  EXPECT_EQ(detect("\x1F\x8B\x08"), Format::gzip);
  EXPECT_EQ(detect("\x1F\x8B"), Format::binary);
  EXPECT_EQ(detect("\x5E\x2A\x4D\x18"), Format::skippable);
  EXPECT_EQ(detect("Rar!\x1A\x07\x01"), Format::unsupported);
  EXPECT_EQ(why_not_read("Rar!\x1A\x07\x01"), "rar: not supported");
  EXPECT_EQ(detect(std::string(512, '\0')), Format::plain);
}

TEST(Format, WhatOnlyBeginsLikeAnArchiveIsText) {
  for (const std::string& line : {"070701 {\"a\":1}\n"s, "LZIP {\"a\":1}\n"s, "070707\n"s,
                                  "!<arch>\n{\"a\":1}\n"s, "]"s + std::string(500, '\0')})
    EXPECT_EQ(detect(line + std::string(300, ' ')), Format::plain) << line;
  EXPECT_EQ(why_not_read("070701" + std::string(104, '0') + "name"), "cpio: not supported");
  EXPECT_EQ(why_not_read("LZIP\1\x17"), "lzip: not supported");
  EXPECT_EQ(why_not_read("!<arch>\n" + std::string(58, ' ') + "`\n"), "ar: not supported");
  EXPECT_EQ(why_not_read("]\0\0\x80\0"s + std::string(8, '\xFF')), "lzma: not supported");
}

}  // namespace
}  // namespace leadscan::audit
