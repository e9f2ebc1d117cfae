// KeyBatch: what was written is read, from anywhere in it, and takes little.
#include "audit/count/key_batch.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "audit/base/bounded_text.h"
#include "audit/count/key_pen.h"

namespace leadscan::audit {
namespace {

struct Id {
  KeyKind kind;
  std::string key;
  std::string value;
  std::uint64_t file;
  std::uint64_t member;
  std::uint64_t line;
  std::uint64_t offset;
  std::uint64_t length;
};

void append(KeyBatch& batch, const Id& id) {
  begin_record(batch, {id.file, id.member, id.line, id.offset, id.length});
  append_key(batch, id.kind, id.key, id.value);
}

void expect_equal(const KeyEvent& event, const Id& id, const KeyBatch& batch) {
  EXPECT_EQ(event.kind, id.kind);
  EXPECT_EQ(event.key, id.key);
  EXPECT_EQ(event.value, id.value);
  EXPECT_EQ(event.at.file, id.file);
  EXPECT_EQ(event.at.member_index, id.member);
  EXPECT_EQ(event.at.line, id.line);
  EXPECT_EQ(event.at.offset, id.offset);
  EXPECT_EQ(event.at.length, id.length);
  EXPECT_EQ(event.hash, hash_of(batch.hash_key, id.kind, id.key));
}

// Records with up to six keys, most of them behind each other, some in front of those before, in
// other members, far away or with the numbers of the one before; values that are the key before,
// the value before, the end of either, or their own.
std::vector<Id> random_ids(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto one_of = [&](std::uint64_t many) { return random() % many == 0; };
  std::vector<Id> ids;
  Id record = {KeyKind::trace_id, "", "", 3, 1, 100, 5000, 200};
  for (int i = 0; i < 200; ++i) {
    if (one_of(20)) record.member += random() % 3;
    if (one_of(20)) record.file = random() % 4;
    if (one_of(15)) record.line = random();
    if (one_of(15)) record.offset = one_of(2) ? record.offset / 2 : random();
    if (!one_of(10)) {
      ++record.line;
      record.offset += record.length + 1;
      record.length = random() % 400;
    }
    for (std::uint64_t keys = random() % 7; keys > 0; --keys) {
      Id id = record;
      id.kind = static_cast<KeyKind>(random() % 4);
      id.key = std::string(random() % 3 + 1, static_cast<char>('a' + random() % 3));
      if (one_of(10)) id.key = std::string(random() % 1024 + 1, 'k');
      if (!ids.empty() && one_of(2)) {
        const Id& before = ids.back();
        const std::string texts[] = {before.key, before.value, before.key.substr(1), "b"};
        id.value = texts[random() % 4];
      }
      ids.push_back(std::move(id));
    }
  }
  return ids;
}

TEST(KeyBatch, WhatWasWrittenIsRead) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::vector<Id> ids = random_ids(seed);
    KeyBatch batch;
    batch.hash_key = {seed, 77};
    for (const Id& id : ids) append(batch, id);
    ASSERT_EQ(batch.ids(), ids.size());
    std::vector<std::size_t> places;
    for (std::size_t at = 0; at < batch.bytes.size(); at = next_key(batch, at))
      places.push_back(at);
    ASSERT_EQ(places.size(), ids.size());
    for (std::size_t i = ids.size(); i-- > 0;) {
      expect_equal(read_key(batch, places[i]), ids[i], batch);
      EXPECT_EQ(batch.hashes[i], KeyHash(batch.hash_key)(ids[i].kind, ids[i].key));
      if (HasFailure()) return;
    }
    // By way of events, as from another process.
    std::string events;
    for_each_key(batch, [&](const KeyEvent& event) { append_event(events, event); });
    ASSERT_TRUE(are_events(events));
    KeyBatch again;
    again.hash_key = batch.hash_key;
    for_each_event(
        events, [&](const KeyEventHead&, const char* at) { append_event(again, read_event(at)); });
    EXPECT_EQ(again.bytes.view(), batch.bytes.view());
    EXPECT_EQ(again.hashes, batch.hashes);
  }
}

TEST(KeyBatch, NamesComeBehindTheKeys) {
  KeyBatch batch;
  MemberInfo member;
  append_member(batch, member);
  append(batch, {KeyKind::ds_id, "A", "", 1, 2, 3, 4, 5});
  member.file_index = 1;
  member.member_index = 2;
  member.member = "inner";
  append_member(batch, member);
  std::vector<std::string> seen;
  for_each_key(batch, [&](const KeyEvent& event) {
    EXPECT_EQ(event.at.file, 1u);
    EXPECT_EQ(event.at.member_index, 2u);
    seen.push_back(std::to_string(static_cast<int>(event.kind)) + std::string(event.key));
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"0A", "4inner"}));
}

TEST(KeyBatch, WithoutATextThereIsNoKey) {
  KeyBatch batch;
  append(batch, {KeyKind::ds_id, "", "v", 1, 2, 3, 4, 5});
  EXPECT_EQ(batch.ids(), 0u);
  EXPECT_EQ(batch.bytes.size(), 0u);
}

// In one pen, and as events, of which texts may have any size.
TEST(KeyBatch, TextsOfAnySizeHaveRoom) {
  for (const std::size_t size : {1, 511, 512, 513, 1023, 1024, 1025, 1100, 5000, 300000})
    for (const std::size_t other : {std::size_t{1}, size, std::size_t{1024}, std::size_t{1025}}) {
      const std::string texts[] = {std::string(size, 'a'), std::string(other, 'b'),
                                   std::string(size, 'c')};
      KeyBatch batch;
      begin_record(batch, {1, 2, 3, 4, 5});
      {
        KeyPen pen(batch,
                   KeyPen::bounded(2 * (texts[0].size() + texts[1].size() + texts[2].size())));
        for (const std::string& text : texts) pen.write(KeyKind::partner_id, text, text + 'v');
      }
      std::string events;
      for_each_key(batch, [&](const KeyEvent& event) { append_event(events, event); });
      KeyBatch again;
      for_each_event(events, [&](const KeyEventHead&, const char* at) {
        append_event(again, read_event(at));
      });
      EXPECT_EQ(again.bytes.view(), batch.bytes.view());
      std::size_t i = 0;
      for_each_key(batch, [&](const KeyEvent& event) {
        EXPECT_EQ(event.key, bounded_text(texts[i], kMostValueBytes));
        EXPECT_EQ(event.value, bounded_text(texts[i++] + 'v', kMostValueBytes));
      });
      EXPECT_EQ(i, 3u);

      KeyBatch foreign;
      KeyEvent event;
      event.kind = KeyKind::partner_id;
      event.key = texts[0];
      event.value = texts[1];
      append_event(foreign, event);
      EXPECT_EQ(read_key(foreign, 0).key, texts[0]);
      EXPECT_EQ(read_key(foreign, 0).value, texts[1]);
    }
}

// A chunk may have a single record, and stays in memory to the end.
TEST(KeyBatch, OneRecordTakesLittleRoom) {
  KeyBatch batch;
  begin_record(batch, {1, 2, 3, 4, 5});
  KeyPen(batch, KeyPen::bounded(60)).write(KeyKind::ds_id, "7KQD-M2X41B", {});
  EXPECT_LE(batch.bytes.capacity(), 256u);
}

// Of a usual record: its place once, and a ds id that is there already not again.
TEST(KeyBatch, TakesLittleMoreThanTheTexts) {
  KeyBatch batch;
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string ds = "7KQD-M2X41B";
  const std::string partner = "OPPY-0000077";
  constexpr std::uint64_t kRecords = 4000;
  for (std::uint64_t i = 0; i < kRecords; ++i) {
    append(batch, {KeyKind::trace_id, trace, "", 0, 0, 1000000 + i, (1u << 30) + 240 * i, 239});
    append(batch, {KeyKind::ds_id, ds, "", 0, 0, 1000000 + i, (1u << 30) + 240 * i, 239});
    append(batch, {KeyKind::partner_id, partner, ds, 0, 0, 1000000 + i, (1u << 30) + 240 * i, 239});
  }
  const std::size_t texts = trace.size() + ds.size() + partner.size();
  EXPECT_LE(batch.bytes.size(), kRecords * (texts + 16));
  EXPECT_EQ(batch.hashes.size() * sizeof batch.hashes[0], kRecords * 12);
}

}  // namespace
}  // namespace leadscan::audit
