//! The versions that Cargo.lock has, and the compiler's, for what a plug-in says of itself.
use std::{env, fs, process::Command};

fn main() {
    let lock = fs::read_to_string("../Cargo.lock").expect("Cargo.lock");
    for name in ["serde_json", "simd-json", "sonic-rs"] {
        let version = lock
            .split_once(&format!("name = \"{name}\"\nversion = \""))
            .and_then(|(_, behind)| behind.split_once('"'))
            .map_or("unknown", |(version, _)| version);
        let variable = name.to_uppercase().replace('-', "_");
        println!("cargo:rustc-env=VERSION_OF_{variable}={version}");
    }
    let compiler = Command::new(env::var("RUSTC").expect("RUSTC"))
        .arg("--version")
        .output()
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .unwrap_or_default();
    let words: Vec<&str> = compiler.split(' ').take(2).collect();
    println!("cargo:rustc-env=COMPILER={}", words.join(" "));
    println!("cargo:rerun-if-changed=../Cargo.lock");
}
