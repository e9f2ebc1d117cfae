// kFields, from which parser, messages and exporters derive, says what the schema says.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "tests/support.h"

namespace leadscan::testing {
namespace {

using nlohmann::json;

json given() { return json::parse(read_file("data/schema/201_post_leads-opportunities.json")); }
json resolved() {
  return json::parse(read_file("data/schema/201_post_leads-opportunities.resolved.json"));
}

// As TypeSet, what a subschema takes: "type", or a "oneOf" of such.
TypeSet types_of(const json& schema) {
  const std::map<std::string, TypeSet> kTypes = {
      {"null", JsonType::null},       {"boolean", JsonType::boolean},
      {"integer", JsonType::integer}, {"number", JsonType::integer | JsonType::number},
      {"string", JsonType::string},   {"array", JsonType::array},
      {"object", JsonType::object},
  };
  TypeSet types;
  if (schema.contains("oneOf")) {
    for (const json& option : schema["oneOf"]) types = types | types_of(option);
  } else if (schema.at("type").is_array()) {
    for (const json& name : schema["type"]) types = types | kTypes.at(name);
  } else {
    types = kTypes.at(schema["type"]);
  }
  return types;
}

// The subschema that has the properties, if the value may be an object.
const json* object_schema(const json& schema) {
  if (schema.contains("properties")) return &schema;
  if (schema.contains("oneOf"))
    for (const json& option : schema["oneOf"])
      if (option.contains("properties")) return &option;
  return nullptr;
}

struct Property {
  TypeSet types;
  bool required;
};

// By JSON Pointer.
void collect(const json& schema, const std::string& pointer, std::map<std::string, Property>& all) {
  const json* object = object_schema(schema);
  if (object == nullptr) return;
  std::set<std::string> required;
  if (object->contains("required")) required = (*object)["required"].get<std::set<std::string>>();
  for (const auto& [name, property] : (*object)["properties"].items()) {
    all[pointer + "/" + name] = {types_of(property), required.erase(name) != 0};
    collect(property, pointer + "/" + name, all);
  }
  EXPECT_TRUE(required.empty()) << "required, but no property: " << *required.begin();
}

TEST(Schema, IsWhatTheTableOfFieldsSays) {
  std::map<std::string, Property> properties;
  collect(resolved(), "", properties);
  EXPECT_EQ(properties.size(), 11u);
  for (const FieldInfo& field : kFields) {
    const auto property = properties.find(std::string(field.pointer));
    EXPECT_EQ(field.in_schema, property != properties.end()) << field.pointer;
    if (property == properties.end()) {
      EXPECT_FALSE(field.required) << field.pointer;
      continue;
    }
    EXPECT_TRUE(field.types == property->second.types)
        << field.pointer << ": " << to_string(field.types) << ", schema "
        << to_string(property->second.types);
    EXPECT_EQ(field.required, property->second.required) << field.pointer;
    properties.erase(property);
  }
  for (const auto& [pointer, _] : properties) ADD_FAILURE() << pointer << " is not in kFields";
}

TEST(Schema, TableIsInTheSchemasOrder) {
  const auto ordered = nlohmann::ordered_json::parse(
      read_file("data/schema/201_post_leads-opportunities.resolved.json"));
  std::string order;
  const auto walk = [&](const auto& self, const nlohmann::ordered_json& schema,
                        const std::string& pointer) -> void {
    const nlohmann::ordered_json* object = &schema;
    if (schema.contains("oneOf"))
      for (const auto& option : schema["oneOf"])
        if (option.contains("properties")) object = &option;
    if (!object->contains("properties")) return;
    for (const auto& [name, property] : (*object)["properties"].items()) {
      order += pointer + "/" + name + "\n";
      self(self, property, pointer + "/" + name);
    }
  };
  walk(walk, ordered, "");
  std::string fields;
  for (const FieldInfo& field : kFields)
    if (field.in_schema) fields += std::string(field.pointer) + "\n";
  EXPECT_EQ(fields, order);
}

TEST(Schema, IsOpen) {
  // Additional members are allowed everywhere, and no other keyword restricts a value.
  std::set<std::string> keywords;
  const auto walk = [&](const auto& self, const json& schema) -> void {
    for (const auto& [keyword, value] : schema.items()) {
      keywords.insert(keyword);
      if (keyword == "properties")
        for (const json& property : value) self(self, property);
      if (keyword == "oneOf")
        for (const json& option : value) self(self, option);
    }
  };
  walk(walk, resolved());
  EXPECT_EQ(keywords, (std::set<std::string>{"$id", "$schema", "description", "example", "oneOf",
                                             "properties", "required", "title", "type"}));
}

TEST(Schema, GivenOneDiffersInTheDanglingReferenceOnly) {
  const json difference = json::diff(given(), resolved());
  // In RFC 6902's words: $ref goes, type comes.
  const json expected = json::parse(R"([
    {"op": "remove", "path": "/properties/partnerLeadOpportunityId/$ref"},
    {"op": "add", "path": "/properties/partnerLeadOpportunityId/type",
     "value": ["string", "object"]}
  ])");
  EXPECT_EQ(difference, expected) << difference.dump(2);
  EXPECT_EQ(given()["properties"]["partnerLeadOpportunityId"],
            json::parse(R"({"$ref": "#/components/schemas/partnerLeadOpportunityId"})"));
  EXPECT_FALSE(given().contains("components"));
}

TEST(Schema, ItsExamplesAreTaken) {
  // A response made of the examples that the schema itself gives.
  const json schema = resolved();
  const json& properties = schema["properties"];
  const json& info = properties["info"]["properties"];
  json response;
  response["partnerLeadOpportunityId"] = "ACME-1";
  for (const char* name : {"dsLeadOpportunityId", "action"})
    response[name] = properties[name]["example"];
  for (const char* name : {"success", "statusCode"}) response["info"][name] = info[name]["example"];
  for (const char* name : {"timestamp", "traceId"})
    response["info"][name] = info[name]["oneOf"][0]["example"];
  const std::string text = response.dump();
  Parser parser;
  LeadResponse parsed;
  ASSERT_FALSE(parser.parse(text, parsed)) << text;
  EXPECT_EQ(parsed.family, Family::created);
  EXPECT_EQ(parsed.timestamp.raw(), "2025-06-30T12:36:46.556Z");
}

}  // namespace
}  // namespace leadscan::testing
