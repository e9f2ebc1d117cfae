//! simd-json, typed: https://docs.rs/simd-json/latest/simd_json/serde/, with its buffers used again.
//! It decodes escapes in place, so each document is copied first, which is in its time.
use lead::{Kept, Lead, Member, Peer, Response};

#[derive(Default)]
pub struct SimdJson {
    document: Vec<u8>,
    buffers: simd_json::Buffers,
    kept: Kept,
}

impl Peer for SimdJson {
    fn parse(&mut self, document: &[u8], response: &mut Response) -> bool {
        self.document.clear();
        self.document.extend_from_slice(document);
        match simd_json::serde::from_slice_with_buffers::<Member<Lead>>(
            &mut self.document,
            &mut self.buffers,
        ) {
            Ok(root) => response.take(root, &mut self.kept),
            Err(_) => false,
        }
    }
}

lead::export!(SimdJson, "simd_json", "simd-json", lead::SIMD_JSON);
