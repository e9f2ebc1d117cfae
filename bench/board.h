// The board of correctness: tricky documents, and what each parser makes of them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/parsers/adapter.h"

namespace leadscan::bench {

// What RFC 8259 says, and docs/families.md where that says nothing. Either: where RFC 8259 lets a
// parser have limits, or do as it likes.
enum class Right : std::uint8_t { accept, refuse, either };
std::string_view name_of(Right right);

struct BoardCase {
  std::string name;
  std::string group;
  std::string text;
  Right right = Right::refuse;
  std::string why;
};

std::vector<BoardCase> board_cases();

enum class Answer : std::uint8_t { accepts, refuses, differs, crashes, unavailable };
std::string_view name_of(Answer answer);

struct Board {
  struct Entry {
    Answer answer = Answer::unavailable;
    std::string detail;  // of `differs`: in what
  };
  std::vector<BoardCase> cases;
  std::vector<std::string> parsers;
  std::vector<std::vector<Entry>> entries;  // of each case, in the order of the parsers

  bool right(std::size_t at, std::size_t parser) const;
};

// Each parser works in a process of its own, since some overflow their stack.
Board make_board(std::span<const std::unique_ptr<Adapter>> adapters, Adapter& reference,
                 std::vector<BoardCase> cases = board_cases());

// As people read it: long ones shortened, and what is no printable ASCII as \xHH.
std::string shown(std::string_view text);

void print(const Board& board, bool colour);

}  // namespace leadscan::bench
