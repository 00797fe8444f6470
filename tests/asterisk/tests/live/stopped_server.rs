//! Servers that are killed, stopped or restarted while clients are connected.

use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use embedded_ami::action::Raw;
use embedded_ami::client::{Backoff, Credentials, LossReason};
use embedded_ami::io::blocking::{Client, Disconnect, Error};
use embedded_ami::wire::Kind;

use crate::server::{ADMIN, Server, TIMEOUT, ask, assert_success, is, is_user_event, unique, value};

live!(
    alone: a_list_is_cut_short_when_the_server_is_killed,
    a_stopped_server_sends_shutdown,
    a_client_reconnects_after_a_restart,
);

/// The number of entries of the list, and the bytes in each: 6 MB, more than the buffers of the two
/// sockets hold.
const ENTRIES: usize = 6_000;
const SIZE: usize = 1_000;

/// Starts the server again when dropped, even if the test fails.
struct Restored<'a>(&'a Server);

impl Drop for Restored<'_> {
    fn drop(&mut self) {
        self.0.control("start");
    }
}

fn a_list_is_cut_short_when_the_server_is_killed(server: &Server) {
    let family = unique();
    let mut filler = server.client();
    let value = "v".repeat(SIZE);
    let keys: Vec<_> = (0..ENTRIES).map(|n| n.to_string()).collect();
    for keys in keys.chunks(256) {
        let mut put = |key| {
            let put = [("Family", &family), ("Key", key), ("Val", &value)];
            filler.submit(&Raw::new("DBPut", &put)).expect("a ticket")
        };
        let tickets: Vec<_> = keys.iter().map(&mut put).collect();
        tickets.into_iter().for_each(|ticket| assert_success(&filler.wait(ticket).expect("a response")));
    }

    // Asterisk commits its database about once a second. Without this, the kill could lose the
    // entries, and the cleanup at the end would not find them.
    thread::sleep(Duration::from_secs(2));

    let mut client = Client::new(server.connect_with_small_buffer(), TIMEOUT).expect("a banner");
    // `next_event` needs a subscription; no other test raises user events meanwhile.
    client.login(&Credentials::new(ADMIN.0, ADMIN.1).events("user")).expect("a login");
    let mut list = client.list(&Raw::new("DBGetTree", &[("Family", &family)])).expect("a response");
    for _ in 0..10 {
        list.next().expect("an entry").expect("an entry");
    }
    {
        let _restored = Restored(server);
        server.control("kill");
        let mut received = 10;
        let error = loop {
            match list.next() {
                Some(Ok(_)) => received += 1,
                Some(Err(error)) => break error,
                None => panic!("{received} entries are returned as the whole list"),
            }
        };
        assert!(list.next().is_none() && list.completion().is_none());
        let Error::Lost { reason, disconnect: Some(disconnect) } = error else { panic!("{error:?}") };
        assert_eq!(reason, LossReason::CutShort { entries: received });
        assert!((10..ENTRIES as u32).contains(&received), "{received}");
        assert!(matches!(disconnect, Disconnect::Cut | Disconnect::Closed), "{disconnect:?}");
        drop(list);
        let event = client.next_event(TIMEOUT);
        assert!(matches!(event, Err(Error::Disconnected(again)) if again == disconnect), "{event:?}");
        let ping = client.send(&Raw::without_headers("Ping"));
        assert!(matches!(ping, Err(Error::Disconnected(again)) if again == disconnect), "{ping:?}");
        server.measured(format_args!(
            "killed while it sent a list: {received} entries of {ENTRIES}, {disconnect:?}"
        ));
    }
    assert_success(&ask(&mut server.client(), "DBDelTree", &[("Family", &family)]));
}

fn a_stopped_server_sends_shutdown(server: &Server) {
    let mut client = server.watcher("on");
    let _restored = Restored(server);
    server.control("stop");
    let mut events = Vec::new();
    let end = loop {
        match client.next_event(TIMEOUT) {
            Ok(event) => events.push(event.expect("an event")),
            Err(error) => break error,
        }
    };
    let last = events.last().expect("an event");
    assert!(is(&last.message(), Kind::Event, "Shutdown"), "{last:?}");
    assert_eq!(value(last, "Shutdown"), b"Cleanly");
    assert!(matches!(end, Error::Disconnected(Disconnect::Closed)), "{end:?}");
    assert_eq!(end.to_string(), "the server closed the connection");
}

/// A client with a back-off reconnects as soon as the server is up again.
fn a_client_reconnects_after_a_restart(server: &Server) {
    let connect = || -> Result<Client<TcpStream>, Error> {
        let mut client = Client::connect(("127.0.0.1", server.port), Duration::from_secs(5))?;
        client.login(&Credentials::new(ADMIN.0, ADMIN.1).events("on"))?;
        Ok(client)
    };
    let mut client = connect().expect("a login");
    thread::scope(|scope| {
        let restart = scope.spawn(|| server.control("restart"));
        let disconnect = loop {
            if let Err(error) = client.next_event(TIMEOUT) {
                break error;
            }
        };
        assert!(matches!(disconnect, Error::Disconnected(Disconnect::Closed)), "{disconnect:?}");
        let start = Instant::now();
        let mut backoff = Backoff::new(20, 500);
        let mut failures = 0;
        client = loop {
            thread::sleep(Duration::from_millis(backoff.next(fastrand::u32(..)).into()));
            match connect() {
                Ok(client) => break client,
                Err(error) => {
                    assert!(matches!(error, Error::Connect(_) | Error::Disconnected(_)), "{error:?}")
                }
            }
            failures += 1;
        };
        let time = start.elapsed();
        restart.join().expect("a server");
        server.measured(format_args!(
            "restarted: logged in again after {} ms and {failures} failures",
            time.as_millis()
        ));
    });
    let name = unique();
    assert_success(&ask(&mut server.client(), "UserEvent", &[("UserEvent", &name)]));
    let event = client
        .events(TIMEOUT)
        .map(|event| event.expect("a connection"))
        .find(|event| is_user_event(&event.message(), &name));
    assert!(event.is_some(), "no event");
}
