// Walk: reads the members of a document, over any cursor. The one walk of the readers that take one
// document at a time (columns/ takes many, and walks on its own): what is a member, of which type,
// and whether twice, is decided here; how bytes are found, by the cursor.
//
// A Cursor moves forward only. A Value is where a value begins; it is used once. Functions that are
// not inlined take a Copy: gcc keeps what they are given by reference in memory. A cursor has:
//   bool members(Object&, Take)     // take(name, Value) for each, until one returns false; false
//                                   // then, or if the object is not well formed
//   bool object(Value, Take)        // take(Object&) for the object that begins here
//   char peek(Value)                // the first byte of the value
//   bool string(Value, text, escaped)  // what is between the quotes, and whether it has escapes
//   bool boolean(Value, value)      // true, false
//   bool null(Value)                // null
//   bool number(Value, text)        // its text, up to what may follow a number
//   bool integer(Value, value)      // a shortcut for plain integers; false leaves it to number()
//   bool container(Value, depth, raw)  // an object or array, whole, inside `depth` containers
//   bool skip(Value, depth)         // any value, inside `depth` containers
//   bool has_escape(name)           // of a name just read
//   bool pass_escapes(name)         // whether its escapes are valid
// Texts are views into the caller's document. False means: not valid, or for StrictReader to
// decide.
#pragma once

#include <cstdint>
#include <string_view>

#include "leadscan/fields.h"
#include "leadscan/json/number.h"
#include "leadscan/read/member_names.h"
#include "leadscan/read/reading.h"

// gcc keeps a walk's state in registers only within one function: it takes 4 to 10 % fewer
// instructions. With a sanitizer that one function takes minutes to compile, and gcc has no macro
// that tells of UBSan: such builds define it empty, as lib/BUILD does for all that is not -c opt.
#if !defined(LEADSCAN_FLATTEN)
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || \
    __has_feature(thread_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define LEADSCAN_FLATTEN
#endif
#endif
#endif
#if !defined(LEADSCAN_FLATTEN)
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LEADSCAN_FLATTEN [[gnu::flatten]]
#else
#define LEADSCAN_FLATTEN
#endif
#endif

namespace leadscan::internal {

template <typename Cursor>
class Walk {
 public:
  using Object = typename Cursor::Object;
  using Value = typename Cursor::Value;
  using Copy = typename Cursor::Copy;

  Walk(Cursor& cursor, Reading& reading) noexcept : cursor_(cursor), reading_(reading) {}

  // The members of `object`, which is the value of `Parent`.
  template <Field Parent>
  [[gnu::always_inline]] bool members(Object& object) noexcept {
    return cursor_.members(
        object, [&](std::string_view name, Value value) __attribute__((always_inline)) {
          return take_member<Parent>(name, [&](auto member) __attribute__((always_inline)) {
            if constexpr (member() == Field::document) {
              // A name that is not one of ours as it stands may still spell one with escapes.
              if (cursor_.has_escape(name)) [[unlikely]]
                return escaped_member<Parent>(name, value);
              return cursor_.skip(value, depth_of(Parent));
            } else {
              return this->template member<member()>(value);
            }
          });
        });
  }

 private:
  static constexpr unsigned depth_of(Field parent) { return parent == Field::document ? 1 : 2; }

  template <Field Parent>
  [[gnu::noinline]] bool escaped_member(std::string_view name, Copy value) noexcept {
    if (!cursor_.pass_escapes(name)) return false;
    const Field found = find_escaped_member<Parent>(name);
    if (found == Field::document) return cursor_.skip(value, depth_of(Parent));
    return take_member<Parent>(info_of(found).name, [&](auto member) {
      if constexpr (member() == Field::document) {
        return false;
      } else {
        return this->template member<member()>(value);
      }
    });
  }

  // The value of member F: the usual type first, so that its jumps are the predicted ones.
  template <Field F>
  [[gnu::always_inline]] bool member(Value value) noexcept {
    if (reading_.seen(F)) return false;
    const char first = cursor_.peek(value);
    if constexpr (has_members(F)) {
      if (first == '{') {
        reading_.see_object(F);
        return cursor_.object(value, [this](Object& object) __attribute__((always_inline)) {
          return members<F>(object);
        });
      }
    } else if constexpr (info_of(F).types.contains(JsonType::string)) {
      if (first == '"') [[likely]]
        return string<F>(value);
    } else {
      if (first != '"' && first != '{' && first != '[') [[likely]]
        return scalar<F>(value, first);
    }
    if (first == 'n') return scalar<F>(value, first);
    return unusual<F>(value, first);
  }

  template <Field F>
  [[gnu::always_inline]] bool string(Value value) noexcept {
    std::string_view text;
    bool escaped = false;
    if (!cursor_.string(value, text, escaped)) return false;
    reading_.see_string(F, text, escaped);
    return true;
  }

  // Not the type that is usual for F.
  template <Field F>
  [[gnu::noinline]] bool unusual(Copy value, char first) noexcept {
    constexpr unsigned kDepth = depth_of(info_of(F).parent);
    std::string_view raw;
    switch (first) {
      case '"':
        return string<F>(value);
      case '{':
        if (!cursor_.container(value, kDepth, raw)) return false;
        reading_.see_object(F, raw);
        return true;
      case '[':
        if (!cursor_.container(value, kDepth, raw)) return false;
        reading_.see(F, JsonType::array);
        return true;
      default:
        return scalar<F>(value, first);
    }
  }

  // A value that begins with neither a quote nor a bracket.
  template <Field F>
  [[gnu::always_inline]] bool scalar(Value value, char first) noexcept {
    // Whether a number is an integer matters only where an integer is what is wanted.
    constexpr bool kWantsInteger = info_of(F).types.contains(JsonType::integer);
    if constexpr (kWantsInteger) {
      std::int64_t integer = 0;
      if (cursor_.integer(value, integer)) [[likely]] {
        reading_.see_integer(F, integer);
        return true;
      }
    }
    switch (first) {
      case 't':
      case 'f': {
        bool boolean = false;
        if (!cursor_.boolean(value, boolean)) return false;
        reading_.see_boolean(F, boolean);
        return true;
      }
      case 'n':
        reading_.see(F, JsonType::null);
        return cursor_.null(value);
      default: {
        std::string_view text;
        if (!cursor_.number(value, text)) return false;
        if constexpr (kWantsInteger) {
          std::int64_t integer = 0;
          const IntegerKind kind = to_integer(text, integer);
          reading_.see_number(F, kind, integer);
        } else {
          reading_.see(F, JsonType::number);
        }
        return true;
      }
    }
  }

  Cursor& cursor_;
  Reading& reading_;
};

}  // namespace leadscan::internal
