//! The structs of bench/peer.h and lib/leadscan/c/leadscan.h, and calls that no panic leaves.
use std::borrow::Cow;
use std::panic::{catch_unwind, AssertUnwindSafe};

#[repr(C)]
pub struct Document {
    data: *const u8,
    size: usize,
    capacity: usize,
}

pub const ABSENT: u8 = 0;
pub const NULL: u8 = 1;
pub const VALUE: u8 = 2;
pub const OTHER: u8 = 3;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    pub data: *const u8,
    pub size: u32,
    pub presence: u8,
    pub escaped: u8,
    pub is_object: u8,
    reserved: u8,
}

impl Text {
    pub const fn of(presence: u8) -> Self {
        Text { data: std::ptr::null(), size: 0, presence, escaped: 0, is_object: 0, reserved: 0 }
    }

    pub const fn object() -> Self {
        Text { is_object: 1, ..Text::of(VALUE) }
    }
}

#[repr(C)]
pub struct Fields {
    pub partner_id: Text,
    pub ds_id: Text,
    pub action: Text,
    pub timestamp: Text,
    pub trace_id: Text,
    pub error_code: Text,
    pub error_message: Text,
    pub message: Text,
    pub status_code: i64,
    pub has_status_code: u8,
    pub has_success: u8,
    pub success: u8,
    pub error: u8,
    pub family: u8,
    reserved1: [u8; 3],
}

/// `leadscan_result`, of which the members behind `verdict` are the peer's.
#[repr(C)]
pub struct Response {
    size: usize,
    error_offset: u64,
    status: i32,
    error_field: u16,
    verdict: u8,
    reserved0: u8,
    pub fields: Fields,
}

const _: () = assert!(std::mem::size_of::<Text>() == 16);
const _: () = assert!(std::mem::size_of::<Response>() == 24 + 8 * 16 + 16);

impl Fields {
    pub fn clear(&mut self) {
        *self = Fields {
            partner_id: Text::of(ABSENT),
            ds_id: Text::of(ABSENT),
            action: Text::of(ABSENT),
            timestamp: Text::of(ABSENT),
            trace_id: Text::of(ABSENT),
            error_code: Text::of(ABSENT),
            error_message: Text::of(ABSENT),
            message: Text::of(ABSENT),
            status_code: 0,
            has_status_code: 0,
            has_success: 0,
            success: 0,
            error: ABSENT,
            family: 0,
            reserved1: [0; 3],
        };
    }
}

/// Texts that are not in the document, because they had escapes: they live until the next one.
#[derive(Default)]
pub struct Kept(Vec<String>);

impl Kept {
    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn text(&mut self, text: Cow<str>) -> Text {
        let (data, size) = match text {
            Cow::Borrowed(text) => (text.as_ptr(), text.len()),
            // What a String points to stays where it is when the String moves.
            Cow::Owned(text) => {
                let place = (text.as_ptr(), text.len());
                self.0.push(text);
                place
            }
        };
        Text { data, size: size as u32, ..Text::of(VALUE) }
    }
}

/// One parser, for one thread.
pub trait Peer: Default {
    /// Whether the document is a response; `response` has it then.
    fn parse(&mut self, document: &[u8], response: &mut Response) -> bool;
}

pub fn open<P: Peer>() -> *mut P {
    catch_unwind(|| Box::into_raw(Box::<P>::default())).unwrap_or(std::ptr::null_mut())
}

/// # Safety
/// `documents` are `count` documents, `peer` is of `open`.
pub unsafe fn run<P: Peer>(
    peer: *mut P,
    documents: *const Document,
    count: usize,
    result: *mut Response,
) -> u64 {
    if count == 0 {
        return 0;
    }
    let (peer, result) = (&mut *peer, &mut *result);
    let mut accepted = 0;
    for document in std::slice::from_raw_parts(documents, count) {
        let text = std::slice::from_raw_parts(document.data, document.size);
        // A panic refuses its document.
        let accepts = catch_unwind(AssertUnwindSafe(|| peer.parse(text, result)));
        accepted += u64::from(accepts.unwrap_or(false));
    }
    accepted
}

/// # Safety
/// `peer` is of `open`, and not used any more.
pub unsafe fn close<P: Peer>(peer: *mut P) {
    let _ = catch_unwind(AssertUnwindSafe(|| drop(Box::from_raw(peer))));
}
