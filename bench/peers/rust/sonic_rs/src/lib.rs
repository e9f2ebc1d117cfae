//! sonic-rs, typed: https://docs.rs/sonic-rs/#parseserialize-into-rust-type, `from_slice`, which proves
//! UTF-8; texts are borrowed where they have no escapes.
use lead::{Kept, Lead, Member, Peer, Response};

#[derive(Default)]
pub struct SonicRs {
    kept: Kept,
}

impl Peer for SonicRs {
    fn parse(&mut self, document: &[u8], response: &mut Response) -> bool {
        match sonic_rs::from_slice::<Member<Lead>>(document) {
            Ok(root) => response.take(root, &mut self.kept),
            Err(_) => false,
        }
    }
}

lead::export!(SonicRs, "sonic_rs", "sonic-rs", lead::SONIC_RS);
