//! The place of an answer in the output of a server.

use std::ops::Range;

use embedded_ami::wire::{Decoder, Kind, Step};

/// Returns the part of the output of a server that is the answer to the one request that it had:
/// the first response and, if it begins a list, everything up to the end of the list. Events can
/// precede and follow it.
pub(crate) fn answer_span(output: &[u8]) -> Range<usize> {
    // One byte more, so that the last message is not lent in parts.
    let Ok(mut decoder) = Decoder::for_client(vec![0; output.len().saturating_add(64)]) else { return 0..0 };
    let _ = decoder.feed(output);
    let (mut start, mut at) = (None, 0_usize);
    while decoder.poll() == Step::Message {
        let message = decoder.message();
        let end = at.saturating_add(message.as_bytes().len());
        let list = message.get("EventList");
        match start {
            None if message.kind() == Kind::Response => {
                if list.is_none_or(|list| !list.eq_ignore_ascii_case("start")) {
                    return at..end;
                }
                start = Some(at);
            }
            Some(start) if list.is_some_and(|list| !list.eq_ignore_ascii_case("start")) => return start..end,
            _ => {}
        }
        at = end;
    }
    start.map_or(0..0, |start| start..output.len())
}
