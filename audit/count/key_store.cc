#include "audit/count/key_store.h"

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <new>
#include <utility>

namespace leadscan::audit {
namespace {

constexpr FindingKind kind_of(KeyKind key) {
  switch (key) {
    case KeyKind::ds_id:
      return FindingKind::ds_id_created_twice;
    case KeyKind::partner_id:
    case KeyKind::partner_object_id:
      return FindingKind::partner_id_with_several_ds_ids;
    default:
      return FindingKind::trace_id_reused;
  }
}

// How much is sorted into partitions at a time: a fraction of the memory, up to what makes rows of
// some ten kilobytes.
constexpr std::size_t kPartitionedFraction = 8;
constexpr std::size_t kMostPartitioned = std::size_t{16} << 20;
// What finding out about one key may cost besides its bytes: a place in HashCounts, and one among
// those that may repeat.
constexpr std::size_t kIndexBytes = 20;

constexpr std::string_view kNoMemoryForIds =
    "not enough memory for them: give it more, or a smaller --memory";

// How often hashes occurred: not at all, once, or (at least once, if others share their slot) more.
class HashCounts {
 public:
  // 8 to 16 slots for each hash, unless that takes more than `memory`.
  HashCounts(std::uint64_t hashes, std::size_t memory)
      : words_(std::max<std::uint64_t>(1, std::min<std::uint64_t>(std::bit_ceil(2 * hashes + 1),
                                                                  std::bit_floor(memory / 2 + 1)) /
                                              sizeof(Word))) {}

  void add(std::uint64_t hash) {
    Word& word = words_[place(hash)];
    const Word once = Word{1} << shift(hash);
    word |= once | ((word & once) << 1);
  }
  bool may_repeat(std::uint64_t hash) const {
    return (words_[place(hash)] >> shift(hash) & 2) != 0;
  }
  // That one of them will be asked for.
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&words_[place(hash)], 1); }

 private:
  // Not bytes, through which the compiler thinks that anything may change.
  using Word = std::uint32_t;
  static constexpr unsigned kSlots = 16;

  std::size_t place(std::uint64_t hash) const { return hash / kSlots & (words_.size() - 1); }
  static unsigned shift(std::uint64_t hash) { return 2 * (hash % kSlots); }

  std::vector<Word> words_;  // a power of two of them, two bits a slot
};

// Calls `take(i)` for each hash; what it needs of `counts` is on its way before.
template <typename Take>
void for_each_hash(const std::vector<std::uint32_t>& hashes, const HashCounts& counts, Take take) {
  constexpr std::size_t kAhead = 24;
  std::size_t i = 0;
  for (; i + kAhead < hashes.size(); ++i) {
    counts.prefetch(hashes[i + kAhead]);
    take(i);
  }
  for (; i < hashes.size(); ++i) take(i);
}

// Whether an event comes in front of another of the same hash, so that equal ones are together.
bool comes_before(const KeyEvent& x, const KeyEvent& y) {
  if (x.kind != y.kind) return x.kind < y.kind;
  if (x.key != y.key) return x.key < y.key;
  if (x.value != y.value) return x.value < y.value;
  return x.at < y.at;
}

// Gives `take` the events of those entries, with a `hash`, that are not alone with it: groups of
// equal ones. `read(entry)` is the event.
template <typename Entry, typename Read, typename Take>
void give_repeated(std::vector<Entry>& entries, Read read, Take take) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
  for (auto at = entries.begin(); at != entries.end();) {
    const auto end =
        std::find_if(at, entries.end(), [&](const Entry& other) { return other.hash != at->hash; });
    if (end - at > 1) {
      std::sort(at, end,
                [&](const Entry& a, const Entry& b) { return comes_before(read(a), read(b)); });
      for (; at != end; ++at) take(read(*at));
    }
    at = end;
  }
}

}  // namespace

// Takes events with equal ones (kind and key) next to each other, in them those of equal value, and
// those in the order of the input. Bounded memory, however large a group is.
class KeyStore::Groups {
 public:
  explicit Groups(std::size_t limit) : limit_(limit) {}

  void take(const KeyEvent& event) {
    const Position& at = event.at;
    if (!started_ || event.kind != kind_ || event.key != key_) {
      end_group();
      started_ = true;
      kind_ = event.kind;
      key_ = event.key;
      value_ = first_value_ = event.value;
      first_ = at;
      return;
    }
    if (kind_of(kind_) != FindingKind::partner_id_with_several_ds_ids) {
      add(at, {});
      return;
    }
    if (event.value == value_) return;
    value_ = event.value;
    // The first record of each value but the very first: which that is shows as they come.
    if (at < first_) {
      add(first_, std::move(first_value_));
      first_ = at;
      first_value_ = event.value;
    } else {
      add(at, value_);
    }
  }

  const std::array<std::uint64_t, kFindingKinds>& counts() const { return counts_; }
  // Behind the last event.
  std::array<std::vector<Finding>, kFindingKinds>& finish() {
    end_group();
    for (auto& kept : kept_) std::sort(kept.begin(), kept.end(), comes_before);
    return kept_;
  }

 private:
  static bool comes_before(const Finding& a, const Finding& b) { return a.at < b.at; }

  // Keeps the first `limit_` by position: the heap's front is the last of those.
  void keep(std::vector<Finding>& kept, Finding finding) const {
    if (limit_ == 0) return;
    if (kept.size() == limit_) {
      if (!comes_before(finding, kept.front())) return;
      std::pop_heap(kept.begin(), kept.end(), comes_before);
      kept.pop_back();
    }
    kept.push_back(std::move(finding));
    std::push_heap(kept.begin(), kept.end(), comes_before);
  }

  void add(const Position& at, std::string value) {
    const FindingKind kind = kind_of(kind_);
    ++counts_[index_of(kind)];
    keep(group_, {kind, at, std::move(value), std::nullopt});
  }

  // Now it is known with which record those of the group clash.
  void end_group() {
    for (Finding& finding : group_) {
      finding.detail = first_value_.empty() && finding.detail.empty()
                           ? key_
                           : key_ + ": " + finding.detail + ", before " + first_value_;
      finding.other = first_;
      keep(kept_[index_of(finding.kind)], std::move(finding));
    }
    group_.clear();
  }

  std::size_t limit_;
  std::array<std::uint64_t, kFindingKinds> counts_{};
  bool started_ = false;
  KeyKind kind_ = KeyKind::ds_id;
  std::string key_;
  std::string value_;
  Position first_;
  std::string first_value_;
  std::vector<Finding> group_;
  std::array<std::vector<Finding>, kFindingKinds> kept_;
};

// Copies of those events that may not be alone, `memory` bytes of them at most.
class KeyStore::Repeated {
 public:
  explicit Repeated(std::size_t memory) : memory_(memory) {}

  void add(const KeyEventHead& head, const char* at) {
    used_ += head.size + sizeof(Entry);
    if (used_ <= memory_) entries_.push_back({head.hash, copy({at, head.size})});
  }
  bool too_many() const { return used_ > memory_; }

  void give(Groups& groups) {
    give_repeated(
        entries_, [](const Entry& entry) { return read_event(entry.at); },
        [&](const KeyEvent& event) { groups.take(event); });
  }

 private:
  struct Entry {
    std::uint64_t hash;
    const char* at;
  };

  const char* copy(std::string_view event) {
    constexpr std::size_t kBlock = std::size_t{64} << 10;
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < event.size())
      blocks_.emplace_back().reserve(std::max(kBlock, event.size()));
    std::string& block = blocks_.back();  // never grows, so that nothing in it moves
    block += event;
    return block.data() + block.size() - event.size();
  }

  std::size_t memory_;
  std::size_t used_ = 0;
  std::vector<Entry> entries_;
  std::deque<std::string> blocks_;
};

KeyStore::KeyStore(std::size_t memory, std::size_t limit, Tell tell)
    : memory_(memory),
      limit_(limit),
      tell_(std::move(tell)),
      table_(std::min(memory / kPartitionedFraction, kMostPartitioned)) {}

std::size_t KeyStore::bytes_of(const KeyBatch& keys) {
  return keys.memory() + keys.ids() * kIndexBytes;
}

void KeyStore::add(KeyBatch keys) noexcept {
  if (keys.ids() == 0 && keys.names.empty()) return;
  keys.hash.reset();  // nothing is written down any more
  try {
    {
      const std::lock_guard lock(mutex_);
      if (is_lost_) return;
      const std::size_t bytes = bytes_of(keys);
      const std::uint64_t ids = keys.ids();
      batches_.list.push_back(std::move(keys));
      batches_.bytes += bytes;
      used_ += bytes;
      count_ += ids;
      if (used_ <= memory_) return;
    }
    const std::lock_guard writing(database_mutex_);
    Batches full;
    {
      const std::lock_guard lock(mutex_);
      if (is_lost_ || used_ <= memory_) return;  // another thread has written meanwhile
      std::swap(full, batches_);
    }
    spilled_ = true;
    if (spill(full)) return;
    lose(table_.error());
    table_.roll_back();
    table_.close();  // which gives the disk back
  } catch (const std::bad_alloc&) {
    lose(kNoMemoryForIds);
  }
}

// Under database_mutex_.
bool KeyStore::spill(Batches& batches) {
  bool good = table_.is_open() || table_.open_temporary();
  good = good && table_.run("BEGIN");
  for (KeyBatch& batch : batches.list) {
    good = good && table_.add(batch);
    const std::size_t bytes = bytes_of(batch);
    batch = KeyBatch();
    const std::lock_guard lock(mutex_);
    used_ -= std::min(used_, bytes);
  }
  return good && table_.flush() && table_.run("COMMIT");
}

void KeyStore::lose(std::string_view why) noexcept {
  const std::lock_guard lock(mutex_);
  lose_locked(why);
}

void KeyStore::lose_locked(std::string_view why) noexcept {
  if (std::exchange(is_lost_, true)) return;
  batches_ = {};
  used_ = 0;
  try {
    lost_ = why;
    if (tell_) tell_(lost_);
  } catch (const std::bad_alloc&) {
    lost_ = "no memory";  // short enough to need none
  }
}

std::string KeyStore::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

bool KeyStore::restore(const KeyTable::Digest& digest, std::uint64_t file, std::uint64_t member,
                       bool spilled) {
  if (!table_.restore(digest, file, member)) return false;
  spilled_ = spilled;
  count_ = table_.digest().ids;
  return true;
}

void KeyStore::leave_database() {
  const std::lock_guard writing(database_mutex_);
  if (table_.digest().rows == 0) table_.close();
}

bool KeyStore::Saving::write() {
  {
    const std::lock_guard lock(store_.mutex_);
    std::swap(store_.saving_, store_.batches_);
  }
  begun_ = true;
  before_ = store_.table_.digest();
  for (const KeyBatch& batch : store_.saving_.list)
    if (!store_.table_.add(batch)) return false;
  return store_.table_.flush();
}

KeyStore::Saving::~Saving() {
  if (!begun_) return;
  if (!committed_) store_.table_.set_digest(before_);
  const std::lock_guard lock(store_.mutex_);
  Batches written;
  std::swap(written, store_.saving_);
  if (committed_) {
    store_.used_ -= std::min(store_.used_, written.bytes);
    return;
  }
  // What was not written stays to be written, or looked through, later.
  if (store_.is_lost_) return;
  if (store_.batches_.list.empty()) {
    std::swap(store_.batches_, written);
    return;
  }
  try {
    store_.batches_.list.reserve(store_.batches_.list.size() + written.list.size());
    for (KeyBatch& batch : written.list) store_.batches_.list.push_back(std::move(batch));
    store_.batches_.bytes += written.bytes;
  } catch (const std::bad_alloc&) {
    store_.lose_locked(kNoMemoryForIds);
  }
}

// For a partition in which more ids repeat than fit into memory.
template <typename ForEachRepeated>
bool KeyStore::sort_on_disk(ForEachRepeated for_each_repeated, Groups& groups) {
  if (!table_.run("CREATE TEMP TABLE sorted(kind INTEGER, key BLOB, value BLOB, file INTEGER, "
                  "member INTEGER, line INTEGER, offset INTEGER, length INTEGER); BEGIN"))
    return false;
  Statement insert(table_.database(), "INSERT INTO sorted VALUES(?,?,?,?,?,?,?,?)");
  bool good = insert != nullptr;
  good = for_each_repeated([&](const KeyEventHead&, const char* at) {
           const KeyEvent event = read_event(at);
           insert.bind(1, static_cast<std::int64_t>(event.kind));
           insert.bind_blob(2, event.key);
           insert.bind_blob(3, event.value);
           int column = 4;
           for (const std::uint64_t number : {event.at.file, event.at.member_index, event.at.line,
                                              event.at.offset, event.at.length})
             insert.bind(column++, number);
           good = insert.run() && good;
         }) &&
         good;
  if (!good) return table_.fail();
  if (!table_.run("COMMIT")) return false;
  {
    Statement select(table_.database(),
                     "SELECT kind, key, value, file, member, line, offset, length "
                     "FROM sorted ORDER BY kind, key, value, file, member, offset");
    int result = SQLITE_ERROR;
    while ((result = sqlite3_step(select)) == SQLITE_ROW) {
      const auto number = [&](int at) {
        return static_cast<std::uint64_t>(sqlite3_column_int64(select, at));
      };
      KeyEvent event;
      event.kind = static_cast<KeyKind>(number(0));
      event.key = select.bytes(1);
      event.value = select.bytes(2);
      event.at = {number(3), number(4), std::nullopt, number(5), number(6), number(7)};
      groups.take(event);
    }
    if (result != SQLITE_DONE) return table_.fail();
  }
  return table_.run("DROP TABLE sorted");
}

bool KeyStore::find(Groups& groups) {
  if (table_.is_open() && table_.digest().rows > 0)
    return spill(batches_) && find_in_database(groups);
  find_in_memory(groups);
  return true;
}

// Those that may repeat by their place in a batch, of which their hash is all that is looked at.
std::vector<KeyStore::Suspect> KeyStore::suspects() const {
  HashCounts counts(count_, SIZE_MAX / 2);
  for (const KeyBatch& batch : batches_.list)
    for_each_hash(batch.hashes, counts, [&](std::size_t i) { counts.add(batch.hashes[i]); });
  std::vector<Suspect> suspects;
  for (std::uint32_t b = 0; b < batches_.list.size(); ++b) {
    const std::vector<std::uint32_t>& hashes = batches_.list[b].hashes;
    for_each_hash(hashes, counts, [&](std::size_t i) {
      if (counts.may_repeat(hashes[i])) suspects.push_back({hashes[i], b, i});
    });
  }
  return suspects;
}

void KeyStore::find_in_memory(Groups& groups) {
  std::vector<Suspect> found = suspects();
  {
    // Most of them only share a slot with another: by other bits of their hashes few still do, and
    // fewer have to be looked for among the keys.
    HashCounts counts(found.size(), SIZE_MAX / 2);
    for (const Suspect& suspect : found) counts.add(std::rotl(suspect.hash, 16));
    std::erase_if(found, [&](const Suspect& suspect) {
      return !counts.may_repeat(std::rotl(suspect.hash, 16));
    });
  }
  std::uint32_t batch = 0;
  KeyPlace place;
  for (Suspect& suspect : found) {
    if (std::exchange(batch, suspect.batch) != suspect.batch) place = {};
    go_to_key(batches_.list[batch], suspect.key, place);
    suspect.key = place.at;
  }
  give_repeated(
      found, [&](const Suspect& it) { return read_key(batches_.list[it.batch], it.key); },
      [&](const KeyEvent& event) { groups.take(event); });
}

bool KeyStore::find_in_database(Groups& groups) {
  std::vector<std::uint64_t> events;
  if (!table_.count_events(events)) return false;
  for (int i = 0; i < KeyTable::kPartitions; ++i)
    if (!find_in_partition(i, events[static_cast<std::size_t>(i)], groups)) return false;
  return true;
}

bool KeyStore::find_in_partition(int partition, std::uint64_t events, Groups& groups) {
  HashCounts counts(events, memory_);
  // The same events each time.
  const auto for_each = [&](auto take) {
    return table_.for_each_row(partition, [&](std::string_view row) { for_each_event(row, take); });
  };
  if (!for_each([&](const KeyEventHead& head, const char*) { counts.add(head.hash); }))
    return false;
  const auto for_each_repeated = [&](auto take) {
    return for_each([&](const KeyEventHead& head, const char* at) {
      if (counts.may_repeat(head.hash)) take(head, at);
    });
  };
  Repeated repeated(memory_);
  if (!for_each_repeated([&](const KeyEventHead& head, const char* at) { repeated.add(head, at); }))
    return false;
  if (repeated.too_many()) return sort_on_disk(for_each_repeated, groups);
  repeated.give(groups);
  return true;
}

// Positions have the numbers of members only: their names are here once for each.
bool KeyStore::name_members(std::array<std::vector<Finding>, kFindingKinds>& findings) {
  using Place = std::pair<std::uint64_t, std::uint64_t>;
  std::map<Place, std::optional<std::string>> names;
  const auto for_each_position = [&](auto take) {
    for (auto& kept : findings)
      for (Finding& finding : kept) {
        take(finding.at);
        if (finding.other) take(*finding.other);
      }
  };
  for_each_position([&](Position& at) { names[{at.file, at.member_index}] = std::nullopt; });
  const auto name = [&](const Place& place, std::string_view member) {
    const auto found = names.find(place);
    if (found != names.end()) found->second = std::string(member);
  };
  for (const KeyBatch& batch : batches_.list)
    for (const KeyBatch::Name& it : batch.names) name({it.file, it.member}, it.name);
  const auto look_through = [&](std::string_view events) {
    for_each_event(events, [&](const KeyEventHead&, const char* at) {
      const KeyEvent event = read_event(at);
      name({event.at.file, event.at.member_index}, event.key);
    });
  };
  if (table_.is_open() && !table_.for_each_row(KeyTable::kNames, look_through)) return false;
  for_each_position([&](Position& at) { at.member = names[{at.file, at.member_index}]; });
  return true;
}

bool KeyStore::finish(Aggregate& out) noexcept {
  try {
    if (is_lost_) return false;
    Groups groups(limit_);
    if (find(groups)) {
      auto& findings = groups.finish();
      if (name_members(findings)) {
        for (std::size_t i = 0; i < kFindingKinds; ++i)
          out.findings[i].reserve(out.findings[i].size() + findings[i].size());
        for (std::size_t i = 0; i < kFindingKinds; ++i) {
          out.finding_counts[i] += groups.counts()[i];
          for (Finding& finding : findings[i]) out.findings[i].push_back(std::move(finding));
        }
        return true;
      }
    }
    lose(table_.error());
  } catch (const std::bad_alloc&) {
    lose(kNoMemoryForIds);
  }
  return false;
}

}  // namespace leadscan::audit
