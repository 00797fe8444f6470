/// The counters of a [`Server`](super::Server) since its creation.
///
/// ```
/// # use embedded_ami::io::blocking::server::{Server, Service};
/// fn report<S: Service>(server: &Server<S>) {
///     let stats = server.stats();
///     println!("{} connections accepted, {} refused", stats.accepted, stats.refused);
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The connections accepted.
    pub accepted: u64,
    /// The connections refused because of [`Limits`](super::Limits) or by
    /// [`Service::connected`](super::Service::connected).
    pub refused: u64,
    /// The clients disconnected because an event found no room
    /// ([`SlowClientPolicy::Disconnect`](super::SlowClientPolicy::Disconnect)). Clients disconnected
    /// after [`Limits::stall`](super::Limits#structfield.stall) are not counted.
    pub too_slow: u64,
    /// The events dropped. An event dropped for two clients counts twice.
    pub dropped_events: u64,
    /// The largest number of bytes that were queued for a client at one time. It is at most twice
    /// [`Limits::output`](super::Limits::output).
    pub most_queued: usize,
}
