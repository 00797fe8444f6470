//! A client that does not read for longer than the server is willing to wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use embedded_ami::client::Credentials;
use embedded_ami::io::blocking::{Client, Disconnect, Error};

use crate::load::{Numbered, send_events};
use crate::server::{Server, TIMEOUT, unique};

live!(client_that_sleeps);

/// Some thousand events of a KB a second fill the buffers of the two sockets in less than the five.
const SLEEP: Duration = Duration::from_secs(5);

/// The server cuts it off, mostly in the middle of a message. What was sent by then comes, then the reason.
fn client_that_sleeps(server: &Server) {
    let name = unique();
    let stop = AtomicBool::new(false);
    let mut client = Client::new(server.narrow(), TIMEOUT).expect("a banner");
    client.login(&Credentials::new("slow", "slowsecret").events("user")).expect("a login");
    let sent = thread::scope(|scope| {
        let sender = scope.spawn(|| send_events(server, &name, 2_000, 1_000, &stop));
        thread::sleep(SLEEP);
        stop.store(true, Ordering::Relaxed);
        sender.join().expect("a number")
    });
    let mut events = Numbered { name: &name, came: 0 };
    let end = loop {
        match client.next_event(TIMEOUT) {
            Ok(event) => events.see(&event.expect("an event").message()),
            Err(error) => break error,
        }
    };
    let came = events.came;
    assert!(0 < came && came < sent, "{came} of {sent} events");
    let Error::Disconnected(disconnect) = end else { panic!("{end:?}") };
    match disconnect {
        Disconnect::Cut => assert!(end.to_string().contains("reads too slowly"), "{end}"),
        // The cut may fall on the end of a message.
        disconnect => assert_eq!(disconnect, Disconnect::Closed),
    }
    assert_eq!(client.dropped_events(), 0);
    server.measured(format_args!("a client asleep gets {came} of {sent} events, then {disconnect:?}"));
}
