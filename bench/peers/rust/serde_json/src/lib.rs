//! serde_json, typed: https://docs.rs/serde_json/#parsing-json-as-strongly-typed-data-structures, from
//! bytes, with texts borrowed where they have no escapes.
use lead::{Kept, Lead, Member, Peer, Response};

#[derive(Default)]
pub struct SerdeJson {
    kept: Kept,
}

impl Peer for SerdeJson {
    fn parse(&mut self, document: &[u8], response: &mut Response) -> bool {
        match serde_json::from_slice::<Member<Lead>>(document) {
            Ok(root) => response.take(root, &mut self.kept),
            Err(_) => false,
        }
    }
}

lead::export!(SerdeJson, "serde_json", "serde_json", lead::SERDE_JSON);
