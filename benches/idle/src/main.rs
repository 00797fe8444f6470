//! Measures a miniature PBX with 1 to 10,000 idle connections, and checks that they cost it
//! nothing: neither the PBX as a whole nor a client that is busy at the same time. Needs Linux.
//!
//! The PBX runs in a process of its own, which this program starts with the argument `serve`.

#[cfg(target_os = "linux")]
mod measure;
#[cfg(target_os = "linux")]
mod system;

#[cfg(target_os = "linux")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().nth(1).as_deref() == Some("serve") { measure::serve() } else { measure::run() }
}

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("skipped: the processor time of another process is read as Linux shows it");
}
