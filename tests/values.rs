//! Conversions of `Value`, look-ups of headers, and channel variables in their three spellings.

use embedded_ami::wire::{Decoder, Message, Step, Value};
use std::time::Duration;

#[test]
fn integers_are_read_only_if_valid_and_in_range() {
    let read = |text: &'static str| {
        let value = Value::new(text.as_bytes());
        (value.to_u64(), value.to_i64(), value.to_u32(), value.to_i32())
    };
    assert_eq!(read("0"), (Some(0), Some(0), Some(0), Some(0)));
    assert_eq!(read("0042"), (Some(42), Some(42), Some(42), Some(42)));
    assert_eq!(read("-1"), (None, Some(-1), None, Some(-1)));
    assert_eq!(read("+1"), (None, Some(1), None, Some(1)));
    assert_eq!(read("4007233764"), (Some(4007233764), Some(4007233764), Some(4007233764), None));
    assert_eq!(read("4294967296"), (Some(1 << 32), Some(1 << 32), None, None));
    assert_eq!(read("-2147483648"), (None, Some(-(1 << 31)), None, Some(i32::MIN)));
    assert_eq!(read("18446744073709551615").0, Some(u64::MAX));
    assert_eq!(read("18446744073709551616").0, None);
    assert_eq!(read("-9223372036854775808").1, Some(i64::MIN));
    assert_eq!(read("-9223372036854775809").1, None);
    for text in ["", "-", "+", " 1", "1 ", "1.0", "0x10", "--1", "1e3", "\u{661}", "<unknown>"] {
        assert_eq!(read(text), (None, None, None, None), "{text:?}");
    }
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..10_000 {
        let number = random.i64(..) >> random.u32(..64);
        assert_eq!(Value::new(number.to_string().as_bytes()).to_i64(), Some(number));
    }
}

#[test]
fn decimal_seconds_are_read_to_nanoseconds() {
    let read = |text: &'static str| Value::new(text.as_bytes()).to_seconds();
    assert_eq!(read("1795442325.355367"), Some(Duration::new(1795442325, 355_367_000)));
    assert_eq!(read("0.0044"), Some(Duration::from_micros(4400)));
    assert_eq!(read("7"), Some(Duration::from_secs(7)));
    assert_eq!(read("1.9999999999"), Some(Duration::new(1, 999_999_999)));
    for text in ["", ".", "1.", ".5", "-1", "1.2.3", "1,5", "nan", "00:00:07"] {
        assert_eq!(read(text), None, "{text:?}");
    }
}

#[test]
fn decimals_are_read_without_floating_point() {
    let read = |text: &'static str, decimals| Value::new(text.as_bytes()).to_fixed(decimals);
    assert_eq!(read("84.4", 1), Some(844));
    assert_eq!(read(" 0.0", 1), Some(0));
    assert_eq!(read("100", 1), Some(1000));
    assert_eq!(read("-0.25", 1), Some(-2));
    assert_eq!(read("-0.25", 3), Some(-250));
    assert_eq!(read("87.96", 0), Some(87));
    assert_eq!(read("9223372036854775807", 0), Some(i64::MAX));
    assert_eq!(read("-9223372036854775.807", 3), Some(-i64::MAX));
    assert_eq!(read("-9223372036854775.808", 3), Some(i64::MIN));
    assert_eq!(read("9223372036854775.808", 3), None);
    assert_eq!(read("0.000", 255), Some(0));
    assert_eq!(read("1", 19), None);
    for text in
        ["", " ", "-", ".", "1.", ".5", "+1", "--1", "- 1", "1.-2", "1.2.3", "1,5", "1 ", "nan", "1e3", "0x1"]
    {
        for decimals in 0..3 {
            assert_eq!(read(text, decimals), None, "{text:?}");
        }
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..10_000 {
        let number = i64::from(random.i32(..));
        let decimals = random.u32(0..6);
        let unit = 10_i64.pow(decimals);
        let sign = if number < 0 { "-" } else { "" };
        let (whole, rest) = (number.abs() / unit, number.abs() % unit);
        let text = match decimals {
            0 => format!("{sign}{whole}"),
            _ => format!("{sign}{whole}.{rest:0width$}", width = decimals as usize),
        };
        assert_eq!(Value::new(text.as_bytes()).to_fixed(decimals as u8), Some(number), "{text}");
    }
}

#[test]
fn booleans_are_read_in_all_spellings_of_asterisk() {
    for (text, expected) in [
        ("yes", Some(true)),
        ("Y", Some(true)),
        ("True", Some(true)),
        ("t", Some(true)),
        ("1", Some(true)),
        ("ON", Some(true)),
        ("no", Some(false)),
        ("N", Some(false)),
        ("FALSE", Some(false)),
        ("f", Some(false)),
        ("0", Some(false)),
        ("off", Some(false)),
        ("", None),
        ("2", None),
        ("yes ", None),
        ("enabled", None),
        ("<unknown>", None),
    ] {
        let value = Value::new(text.as_bytes());
        assert_eq!(value.to_bool(), expected, "{text:?}");
        assert_eq!(value.is_true(), expected == Some(true), "{text:?}");
    }
}

#[test]
fn text_need_not_be_utf8_and_splits_at_a_separator() {
    let latin_1 = Value::new(b"J\xfcrg");
    assert_eq!(latin_1.to_str().unwrap_err().valid_up_to(), 1);
    assert_eq!(format!("{latin_1:?}"), "\"J\\xfcrg\"");
    assert_eq!(Value::new("Zürich".as_bytes()).to_str(), Ok("Zürich"));
    let split = |text: &'static str| -> Vec<_> { Value::new(text.as_bytes()).split(b',').collect() };
    assert_eq!(split("call,all"), ["call", "all"]);
    assert_eq!(split(",a,"), ["", "a", ""]);
    assert_eq!(split(""), [""]);
}

fn with_message(stream: &[u8], body: impl FnOnce(Message<'_>)) {
    let mut decoder = Decoder::for_client(vec![0; stream.len() + 64]).unwrap();
    decoder.space()[..stream.len()].copy_from_slice(stream);
    decoder.advance(stream.len());
    assert_eq!(decoder.poll(), Step::Message);
    body(decoder.message());
}

#[test]
fn channel_variables_are_read_in_all_spellings() {
    let stream = b"Event: X\r\nChanVariable: A=1=2\r\nDestChanVariable: CHANNEL(language)=en\r\nchanvariable(SIP/10.0.0.1:5060-1a): B= x\r\n\
        ChanVariable(Local/1@a;1): C=\r\nLocalOneChanVariable: D\r\nOrigChanVariable(SIP/1): E=5\r\nXChanVariables: F=1\r\nVariable: G=1\r\n\r\n";
    with_message(stream, |message| {
        let found: Vec<_> = message
            .variables()
            .map(|variable| {
                let text = |value: Value<'_>| value.to_str().unwrap().to_owned();
                (text(variable.prefix), variable.channel.map(text), text(variable.name), text(variable.value))
            })
            .collect();
        let expected = [
            ("", None, "A", "1=2"),
            ("Dest", None, "CHANNEL(language)", "en"),
            ("", Some("SIP/10.0.0.1:5060-1a"), "B", " x"),
            ("", Some("Local/1@a;1"), "C", ""),
            ("LocalOne", None, "D", ""),
            ("Orig", Some("SIP/1"), "E", "5"),
        ]
        .map(|(prefix, channel, name, value)| {
            (prefix.to_owned(), channel.map(str::to_owned), name.to_owned(), value.to_owned())
        });
        assert_eq!(found, expected);
    });
}

#[test]
fn header_look_up_ignores_case_and_spaces() {
    with_message(
        b"Event: X\r\nOutput: 1\r\noutput:2\r\nOutput : 3\r\nOutputs: 4\r\nOut: 5\r\n: 6\r\n\r\n",
        |message| {
            let all = |name| -> Vec<_> { message.get_all(name).map(|value| value.to_u32()).collect() };
            assert_eq!(all("OUTPUT"), [Some(1), Some(2), Some(3)]);
            assert_eq!(all("out"), [Some(5)]);
            assert_eq!(all(""), [Some(6)]);
            assert_eq!(all("Outpu"), []);
            assert_eq!(message.get("Output"), Some(Value::new(b"1")));
        },
    );
}
