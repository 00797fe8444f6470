//! Passes the linker scripts to the linker, for the programs of the board only.

use std::env::var;

fn main() {
    println!("cargo::rerun-if-changed=memory.x");
    if var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "none") {
        println!("cargo::rustc-link-search={}", var("CARGO_MANIFEST_DIR").expect("set by cargo"));
        println!("cargo::rustc-link-arg-bins=-Tlink.x");
        println!("cargo::rustc-link-arg-bin=logs=-Tdefmt.x");
    }
}
