// encoding/json, with json.RawMessage for values whose type is not known before they are seen, as
// https://pkg.go.dev/encoding/json#RawMessage has it; in maps, because names are matched to members of
// a struct in any case (https://pkg.go.dev/encoding/json#Unmarshal), which JSON does not.
package main

import (
	"encoding/json"
	"runtime"

	"leadscan/bench/peers/go/lead"
	"leadscan/bench/peers/go/peer"
)

type object map[string]json.RawMessage

func unquote(raw []byte) (string, bool) {
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

func (o object) value(name string) lead.Value { return lead.ValueOf(o[name], unquote) }

// The members of a member that is an object, and what it is.
func (o object) members(name string) (object, lead.Kind) {
	kind := o.value(name).Kind
	var members object
	if kind == lead.Object && json.Unmarshal(o[name], &members) != nil {
		return nil, lead.Other
	}
	return members, kind
}

func (o object) fault(name string) lead.Fault {
	members, kind := o.members(name)
	return lead.Fault{Kind: kind, Code: members.value("code"), Message: members.value("message")}
}

func parse(document []byte, into *lead.Lead) bool {
	var top object
	if json.Unmarshal(document, &top) != nil || top == nil {
		return false
	}
	into.PartnerID = top.value("partnerLeadOpportunityId")
	into.DsID = top.value("dsLeadOpportunityId")
	into.Action = top.value("action")
	into.Message = top.value("message")
	info, kind := top.members("info")
	into.Info = kind
	into.Success = info.value("success")
	into.StatusCode = info.value("statusCode")
	into.Timestamp = info.value("timestamp")
	into.TimeStamp = info.value("timeStamp")
	into.TraceID = info.value("traceId")
	into.Error = top.fault("error")
	into.Errors = top.fault("errors")
	data, kind := top.members("data")
	into.Data = kind
	into.DataPartnerID = data.value("partnerLeadOpportunityId")
	into.DataDsID = data.value("dsLeadOpportunityId")
	into.DataAction = data.value("action")
	return true
}

func init() {
	peer.Is("go_encoding_json", "encoding/json", runtime.Version()[len("go"):], "", parse)
}

func main() {}
