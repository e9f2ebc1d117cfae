// Package lead is what the plug-ins in Go share: the response as a parser tells it, and the rules by
// which it is of a family (docs/families.md).
package lead

import "strconv"

type Kind uint8

const (
	Absent Kind = iota
	Null
	Boolean
	Integer
	Text
	Object
	Other
)

// Value is what one member has.
type Value struct {
	Kind    Kind
	Boolean bool
	Integer int64
	Text    string
}

type Fault struct {
	Kind          Kind
	Code, Message Value
}

// Lead is a document whose members have been read, whatever their types.
type Lead struct {
	PartnerID, DsID, Action, Message Value

	Info                                               Kind
	Success, StatusCode, Timestamp, TimeStamp, TraceID Value

	Error, Errors Fault

	Data                                Kind
	DataPartnerID, DataDsID, DataAction Value
}

type Family uint8

const (
	None Family = iota
	Created
	Update
	Failure
	Message
)

// ValueOf reads a JSON value that has been proved valid; nil is none. `unquote` decodes escapes.
func ValueOf(raw []byte, unquote func([]byte) (string, bool)) Value {
	if len(raw) == 0 {
		return Value{}
	}
	switch raw[0] {
	case '"':
		if text, ok := unquote(raw); ok {
			return Value{Kind: Text, Text: text}
		}
		return Value{Kind: Other}
	case 'n':
		return Value{Kind: Null}
	case 't', 'f':
		return Value{Kind: Boolean, Boolean: raw[0] == 't'}
	case '{':
		return Value{Kind: Object}
	case '[':
		return Value{Kind: Other}
	}
	if integer, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return Value{Kind: Integer, Integer: integer}
	}
	// 201.0 is an integer, too.
	number, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || number < -(1<<63) || number >= 1<<63 || number != float64(int64(number)) {
		return Value{Kind: Other}
	}
	return Value{Kind: Integer, Integer: int64(number)}
}

func textOrNothing(value *Value) bool {
	return value.Kind == Text || value.Kind == Null || value.Kind == Absent
}

func textOrAbsent(value *Value) bool { return value.Kind == Text || value.Kind == Absent }

// Family says of which one the document is, if of any.
func (lead *Lead) Family() Family {
	if lead.Info == Object && lead.Success.Kind == Boolean {
		fault := &lead.Error
		conforms := fault.Kind == Absent || fault.Kind == Null ||
			fault.Kind == Object && textOrAbsent(&fault.Code) && textOrAbsent(&fault.Message)
		if (lead.PartnerID.Kind == Text || lead.PartnerID.Kind == Object) && lead.DsID.Kind == Text &&
			lead.Action.Kind == Text && lead.StatusCode.Kind == Integer && conforms &&
			textOrNothing(&lead.Timestamp) && textOrNothing(&lead.TraceID) {
			return Created
		}
		if lead.Data == Object || lead.Data == Null {
			if lead.Success.Boolean {
				return Update
			}
			return Failure
		}
	}
	if lead.Message.Kind == Text && lead.PartnerID.Kind == Absent && lead.DsID.Kind == Absent &&
		lead.Action.Kind == Absent && lead.Info == Absent {
		return Message
	}
	return None
}

// Resolve puts what stands in for other members into their places; of a document with a family.
func (lead *Lead) Resolve(family Family) {
	if family == Update || family == Failure {
		lead.PartnerID, lead.DsID, lead.Action = lead.DataPartnerID, lead.DataDsID, lead.DataAction
	}
	if lead.Timestamp.Kind == Absent {
		lead.Timestamp = lead.TimeStamp
	}
	if lead.Error.Kind == Absent {
		lead.Error = lead.Errors
	}
}
