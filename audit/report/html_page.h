// The page of the HTML report as its sections write it: HTML at the end, tables that fold,
// positions.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/report/format.h"
#include "audit/report/html_text.h"
#include "audit/report/report.h"

namespace leadscan::audit {

// Longer tables say how much more there is.
inline constexpr std::size_t kMostRows = 500;
// Of long ones these are shown at first, and printed: a reader wants to know what is on top.
inline constexpr std::size_t kShownRows = 10;
// To fold less than that would save nothing.
inline constexpr std::size_t kFewRows = 12;

std::string code(std::string_view text, std::size_t most = 400);
// A path may be broken behind its slashes. What is left out on paper is `folder`, in front of it.
std::string path_code(std::string_view path, std::string_view folder = {});
// Where all of them are, up to the slash; empty if they have none in common.
std::string_view common_folder(const std::vector<std::string>& paths);

class HtmlPage {
 public:
  explicit HtmlPage(const Report& report)
      : report_(report), folder_(common_folder(report.file_names)) {}

  const Report& report() const { return report_; }

  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(html_), format, std::forward<Args>(args)...);
  }

  // A section, named in the page's navigation. `note` is HTML.
  void open(std::string_view id, std::string_view title, std::string_view note,
            std::string_view about) {
    fmt::format_to(std::back_inserter(nav_), "<a href=\"#{}\">{}</a>", id, title);
    add("<section id=\"{}\">\n<h2>{}<small>{}</small></h2>\n", id, title, note);
    if (!about.empty()) add("<p class=\"about\">{}</p>\n", about);
  }
  void close() { add("</section>\n"); }

  // A table; `heads` are "n:title" for numbers. What write(i) adds is one row. A long one is
  // folded: its other rows are a second body, which the style shows if the <details> behind it are
  // open.
  template <typename Write>
  void rows(std::size_t count, std::initializer_list<std::string_view> heads,
            std::string_view label, Write write) {
    const std::size_t kept = std::min(count, kMostRows);
    const bool folds = count > kFewRows;
    add("{}<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>"
        "<thead><tr>",
        folds ? "<div class=\"fold\">" : "", label);
    for (std::string_view head : heads) {
      const bool number = head.starts_with("n:");
      if (number) head.remove_prefix(2);
      add("<th scope=\"col\"{}>{}</th>", number ? " class=\"n\"" : "", head);
    }
    add("</tr></thead>\n<tbody>\n");
    for (std::size_t i = 0; i < kept; ++i) {
      if (folds && i == kShownRows) add("</tbody>\n<tbody class=\"more\">\n");
      add("<tr>");
      write(i);
      add("</tr>\n");
    }
    add("</tbody></table></div>\n");
    if (folds)
      add("<details class=\"rest\"><summary><span class=\"on-screen\">All {0} rows</span>"
          "<span class=\"on-paper\">The first {1} of {2} rows</span></summary></details></div>\n",
          grouped(kept), kShownRows, grouped(count));
    if (count > kMostRows)
      add("<p class=\"about\">{} more are in the report of --json.</p>\n",
          grouped(count - kMostRows));
  }
  void number(std::uint64_t value) { add("<td class=\"n\">{}</td>", grouped(value)); }
  void text(std::string_view html) { add("<td class=\"t\">{}</td>", html); }

  std::string_view file_name_of(const Position& at) const {
    return at.file < report_.file_names.size() ? std::string_view(report_.file_names[at.file])
                                               : "?";
  }
  std::string input(std::string_view path) const { return path_code(path, folder_); }
  std::string file_of(const Position& at) const {
    std::string html = input(file_name_of(at));
    if (at.member) html += "<span class=\"sub\">" + path_code(*at.member) + "</span>";
    return html;
  }
  void file(std::string_view html) { add("<td class=\"f\">{}</td>", html); }
  void position(const Position& at) {
    file(file_of(at));
    number(at.line);
    number(at.offset);
    number(at.length);
  }
  // On one line, for columns beside a position.
  std::string place(const Position& at) const {
    return file_of(at) + fmt::format("<span class=\"sub\">line {}, byte {}</span>",
                                     grouped(at.line), grouped(at.offset));
  }

  void listed(std::size_t listed, std::uint64_t count) {
    if (listed < count)
      add("<p class=\"about\">The first {} of {}; --limit-findings sets how many.</p>\n",
          grouped(listed), grouped(count));
  }

 protected:
  const Report& report_;
  std::string html_;
  std::string nav_;
  std::string_view folder_;
};

}  // namespace leadscan::audit
