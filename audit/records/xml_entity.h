// Characters of a document that is part of an XML text.
#pragma once

#include <cstddef>
#include <string_view>

namespace leadscan::audit {

// Of &quot; and the like, and of &#34; and &#x22;: those that JSON's structure, and its line ends,
// need.
struct XmlEntity {
  char c = '\0';
  std::size_t size = 0;  // 0: there is none
};
inline constexpr std::size_t kLongestEntity = 6;

constexpr XmlEntity entity_at(std::string_view text, std::size_t at) {
  struct Named {
    std::string_view name;
    char c;
  };
  constexpr Named kNamed[] = {{"&quot;", '"'},  {"&#34;", '"'},  {"&#x22;", '"'},  {"&amp;", '&'},
                              {"&lt;", '<'},    {"&gt;", '>'},   {"&apos;", '\''}, {"&#39;", '\''},
                              {"&#x27;", '\''}, {"&#92;", '\\'}, {"&#xa;", '\n'},  {"&#xA;", '\n'},
                              {"&#10;", '\n'},  {"&#xd;", '\r'}, {"&#xD;", '\r'},  {"&#13;", '\r'},
                              {"&#9;", '\t'},   {"&#x9;", '\t'}};
  const std::string_view here = text.substr(at);
  for (const Named& named : kNamed)
    if (here.starts_with(named.name)) return {named.c, named.name.size()};
  return {};
}

}  // namespace leadscan::audit
