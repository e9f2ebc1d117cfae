#include "audit/records/chunk.h"

#include <cstring>
#include <utility>

namespace leadscan::audit {

const char* name_of(RecordMode mode) noexcept {
  switch (mode) {
    case RecordMode::automatic:
      return "auto";
    case RecordMode::ndjson:
      return "ndjson";
    case RecordMode::json:
      return "json";
    case RecordMode::prefixed:
      return "prefixed";
    case RecordMode::har:
      return "har";
  }
  return "?";
}

void Chunk::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  std::unique_ptr<char[]> bytes(new char[capacity + kSlack]);
  if (size_ != 0) std::memcpy(bytes.get(), bytes_.get(), size_);
  // Whatever it holds, it is read: by parsers that load whole blocks.
  std::memset(bytes.get() + capacity, 0, kSlack);
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

void Chunk::shrink(std::size_t capacity) {
  if (capacity_ <= capacity || size_ != 0) return;
  bytes_.reset();
  capacity_ = 0;
  reserve(capacity);
}

void Chunk::leave(std::shared_ptr<const File> file, std::uint64_t offset, std::size_t size) {
  unread_ = {std::move(file), offset, size};
  reserve(size_ + size);
  size_ += size;
}

void Chunk::cut(std::size_t size) {
  if (size_ - unread_.size >= size) unread_ = {};
  size_ = size;
}

std::size_t Chunk::load(std::string& error) {
  if (unread_.file == nullptr) return 0;
  char* const begin = data() + size_ - unread_.size;
  const std::size_t got = unread_.file->read_at(unread_.offset, begin, unread_.size, error);
  const std::size_t missing = unread_.size - got;
  if (missing != 0 && error.empty()) error = cut_while_read(unread_.offset + unread_.size);
  size_ -= missing;
  segments.back().size -= missing;
  unread_ = {};
  return missing;
}

}  // namespace leadscan::audit
