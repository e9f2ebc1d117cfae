#include "audit/cli/extract.h"

#include <algorithm>
#include <charconv>

#include "audit/base/json_output.h"
#include "audit/base/serialize.h"
#include "audit/base/utf8.h"

namespace leadscan::audit {
namespace {

using Value = ExtractValue;

std::vector<const ExtractField*> find_fields(const std::vector<std::string>& names) {
  std::vector<const ExtractField*> fields;
  if (names.empty())
    for (const ExtractField& field : extract_fields()) fields.push_back(&field);
  for (const std::string& name : names) fields.push_back(find_extract_field(name));
  return fields;
}

void append_csv_text(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t quote = text.find('"'); quote != text.npos; quote = text.find('"')) {
    out += text.substr(0, quote + 1);
    out += '"';
    text.remove_prefix(quote + 1);
  }
  out += text;
  out += '"';
}

// What a spreadsheet takes for a formula, and runs. Behind apostrophes too, so that the one put in
// front can be told from those that were there.
bool begins_as_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
  return !text.empty() && std::string_view("=+-@\t\r\n").find(text[0]) != std::string_view::npos;
}

void append_csv(std::string& out, const Value& value, bool raw) {
  if (value.kind != Value::text) {
    out += value.content;  // of a null and of what is absent: nothing
    return;
  }
  std::string text = is_plain_ascii(value.content) ? value.content : to_printable(value.content);
  // A dash alone, as standard input is called, is no formula to anybody.
  if (!raw && text != "-" && begins_as_formula(text)) text.insert(0, 1, '\'');
  append_csv_text(out, text);
}

// Not null: pandas takes that for an empty cell, too.
std::string_view presence_of(const Value& value) {
  if (value.kind == Value::absent) return "absent";
  return value.kind == Value::null ? "is_null" : "value";
}

}  // namespace

ExtractSink::ExtractSink(OutputFile& out, const Options& options)
    : out_(out), fields_(find_fields(options.fields)), filter_(options), options_(options) {}

void ExtractSink::write_header() {
  if (options_.format == ExtractFormat::csv) out_.write(csv_header(options_));
}

std::string csv_header(const Options& options) {
  std::string line;
  for (const ExtractField* field : find_fields(options.fields)) {
    if (!line.empty()) line += ',';
    line += field->name;
    if (options.presence && field->nullable) line += "," + std::string(field->name) + "_presence";
  }
  return line + "\r\n";
}

void ExtractSink::see(const Judged& judged, std::string& memory) const {
  if (!filter_.passes(judged)) return;
  if (options_.format == ExtractFormat::csv) {
    see_csv(judged, memory);
  } else {
    see_json(judged, memory);
  }
}

void ExtractSink::see_csv(const Judged& judged, std::string& memory) const {
  bool first = true;
  for (const ExtractField* field : fields_) {
    if (!first) memory += ',';
    first = false;
    const Value value = field->get(judged);
    append_csv(memory, value, options_.csv_raw);
    if (options_.presence && field->nullable) (memory += ',') += presence_of(value);
  }
  memory += "\r\n";
}

void ExtractSink::see_json(const Judged& judged, std::string& memory) const {
  bool first = true;
  memory += '{';
  for (const ExtractField* field : fields_) {
    const Value value = field->get(judged);
    if (value.kind == Value::absent) continue;
    if (!first) memory += ',';
    first = false;
    append_json_string(memory, field->name);
    memory += ':';
    if (value.kind == Value::text) {
      append_json_string(memory, value.content);
    } else {
      memory += value.kind == Value::null ? "null" : value.content;
    }
  }
  memory += "}\n";
}

ExtractDatabase::ExtractDatabase(const Options& options)
    : fields_(find_fields(options.fields)), filter_(options) {}

bool ExtractDatabase::open(const std::string& path, const std::vector<std::string>& files) {
  files_ = &files;
  return database_.open(path, false);
}

bool ExtractDatabase::begin() {
  std::string columns;
  std::string parameters;
  const auto add = [&](const std::string& name, const char* type) {
    columns += (columns.empty() ? "\"" : ", \"") + name + "\" " + type;
    parameters += parameters.empty() ? "?" : ", ?";
  };
  for (const ExtractField* field : fields_) {
    const std::string name(field->name);
    add(name, field->kind == Value::text ? "TEXT" : "INTEGER");
    if (field->nullable) add(name + "_is_null", "INTEGER NOT NULL");
  }
  if (!database_.create() ||
      !database_.run("CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
                     "CREATE TABLE responses(" +
                     columns + ")"))
    return false;
  insert_ = database_.prepare("INSERT INTO responses VALUES(" + parameters + ")");
  return error().empty();
}

void ExtractDatabase::see(const Judged& judged, std::string& memory) const {
  if (!filter_.passes(judged)) return;
  Writer writer;
  writer.bytes.swap(memory);
  writer(std::uint64_t{judged.member->file_index}, judged.record->line, judged.record->offset);
  for (const ExtractField* field : fields_) {
    const Value value = field->get(judged);
    writer(value.kind, value.content);
  }
  writer.bytes.swap(memory);
}

void ExtractDatabase::take(std::string_view memory) {
  Reader reader(memory);
  std::vector<std::string> texts(fields_.size());
  while (!reader.empty() && error().empty()) {
    std::uint64_t file = 0;
    std::uint64_t line = 0;
    std::uint64_t offset = 0;
    reader(file, line, offset);
    int at = 0;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      Value::Kind kind{};
      std::string_view content;
      reader(kind, content);
      ++at;
      if (kind == Value::text) {
        insert_.bind(at, std::string_view(texts[i] = to_utf8(content)));
      } else if (kind == Value::integer) {
        std::int64_t number = 0;
        std::from_chars(content.data(), content.data() + content.size(), number);
        insert_.bind(at, number);
      } else if (kind == Value::boolean) {
        insert_.bind(at, content == "true");
      } else {
        insert_.bind(at, std::nullopt);
      }
      if (fields_[i]->nullable) insert_.bind(++at, kind == Value::null);
    }
    if (!insert_.run())
      database_.fail(insert_, "the record at " + (*files_)[file] + ", line " +
                                  std::to_string(line) + ", byte " + std::to_string(offset));
  }
}

bool ExtractDatabase::finish(bool partial) {
  insert_ = Statement();
  return database_.run("INSERT INTO meta VALUES('partial', " + std::to_string(int{partial}) +
                       "), ('records', (SELECT count(*) FROM responses))") &&
         database_.finish();
}

}  // namespace leadscan::audit
