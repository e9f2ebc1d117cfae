// bytedance/sonic: its own decoder into structs, of strings without a copy, as
// https://github.com/bytedance/sonic#tips-and-notes recommends; with Config.CaseSensitive, since JSON is,
// and sonic.NoCopyRawMessage, a view of the document, for values whose type is not known before they are
// seen. Documents outlive their leads: bench/peers/go/peer copies the last one's texts before it returns.
package main

import (
	"bytes"
	"reflect"
	"unsafe"

	"github.com/bytedance/sonic"

	"leadscan/bench/peers/go/lead"
	"leadscan/bench/peers/go/peer"
)

var api = sonic.Config{CaseSensitive: true}.Froze()

type top struct {
	PartnerID sonic.NoCopyRawMessage `json:"partnerLeadOpportunityId"`
	DsID      sonic.NoCopyRawMessage `json:"dsLeadOpportunityId"`
	Action    sonic.NoCopyRawMessage `json:"action"`
	Info      sonic.NoCopyRawMessage `json:"info"`
	Error     sonic.NoCopyRawMessage `json:"error"`
	Errors    sonic.NoCopyRawMessage `json:"errors"`
	Data      sonic.NoCopyRawMessage `json:"data"`
	Message   sonic.NoCopyRawMessage `json:"message"`
}

type info struct {
	Success    sonic.NoCopyRawMessage `json:"success"`
	StatusCode sonic.NoCopyRawMessage `json:"statusCode"`
	Timestamp  sonic.NoCopyRawMessage `json:"timestamp"`
	TimeStamp  sonic.NoCopyRawMessage `json:"timeStamp"`
	TraceID    sonic.NoCopyRawMessage `json:"traceId"`
}

type fault struct {
	Code    sonic.NoCopyRawMessage `json:"code"`
	Message sonic.NoCopyRawMessage `json:"message"`
}

type data struct {
	PartnerID sonic.NoCopyRawMessage `json:"partnerLeadOpportunityId"`
	DsID      sonic.NoCopyRawMessage `json:"dsLeadOpportunityId"`
	Action    sonic.NoCopyRawMessage `json:"action"`
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

func value(raw sonic.NoCopyRawMessage) lead.Value { return lead.ValueOf(raw, unquote) }

// What a member is that may be an object, whose members are decoded then.
func members(raw sonic.NoCopyRawMessage, into interface{}) lead.Kind {
	kind := value(raw).Kind
	if kind == lead.Object && api.UnmarshalFromString(view(raw), into) != nil {
		return lead.Other
	}
	return kind
}

func faultOf(raw sonic.NoCopyRawMessage) lead.Fault {
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
