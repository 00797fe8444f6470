//! Typed views on events and responses as servers of several versions write them.

use std::time::Duration;

use embedded_ami::event::response::MixMonitor;
use embedded_ami::event::{
    AgentCalled, Cel, Event, Hangup, HangupCause, NewCallerid, Newexten, PeerEntry, RtcpReceived, RtcpReport,
    RtcpSent, Status,
};
use embedded_ami::wire::{Decoder, Kind, Message, Step, Value};

/// Writes the message with CRLF line ends and calls `body` with the view of it.
fn with_view<R>(lines: &str, body: impl FnOnce(Message<'_>) -> R) -> R {
    let text = format!("{}\r\n\r\n", lines.trim().replace('\n', "\r\n"));
    body(Message::parse(text.as_bytes()).unwrap())
}

fn text(value: Option<Value<'_>>) -> Option<&str> {
    value.map(|value| value.as_bytes()).map(|bytes| std::str::from_utf8(bytes).unwrap())
}

/// A stream with two report blocks, and with the headers that `debug = on` adds to an event.
const STREAM: &str = "Asterisk Call Manager/9.0.0
Event: MessageWaiting
Privilege: call,all
SequenceNumber: 165
File: manager_mwi.c
Line: 144
Func: mwi_update_cb
Mailbox: 100@default
Waiting: 0
New: 0
Old: 0

Event: RTCPReceived
Privilege: reporting,all
Channel: PJSIP/a-1
From: 192.0.2.1:4001
RTT: 0.0044
MES: 84.4
SSRC: 0x1b2c3d4e
PT: 201(RR)
ReportCount: 2
Report0SourceSSRC: 0x1
Report0IAJitter: 4007233764
Report1SourceSSRC: 0x2
Report1IAJitter: 7

Event: UserEvent
Privilege: user,all
UserEvent: Two
Uniqueid: 1624266216.116
Body
 with
 XXX

";

#[test]
fn rtcp_received_is_read_completely() {
    let stream = STREAM.replace('\n', "\r\n");
    let mut decoder = Decoder::for_client([0; 1024]).unwrap();
    assert_eq!(decoder.feed(stream.as_bytes()), stream.len());
    let mut seen = 0;
    while decoder.poll() == Step::Message {
        let message = decoder.message();
        let Some(received) = message.event::<RtcpReceived<'_>>() else { continue };
        seen += 1;
        assert_eq!(message.kind(), Kind::Event);
        assert_eq!(received.mes(), Some(844));
        assert_eq!(received.rtt(), Some(Duration::from_micros(4400)));
        assert_eq!(text(received.from()), Some("192.0.2.1:4001"));
        assert_eq!(received.to(), None);
        assert_eq!(received.report_count(), Some(2));
        let blocks: Vec<_> = received
            .reports()
            .map(|report| {
                (report.number(), text(report.source_ssrc()).unwrap(), report.ia_jitter(), report.dlsr())
            })
            .collect();
        assert_eq!(blocks, [(0, "0x1", Some(4_007_233_764), None), (1, "0x2", Some(7), None)]);
    }
    assert_eq!(seen, 1);
}

#[test]
fn rtcp_sent_has_both_addresses_and_every_field_of_its_blocks() {
    let sent = "Event: RTCPSent
Privilege: reporting,all
Channel: PJSIP/bob-00000012
ChannelState: 6
SSRC: 0x3b6a2c11
PT: 200(SR)
ReportCount: 1
To: 192.0.2.9:10013
From: 192.0.2.2:16395
MES:  0.0
SentNTP: 1795442325.355367
SentRTP: 48160
SentPackets: 301
SentOctets: 48160
Report0SourceSSRC: 0x1fc04d77
Report0FractionLost: 64
Report0CumulativeLost: 76
Report0HighestSequence: 31207
Report0SequenceNumberCycles: 2
Report0IAJitter: 19
Report0LSR: 1400439040
Report0DLSR: 2.0250";
    with_view(sent, |message| {
        let sent = message.event::<RtcpSent<'_>>().unwrap();
        assert_eq!((text(sent.to()), text(sent.from())), (Some("192.0.2.9:10013"), Some("192.0.2.2:16395")));
        // Asterisk pads the number to four characters.
        assert_eq!(sent.mes(), Some(0));
        let block = sent.reports().next().unwrap();
        assert_eq!(text(block.source_ssrc()), Some("0x1fc04d77"));
        assert_eq!((block.fraction_lost(), block.cumulative_lost()), (Some(64), Some(76)));
        assert_eq!((block.highest_sequence(), block.sequence_number_cycles()), (Some(31207), Some(2)));
        assert_eq!((block.ia_jitter(), block.lsr()), (Some(19), Some(1_400_439_040)));
        assert_eq!(block.dlsr(), Some(Duration::from_millis(2025)));
        assert_eq!(sent.reports().count(), 1);
    });
}

/// The blocks are those that `ReportCount` announces, without gaps, at most 31.
#[test]
fn report_blocks_are_counted_and_never_invented() {
    let blocks = |count: &str, present: &[u32]| -> Vec<u8> {
        let mut lines = format!("Event: RTCPReceived\nPrivilege: reporting,all\nReportCount: {count}\n");
        for number in present {
            lines += &format!("Report{number}SourceSSRC: 0x{number:08x}\nReport{number}LSR: {number}\n");
        }
        with_view(&lines, |message| {
            let received = message.event::<RtcpReceived<'_>>().unwrap();
            received
                .reports()
                .inspect(|report| assert_eq!(report.lsr(), Some(report.number().into())))
                .map(|report: RtcpReport<'_>| report.number())
                .collect()
        })
    };
    let all: Vec<u32> = (0..40).collect();
    for count in 0..=31_u8 {
        assert_eq!(blocks(&count.to_string(), &all), (0..count).collect::<Vec<_>>());
    }
    for count in ["32", "255", "256", "4294967295", "18446744073709551615"] {
        assert_eq!(blocks(count, &all), (0..31).collect::<Vec<_>>(), "{count}");
    }
    for count in ["", "-1", "two", "18446744073709551616"] {
        assert_eq!(blocks(count, &all), [0_u8; 0], "{count}");
    }
    assert_eq!(blocks("3", &[0, 2]), [0]);
    assert_eq!(blocks("2", &[1]), [0_u8; 0]);
}

/// Asterisk 1.6.0 to 11 write milliseconds, although they call them seconds.
#[test]
fn round_trip_times_of_old_servers_are_milliseconds() {
    let received = |rtt: &str| {
        let lines = format!(
            "Event: RTCPReceived
Privilege: reporting,all
From: 192.0.2.1:4001
PT: 201(Receiver Report)
ReceptionReports: 1
SenderSSRC: 1321528399
FractionLost: 0
PacketsLost: 0
HighestSequence: 34211
SequenceNumberCycles: 0
IAJitter: 12
LastSR: 21368.1523580928
DLSR: 2.8810(sec)
RTT: {rtt}"
        );
        with_view(&lines, |message| message.event::<RtcpReceived<'_>>().unwrap().rtt())
    };
    assert_eq!(received("45(sec)"), Some(Duration::from_millis(45)));
    assert_eq!(received("12345(sec)"), Some(Duration::from_millis(12_345)));
    // A negative time of 32 bits.
    assert_eq!(received("65535999(sec)"), Some(Duration::from_millis(65_535_999)));
    assert_eq!(received("0.0450"), Some(Duration::from_millis(45)));
    for nothing in ["", "(sec)", "1.5(sec)", "-1(sec)", "45 (sec)", "45(msec)", "-0.0010"] {
        assert_eq!(received(nothing), None, "{nothing:?}");
    }
}

#[test]
fn newexten_has_both_names_of_the_extension() {
    let new = "Event: Newexten
Privilege: dialplan,all
Channel: PJSIP/alice-00000003
Context: phones
Exten: 100
Priority: 1
Uniqueid: 1795442325.7
Linkedid: 1795442325.7
Extension: 100
Application: Dial
AppData: PJSIP/bob,20";
    let old = "Event: Newexten
Privilege: dialplan,all
Channel: SIP/alice-00000003
Context: phones
Extension: 100
Priority: 1
Application: Dial
AppData: SIP/bob,20
Uniqueid: 1795442325.7";
    for lines in [new, old] {
        with_view(lines, |message| {
            let newexten = message.event::<Newexten<'_>>().unwrap();
            assert_eq!(text(newexten.extension()), Some("100"));
            assert_eq!(text(newexten.channel().exten()), Some("100"));
        });
    }
}

#[test]
fn iax_peers_have_a_user_name() {
    let entry = "Event: PeerEntry
ActionID: 7
Channeltype: IAX
ObjectName: trunk
ObjectUsername: carrier
ChanObjectType: peer
IPaddress: 192.0.2.4
Mask: 255.255.255.255
Port: 4569
Dynamic: no
Trunk: yes
Encryption: no
Status: OK (12 ms)";
    with_view(entry, |message| {
        let peer = message.event::<PeerEntry<'_>>().unwrap();
        assert_eq!(text(peer.object_name()), Some("trunk"));
        assert_eq!(text(peer.object_username()), Some("carrier"));
        assert_eq!(peer.ip_port(), Some(4569));
    });
}

/// The partner of a channel, in the form of each version.
#[test]
fn status_names_the_bridged_channel() {
    let status = |bridge: &str| {
        format!(
            "Event: Status
Privilege: Call
Channel: SIP/7-1
CallerIDNum: 7
Account: 
State: Up
{bridge}
Uniqueid: 1795442325.7
ActionID: 7"
        )
    };
    let bridged = |bridge: &str| {
        with_view(&status(bridge), |message| {
            let status = message.event::<Status<'_>>().unwrap();
            let owned = |value| text(value).map(str::to_owned);
            (owned(status.bridged_channel()), owned(status.bridged_uniqueid()))
        })
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(bridged("Link: SIP/8-2"), (some("SIP/8-2"), None));
    assert_eq!(
        bridged("BridgedChannel: SIP/8-2\nBridgedUniqueid: 1795442325.8"),
        (some("SIP/8-2"), some("1795442325.8"))
    );
    assert_eq!(bridged("BridgeID: "), (None, None));
}

#[test]
fn cel_has_the_tenant() {
    let cel = "Event: CEL
Privilege: call,all
EventName: CHAN_START
UniqueID: 1795442325.7
LinkedID: 1795442325.7
TenantID: customer-12
Userfield: ";
    with_view(cel, |message| {
        assert_eq!(text(message.event::<Cel<'_>>().unwrap().tenantid()), Some("customer-12"));
    });
}

#[test]
fn presentations_are_split_into_number_and_words() {
    let read = |value: &str| {
        let lines =
            format!("Event: NewCallerid\nPrivilege: call,all\nChannel: PJSIP/7-1\nCID-CallingPres: {value}");
        with_view(&lines, |message| {
            let presentation = message.event::<NewCallerid<'_>>().unwrap().cid_calling_pres().unwrap();
            (presentation.number(), text(presentation.text()).map(str::to_owned), presentation.is_allowed())
        })
    };
    let words = |text: &str| Some(text.to_owned());
    assert_eq!(
        read("0 (Presentation Allowed, Not Screened)"),
        (Some(0), words("Presentation Allowed, Not Screened"), Some(true))
    );
    assert_eq!(
        read("35 (Presentation Prohibited, Network Number)"),
        (Some(35), words("Presentation Prohibited, Network Number"), Some(false))
    );
    assert_eq!(read("67 (Number Unavailable)"), (Some(67), words("Number Unavailable"), Some(false)));
    assert_eq!(read("4 (unknown)"), (Some(4), words("unknown"), Some(true)));
    assert_eq!(read("3"), (Some(3), None, Some(true)));
    assert_eq!(read("Number Unavailable"), (None, words("Number Unavailable"), None));
    assert_eq!(read("3 Network Number"), (None, words("3 Network Number"), None));
    assert_eq!(read(""), (None, words(""), None));
}

#[test]
fn the_response_to_mix_monitor_has_the_id() {
    let response = "Response: Success\nActionID: 7\nMixMonitorID: 0x7f9c5c02f9a8";
    with_view(response, |message| {
        let started = MixMonitor::from_message(&message).unwrap();
        assert_eq!(text(started.mix_monitor_id()), Some("0x7f9c5c02f9a8"));
    });
    // Asterisk reports the id only if the action had the option `i`.
    with_view("Response: Success\nActionID: 7", |message| {
        assert_eq!(MixMonitor::from_message(&message).unwrap().mix_monitor_id(), None);
    });
    with_view("Response: Error\nActionID: 7\nMessage: No such channel", |message| {
        assert!(MixMonitor::from_message(&message).is_none());
    });
}

/// A view accepts only the event that it is a view of, whatever headers a message has.
#[test]
fn views_of_rtcp_are_told_apart() {
    with_view("Event: RTCPSent\nMES: 84.4", |message| {
        assert!(message.event::<RtcpReceived<'_>>().is_none());
        assert_eq!(RtcpSent::view(message).mes(), Some(844));
    });
}

/// A header that the message has counts even if it is empty, and an older name is not read then.
#[test]
fn an_empty_header_is_not_a_missing_one() {
    for (member, expected) in
        [("MemberName: \n", Some("")), ("MemberName: Ann\n", Some("Ann")), ("", Some("Bob"))]
    {
        with_view(&format!("Event: AgentCalled\n{member}AgentName: Bob\nQueue: sales"), |message| {
            let called = message.event::<AgentCalled<'_>>().unwrap();
            assert_eq!((text(called.member_name()), text(called.queue())), (expected, Some("sales")));
            assert_eq!(text(called.interface()), None);
        });
    }
    with_view("Event: Hangup\nCause: \nCause-txt:\nChannel: \nUniqueid: 7", |message| {
        let hangup = message.event::<Hangup<'_>>().unwrap();
        assert_eq!(hangup.cause(), Some(HangupCause::Other(Value::new(b""))));
        assert_eq!((text(hangup.cause_txt()), text(hangup.tech_cause())), (Some(""), None));
        assert_eq!((text(hangup.channel().name()), text(hangup.channel().linkedid())), (Some(""), None));
    });
}
