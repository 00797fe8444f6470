//! The linker scripts, for the board's programs only.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=memory.x");
    if var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "none") {
        println!("cargo::rustc-link-search={}", var("CARGO_MANIFEST_DIR").expect("cargo says it"));
        println!("cargo::rustc-link-arg-bins=-Tlink.x");
        println!("cargo::rustc-link-arg-bin=logs=-Tdefmt.x");
    }
}
