// OwnFiles: what a run writes. Two of its outputs must not be one file, and none an input.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audit/cli/options.h"
#include "audit/input/tree.h"

namespace leadscan::audit {

class OwnFiles {
 public:
  explicit OwnFiles(const Options& options);

  // Two outputs that would write one file, by whatever names, as a message; empty if there are
  // none.
  std::string clash() const;
  // Whether a file that was found in a directory is of this run, or of one before it with the same
  // outputs: it is no input then. Who names a log as an output is told by read_too().
  bool is_own(const std::string& found) const;
  // An output that exists and that no run of leadscan is known to have written, as a message; empty
  // if there is none. What can be written beside others (--checkpoint) is looked at elsewhere.
  std::string foreign() const;
  // An input that would be written, as a message; empty if there is none.
  std::string read_too(const Tree& tree) const;

 private:
  using Id = std::pair<dev_t, ino_t>;
  // One output and the files that go with it.
  struct Output {
    std::string name;
    std::set<std::string> main;  // where it is, links resolved and not
    std::set<std::string> side;  // FILE.partial and the like
    std::set<Id> files;          // those that exist
    bool is_replaced = true;     // whatever is in it
    bool is_messages = false;    // standard error, which may be read
    bool is_stream = false;      // standard output or error
    std::function<bool(const std::string& front)> is_ours;
  };

  void add(const std::string& path, const std::vector<std::string>& suffixes,
           std::function<bool(const std::string& front)> is_ours);
  void add_stream(int fd, const std::string& name);
  const Output* owner_of(const std::string& path) const;

  std::vector<Output> outputs_;
  std::set<std::string> file_names_;  // without folders, to be quick with those of others
};

}  // namespace leadscan::audit
