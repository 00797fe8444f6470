//! Checks the table of storage sizes in the crate documentation against the captures.

mod common;

use common::{Role, captures, expected, naive};

/// Storage sizes in bytes, with the minimum percentages of responses and of events that fit whole.
const TABLE: [(usize, usize, usize); 4] = [(128, 85, 5), (512, 97, 70), (1024, 98, 96), (2048, 99, 99)];

#[test]
fn documented_shares_of_messages_fit_whole() {
    // Command output and deliberately malformed traffic are not typical.
    let is_typical = |name: &str| !["long_values", "command", "bad_"].iter().any(|part| name.contains(part));
    let mut sizes = [Vec::new(), Vec::new()];
    for capture in
        captures().iter().filter(|capture| capture.role == Role::Client && is_typical(&capture.name))
    {
        for message in expected(&capture.bytes, capture.role) {
            match message.kind {
                naive::Kind::Response => sizes[0].push(message.range.len()),
                naive::Kind::Event => sizes[1].push(message.range.len()),
                _ => {}
            }
        }
    }
    for (storage, responses, events) in TABLE {
        let share =
            |sizes: &[usize]| sizes.iter().filter(|&&size| size <= storage).count() * 100 / sizes.len();
        let found = (share(&sizes[0]), share(&sizes[1]));
        println!("{storage} bytes: {} % of responses, {} % of events", found.0, found.1);
        assert!(found.0 >= responses && found.1 >= events, "{storage}: {found:?}");
    }
}
