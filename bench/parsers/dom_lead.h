// From a parsed document to a LeadResponse, for the parsers that build a tree: one pass over the
// members, so that none is looked up by name.
#pragma once

#include <cstdint>
#include <string_view>

#include "bench/parsers/lead_builder.h"

namespace leadscan::bench {

enum class Kind : std::uint8_t { null, boolean, integer, number, string, object, other };

// `Tree` says how to look at a node of the parser's:
//   static Kind kind(Node);                 // `other`: an array, or an integer beyond 64 bits
//   static bool boolean(Node);              // and so on, of that kind
//   static std::int64_t integer(Node);
//   static double number(Node);
//   static std::string_view string(Node);
//   static bool for_each_member(Node, use); // use(std::string_view name, Node value) of an object,
//                                           // as long as it returns true; whether it always did
template <typename Tree>
class DomLead {
 public:
  using Node = typename Tree::Node;

  static bool read(Node root, LeadResponse& response) {
    LeadBuilder lead(response);
    return Tree::kind(root) == Kind::object && members<Field::document>(root, lead) &&
           lead.finish();
  }

 private:
  template <Field Parent>
  static bool members(Node object, LeadBuilder& lead) {
    return Tree::for_each_member(object, [&](std::string_view name, Node value) {
      return take_member<Parent>(name, [&](auto tag) {
        if constexpr (tag() != Field::document) {
          return DomLead::value<tag()>(value, lead);
        } else {
          return true;
        }
      });
    });
  }

  template <Field F>
  static bool value(Node value, LeadBuilder& lead) {
    switch (Tree::kind(value)) {
      case Kind::string:
        return lead.string<F>(Tree::string(value), false);
      case Kind::null:
        return lead.null<F>();
      case Kind::boolean:
        return lead.boolean<F>(Tree::boolean(value));
      case Kind::integer:
        return lead.integer<F>(Tree::integer(value));
      case Kind::number:
        return lead.number<F>(Tree::number(value));
      case Kind::object:
        lead.object<F>();
        if constexpr (has_members(F)) {
          return members<F>(value, lead);
        } else {
          return true;
        }
      case Kind::other:
        break;
    }
    return lead.other<F>();
  }
};

}  // namespace leadscan::bench
