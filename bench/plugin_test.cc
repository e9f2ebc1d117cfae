// Plug-ins: a real one, an older simdjson beside the one in the binary; and what is none.
#include "bench/plugin.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "bench/compare_verify.h"
#include "bench/parsers/parsers.h"
#include "corpus/corpus.h"

namespace leadscan::bench {
namespace {

constexpr const char* kOlder = "bench/libpeer_simdjson_3.so";

TEST(Plugin, AnOlderSimdjsonReadsTheSame) {
  std::string error;
  const std::unique_ptr<Adapter> older = load_plugin(kOlder, error);
  ASSERT_NE(older, nullptr) << error;
  EXPECT_EQ(older->name(), "simdjson_3");
  EXPECT_EQ(older->origin().library, "simdjson");
  EXPECT_EQ(older->origin().version, "3.12.3");
  const std::unique_ptr<Adapter> newer = make_simdjson_ondemand();
  EXPECT_NE(newer->origin().version, older->origin().version);

  const std::unique_ptr<Adapter> reference = make_leadscan();
  for (const corpus::Kind kind : corpus::kKinds) {
    SCOPED_TRACE(name_of(kind));
    corpus::Limit limit;
    limit.documents = 1000;
    const corpus::Corpus corpus = make_corpus(kind, 5, limit);
    const Verification result = verify(*older, *reference, corpus);
    EXPECT_EQ(result.mismatch, "");
    EXPECT_EQ(result.documents, 1000u);
    EXPECT_EQ(result.stricter, 0u);

    const BlockResult block = older->run_documents(documents_of(corpus));
    EXPECT_EQ(block.documents, 1000u);
    EXPECT_EQ(block.accepted, result.accepted);
    const BlockResult stream = older->run_stream(stream_of(corpus));
    EXPECT_EQ(stream.documents, 1000u);
    EXPECT_EQ(stream.accepted, result.accepted);
    EXPECT_EQ(newer->run_stream(stream_of(corpus)).documents, 1000u) << "they share symbols";
  }
}

TEST(Plugin, WhatIsNoneIsSaid) {
  std::string error;
  EXPECT_EQ(load_plugin("no/such/file.so", error), nullptr);
  EXPECT_NE(error.find("no/such/file.so"), std::string::npos) << error;
  EXPECT_EQ(load_plugin("lib/leadscan/c/libleadscan.so.0", error), nullptr);
  EXPECT_NE(error.find("is no peer"), std::string::npos) << error;
}

TEST(Plugin, OfAFolderAllAndWhatIsMissing) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "peers";
  fs::create_directories(folder);
  std::vector<std::unique_ptr<Adapter>> adapters;
  std::string error;
  EXPECT_FALSE(load_plugins(folder.string(), adapters, error));
  EXPECT_NE(error.find("there are no peers in it"), std::string::npos) << error;

  fs::copy_file(kOlder, folder / "libpeer_simdjson_3.so", fs::copy_options::overwrite_existing);
  std::ofstream(folder / "go_sonic.unavailable") << "install Go\n";
  std::ofstream(folder / "notes.txt") << "neither\n";
  ASSERT_TRUE(load_plugins(folder.string(), adapters, error)) << error;
  ASSERT_EQ(adapters.size(), 2u);
  EXPECT_EQ(adapters[0]->name(), "go_sonic");
  EXPECT_EQ(adapters[0]->unavailable(), "install Go");
  EXPECT_EQ(adapters[1]->name(), "simdjson_3");
  EXPECT_EQ(adapters[1]->unavailable(), "");
  EXPECT_NE(adapters[1]->origin().flags.find(" ns a call"), std::string_view::npos);

  std::ofstream(folder / "libpeer_broken.so") << "no shared object\n";
  adapters.clear();
  EXPECT_FALSE(load_plugins(folder.string(), adapters, error));
  EXPECT_NE(error.find("libpeer_broken.so"), std::string::npos) << error;
}

}  // namespace
}  // namespace leadscan::bench
