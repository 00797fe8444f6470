//! Many actions in one write are answered in order, whatever the size of the decoder's storage.

use embedded_ami::action::Raw;
use embedded_ami::wire::Kind;

use crate::server::{NONE, Server, Session, assert_success, value};

live!(pipelined_pings, pipelined_lists_and_commands);

const STORAGES: [usize; 2] = [64, 16 * 1024];

fn pipelined_pings(server: &Server) {
    for storage in STORAGES {
        let mut session = Session::new(server, "off", storage);
        for n in 0..200 {
            session.queue(&Raw::new("Ping", NONE), &format!("ping-{n}"));
        }
        session.send();
        for n in 0..200 {
            let response = session.read().expect("a response");
            assert_success(&response);
            assert_eq!(value(&response, "ActionID"), format!("ping-{n}").as_bytes());
            assert_eq!(value(&response, "Ping"), b"Pong");
        }
        session.finish();
    }
}

fn pipelined_lists_and_commands(server: &Server) {
    let actions: [(&str, &[(&str, &str)]); 6] = [
        ("Ping", &[]),
        ("Command", &[("Command", "core show functions")]),
        ("CoreShowChannels", &[]),
        ("QueueStatus", &[]),
        ("Getvar", &[("Variable", "EPOCH")]),
        ("Nonsense", &[]),
    ];
    for storage in STORAGES {
        let mut session = Session::new(server, "off", storage);
        let rounds = 0..20;
        let sent = || {
            rounds.clone().flat_map(|n| actions.map(|(name, headers)| (format!("{name}-{n}"), name, headers)))
        };
        for (id, name, headers) in sent() {
            session.queue(&Raw::new(name, headers), &id);
        }
        session.send();
        for (id, name, _) in sent() {
            let response = session.read().expect("a response");
            let message = response.message();
            assert_eq!((message.kind(), value(&response, "ActionID")), (Kind::Response, id.as_bytes()));
            assert_eq!(
                message.name().is_some_and(|status| status == "Error"),
                name == "Nonsense",
                "{response:?}"
            );
            assert_eq!(message.output().count() > 100, name == "Command", "{response:?}");
            let is_list = message.get("EventList").is_some();
            assert_eq!(is_list, matches!(name, "CoreShowChannels" | "QueueStatus"), "{response:?}");
            let mut is_complete = !is_list;
            while !is_complete {
                let entry = session.read().expect("an entry");
                assert_eq!((entry.message().kind(), value(&entry, "ActionID")), (Kind::Event, id.as_bytes()));
                is_complete = entry.message().get("EventList").is_some_and(|list| list == "Complete");
            }
        }
        session.finish();
    }
}
