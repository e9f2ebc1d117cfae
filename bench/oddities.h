// Documents on which parsers are held against each other in tests.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "corpus/corpus.h"

namespace leadscan::bench {

// Members in unusual places, forms and combinations; all valid JSON.
inline constexpr const char* kOddities[] = {
    R"({"partnerLeadOpportunityId":{"a":[1,{"b":2}]},"dsLeadOpportunityId":"d","action":"create","info":{"success":true,"statusCode":201}})",
    R"({"partnerLeadOpportunityId":"","dsLeadOpportunityId":"","action":"","info":{"statusCode":201.0,"success":false},"error":{}})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":-9223372036854775808},"error":{"code":"c","message":"m"}})",
    R"({"\u0070artnerLeadOpportunityId":"\u0070","dsLeadOpportunityI\u0064":"\"","action":"\ud83d\ude00","info":{"succes\u0073":true,"statusCode":2.01e2}})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":201.5}})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":18446744073709551615}})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":201},"data":{"action":"b"},"errors":{"code":"e"}})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":201,"timeStamp":"t"},"error":null,"errors":{"code":"e"}})",
    R"({"partnerLeadOpportunityId":12,"dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":201}})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":null,"action":"a","info":{"success":true,"statusCode":201}})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true}})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":[]})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":201},"error":"none"})",
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":201},"error":{"code":null}})",
    R"({"info":{"success":false,"statusCode":400,"timeStamp":"t","traceId":null},"error":{"code":"c"},"data":{"partnerLeadOpportunityId":null,"dsLeadOpportunityId":null,"action":null}})",
    R"({"info":{"success":false,"statusCode":"400"},"errors":{"code":"c","message":"m"},"data":null})",
    R"({"data":{"partnerLeadOpportunityId":{},"dsLeadOpportunityId":3,"action":["x"],"y":{"action":"z"}},"info":{"success":true},"error":null})",
    R"({"info":{"success":true,"timestamp":"a","timeStamp":"b"},"data":{}})",
    R"({"info":{"success":true,"timestamp":7},"data":{},"errors":7})",
    R"({"info":{"success":1},"data":{}})",
    R"({"info":{"success":true},"data":[]})",
    R"({"message":"m"})",
    R"({"message":"m","info":{"success":true}})",
    R"({"message":"m","action":"a"})",
    R"({"message":null})",
    R"({ "x" : { "message" : "m" } , "message" : "\\" } )",
    R"({})",
};

inline constexpr const char* kDuplicates[] = {
    R"({"partnerLeadOpportunityId":"p","dsLeadOpportunityId":"d","action":"a","info":{"success":true,"statusCode":201},"action":"b"})",
    R"({"message":"m","message":"n"})",
};

template <std::size_t N>
inline corpus::Corpus lines(const char* const (&documents)[N]) {
  std::string ndjson;
  for (const char* document : documents) (ndjson += document) += '\n';
  return corpus::corpus_from(std::move(ndjson));
}

}  // namespace leadscan::bench
