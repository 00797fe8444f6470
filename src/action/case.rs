//! The rule for the names of types, which the tests of the tables check.

use std::string::String;

/// The acronyms in the names of actions and events, as Asterisk writes them. One that contains
/// another comes before it.
const ACRONYMS: [&str; 24] = [
    "ACL", "AGI", "AOC", "CC", "CDR", "CEL", "DAHDI", "DB", "DND", "DTMF", "FAX", "IAX1", "IAX", "ID",
    "JSON", "MCID", "MF", "MWI", "PJSIP", "PRI", "RTCP", "RTP", "SIP", "SKINNY",
];

/// Returns the name of the type for a name on the wire: acronyms and the words after them in upper
/// camel case, everything else unchanged.
pub(crate) fn type_name(wire: &str) -> String {
    let mut name = String::new();
    let mut starts_word = true;
    let mut rest = wire;
    while let Some(first) = rest.chars().next() {
        if let Some(acronym) = ACRONYMS.iter().find(|acronym| rest.starts_with(**acronym)) {
            name.push_str(&acronym[..1]);
            name.push_str(&acronym[1..].to_ascii_lowercase());
            starts_word = true;
            rest = &rest[acronym.len()..];
            continue;
        }
        if first.is_ascii_alphanumeric() {
            name.push(if starts_word { first.to_ascii_uppercase() } else { first });
        }
        // `AOC-D`, `DataGet Tree`.
        starts_word = !first.is_ascii_alphanumeric();
        rest = &rest[first.len_utf8()..];
    }
    name
}

#[test]
fn acronyms_are_words() {
    let names = [
        ("AGI", "Agi"),
        ("AOC-D", "AocD"),
        ("DAHDIDNDoff", "DahdiDndOff"),
        ("DataGet Tree", "DataGetTree"),
        ("GetConfigJSON", "GetConfigJson"),
        ("Getvar", "Getvar"),
        ("IAX1peers", "Iax1Peers"),
        ("PJSIPShowAors", "PjsipShowAors"),
        ("SIPpeers", "SipPeers"),
        ("SetCDRUserField", "SetCdrUserField"),
    ];
    for (wire, expected) in names {
        assert_eq!(type_name(wire), expected);
    }
}
