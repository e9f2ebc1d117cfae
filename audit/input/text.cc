#include "audit/input/text.h"

#include <magic.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

#include "audit/base/utf8.h"

namespace leadscan::audit {
namespace {

using namespace std::literals;

// A text's first character comes within this many bytes; formats have their marks there.
constexpr std::size_t kBegin = 16;
// This many NULs in front are a hole: no format has a field of them.
constexpr std::size_t kHole = 64;

// What texts have besides letters: white space, backspaces and colours of terminals, separators.
bool is_control(unsigned char c) {
  return c == 0x7F || (c < 0x20 && c != '\0' && (c < '\b' || c > '\r') && c != 0x1B && c != 0x1E);
}

struct Bytes {
  std::size_t controls = 0;
  std::size_t nuls = 0;
  std::size_t broken = 0;  // no UTF-8
};

Bytes count(std::string_view text) {
  Bytes bytes;
  const std::size_t size = text.size();
  for (std::size_t at = 0; at < size;) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) {
      bytes.controls += is_control(c) ? 1 : 0;
      bytes.nuls += c == '\0' ? 1 : 0;
      ++at;
      continue;
    }
    const std::size_t length = utf8_sequence(text.substr(at));
    // What was looked at may end within a character.
    if (length == 0 && size - at < 4 && c >= 0xC2) break;
    bytes.broken += length == 0 ? 1 : 0;
    at += std::max<std::size_t>(length, 1);
  }
  return bytes;
}

// Nothing but printable ASCII and white space: what nearly all texts are, and the quickest to tell.
bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\r' || c == '\t';
  });
}

// By RFC 4627: the first two characters are ASCII, so that zeros tell which way round. Single NULs
// between documents may look like that: of what follows, a quarter is ASCII at least.
bool is_utf16(std::string_view front, std::size_t high) {
  if (front.size() < 4) return false;
  for (std::size_t at = 0; at < 4; at += 2) {
    const char low = front[at + 1 - high];
    if (front[at + high] != '\0' || !is_ascii({&low, 1})) return false;
  }
  std::size_t zeros = 0;
  for (std::size_t at = 0; at + 1 < front.size(); at += 2) {
    const auto low = static_cast<unsigned char>(front[at + 1 - high]);
    if (front[at + high] != '\0') continue;
    if (low == '\0' || is_control(low)) return false;
    ++zeros;
  }
  return 8 * zeros >= front.size();
}

bool is_utf8(std::string_view front) {
  if (is_ascii(front)) return true;
  const Bytes all = count(front);
  if (all.controls == 0 && all.nuls == 0) return true;  // UTF-8, or some older encoding
  if (16 * all.controls > front.size()) return false;
  if (all.controls != 0 && 4 * (all.controls + all.broken) > front.size()) return false;
  // With NULs all over, as binary formats have them, the beginning decides.
  const std::size_t first = std::min(front.find_first_not_of('\0'), front.size());
  const Bytes of_begin = count(front.substr(first, kBegin));
  const bool is_hole = first >= kHole || first == 0;
  if (all.controls + all.broken != 0 &&
      (of_begin.nuls != 0 ||
       (!is_hole && (of_begin.broken != 0 || !name_of_binary(front).empty()))))
    return false;
  if (of_begin.controls == 0) return true;
  // A damaged text, or a format with text in it.
  return all.nuls == 0 && name_of_binary(front).empty();
}

// libmagic's database is read once. Null if there is none, or no memory for it.
class Magic {
 public:
  Magic() : cookie_(::magic_open(kFlags)) {
    if (cookie_ != nullptr && ::magic_load(cookie_, nullptr) != 0) {
      ::magic_close(cookie_);
      cookie_ = nullptr;
    }
  }
  ~Magic() {
    if (cookie_ != nullptr) ::magic_close(cookie_);
  }
  Magic(const Magic&) = delete;
  Magic& operator=(const Magic&) = delete;

  std::string name(std::string_view front) {
    const std::lock_guard lock(mutex_);
    const char* const found =
        cookie_ == nullptr ? nullptr : ::magic_buffer(cookie_, front.data(), front.size());
    return found == nullptr ? std::string() : std::string(found);
  }

 private:
  // Nothing of what looks at text, or into files.
  static constexpr int kFlags = MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_CHECK_TAR | MAGIC_NO_CHECK_TEXT |
                                MAGIC_NO_CHECK_ENCODING | MAGIC_NO_CHECK_JSON | MAGIC_NO_CHECK_CSV |
                                MAGIC_NO_CHECK_CDF | MAGIC_NO_CHECK_ELF | MAGIC_NO_CHECK_APPTYPE |
                                MAGIC_NO_CHECK_TOKENS;
  std::mutex mutex_;
  magic_t cookie_;
};

struct Known {
  std::string_view bytes;
  std::string_view name;
};
constexpr std::array kKnown = {
    Known{"-----BEGIN PGP MESSAGE-----"sv, "PGP message"},
    Known{"-----BEGIN PGP SIGNED MESSAGE-----"sv, "PGP signed message"},
    Known{"%PDF-"sv, "PDF document"},
    Known{"\0\5\x16\7\0\2\0\0"sv, "AppleDouble file"},
    Known{"\0\0\0\1Bud1"sv, "Apple's .DS_Store"},
    Known{"\x1E\x0F"sv, "GELF chunk"},
    Known{"\xFF\xFE\0\0"sv, "UTF-32"},
    Known{"\0\0\xFE\xFF"sv, "UTF-32"},
    Known{"ARROW1\0\0"sv, "Arrow IPC file (Feather)"},
    Known{"FEA1\0\0\0\0"sv, "Feather file, version 1"},
    Known{"\xD9\xD9\xF7"sv, "CBOR"},
    Known{"ElfFile\0"sv, "Windows event log"},
    Known{"LPKSHHRH"sv, "systemd's journal"},
};

// What the Docker API gives of a container without a terminal: in front of each part of a text are
// its stream, three zeros and its length.
bool is_docker_stream(std::string_view front) {
  return front.size() > 8 && (front[0] == 1 || front[0] == 2) &&
         front.substr(1, 4) == "\0\0\0\0"sv && is_ascii(front.substr(8, 1));
}

// An array or map with a short string in front and what is no text behind it, as Fluentd and others
// write records. As first bytes of older encodings' texts they are letters.
bool is_message_pack(std::string_view front) {
  if (front.size() < 2) return false;
  const auto first = static_cast<unsigned char>(front[0]);
  const auto second = static_cast<unsigned char>(front[1]);
  if (first < 0x81 || first > 0x9F || second < 0xA1 || second > 0xBF) return false;
  const std::size_t length = second & 0x1F;
  return length > 1 && front.size() > 2 + length && is_ascii(front.substr(2, length)) &&
         !is_ascii(front.substr(2 + length, 1));
}

bool is_redis(std::string_view front) {
  constexpr std::string_view kMark = "REDIS00";  // and two digits, and an opcode
  return front.size() > kMark.size() + 2 && front.starts_with(kMark) &&
         static_cast<unsigned char>(front[kMark.size() + 2]) >= 0xF5;
}

// Encapsulated messages: a mark, the length of the metadata, and a flatbuffer's first offset.
bool is_arrow_stream(std::string_view front) {
  return front.size() > 12 && front.starts_with("\xFF\xFF\xFF\xFF"sv) && front[7] == '\0' &&
         front.substr(9, 3) == "\0\0\0"sv;
}

std::string_view name_of_known(std::string_view front) {
  if (is_message_pack(front)) return "MessagePack";
  if (is_redis(front)) return "Redis's dump";
  if (is_arrow_stream(front)) return "Arrow IPC stream";
  if (is_docker_stream(front)) return "stream of the Docker API (`docker logs` makes text of it)";
  const auto* found = std::find_if(kKnown.begin(), kKnown.end(),
                                   [&](const Known& k) { return front.starts_with(k.bytes); });
  return found == kKnown.end() ? std::string_view() : found->name;
}

}  // namespace

TextKind text_kind(std::string_view front) {
  if (!name_of_known(front).empty()) return TextKind::none;
  if (front.starts_with("\xFF\xFE"sv) && !front.starts_with("\xFF\xFE\0\0"sv))
    return TextKind::utf16le;
  if (front.starts_with("\xFE\xFF"sv)) return TextKind::utf16be;
  // In UTF-16 a hole is one, too.
  const std::size_t first = front.find_first_not_of('\0');
  const std::size_t hole = first == front.npos || first < kHole ? 0 : first & ~std::size_t{1};
  const std::string_view text = front.substr(hole);
  if (hole != 0 && text.starts_with("\xFF\xFE"sv)) return TextKind::utf16le;
  if (hole != 0 && text.starts_with("\xFE\xFF"sv)) return TextKind::utf16be;
  if (is_utf16(text, 1)) return TextKind::utf16le;
  if (is_utf16(text, 0)) return TextKind::utf16be;
  return is_utf8(front) ? TextKind::utf8 : TextKind::none;
}

std::string name_of_binary(std::string_view front) {
  if (const std::string_view known = name_of_known(front); !known.empty())
    return std::string(known);
  static Magic magic;
  std::string name = magic.name(front);
  // Behind it are details: "SQLite 3.x database, last written using ...".
  name.resize(std::min(name.find(','), name.size()));
  return name == "data" || name.ends_with(" text") ? std::string() : to_visible(name, 60);
}

}  // namespace leadscan::audit
