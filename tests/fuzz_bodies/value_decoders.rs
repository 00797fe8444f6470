use std::fmt::Debug;
use std::time::Duration;

use embedded_ami::value::DateTime;
use embedded_ami::wire::{Message, Value};

use super::input::Input;

/// Checks all decoders of values on one text: they are total, stay within the text, agree with
/// simple implementations of the same rules, and read back what an encoder writes.
///
/// Input: eight bytes that make the numbers of the round trips, the length of the name of a caller,
/// text.
pub fn value_decoders(data: &[u8]) {
    let mut input = Input(data);
    let mut number = [0; 8];
    number.iter_mut().zip(input.bytes(8)).for_each(|(to, from)| *to = *from);
    let length = input.byte();
    let text = input.0;
    let name = &text[..text.len().min(length.into())];
    escapes(text);
    percent_encoding(text);
    agi(text);
    caller_ids(text, name);
    numbers(text);
    written_numbers(u64::from_le_bytes(number));
    times(text);
    written_times(number);
    words(text);
    variables(text);
}

/// Checks that an iterator ends, stays ended, and keeps its promise about the number of items.
/// Returns the items.
fn drain<I: Iterator<Item: Debug> + Clone + Debug>(mut iterator: I, most: usize) -> Vec<I::Item> {
    let mut items = Vec::new();
    loop {
        let (least, bound) = iterator.size_hint();
        let left = iterator.clone().take(most + 1).count();
        assert!(least <= left && bound.is_none_or(|bound| left <= bound), "{least} {left} {bound:?}");
        // Printed once at the start, in the middle and at the end: it may be long.
        if items.is_empty() || left < 2 {
            assert!(!format!("{iterator:?}").is_empty());
        }
        match iterator.next() {
            Some(item) => items.push(item),
            None => break,
        }
        assert!(items.len() <= most, "more than {most} items");
    }
    assert!(iterator.next().is_none() && iterator.next().is_none(), "items after the end");
    items
}

/// Returns whether `inner` is a part of `outer`, by address.
fn is_within(inner: Value<'_>, outer: &[u8]) -> bool {
    let (inner, outer) = (inner.as_bytes().as_ptr_range(), outer.as_ptr_range());
    inner.is_empty() || outer.start <= inner.start && inner.end <= outer.end
}

fn escapes(text: &[u8]) {
    const LETTERS: [(u8, u8); 11] = [
        (7, b'a'),
        (8, b'b'),
        (9, b't'),
        (10, b'n'),
        (11, b'v'),
        (12, b'f'),
        (13, b'r'),
        (b'\\', b'\\'),
        (b'\'', b'\''),
        (b'"', b'"'),
        (b'?', b'?'),
    ];
    let mut expected = Vec::new();
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let meant = |next| LETTERS.iter().find(|&&(_, letter)| letter == next).map(|&(meant, _)| meant);
        match bytes.peek().copied().filter(|_| byte == b'\\').and_then(meant) {
            Some(meant) => {
                bytes.next();
                expected.push(meant);
            }
            None => expected.push(byte),
        }
    }
    let decoded = drain(Value::new(text).unescaped(), text.len());
    assert_eq!(decoded, expected);
    let mut escaped = Vec::new();
    for byte in text {
        match LETTERS.iter().find(|&(meant, _)| meant == byte) {
            Some(&(_, letter)) => escaped.extend([b'\\', letter]),
            None => escaped.push(*byte),
        }
    }
    assert!(Value::new(&escaped).unescaped().eq(text.iter().copied()));
}

fn hex(digits: &[u8]) -> Option<u8> {
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok().filter(|_| is_hex && digits.len() == 2)
}

/// Decodes the first byte. Returns it with the number of bytes that it takes.
fn percent(text: &[u8]) -> (u8, usize) {
    let long = text.strip_prefix(b"%").and_then(|rest| rest.get(..8)).filter(|rest| {
        rest[..6].eq_ignore_ascii_case(b"ffffff") && hex(&rest[6..]).is_some_and(|byte| byte >= 128)
    });
    if let Some(long) = long {
        return (hex(&long[6..]).expect("digits"), 9);
    }
    match text.strip_prefix(b"%").and_then(|rest| hex(rest.get(..2)?)) {
        Some(byte) => (byte, 3),
        None => (text[0], 1),
    }
}

fn percent_encoding(text: &[u8]) {
    let mut expected = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (byte, length) = percent(rest);
        expected.push(byte);
        rest = &rest[length..];
    }
    let decoded = drain(Value::new(text).percent_decoded(), text.len());
    assert_eq!(decoded, expected);
    // The two encoders of Asterisk.
    for sign_extends in [false, true] {
        let mut encoded = Vec::new();
        for &byte in text {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' => encoded.push(byte),
                128.. if sign_extends => encoded.extend(format!("%FFFFFF{byte:02X}").bytes()),
                _ => encoded.extend(format!("%{byte:02X}").bytes()),
            }
        }
        // A byte 255 before six such letters and two digits looks like the long form.
        if !encoded.to_ascii_lowercase().windows(7).any(|part| part == b"%ffffff") || sign_extends {
            assert!(Value::new(&encoded).percent_decoded().eq(text.iter().copied()));
        }
    }
}

fn agi(text: &[u8]) {
    let lines = drain(Value::new(text).agi_lines(), text.len());
    for (name, value) in &lines {
        assert!(is_within(*name, text) && is_within(*value, text));
    }
    // Splits at a line feed or a colon in either form; `%` and its digits are looked at together.
    let find = |text: &[u8], sought: u8| {
        (0..text.len()).find_map(|at| match &text[at..] {
            [b'%', digits @ ..] if digits.get(..2).and_then(hex) == Some(sought) => Some((at, 3)),
            [byte, ..] if *byte == sought => Some((at, 1)),
            _ => None,
        })
    };
    let mut expected = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (end, length) = find(rest, b'\n').unwrap_or((rest.len(), 0));
        let line = &rest[..end];
        rest = &rest[end + length..];
        if let Some((at, length)) = find(line, b':') {
            let value = &line[at + length..];
            let value = value.strip_prefix(b" ").or(value.strip_prefix(b"%20")).unwrap_or(value);
            expected.push((Value::new(&line[..at]), Value::new(value)));
        }
    }
    assert_eq!(lines, expected);
    // The form that Asterisk writes: names without odd bytes, values encoded.
    let encode = |bytes: &[u8]| bytes.iter().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let values: Vec<_> = text.split(|&byte| byte == b'\n').collect();
    let written: String =
        values.iter().map(|value| format!("agi_x%3A%20{}%0A", encode(value))).collect::<String>() + "%0A";
    let read = drain(Value::new(written.as_bytes()).agi_lines(), values.len());
    assert_eq!(read.len(), values.len());
    for ((name, value), written) in read.into_iter().zip(values) {
        assert!(name == "agi_x" && value.percent_decoded().eq(written.iter().copied()));
    }
}

fn caller_ids(text: &[u8], name: &[u8]) {
    let caller = Value::new(text).caller_id();
    for part in [caller.name, caller.number].into_iter().flatten() {
        assert!(is_within(part, text) && !part.is_empty());
    }
    assert!(!caller.quoted || text.contains(&b'"'));
    let raw = caller.name.unwrap_or_default().as_bytes();
    let decoded = drain(caller.unescaped_name(), raw.len());
    if !caller.quoted {
        assert_eq!(decoded, raw);
    }
    // As Asterisk writes it.
    let mut quoted = vec![b'"'];
    for &byte in name {
        if matches!(byte, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(byte);
    }
    for number in ["", "100", "+41 44"] {
        let written = [&quoted, &b"\" <"[..], number.as_bytes(), b">"].concat();
        let caller = Value::new(&written).caller_id();
        assert!(caller.unescaped_name().eq(name.iter().copied()), "{caller:?}");
        assert_eq!(caller.name.is_some(), !name.is_empty());
        assert_eq!(caller.number, Some(Value::from(number)).filter(|number| !number.is_empty()));
    }
}

fn numbers(text: &[u8]) {
    let value = Value::new(text);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let string = value.to_str().ok();
    assert_eq!(string.is_some(), std::str::from_utf8(text).is_ok());
    let unsigned = string.filter(|text| digits(text));
    let signed = string.filter(|text| digits(text.strip_prefix(['-', '+']).unwrap_or(text)));
    assert_eq!(value.to_u64(), unsigned.and_then(|text| text.parse().ok()));
    assert_eq!(value.to_u32(), unsigned.and_then(|text| text.parse().ok()));
    assert_eq!(value.to_i64(), signed.and_then(|text| text.parse().ok()));
    assert_eq!(value.to_i32(), signed.and_then(|text| text.parse().ok()));
    let halves = string.map(|text| text.split_once('.').unwrap_or((text, "0")));
    let halves = halves.filter(|(whole, fraction)| digits(whole) && digits(fraction));
    let seconds = halves.and_then(|(whole, fraction)| {
        let nanos: String = fraction.chars().chain("000000000".chars()).take(9).collect();
        Some(Duration::new(whole.parse().ok()?, nanos.parse().ok()?))
    });
    assert_eq!(value.to_seconds(), seconds);
    let fixed = string.map(|text| text.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']));
    let fixed = fixed.map(|text| match text.strip_prefix('-') {
        Some(text) => (-1, text),
        None => (1, text),
    });
    for decimals in [0, 1, 3, 18, 255] {
        let expected = fixed.and_then(|(sign, text)| {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            if !digits(whole) || !digits(fraction) {
                return None;
            }
            // A whole part of zero can have any number of decimals; more than 40 digits never fit.
            let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(decimals.into()).collect();
            let all = format!("{whole}{kept}");
            let all = all.trim_start_matches('0');
            let number: i128 = if all.is_empty() { 0 } else { all.parse().ok()? };
            i64::try_from(number * sign).ok().filter(|_| fits(whole))
        });
        assert_eq!(value.to_fixed(decimals), expected, "{decimals} decimals");
    }
}

/// Returns whether the whole part fits by itself.
fn fits(whole: &str) -> bool {
    whole.parse::<u64>().is_ok_and(|whole| i64::try_from(whole).is_ok())
}

fn written_numbers(number: u64) {
    let text = number.to_string();
    let value = Value::from(&text);
    assert_eq!(value.to_u64(), Some(number));
    assert_eq!(value.to_u32(), u32::try_from(number).ok());
    let signed = (number as i64).to_string();
    let value = Value::from(&signed);
    assert_eq!(value.to_i64(), Some(number as i64));
    assert_eq!(value.to_i32(), i32::try_from(number as i64).ok());
    let (seconds, micros) = (number >> 20, (number & 0xf_ffff) % 1_000_000);
    let text = format!("{seconds}.{micros:06}");
    assert_eq!(Value::from(&text).to_seconds(), Some(Duration::new(seconds, micros as u32 * 1000)));
    assert_eq!(Value::from(&text).to_fixed(6), i64::try_from(seconds * 1_000_000 + micros).ok());
}

fn times(text: &[u8]) {
    if let Some(clock) = Value::new(text).to_clock() {
        let seconds = clock.as_secs();
        let written = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        let stripped = |text: &str| text.trim_start_matches('0').to_owned();
        assert_eq!(stripped(&written), stripped(std::str::from_utf8(text).expect("digits")));
    }
    if let Some(time) = Value::new(text).to_date_time() {
        assert!((1..=12).contains(&time.month) && (1..=31).contains(&time.day) && time.year <= 9999);
        assert!(time.hour < 24 && time.minute < 60 && time.second <= 60 && time.micros < 1_000_000);
        assert!(time.offset.is_none_or(|offset| offset.abs() < 24 * 60));
        let separator = char::from(text[10]);
        let DateTime { year, month, day, hour, minute, second, .. } = time;
        let written = format!("{year:04}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}");
        assert_eq!(written.as_bytes(), &text[..19]);
    }
}

fn written_times(bytes: [u8; 8]) {
    let [a, b, c, d, e, f, g, h] = bytes.map(u32::from);
    let (year, month, day) = (1900 + a, 1 + b % 12, 1 + c % 31);
    let (hour, minute, second, micros) = (d % 24, e % 60, f % 61, g * 3921);
    let offset = i16::try_from(h).expect("a byte") * 7 - 890;
    let zone = offset.unsigned_abs();
    let sign = if offset < 0 { '-' } else { '+' };
    for text in [
        format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
        format!(
            "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}{sign}{:02}{:02}",
            zone / 60,
            zone % 60
        ),
        format!(
            "{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}9{sign}{:02}:{:02}",
            zone / 60,
            zone % 60
        ),
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z"),
    ] {
        let time = Value::from(&text).to_date_time().unwrap_or_else(|| panic!("{text}"));
        let read: [u32; 5] =
            [time.year.into(), time.month.into(), time.day.into(), time.hour.into(), time.minute.into()];
        assert_eq!(read, [year, month, day, hour, minute], "{text}");
        let has_micros = text.contains('.');
        assert_eq!(
            (time.second.into(), time.micros),
            (second, if has_micros { micros } else { 0 }),
            "{text}"
        );
        let zone = if text.ends_with('Z') { 0 } else { offset };
        assert_eq!(time.offset, has_micros.then_some(zone), "{text}");
    }
    let hours = u64::from_le_bytes(bytes) >> 16;
    let text = format!("{hours:02}:{minute:02}:{:02}", second % 60);
    let expected = Duration::from_secs(hours * 3600 + u64::from(minute * 60 + second % 60));
    assert_eq!(Value::from(&text).to_clock(), Some(expected));
}

fn words(text: &[u8]) {
    let value = Value::new(text);
    let lossy = String::from_utf8_lossy(text);
    assert_eq!(value.to_string(), lossy);
    assert_eq!(value.to_string_lossy(), lossy);
    assert_eq!(format!("{value:?}"), format!("\"{}\"", text.escape_ascii()));
    let lower = lossy.to_ascii_lowercase();
    let yes = ["yes", "true", "y", "t", "1", "on"].contains(&&lower[..]);
    let no = ["no", "false", "n", "f", "0", "off"].contains(&&lower[..]);
    assert_eq!(value.to_bool(), (yes || no).then_some(yes));
    assert_eq!(value.is_true(), yes);
    let words = "<unknown>|<no name>|<null>|<none>|<not set>|(null)|-none-|n/a";
    let is_missing = text.is_empty() || text == b"unknown" || words.split('|').any(|word| word == lower);
    assert_eq!(value.known(), Some(value).filter(|_| !is_missing));
    for separator in [b',', b'=', b'/'] {
        let expected: Vec<_> = text.split(|&byte| byte == separator).map(Value::new).collect();
        assert_eq!(drain(value.split(separator), text.len() + 1), expected);
        let halves = text.splitn(2, |&byte| byte == separator).map(Value::new).collect::<Vec<_>>();
        let once = value.split_once(separator).map(|(first, rest)| vec![first, rest]);
        assert_eq!(once, Some(halves).filter(|halves| halves.len() == 2));
    }
}

/// The text as a header, as the value of a variable, and as the name of one.
fn variables(text: &[u8]) {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !b"\r\n\0".contains(byte)).take(600).collect();
    let written = [
        &b"Event: X\r\nChanVariable: "[..],
        &text,
        b"\r\nDestChanVariable(SIP/1): a=",
        &text,
        b"\r\n",
        &text,
        b"\r\n\r\n",
    ]
    .concat();
    let Some(message) = Message::parse(&written) else { return };
    let variables = drain(message.variables(), 3);
    assert!(variables.len() >= 2, "{message:?}");
    let (name, value) = Value::new(&text).split_once(b'=').unwrap_or((Value::new(&text), Value::default()));
    assert_eq!((variables[0].prefix, variables[0].channel), (Value::default(), None));
    assert!(variables[0].name == name.as_bytes() && variables[0].value == value.as_bytes());
    assert!(variables[1].prefix == "Dest" && variables[1].channel.is_some_and(|channel| channel == "SIP/1"));
    assert!(variables[1].name == "a" && variables[1].value == text[..]);
    for variable in variables {
        for part in [variable.prefix, variable.name, variable.value, variable.channel.unwrap_or_default()] {
            assert!(is_within(part, &written));
        }
    }
}
