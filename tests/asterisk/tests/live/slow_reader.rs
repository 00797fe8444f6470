//! A client that does not read for longer than the server's `writetimeout`.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Disconnect, Error};

use crate::event_load::{EventCounter, send_events};
use crate::server::{Server, TIMEOUT, unique};

live!(a_sleeping_client_reads_events_up_to_the_disconnect);

/// A few thousand events of 1 KB a second fill the buffers of the two sockets in less than this
/// time.
const SLEEP: Duration = Duration::from_secs(5);

/// The server closes the connection, usually in the middle of a message. The client returns the
/// events sent before that, then the reason.
fn a_sleeping_client_reads_events_up_to_the_disconnect(server: &Server) {
    let name = unique();
    let stop = AtomicBool::new(false);
    let mut client = Client::new(server.connect_with_small_buffer(), TIMEOUT).expect("a banner");
    client.login(&Credentials::new("slow", "slowsecret").events("user")).expect("a login");
    let sent = thread::scope(|scope| {
        let sender = scope.spawn(|| send_events(server, &name, 2_000, 1_000, &stop));
        thread::sleep(SLEEP);
        stop.store(true, Ordering::Relaxed);
        sender.join().expect("a number")
    });
    let mut events = EventCounter { name: &name, received: 0 };
    let end = loop {
        match client.next_event(TIMEOUT) {
            Ok(event) => events.count(&event.expect("an event").message()),
            Err(error) => break error,
        }
    };
    let received = events.received;
    assert!(0 < received && received < sent, "{received} of {sent} events");
    let Error::Disconnected(disconnect) = end else { panic!("{end:?}") };
    match disconnect {
        Disconnect::Cut => assert!(end.to_string().contains("read too slowly"), "{end}"),
        // The connection may happen to end after a message.
        disconnect => assert_eq!(disconnect, Disconnect::Closed),
    }
    assert_eq!(client.dropped_events(), 0);
    server.measured(format_args!(
        "a client that sleeps receives {received} of {sent} events, then {disconnect:?}"
    ));
}
