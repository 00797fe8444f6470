//! An event is encoded once, and each outbox gets the same bytes or none.

use embedded_ami::classes::Classes;
use embedded_ami::server::EncodedEvent;
use embedded_ami::wire::{EncodeError, Outbox};

use crate::harness::messages;

fn write(event: &mut EncodedEvent<Vec<u8>>, number: i64, length: usize) -> Result<(), EncodeError> {
    event.write("Newchannel", Classes::CALL, |out| {
        out.header_int("Number", number)?;
        out.header("Filler", "x".repeat(length))
    })
}

fn bytes(number: i64, length: usize) -> String {
    let filler = "x".repeat(length);
    format!("Event: Newchannel\r\nPrivilege: call,all\r\nNumber: {number}\r\nFiller: {filler}\r\n\r\n")
}

/// An outbox, its size, and the bytes that must be pending in it.
struct Reader {
    outbox: Outbox<Vec<u8>>,
    size: usize,
    expected: Vec<u8>,
}

#[test]
fn every_outbox_gets_the_same_bytes_or_none() {
    let mut random = fastrand::Rng::with_seed(1);
    let mut event = EncodedEvent::new(vec![0; 300]);
    let new = |size| Reader { outbox: Outbox::for_server(vec![0; size]), size, expected: Vec::new() };
    let mut readers: Vec<_> = (50..700).step_by(17).map(new).collect();
    let (mut copied, mut full, mut large) = (0, 0, 0);
    for number in 0..2000 {
        let length = random.usize(..200);
        write(&mut event, number, length).unwrap();
        assert_eq!(event.as_bytes(), bytes(number, length).as_bytes());
        for Reader { outbox, size, expected } in &mut readers {
            let fits = expected.len() + event.as_bytes().len() <= *size;
            match event.copy_to(outbox) {
                Ok(()) => {
                    copied += 1;
                    assert!(fits);
                    expected.extend_from_slice(event.as_bytes());
                }
                Err(EncodeError::Full) => {
                    full += 1;
                    assert!(!fits && !expected.is_empty());
                }
                Err(EncodeError::TooLarge { storage }) => {
                    large += 1;
                    assert!(!fits && storage == *size && expected.is_empty());
                }
                Err(error) => panic!("{error}"),
            }
            assert_eq!(outbox.pending(), &expected[..]);
            if random.bool() {
                let n = random.usize(..=expected.len());
                outbox.advance(n);
                expected.drain(..n);
            }
        }
    }
    assert!(copied > 5000 && full > 5000 && large > 1000, "{copied} {full} {large}");
}

#[test]
fn a_failed_event_is_empty() {
    let mut outbox = Outbox::for_server([0; 512]);
    let mut event = EncodedEvent::new(vec![0; 100]);
    assert_eq!((event.copy_to(&mut outbox), event.as_bytes()), (Err(EncodeError::NoHeaders), &b""[..]));
    let whole = bytes(7, 0).len();
    for length in 0..60 {
        // A valid event was encoded before; it is gone.
        write(&mut event, 1, 1).unwrap();
        let expected =
            if whole + length <= 100 { Ok(()) } else { Err(EncodeError::TooLarge { storage: 100 }) };
        assert_eq!(write(&mut event, 7, length), expected);
        let copied = event.copy_to(&mut outbox);
        match expected {
            Ok(()) => assert_eq!((copied, outbox.pending()), (Ok(()), bytes(7, length).as_bytes())),
            Err(_) => assert_eq!((copied, outbox.pending()), (Err(EncodeError::NoHeaders), &b""[..])),
        }
        outbox.advance(usize::MAX);
    }
    write(&mut event, 1, 1).unwrap();
    let forged = event.write("X", Classes::CALL, |out| {
        let _ = out.header("Value", "a\r\nResponse: Success");
        out.header("More", "x")
    });
    assert_eq!(forged, Err(EncodeError::ValueByte { line: 3, at: 1, byte: b'\r' }));
    assert_eq!((event.copy_to(&mut outbox), outbox.pending()), (Err(EncodeError::NoHeaders), &b""[..]));
    let forged = event.write("X\nResponse: x", Classes::CALL, |_| Ok(()));
    assert_eq!(forged, Err(EncodeError::ValueByte { line: 1, at: 1, byte: b'\n' }));
}

#[test]
fn the_privilege_header_lists_the_labels_in_order() {
    let mut event = EncodedEvent::new([0; 512]);
    for bits in (0..31).map(|bit| 1 << bit).chain([0, 3, 0x4000_0001, u32::MAX]) {
        let classes = Classes::from_bits(bits);
        event.write("X", classes, |_| Ok(())).unwrap();
        assert_eq!(event.classes(), classes);
        let labels: Vec<_> = crate::oracle::LABELS.iter().filter(|(_, bit)| bits & bit != 0).collect();
        let text: String = labels.iter().map(|(label, _)| format!("{label},")).collect();
        let text = if bits == 0 { "<none>".into() } else { text + "all" };
        let [message] = &messages(event.as_bytes())[..] else { panic!("one message") };
        assert_eq!(message[1], ("Privilege".to_owned(), text.into_bytes()));
        assert_eq!(message.len(), 2);
    }
}
