// What the three RapidJSON adapters share.
#pragma once

#if defined(__SSE4_2__)
#define RAPIDJSON_SSE42
#elif defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/document.h>
#include <rapidjson/reader.h>

#include <cstddef>
#include <cstring>
#include <string_view>
#include <vector>

#include "bench/parsers/adapter.h"
#include "bench/parsers/dom_lead.h"

namespace leadscan::bench {

using RapidjsonPool = rapidjson::MemoryPoolAllocator<>;
// The pool serves the parser's stack too, which it would otherwise allocate for every document.
using RapidjsonDocument =
    rapidjson::GenericDocument<rapidjson::UTF8<>, RapidjsonPool, RapidjsonPool>;

// A pool whose first chunk is kept from document to document.
class ReusedPool {
 public:
  RapidjsonPool& cleared() {
    pool_.Clear();
    return pool_;
  }

 private:
  std::vector<char> memory_ = std::vector<char>(65536);
  RapidjsonPool pool_{memory_.data(), memory_.size()};
};

// A copy of a document with a NUL behind it. RapidJSON wants that for its fast paths, and a copy
// of its own for parsing in situ; it is part of the time.
class ReusedCopy {
 public:
  char* of(const Document& json) {
    if (memory_.size() < json.size + kSlack) memory_.resize(2 * json.size + kSlack);
    std::memcpy(memory_.data(), json.data, json.size);
    memory_[json.size] = '\0';
    return memory_.data();
  }

 private:
  static constexpr std::size_t kSlack = 64;  // its SIMD code reads on past the NUL
  std::vector<char> memory_ = std::vector<char>(4096);
};

struct RapidjsonTree {
  using Value = RapidjsonDocument::ValueType;
  using Node = const Value&;

  static Kind kind(Node node) {
    switch (node.GetType()) {
      case rapidjson::kNullType:
        return Kind::null;
      case rapidjson::kFalseType:
      case rapidjson::kTrueType:
        return Kind::boolean;
      case rapidjson::kStringType:
        return Kind::string;
      case rapidjson::kObjectType:
        return Kind::object;
      case rapidjson::kArrayType:
        return Kind::other;
      case rapidjson::kNumberType:
        break;
    }
    return node.IsInt64() ? Kind::integer : node.IsDouble() ? Kind::number : Kind::other;
  }
  static bool boolean(Node node) { return node.GetBool(); }
  static std::int64_t integer(Node node) { return node.GetInt64(); }
  static double number(Node node) { return node.GetDouble(); }
  static std::string_view string(Node node) { return {node.GetString(), node.GetStringLength()}; }

  template <typename Use>
  static bool for_each_member(Node node, Use use) {
    const auto end = node.MemberEnd();
    for (auto member = node.MemberBegin(); member != end; ++member)
      if (!use(string(member->name), member->value)) return false;
    return true;
  }
};

}  // namespace leadscan::bench
