//! Tests of the table of responses, field by field.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::views::{ROWS, Row};
use crate::action::case::type_name;
use crate::wire::Decoder;

fn read(row: &Row, headers: &[String], id_last: bool) -> Vec<String> {
    let mut lines: Vec<_> = headers.to_vec();
    lines.insert(if id_last { lines.len() } else { 0 }, "ActionID: 1".into());
    let text = format!("Response: Success\r\n{}\r\n\r\n", lines.join("\r\n"));
    let mut decoder = Decoder::for_client([0; 2048]).unwrap();
    decoder.space()[..text.len()].copy_from_slice(text.as_bytes());
    decoder.advance(text.len());
    let _ = decoder.poll();
    (row.read)(decoder.message())
}

/// Each field reads its own header and no other, with the ActionID at either end.
#[test]
fn every_field_reads_its_own_header() {
    for row in ROWS {
        let value = |kind: &str, index: usize| match kind {
            "flag" => "Yes".into(),
            "number" | "seconds" => format!("{}", index + 40),
            "ExtensionState" => "9".into(),
            "AmaFlags" => "BILLING".into(),
            _ => format!("value {index}"),
        };
        for id_last in [false, true] {
            let headers: Vec<_> = row
                .fields
                .iter()
                .enumerate()
                .map(|(index, (_, kind, names))| format!("{}: {}", names[0], value(kind, index)))
                .collect();
            let all = read(row, &headers, id_last);
            for (index, (field, kind, _)) in row.fields.iter().enumerate() {
                let value = value(kind, index);
                let expected = match *kind {
                    "flag" => "Some(true)".into(),
                    "number" => format!("Some({value})"),
                    "seconds" => format!("Some({value}s)"),
                    "ExtensionState" => "Some(InUseAndRinging)".into(),
                    "AmaFlags" => "Some(Billing)".into(),
                    "text" => format!("Some({value:?})"),
                    _ => panic!("a new kind: {kind}"),
                };
                assert_eq!(all[index], expected, "{}::{field}", row.view);
                let mut without = headers.clone();
                without.remove(index);
                let got = read(row, &without, id_last);
                let missing = got.iter().filter(|got| *got == "None").count();
                assert_eq!((&*got[index], missing), ("None", 1), "{}::{field}", row.view);
            }
        }
    }
}

/// The document of Asterisk 1.4 has headers that belong to no action and no event; they are the
/// settings of a SIP peer.
#[test]
fn sip_showpeer_reads_the_settings_documented_in_1_4() {
    const OF_1_4: &str = "ACL Address-IP Address-Port AMAflags Callgroup CID-CallingPres ChanObjectType CodecOrder \
        Codecs Context Default-addr-IP Default-Username Dynamic Incominglimit MD5SecretExist ObjectName \
        Outgoinglimit Pickupgroup RegExpire RegExpiry SecretExist SIP-FromDomain SIP-FromUser Status VoiceMailbox";
    let peer = ROWS.iter().find(|row| row.view == "SipShowpeer").unwrap();
    for header in OF_1_4.split_ascii_whitespace() {
        assert!(peer.fields.iter().any(|(_, _, names)| names.contains(&header)), "{header}");
    }
}

#[test]
fn views_have_the_names_of_the_types_of_their_actions() {
    for row in ROWS {
        let is_action = crate::action::all().any(|info| type_name(info.name) == row.view);
        assert!(is_action, "{}", row.view);
    }
}
