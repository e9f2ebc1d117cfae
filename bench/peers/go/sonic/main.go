// bytedance/sonic: its own decoder into structs, of strings without a copy, as
// https://github.com/bytedance/sonic#tips-and-notes recommends; with Config.CaseSensitive, since JSON is,
// and json.RawMessage for values whose type is not known before they are seen.
package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"unsafe"

	"github.com/bytedance/sonic"

	"leadscan/bench/peers/go/lead"
	"leadscan/bench/peers/go/peer"
)

var api = sonic.Config{CaseSensitive: true}.Froze()

type top struct {
	PartnerID json.RawMessage `json:"partnerLeadOpportunityId"`
	DsID      json.RawMessage `json:"dsLeadOpportunityId"`
	Action    json.RawMessage `json:"action"`
	Info      json.RawMessage `json:"info"`
	Error     json.RawMessage `json:"error"`
	Errors    json.RawMessage `json:"errors"`
	Data      json.RawMessage `json:"data"`
	Message   json.RawMessage `json:"message"`
}

type info struct {
	Success    json.RawMessage `json:"success"`
	StatusCode json.RawMessage `json:"statusCode"`
	Timestamp  json.RawMessage `json:"timestamp"`
	TimeStamp  json.RawMessage `json:"timeStamp"`
	TraceID    json.RawMessage `json:"traceId"`
}

type fault struct {
	Code    json.RawMessage `json:"code"`
	Message json.RawMessage `json:"message"`
}

type data struct {
	PartnerID json.RawMessage `json:"partnerLeadOpportunityId"`
	DsID      json.RawMessage `json:"dsLeadOpportunityId"`
	Action    json.RawMessage `json:"action"`
}

// The same bytes, which nobody writes to while the string lives.
func view(bytes []byte) string { return *(*string)(unsafe.Pointer(&bytes)) }

func unquote(raw []byte) (string, bool) {
	if bytes.IndexByte(raw, '\\') < 0 {
		return view(raw[1 : len(raw)-1]), true
	}
	var text string
	err := api.UnmarshalFromString(view(raw), &text)
	return text, err == nil
}

func value(raw json.RawMessage) lead.Value { return lead.ValueOf(raw, unquote) }

// What a member is that may be an object, whose members are decoded then.
func members(raw json.RawMessage, into interface{}) lead.Kind {
	kind := value(raw).Kind
	if kind == lead.Object && api.UnmarshalFromString(view(raw), into) != nil {
		return lead.Other
	}
	return kind
}

func faultOf(raw json.RawMessage) lead.Fault {
	var found fault
	kind := members(raw, &found)
	return lead.Fault{Kind: kind, Code: value(found.Code), Message: value(found.Message)}
}

// Whether a document, which is valid, is an object: null is nothing to a struct.
func isObject(document []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(document, " \t\r\n"), []byte("{"))
}

func parse(document []byte, into *lead.Lead) bool {
	var found top
	if api.UnmarshalFromString(view(document), &found) != nil || !isObject(document) {
		return false
	}
	into.PartnerID = value(found.PartnerID)
	into.DsID = value(found.DsID)
	into.Action = value(found.Action)
	into.Message = value(found.Message)
	var inside info
	into.Info = members(found.Info, &inside)
	into.Success = value(inside.Success)
	into.StatusCode = value(inside.StatusCode)
	into.Timestamp = value(inside.Timestamp)
	into.TimeStamp = value(inside.TimeStamp)
	into.TraceID = value(inside.TraceID)
	into.Error = faultOf(found.Error)
	into.Errors = faultOf(found.Errors)
	var echoed data
	into.Data = members(found.Data, &echoed)
	into.DataPartnerID = value(echoed.PartnerID)
	into.DataDsID = value(echoed.DsID)
	into.DataAction = value(echoed.Action)
	return true
}

// Compiles the decoders beforehand, as https://github.com/bytedance/sonic#pretouch has it.
func pretouch() {
	for _, it := range []interface{}{top{}, info{}, fault{}, data{}} {
		if err := sonic.Pretouch(reflect.TypeOf(it)); err != nil {
			panic(err)
		}
	}
	var into lead.Lead
	parse([]byte(`{"action":"\u0061","info":{"success":true},"error":{"code":""},"data":{"action":""}}`), &into)
}

func init() {
	pretouch()
	more := ""
	if sonic.APIKind == sonic.UseStdJSON {
		more = ", which stands on encoding/json with this Go or CPU"
	}
	peer.Is("go_sonic", "github.com/bytedance/sonic", "", more, parse)
}

func main() {}
