//! Writes actions.

use std::hint::black_box;

use embedded_ami::action::{self, Originate, Raw};
use embedded_ami::wire::{Dialect, Outbox};

use crate::{Units, measured};

const ACTIONS: usize = 2_000;

/// Writes a typed and a raw action in turn.
pub fn encode() -> Units {
    let mut outbox = Outbox::for_client(vec![0; 1024], Dialect::Current);
    let bytes = measured(|| {
        let mut bytes = 0;
        for _ in 0..ACTIONS / 2 {
            let call = Originate::to_extension(black_box("PJSIP/7"), "phones", "100", "1")
                .timeout(20_000)
                .caller_id("Front door <17>")
                .variables(&[("GREETING", "hello, world")])
                .in_background();
            action::write(&call, black_box("a-1"), &mut outbox).expect("it fits");
            let headers = [("Channel", black_box("PJSIP/7-00000001")), ("Cause", "16")];
            action::write(&Raw::new("Hangup", &headers), "a-2", &mut outbox).expect("it fits");
            let pending = black_box(outbox.pending()).len();
            bytes += pending;
            outbox.advance(pending);
        }
        bytes
    });
    let call = "Action: Originate\r\nActionID: a-1\r\nChannel: PJSIP/7\r\nExten: 100\r\nContext: phones\r\n\
                Priority: 1\r\nTimeout: 20000\r\nCallerID: Front door <17>\r\nAsync: true\r\n\
                Variable: GREETING=hello\\, world\r\n\r\n";
    let hangup = "Action: Hangup\r\nActionID: a-2\r\nChannel: PJSIP/7-00000001\r\nCause: 16\r\n\r\n";
    assert_eq!(bytes, ACTIONS / 2 * (call.len() + hangup.len()));
    (ACTIONS, "action")
}
