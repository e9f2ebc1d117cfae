// Bodies that arrive in pieces: whichever way they are cut, the answer is that of the whole.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "leadscan/c/leadscan.h"
#include "tests/c_support.h"
#include "tests/support.h"

namespace leadscan::testing {
namespace {

constexpr std::size_t kLimit = 1 << 16;

// A body whose memory grows as it asks, and whose pieces are gone after each call.
class Body {
 public:
  explicit Body(std::size_t limit = kLimit, std::uint64_t expected = LEADSCAN_BODY_UNKNOWN) {
    leadscan_body_begin(&body_, limit, expected);
  }
  std::int32_t add(std::string_view piece, bool last = false) {
    // An exact block, so that a sanitizer sees a read behind it, or of it when it is gone.
    auto bytes = std::make_unique<char[]>(piece.size());
    piece.copy(bytes.get(), piece.size());
    std::int32_t state = 0;
    while ((state = leadscan_body_add(&body_, bytes.get(), piece.size(), last)) ==
           LEADSCAN_BODY_NEEDS_MEMORY) {
      EXPECT_LE(body_.wanted, body_.limit);
      EXPECT_GE(body_.wanted, body_.size + piece.size());
      auto memory = std::make_unique<char[]>(body_.wanted);
      EXPECT_EQ(leadscan_body_give(&body_, memory.get(), body_.wanted), LEADSCAN_BODY_GATHERING);
      memory_ = std::move(memory);
      ++given_;
    }
    if (body_.data == bytes.get()) piece_ = std::move(bytes);
    return state;
  }
  std::int32_t end() { return leadscan_body_end(&body_); }
  Outcome outcome(leadscan_parser* parser) {
    leadscan_result result = new_result();
    leadscan_parse_body(parser, &body_, &result);
    return outcome_of(body_.data, parser, result);
  }
  const leadscan_body& get() const { return body_; }
  int given() const { return given_; }

 private:
  leadscan_body body_;
  std::unique_ptr<char[]> memory_;
  std::unique_ptr<char[]> piece_;
  int given_ = 0;
};

TEST(CBody, OnePieceIsNotCopied) {
  const std::string& json = fixture("created/typical");
  const CParser parser;
  for (const std::uint64_t expected : {std::uint64_t{json.size()}, LEADSCAN_BODY_UNKNOWN}) {
    const bool last = expected == LEADSCAN_BODY_UNKNOWN;
    leadscan_body body;
    leadscan_body_begin(&body, kLimit, expected);
    ASSERT_EQ(leadscan_body_add(&body, json.data(), json.size(), last), LEADSCAN_BODY_COMPLETE);
    EXPECT_EQ(body.data, json.data());
    EXPECT_EQ(body.memory, nullptr);
    leadscan_result result = new_result();
    EXPECT_EQ(leadscan_parse_body(parser.get(), &body, &result), LEADSCAN_STATUS_OK);
    EXPECT_GE(result.ds_id.data, json.data());
    EXPECT_LT(result.ds_id.data, json.data() + json.size());
  }
}

TEST(CBody, EmptyPiecesInFrontOfTheOnlyOne) {
  const std::string& json = fixture("created/typical");
  leadscan_body body;
  leadscan_body_begin(&body, kLimit, LEADSCAN_BODY_UNKNOWN);
  EXPECT_EQ(leadscan_body_add(&body, nullptr, 0, 0), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(leadscan_body_add(&body, json.data(), json.size(), 1), LEADSCAN_BODY_COMPLETE);
  EXPECT_EQ(body.data, json.data());
}

TEST(CBody, EveryCutGivesTheAnswerOfTheWhole) {
  const CParser parser;
  for (const Fixture& fixture : fixtures()) {
    const std::string_view json = fixture.bytes;
    if (json.size() > kLimit) continue;
    const Outcome expected = parse_strictly(json);
    const std::size_t step = json.size() > 1000 ? 97 : kSlow ? 7 : 1;
    for (std::size_t cut = 0; cut <= json.size(); cut += step)
      for (const bool is_known : {false, true}) {
        Body body(kLimit, is_known ? json.size() : LEADSCAN_BODY_UNKNOWN);
        body.add(json.substr(0, cut));
        body.add(json.substr(cut));
        // The end of a stream may come in a call of its own.
        if (!is_known) {
          EXPECT_EQ(body.get().state, LEADSCAN_BODY_GATHERING) << fixture << cut;
          body.add("", true);
        }
        ASSERT_EQ(body.get().state, LEADSCAN_BODY_COMPLETE) << fixture << cut;
        ASSERT_EQ(body.outcome(parser.get()), expected) << fixture << cut;
        ASSERT_EQ(std::string_view(body.get().data, body.get().size), json);
      }
  }
}

TEST(CBody, BytewiseAndInPiecesOfEverySize) {
  const CParser parser;
  const std::string json = "{\"message\":\"" + std::string(5000, 'm') + "\"}";
  const Outcome expected = parse_strictly(json);
  for (std::size_t size = 1; size < 5100; size = size < 20 ? size + 1 : size * 3 / 2) {
    Body body;
    for (std::size_t at = 0; at < json.size(); at += size)
      body.add(std::string_view(json).substr(at, size), at + size >= json.size());
    ASSERT_EQ(body.get().state, LEADSCAN_BODY_COMPLETE) << size;
    EXPECT_EQ(body.outcome(parser.get()), expected) << size;
    EXPECT_LE(body.given(), 4) << size;  // 1024, 2048, 4096, 8192: it doubles
  }
}

TEST(CBody, WantsWhatIsExpectedAtOnce) {
  Body body(kLimit, 3000);
  EXPECT_EQ(body.add("{"), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(body.get().capacity, 3000u);
  EXPECT_EQ(body.add(std::string(2999, ' ')), LEADSCAN_BODY_COMPLETE);
  EXPECT_EQ(body.given(), 1);
}

TEST(CBody, TooLarge) {
  const CParser parser;
  leadscan_body announced;
  EXPECT_EQ(leadscan_body_begin(&announced, 100, 101), LEADSCAN_BODY_TOO_LARGE);
  EXPECT_EQ(leadscan_body_begin(&announced, 100, 100), LEADSCAN_BODY_GATHERING);
  for (const bool at_once : {true, false}) {
    Body body(100);
    if (at_once) {
      body.add(std::string(101, ' '), true);
    } else {
      EXPECT_EQ(body.add(std::string(60, ' ')), LEADSCAN_BODY_GATHERING);
      EXPECT_EQ(body.add(std::string(40, ' ')), LEADSCAN_BODY_GATHERING);
      EXPECT_EQ(body.get().capacity, 100u);
      EXPECT_EQ(body.add(" "), LEADSCAN_BODY_TOO_LARGE);
    }
    ASSERT_EQ(body.get().state, LEADSCAN_BODY_TOO_LARGE);
    // It stays so.
    EXPECT_EQ(body.add("{}", true), LEADSCAN_BODY_TOO_LARGE);
    EXPECT_EQ(body.end(), LEADSCAN_BODY_TOO_LARGE);
    const Outcome outcome = body.outcome(parser.get());
    EXPECT_EQ(outcome.error, (Error{ErrorCode::too_large, Field::document, 100}));
    EXPECT_EQ(outcome.verdict(), Verdict::too_large);
  }
}

TEST(CBody, SizesThatWouldOverflow) {
  leadscan_body body;
  leadscan_body_begin(&body, SIZE_MAX, LEADSCAN_BODY_UNKNOWN);
  char memory[16];
  ASSERT_EQ(leadscan_body_give(&body, memory, sizeof memory), LEADSCAN_BODY_GATHERING);
  ASSERT_EQ(leadscan_body_add(&body, "{\"a\":", 5, 0), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(leadscan_body_add(&body, "", SIZE_MAX - 5, 0), LEADSCAN_BODY_NEEDS_MEMORY);
  EXPECT_EQ(leadscan_body_add(&body, "", SIZE_MAX - 4, 0), LEADSCAN_BODY_TOO_LARGE);
}

TEST(CBody, Incomplete) {
  const CParser parser;
  const std::string& json = fixture("created/typical");
  // Cut where the document happens to be whole: a length is known, and more should have come.
  for (const bool told : {false, true}) {
    Body body(kLimit, json.size() + 1);
    body.add(json, told);
    EXPECT_EQ(told ? body.get().state : body.end(), LEADSCAN_BODY_INCOMPLETE);
    EXPECT_EQ(body.get().size, json.size());
    EXPECT_EQ(body.add("}"), LEADSCAN_BODY_INCOMPLETE);
    leadscan_result result = new_result();
    EXPECT_EQ(leadscan_parse_body(parser.get(), &body.get(), &result), -2);
    EXPECT_EQ(result.status, LEADSCAN_STATUS_INCOMPLETE);
    EXPECT_EQ(result.verdict, LEADSCAN_VERDICT_NONE);
    EXPECT_EQ(result.error_offset, json.size());
    EXPECT_EQ(result.error_field, LEADSCAN_FIELD_DOCUMENT);
    EXPECT_EQ(result.ds_id.presence, LEADSCAN_PRESENCE_ABSENT);
    EXPECT_EQ(result.family, LEADSCAN_FAMILY_NONE);
  }
  // Nothing said that it was the last piece.
  Body cut;
  cut.add(json);
  leadscan_result result = new_result();
  EXPECT_EQ(leadscan_parse_body(parser.get(), &cut.get(), &result), LEADSCAN_STATUS_INCOMPLETE);
  EXPECT_EQ(cut.end(), LEADSCAN_BODY_INCOMPLETE);
  // What is complete does not become less.
  Body whole;
  whole.add(json, true);
  EXPECT_EQ(whole.end(), LEADSCAN_BODY_COMPLETE);
}

TEST(CBody, IncompleteWithItsOnlyPieceNeedsNoMemory) {
  leadscan_body body;
  leadscan_body_begin(&body, kLimit, 100);
  EXPECT_EQ(leadscan_body_add(&body, "{}", 2, 1), LEADSCAN_BODY_INCOMPLETE);
  EXPECT_EQ(std::string_view(body.data, body.size), "{}");
}

TEST(CBody, MemoryOfTheSameSizeReplacesWhatItHad) {
  leadscan_body body;
  leadscan_body_begin(&body, kLimit, LEADSCAN_BODY_UNKNOWN);
  char first[8] = "";
  char second[8] = "";
  EXPECT_EQ(leadscan_body_give(&body, first, sizeof first), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(leadscan_body_add(&body, "{", 1, 0), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(leadscan_body_give(&body, second, sizeof second), LEADSCAN_BODY_GATHERING);
  first[0] = 'x';  // the caller's again
  EXPECT_EQ(leadscan_body_add(&body, "}", 1, 1), LEADSCAN_BODY_COMPLETE);
  EXPECT_EQ(std::string_view(body.data, body.size), "{}");
}

TEST(CBody, WhatComesBehindTheExpectedBytesIsNoPartOfIt) {
  const CParser parser;
  const std::string& json = fixture("created/typical");
  for (const std::size_t first : {json.size() + 5, json.size() - 5}) {
    const std::string more = json + "HTTP/1.1 200 OK";
    Body body(json.size(), json.size());
    body.add(more.substr(0, first));
    EXPECT_EQ(body.add(more.substr(first)), LEADSCAN_BODY_COMPLETE);
    EXPECT_EQ(body.get().size, json.size());
    EXPECT_EQ(body.outcome(parser.get()).family, Family::created);
  }
}

TEST(CBody, Empty) {
  const CParser parser;
  leadscan_body body;
  EXPECT_EQ(leadscan_body_begin(&body, kLimit, 0), LEADSCAN_BODY_COMPLETE);
  leadscan_result result = new_result();
  EXPECT_EQ(leadscan_parse_body(parser.get(), &body, &result), LEADSCAN_STATUS_TRUNCATED);
  EXPECT_EQ(leadscan_body_begin(&body, kLimit, LEADSCAN_BODY_UNKNOWN), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(leadscan_body_add(&body, nullptr, 0, 1), LEADSCAN_BODY_COMPLETE);
  EXPECT_EQ(body.size, 0u);
}

TEST(CBody, WithoutMemoryItGoesOnLater) {
  // The call that had no room has taken nothing; memory that is too small does not replace any.
  leadscan_body body;
  leadscan_body_begin(&body, kLimit, LEADSCAN_BODY_UNKNOWN);
  EXPECT_EQ(leadscan_body_add(&body, "{}", 2, 0), LEADSCAN_BODY_NEEDS_MEMORY);
  EXPECT_EQ(body.size, 0u);
  EXPECT_EQ(leadscan_body_end(&body), LEADSCAN_BODY_INCOMPLETE);
  leadscan_body_begin(&body, kLimit, LEADSCAN_BODY_UNKNOWN);
  char memory[4];
  char smaller[3];
  EXPECT_EQ(leadscan_body_give(&body, memory, sizeof memory), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(leadscan_body_add(&body, " {}", 3, 0), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(leadscan_body_give(&body, smaller, sizeof smaller), LEADSCAN_BODY_GATHERING);
  EXPECT_EQ(body.memory, memory);
  EXPECT_EQ(leadscan_body_add(&body, "  ", 2, 0), LEADSCAN_BODY_NEEDS_MEMORY);
  EXPECT_EQ(body.wanted, 1024u);
  EXPECT_EQ(leadscan_body_add(&body, " ", 1, 1), LEADSCAN_BODY_COMPLETE);
  EXPECT_EQ(std::string_view(body.data, body.size), " {} ");
}

}  // namespace
}  // namespace leadscan::testing
