// Values: what is in the members of a generated response.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "corpus/random.h"

namespace leadscan::corpus {

// How a producer (a partner's CRM) writes its ids.
enum class IdStyle : std::uint8_t { oppy, crm, uuid, cloud, number, region };

class Values {
 public:
  explicit Values(std::uint64_t seed);

  Random& random() { return random_; }

  // Starts the next document: time goes on, and the ids are new ones.
  void advance();

  // All append JSON text without quotes, and nothing that would have to be escaped.
  void partner_id(std::string& out, IdStyle style);  // IdStyle::crm repeats now and then
  void ds_id(std::string& out);                      // unique in the corpus
  void timestamp(std::string& out);                  // of the document
  void hex(std::string& out, unsigned digits);
  void base36(std::string& out, std::uint64_t number, unsigned digits);
  void decimal(std::string& out, std::uint64_t number, unsigned digits = 0);

 private:
  Random random_;
  std::uint64_t serial_;
  std::uint64_t ds_id_;
  std::uint64_t milliseconds_;  // since 1970
  std::uint64_t day_ = 0;       // that date_ shows
  std::string date_;
};

}  // namespace leadscan::corpus
