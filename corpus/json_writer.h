// JsonWriter: puts together JSON text in a producer's white space style.
#pragma once

#include <string>
#include <string_view>

#include "corpus/random.h"

namespace leadscan::corpus {

// What a producer writes between members, behind a name, and inside the braces.
struct Spacing {
  std::string_view comma = ",";
  std::string_view colon = ":";
  std::string_view open = "{";
  std::string_view close = "}";
};
inline constexpr Spacing kMinified;
inline constexpr Spacing kSpaced = {", ", ": ", "{", "}"};  // Python's default
inline constexpr Spacing kAiry = {", ", " : ", "{ ", " }"};

// Appends to a string. Values between begin(), name() and end() are appended by the caller.
class JsonWriter {
 public:
  JsonWriter(std::string& out, const Spacing& spacing) : out_(out), spacing_(spacing) {}
  // White space at random instead: anywhere, of any kind but line ends.
  JsonWriter(std::string& out, Random& white_space)
      : out_(out), spacing_(kMinified), white_space_(&white_space) {}

  std::string& out() { return out_; }

  void begin() {
    out_ += spacing_.open;
    first_ = true;
  }
  void end() {
    gap();
    out_ += spacing_.close;
    first_ = false;
  }
  void separate() {
    gap();
    if (!first_) {
      out_ += spacing_.comma;
      gap();
    }
    first_ = false;
  }
  void name(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += '"';
    colon();
  }
  // Behind a name that the caller has written.
  void colon() {
    gap();
    out_ += spacing_.colon;
    gap();
  }
  void string(std::string_view name, std::string_view text) {
    this->name(name);
    out_ += '"';
    out_ += text;
    out_ += '"';
  }
  // Anything that is no string.
  void raw(std::string_view name, std::string_view value) {
    this->name(name);
    out_ += value;
  }

  void gap() {
    if (white_space_ == nullptr || !white_space_->chance(250)) return;
    static constexpr std::string_view kGaps[] = {" ", " ", "  ", "\t", "    ", " \t "};
    out_ += white_space_->pick(kGaps);
  }

 private:
  std::string& out_;
  const Spacing& spacing_;
  Random* white_space_ = nullptr;
  bool first_ = true;
};

}  // namespace leadscan::corpus
