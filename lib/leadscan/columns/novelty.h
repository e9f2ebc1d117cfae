// Novelty: whether the structures of documents are new, lately.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace leadscan::internal {

// A walk over tokens takes jumps that a predictor learns where documents have the same tokens in
// the same order, whatever their names and values are: it is then faster than reading by columns.
// Of some documents the quotes, colons, commas and opening brackets are counted, those in texts,
// too; a structure is new if none of the last samples had the same counts. Of documents made of the
// same members in any order, nearly none is; of `adversarial`, 97 of 100 are.
class Novelty {
 public:
  // To be told of each document that may be read in either way; it looks at one in 16, or in 64
  // while nothing is new.
  void see(std::string_view json) noexcept {
    if (++documents_ >= (score_ == 0 ? kSeldom : kOften)) look_at(json);
  }
  bool is_high() const noexcept { return score_ >= kHigh; }

 private:
  static constexpr std::uint32_t kOften = 16;
  static constexpr std::uint32_t kSeldom = 64;
  static constexpr std::uint32_t kHigh = 8;
  static constexpr std::uint32_t kMost = 16;
  static constexpr std::size_t kBlock = 128;
  static constexpr std::size_t kMostBytes = 16 * kBlock;  // looked at, of a document
  static constexpr std::size_t kPlaces = 64;

  void look_at(std::string_view json) noexcept;

  std::uint32_t documents_ = 0;  // since the last that it looked at
  std::uint32_t score_ = 0;
  std::array<std::uint64_t, kPlaces> seen_{};  // counts, by their hash
};

}  // namespace leadscan::internal
