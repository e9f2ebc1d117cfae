#include "corpus/values.h"

#include <cstddef>

#include "leadscan/json/characters.h"

namespace leadscan::corpus {
namespace {

constexpr std::uint64_t kStart = 1'751'241'600'000;  // 2025-06-30T00:00:00Z
constexpr std::uint64_t kMillisecondsPerDay = 86'400'000;
constexpr std::uint64_t kBase36To6 = 2'176'782'336;
constexpr std::uint64_t kDsIds = kBase36To6 * 36 * 36 * 36 * 36;
// Odd and no multiple of 3, hence coprime to 36: a step that visits every id before it repeats.
constexpr std::uint64_t kDsIdStep = 1'618'033'988'749'895;
constexpr char kBase36[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr char kBase62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static_assert(kDsIdStep % 2 == 1 && kDsIdStep % 3 != 0);

// The calendar date of a day since 1970 ("days_from_civil" by Howard Hinnant, reversed).
void append_date(std::uint64_t day, std::string& out, Values& values) {
  const std::uint64_t shifted = day + 719'468;  // since 0000-03-01
  const std::uint64_t era = shifted / 146'097;
  const std::uint64_t day_of_era = shifted % 146'097;
  const std::uint64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::uint64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  values.decimal(out, year_of_era + era * 400 + (month <= 2 ? 1 : 0), 4);
  out += '-';
  values.decimal(out, month, 2);
  out += '-';
  values.decimal(out, day_of_year - (153 * shifted_month + 2) / 5 + 1, 2);
}

}  // namespace

Values::Values(std::uint64_t seed)
    : random_(seed),
      serial_(Random::mix(seed) >> 44),  // below 2^20: an id keeps its digits for 8 million more
      ds_id_(Random::mix(seed) % kDsIds),
      milliseconds_(kStart + ds_id_ % kMillisecondsPerDay) {}

void Values::advance() {
  ++serial_;
  ds_id_ = (ds_id_ + kDsIdStep) % kDsIds;
  milliseconds_ += random_.below(400);
}

void Values::decimal(std::string& out, std::uint64_t number, unsigned digits) {
  char text[20];
  std::size_t begin = sizeof text;
  do {
    text[--begin] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (sizeof text - begin < digits) text[--begin] = '0';
  out.append(text + begin, sizeof text - begin);
}

void Values::base36(std::string& out, std::uint64_t number, unsigned digits) {
  char text[13];
  for (unsigned i = digits; i-- > 0; number /= 36) text[i] = kBase36[number % 36];
  out.append(text, digits);
}

void Values::hex(std::string& out, unsigned digits) {
  char text[32];
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < digits; ++i, bits >>= 4) {
    if (i % 16 == 0) bits = random_.next();
    text[i] = internal::kHexDigits[bits & 15];
  }
  out.append(text, digits);
}

void Values::partner_id(std::string& out, IdStyle style) {
  switch (style) {
    case IdStyle::oppy:
      out += "OPPY-";
      decimal(out, 1'000'000 + serial_, 7);
      return;
    case IdStyle::crm:
      out += "PARTNER-CRM-LEAD-";
      base36(out, random_.next(), 4);
      return;
    case IdStyle::uuid:
      hex(out, 8);
      for (const unsigned digits : {4u, 4u, 4u, 12u}) {
        out += '-';
        hex(out, digits);
      }
      return;
    case IdStyle::cloud:
      out += "0065g00000";
      for (int i = 0; i < 8; ++i) out += kBase62[random_.below(62)];
      return;
    case IdStyle::number:
      decimal(out, 98'000 + 3 * serial_);
      return;
    case IdStyle::region: {
      static constexpr std::string_view kRegions[] = {"EMEA-DE", "EMEA-FR", "AMER-US",
                                                      "APAC-JP", "APAC-IN", "AMER-BR"};
      out += random_.pick(kRegions);
      out += "-2025-";
      decimal(out, serial_);
      return;
    }
  }
}

void Values::ds_id(std::string& out) {
  base36(out, ds_id_ / kBase36To6, 4);
  out += '-';
  base36(out, ds_id_ % kBase36To6, 6);
}

void Values::timestamp(std::string& out) {
  const std::uint64_t day = milliseconds_ / kMillisecondsPerDay;
  if (day != day_) {
    day_ = day;
    date_.clear();
    append_date(day, date_, *this);
  }
  const std::uint64_t time = milliseconds_ % kMillisecondsPerDay;
  out += date_;
  out += 'T';
  decimal(out, time / 3'600'000, 2);
  out += ':';
  decimal(out, time / 60'000 % 60, 2);
  out += ':';
  decimal(out, time / 1000 % 60, 2);
  out += '.';
  decimal(out, time % 1000, 3);
  out += 'Z';
}

}  // namespace leadscan::corpus
