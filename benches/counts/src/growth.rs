//! Cases of a given size, whose cost for a unit shall not depend on it.

use std::collections::VecDeque;
use std::hint::black_box;

use embedded_ami::client::Incoming;
use embedded_ami::wire::Decoder;

use crate::client::{Client, EVENT};
use crate::decode::feed;
use crate::{Units, measured};

/// The number of bytes in all messages of `bytes`.
const TOTAL: usize = 1 << 20;
const PINGS: usize = 2_000;

/// A client session receives so many events.
pub fn events(size: usize) -> Units {
    let mut client = Client::new(4);
    let received = measured(|| {
        let mut received = 0;
        for _ in 0..size {
            client.receive(black_box(EVENT), |incoming| {
                received += usize::from(incoming == Incoming::Event { ticket: None });
            });
        }
        received
    });
    assert_eq!(received, size);
    (size, "event")
}

/// Decodes 1 MB in messages of this size and 2 bytes, with storage for a whole one, and walks over
/// their lines, which have 16 or 32 bytes each.
pub fn bytes(size: usize) -> Units {
    let mut message = b"Event: VarSet\r\nValue: 12345678\r\n".to_vec();
    while message.len() < size {
        message.extend_from_slice(b"Variable: NUMBER=1234567890123\r\n");
    }
    message.extend_from_slice(b"\r\n");
    let headers = message.iter().filter(|&&byte| byte == b':').count();
    let count = (TOTAL / message.len()).max(1);
    let stream = message.repeat(count);
    let mut decoder =
        Decoder::for_client(vec![0; message.len().max(64 * 1024) + 64]).expect("enough storage");
    let walked = measured(|| {
        let mut walked = 0;
        feed(&mut decoder, black_box(&stream), |message| {
            for header in message.headers() {
                black_box((header.name(), header.value()));
                walked += 1;
            }
        });
        walked
    });
    assert_eq!(walked, count * headers);
    (stream.len(), "byte")
}

/// A client session sends Pings while so many are outstanding, the oldest of which is answered
/// next.
pub fn outstanding(size: usize) -> Units {
    let mut client = Client::new(size);
    let mut text = Vec::with_capacity(1024);
    let mut tickets = VecDeque::with_capacity(size);
    for _ in 1..size {
        tickets.push_back(client.ping());
    }
    client.send();
    measured(|| {
        for _ in 0..PINGS {
            tickets.push_back(client.ping());
            client.send();
            black_box(client.session.deadline());
            let ticket = tickets.pop_front().expect("one is outstanding");
            client.pong(ticket, &mut text);
        }
    });
    assert_eq!(client.session.outstanding(), size - 1);
    (PINGS, "action")
}
