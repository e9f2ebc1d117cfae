// Package peer is the interface of bench/peer.h, for programs built with -buildmode=c-shared.
package peer

/*
#cgo CFLAGS: -I${SRCDIR}/../../../.. -I${SRCDIR}/../../../../lib
#include <stdlib.h>
// cgo declares the four functions itself, without const.
#define leadscan_peer_describe declared_describe
#define leadscan_peer_open declared_open
#define leadscan_peer_run declared_run
#define leadscan_peer_close declared_close
#include "bench/peer.h"
#undef leadscan_peer_describe
#undef leadscan_peer_open
#undef leadscan_peer_run
#undef leadscan_peer_close
*/
import "C"

import (
	"runtime"
	"runtime/debug"
	"unsafe"

	"leadscan/bench/peers/go/lead"
)

// Parse reads a document; false if it is no JSON object. Texts may be views of it.
type Parse func(document []byte, into *lead.Lead) bool

var (
	parse       Parse
	description string
)

// Is says which parser this plug-in is; called once, before anything else. An empty version is that of
// the library's module.
func Is(name, library, version, more string, function Parse) {
	if version == "" {
		version = versionOf(library)
	}
	flags := runtime.Version() + " -buildmode=c-shared" + more
	description = name + "\n" + library + "\n" + version + "\n" + flags
	parse = function
}

func versionOf(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dependency := range info.Deps {
			if dependency.Path == module {
				return dependency.Version
			}
		}
	}
	return "unknown"
}

// What a caller in C holds: the memory of the last result's texts, which C must not have of Go.
type state struct {
	texts unsafe.Pointer
	size  C.size_t
}

//export leadscan_peer_describe
func leadscan_peer_describe(abi C.uint32_t) *C.char {
	if abi != C.LEADSCAN_PEER_ABI {
		return nil
	}
	return C.CString(description) // once a process
}

//export leadscan_peer_open
func leadscan_peer_open() unsafe.Pointer {
	return C.calloc(1, C.size_t(unsafe.Sizeof(state{})))
}

//export leadscan_peer_close
func leadscan_peer_close(peer unsafe.Pointer) {
	C.free((*state)(peer).texts)
	C.free(peer)
}

//export leadscan_peer_run
func leadscan_peer_run(peer unsafe.Pointer, documents *C.leadscan_peer_document, count C.size_t,
	result *C.leadscan_result) C.uint64_t {
	if count == 0 {
		return 0
	}
	var last lead.Lead
	var family lead.Family
	accepted := C.uint64_t(0)
	for _, document := range unsafe.Slice(documents, int(count)) {
		bytes := unsafe.Slice((*byte)(unsafe.Pointer(document.data)), int(document.size))
		family = read(bytes, &last)
		if family != lead.None {
			accepted++
		}
	}
	(*state)(peer).tell(&last, family, result)
	return accepted
}

// A panic refuses its document, and goes no further.
func read(document []byte, into *lead.Lead) (family lead.Family) {
	defer func() {
		if recover() != nil {
			family = lead.None
		}
	}()
	*into = lead.Lead{}
	if !parse(document, into) {
		return lead.None
	}
	family = into.Family()
	if family != lead.None {
		into.Resolve(family)
	}
	return family
}

func (s *state) tell(it *lead.Lead, family lead.Family, result *C.leadscan_result) {
	texts := [...]struct {
		from *lead.Value
		to   *C.leadscan_text
	}{
		{&it.PartnerID, &result.partner_id}, {&it.DsID, &result.ds_id}, {&it.Action, &result.action},
		{&it.Timestamp, &result.timestamp}, {&it.TraceID, &result.trace_id},
		{&it.Error.Code, &result.error_code}, {&it.Error.Message, &result.error_message},
		{&it.Message, &result.message},
	}
	size := C.size_t(1)
	for _, text := range texts {
		size += C.size_t(len(text.from.Text))
	}
	if size > s.size {
		C.free(s.texts)
		s.texts, s.size = C.malloc(size), size
	}
	at := 0
	for i, text := range texts {
		*text.to = C.leadscan_text{presence: presence(text.from.Kind)}
		switch {
		case text.from.Kind == lead.Text:
			room := unsafe.Slice((*byte)(unsafe.Add(s.texts, at)), len(text.from.Text)+1)
			copy(room, text.from.Text)
			text.to.data = (*C.char)(unsafe.Pointer(&room[0]))
			text.to.size = C.uint32_t(len(text.from.Text))
			at += len(text.from.Text)
		case text.from.Kind == lead.Object && i == 0:
			text.to.presence = C.LEADSCAN_PRESENCE_VALUE
			text.to.is_object = 1
		}
	}
	result.status_code, result.has_status_code = 0, 0
	if it.StatusCode.Kind == lead.Integer {
		result.status_code, result.has_status_code = C.int64_t(it.StatusCode.Integer), 1
	}
	result.success, result.has_success = 0, 0
	if it.Success.Kind == lead.Boolean {
		result.has_success = 1
		if it.Success.Boolean {
			result.success = 1
		}
	}
	result.error = presence(it.Error.Kind)
	if it.Error.Kind == lead.Object {
		result.error = C.LEADSCAN_PRESENCE_VALUE
	}
	result.family = C.uint8_t(family)
}

func presence(kind lead.Kind) C.uint8_t {
	switch kind {
	case lead.Absent:
		return C.LEADSCAN_PRESENCE_ABSENT
	case lead.Null:
		return C.LEADSCAN_PRESENCE_NULL
	case lead.Text:
		return C.LEADSCAN_PRESENCE_VALUE
	}
	return C.LEADSCAN_PRESENCE_OTHER
}
