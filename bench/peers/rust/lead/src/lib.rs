//! What the plug-ins in Rust share: the response as serde reads it, the rules by which it is of a
//! family, and the interface of bench/peer.h.
mod abi;
mod model;
mod rules;

pub use abi::{close, open, run, Document, Kept, Peer, Response};
pub use model::{Lead, Member};

pub const COMPILER: &str = concat!(env!("COMPILER"), " -O3 lto target-cpu=native");
pub const SERDE_JSON: &str = env!("VERSION_OF_SERDE_JSON");
pub const SIMD_JSON: &str = env!("VERSION_OF_SIMD_JSON");
pub const SONIC_RS: &str = env!("VERSION_OF_SONIC_RS");

/// The four functions of a plug-in: `export!(Type, "name in tables", "library", version)`.
#[macro_export]
macro_rules! export {
    ($peer:ty, $name:expr, $library:expr, $version:expr) => {
        #[no_mangle]
        pub extern "C" fn leadscan_peer_describe(abi: u32) -> *const std::ffi::c_char {
            static TEXT: std::sync::OnceLock<std::ffi::CString> = std::sync::OnceLock::new();
            if abi != 1 {
                return std::ptr::null();
            }
            TEXT.get_or_init(|| {
                let text = [$name, $library, $version, $crate::COMPILER].join("\n");
                std::ffi::CString::new(text).unwrap_or_default()
            })
            .as_ptr()
        }

        #[no_mangle]
        pub extern "C" fn leadscan_peer_open() -> *mut $peer {
            $crate::open()
        }

        /// # Safety
        /// As bench/peer.h says.
        #[no_mangle]
        pub unsafe extern "C" fn leadscan_peer_run(
            peer: *mut $peer,
            documents: *const $crate::Document,
            count: usize,
            result: *mut $crate::Response,
        ) -> u64 {
            $crate::run(peer, documents, count, result)
        }

        /// # Safety
        /// As bench/peer.h says.
        #[no_mangle]
        pub unsafe extern "C" fn leadscan_peer_close(peer: *mut $peer) {
            $crate::close(peer)
        }
    };
}
