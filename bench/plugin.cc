#include "bench/plugin.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "bench/parsers/absent.h"
#include "bench/peer.h"
#include "leadscan/c/layout.h"

namespace leadscan::bench {
namespace {

struct Functions {
  decltype(&leadscan_peer_describe) describe = nullptr;
  decltype(&leadscan_peer_open) open = nullptr;
  decltype(&leadscan_peer_run) run = nullptr;
  decltype(&leadscan_peer_close) close = nullptr;
};

class Plugin final : public Adapter {
 public:
  Plugin(const Functions& functions, std::array<std::string, 4> texts, void* peer)
      : functions_(functions), texts_(std::move(texts)), peer_(peer) {}
  ~Plugin() override { functions_.close(peer_); }

  std::string_view name() const override { return texts_[0]; }
  Origin origin() const override { return {texts_[1], texts_[2], texts_[3]}; }

  bool parse(const Document& document, LeadResponse& response) override {
    c::Result result = {};
    result.size = sizeof result;
    const bool accepts = call({&document, 1}, result) == 1;
    response = result.response;
    return accepts;
  }

  BlockResult run_documents(std::span<const Document> documents) override {
    BlockResult block;
    c::Result result = {};
    result.size = sizeof result;
    block.documents = documents.size();
    block.accepted = call(documents, result);
    return block;
  }

  // By calls of as many lines as there are in a block of documents.
  BlockResult run_stream(const Document& ndjson) override {
    BlockResult block;
    std::array<Document, 64> lines;
    std::size_t count = 0;
    const auto flush = [&] {
      const BlockResult part = run_documents(std::span(lines).first(count));
      block.documents += part.documents;
      block.accepted += part.accepted;
      count = 0;
    };
    for_each_line(ndjson, [&](const Document& line) {
      lines[count++] = line;
      if (count == lines.size()) flush();
    });
    flush();
    return block;
  }

  BlockResult visit_stream(const Document& ndjson, const Visitor& visitor) override {
    BlockResult block;
    LeadResponse response;
    for_each_line(ndjson, [&](const Document& line) {
      const bool accepts = parse(line, response);
      block.add(accepts, response);
      visitor(accepts, response);
    });
    return block;
  }

 private:
  std::uint64_t call(std::span<const Document> documents, c::Result& result) {
    return functions_.run(peer_, reinterpret_cast<const leadscan_peer_document*>(documents.data()),
                          documents.size(), reinterpret_cast<leadscan_result*>(&result));
  }

  Functions functions_;
  std::array<std::string, 4> texts_;
  void* peer_;
};

// Nanoseconds of a call that reads nothing: what going into another language takes.
std::string cost_of_call(const Functions& functions, void* peer) {
  using Clock = std::chrono::steady_clock;
  constexpr int kCalls = 100;
  auto best = Clock::duration::max();
  const leadscan_peer_document none = {};
  c::Result result = {};
  result.size = sizeof result;
  for (int round = 0; round < 20; ++round) {
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < kCalls; ++i)
      functions.run(peer, &none, 0, reinterpret_cast<leadscan_result*>(&result));
    best = std::min(best, Clock::now() - begin);
  }
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(best).count();
  return std::to_string((nanoseconds + kCalls / 2) / kCalls) + " ns a call";
}

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

}  // namespace

std::unique_ptr<Adapter> load_plugin(const std::string& path, std::string& error) {
  // A path, never a name to be searched for.
  void* const library =
      dlopen((path.find('/') == path.npos ? "./" + path : path).c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    error = std::string("cannot load the peer: ") + dlerror();
    return nullptr;
  }
  Functions functions;
  if (!find(library, "leadscan_peer_describe", functions.describe) ||
      !find(library, "leadscan_peer_open", functions.open) ||
      !find(library, "leadscan_peer_run", functions.run) ||
      !find(library, "leadscan_peer_close", functions.close)) {
    error = path + " is no peer: it lacks one of the four functions of bench/peer.h";
    return nullptr;
  }
  const char* const description = functions.describe(LEADSCAN_PEER_ABI);
  if (description == nullptr) {
    error = path + " was made for another version of bench/peer.h";
    return nullptr;
  }
  std::array<std::string, 4> texts;
  std::istringstream lines(description);
  for (std::string& text : texts) std::getline(lines, text);
  if (texts[0].empty() || texts[2].empty()) {
    error = path + " does not tell its name and version";
    return nullptr;
  }
  void* const peer = functions.open();
  if (peer == nullptr) {
    error = path + ": " + texts[0] + " cannot be opened";
    return nullptr;
  }
  texts[3] += (texts[3].empty() ? "" : "; ") + cost_of_call(functions, peer);
  return std::make_unique<Plugin>(functions, std::move(texts), peer);
}

bool load_plugins(const std::string& path, std::vector<std::unique_ptr<Adapter>>& adapters,
                  std::string& error) {
  namespace fs = std::filesystem;
  std::error_code code;
  if (!fs::is_directory(path, code)) {
    adapters.push_back(load_plugin(path, error));
    return adapters.back() != nullptr;
  }
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(path, code)) {
    const fs::path& file = entry.path();
    if (file.extension() == ".unavailable" ||
        (file.extension() == ".so" && file.filename().string().starts_with("libpeer_")))
      files.push_back(file);
  }
  if (code || files.empty()) {
    error = "cannot read " + path + ": " + (code ? code.message() : "there are no peers in it");
    return false;
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    if (file.extension() == ".so") {
      adapters.push_back(load_plugin(file.string(), error));
      if (adapters.back() == nullptr) return false;
    } else {
      std::string why;
      std::ifstream stream(file);
      std::getline(stream, why);
      adapters.push_back(std::make_unique<Absent>(file.stem().string(), std::move(why)));
    }
  }
  return true;
}

}  // namespace leadscan::bench
