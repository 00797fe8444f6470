//! What stands inside values: escapes, percent encoding, caller ids, assignments, times. Nothing is copied: what must
//! be decoded comes as an iterator over its bytes.

use core::fmt;
use core::iter::FusedIterator;
use core::time::Duration;

use crate::wire::Value;

impl<'a> Value<'a> {
    /// The bytes with C escapes undone. Asterisk 13.5 and later write `\a \b \f \n \r \t \v \\ \' \" \?` in the names and
    /// variables of channel events. A backslash before any other byte stays, and so does one at the end.
    ///
    /// Only the header tells whether a value is escaped: `Getvar`, `DBGet`, `AppData`, and all of Asterisk 1.4 are not.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// assert!(Value::new(br#"Quoted \"inner\""#).unescaped().eq(*b"Quoted \"inner\""));
    /// assert!(Value::new(br"first\nsecond").unescaped().eq(*b"first\nsecond"));
    /// ```
    pub fn unescaped(self) -> Unescaped<'a> {
        Unescaped { rest: self.as_bytes(), decode: c_escape }
    }

    /// The bytes with percent encoding undone, as in `Env` and `Result` of AsyncAGI: `%0A` is a line feed. A `%` without
    /// two hexadecimal digits behind it stays.
    ///
    /// Some releases (1.8.28 and later, 11.10 to 11.15, 12.3 and later, 13.0, 13.1) write `%FFFFFFC3` for a byte from 128 up: that
    /// is one byte, too. Asterisk 1.6 leaves `%` itself as it is: there, text that looks encoded may not be.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// assert!(Value::new(b"200%20result%3D0%0A").percent_decoded().eq(*b"200 result=0\n"));
    /// ```
    pub fn percent_decoded(self) -> PercentDecoded<'a> {
        PercentDecoded(self.as_bytes())
    }

    /// The lines of the `Env` of an AsyncAGI, still percent-encoded: names and values. A line without a colon is passed over;
    /// Asterisk cuts a long `Env`, then the last value is cut.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// let env = Value::new(b"agi_request%3A%20async%0Aagi_channel%3A%20Local%2F117%40test%0A%0A");
    /// let (_, channel) = env.agi_lines().find(|(name, _)| *name == "agi_channel").unwrap();
    /// assert!(channel.percent_decoded().eq(*b"Local/117@test"));
    /// ```
    pub fn agi_lines(self) -> AgiLines<'a> {
        AgiLines(self.as_bytes())
    }

    /// Name and number of a caller, in any of the forms that Asterisk writes and reads. (`CallerID` in events of Asterisk 1.4
    /// is the number alone: nothing is to be read out of it.)
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// let caller = Value::new(b"\"Alice\" <100>").caller_id();
    /// assert!(caller.name.is_some_and(|name| name == "Alice"));
    /// assert!(caller.number.is_some_and(|number| number == "100"));
    /// ```
    pub fn caller_id(self) -> CallerId<'a> {
        CallerId::of(self)
    }

    /// What stands before and behind the first separator: a variable and its value in `a=b`. `None` without a separator.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// let (name, value) = Value::new(b"CHANNEL(language)=en").split_once(b'=').unwrap();
    /// assert_eq!(name, "CHANNEL(language)");
    /// assert_eq!(value, "en");
    /// ```
    pub fn split_once(self, separator: u8) -> Option<(Value<'a>, Value<'a>)> {
        let at = self.as_bytes().iter().position(|&byte| byte == separator)?;
        let (before, rest) = self.as_bytes().split_at_checked(at)?;
        Some((Value::new(before), Value::new(rest.get(1..)?)))
    }

    /// A time as on a clock, `HH:MM:SS`: since midnight, as in `CoreStartupTime`, or how long a call has lasted, as in the
    /// `Duration` of `CoreShowChannel`, which may have more than two digits of hours. `None` for any other form.
    ///
    /// ```
    /// use core::time::Duration;
    /// use embedded_ami::wire::Value;
    /// assert_eq!(Value::new(b"01:00:07").to_clock(), Some(Duration::from_secs(3607)));
    /// ```
    pub fn to_clock(self) -> Option<Duration> {
        let (hours, rest) = self.split_once(b':')?;
        let [m1, m2, b':', s1, s2] = *rest.as_bytes() else { return None };
        let below_60 = |digits: [u8; 2]| Value::new(&digits).to_u64().filter(|&number| number < 60);
        let minutes = hours.to_u64()?.checked_mul(60)?.checked_add(below_60([m1, m2])?)?;
        Some(Duration::from_secs(minutes.checked_mul(60)?.checked_add(below_60([s1, s2])?)?))
    }

    /// A date and time: `2026-11-23 14:27:07`, as in `StartTime` of a call detail record, or
    /// `2026-11-23T14:27:07.123+0100`, as in `EventTV` of a security event. `None` for any other form.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// let time = Value::new(b"2026-11-23T14:27:07.123+0100").to_date_time().unwrap();
    /// assert_eq!((time.year, time.month, time.day), (2026, 11, 23));
    /// assert_eq!((time.hour, time.minute, time.second, time.micros), (14, 27, 7, 123_000));
    /// assert_eq!(time.offset, Some(60));
    /// ```
    pub fn to_date_time(self) -> Option<DateTime> {
        DateTime::of(self.as_bytes())
    }
}

/// What the byte behind a backslash means, if anything.
type Decode = fn(u8) -> Option<u8>;

fn c_escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        b'\\' | b'\'' | b'"' | b'?' => byte,
        _ => return None,
    })
}

/// The iterator of [`Value::unescaped`] and [`CallerId::unescaped_name`].
#[derive(Clone)]
pub struct Unescaped<'a> {
    rest: &'a [u8],
    decode: Decode,
}

impl Iterator for Unescaped<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if let [b'\\', byte, rest @ ..] = self.rest {
            if let Some(meant) = (self.decode)(*byte) {
                self.rest = rest;
                return Some(meant);
            }
        }
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.rest.len().div_ceil(2), Some(self.rest.len()))
    }
}

impl FusedIterator for Unescaped<'_> {}

impl fmt::Debug for Unescaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self.clone(), f)
    }
}

/// The iterator of [`Value::percent_decoded`].
#[derive(Clone)]
pub struct PercentDecoded<'a>(&'a [u8]);

impl Iterator for PercentDecoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let (byte, rest) = match self.0 {
            [
                b'%',
                b'F' | b'f',
                b'F' | b'f',
                b'F' | b'f',
                b'F' | b'f',
                b'F' | b'f',
                b'F' | b'f',
                high,
                low,
                rest @ ..,
            ] if hex(*high, *low).is_some_and(|byte| byte >= 0x80) => (hex(*high, *low)?, rest),
            [b'%', high, low, rest @ ..] if hex(*high, *low).is_some() => (hex(*high, *low)?, rest),
            [byte, rest @ ..] => (*byte, rest),
            [] => return None,
        };
        self.0 = rest;
        Some(byte)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.len().div_ceil(9), Some(self.0.len()))
    }
}

impl FusedIterator for PercentDecoded<'_> {}

impl fmt::Debug for PercentDecoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(self.clone(), f)
    }
}

fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digit(high)?.checked_mul(16)?.checked_add(digit(low)?)
}

fn debug(bytes: impl Iterator<Item = u8>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    bytes
        .flat_map(core::ascii::escape_default)
        .try_for_each(|byte| fmt::Write::write_char(f, byte.into()))?;
    f.write_str("\"")
}

/// The iterator of [`Value::agi_lines`].
#[derive(Clone)]
pub struct AgiLines<'a>(&'a [u8]);

impl<'a> Iterator for AgiLines<'a> {
    type Item = (Value<'a>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        while !self.0.is_empty() {
            let (line, rest) = around(self.0, b'\n').unwrap_or((self.0, &[]));
            self.0 = rest;
            if let Some((name, value)) = around(line, b':') {
                let value = match value {
                    [b' ', value @ ..] | [b'%', b'2', b'0', value @ ..] => value,
                    _ => value,
                };
                return Some((Value::new(name), Value::new(value)));
            }
        }
        None
    }
}

impl fmt::Debug for AgiLines<'_> {
    /// The lines that are left.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// What stands before and behind the first such byte, itself or percent-encoded.
fn around(bytes: &[u8], sought: u8) -> Option<(&[u8], &[u8])> {
    let mut rest = bytes;
    loop {
        let before = rest;
        let behind = match rest {
            [b'%', high, low, behind @ ..] if hex(*high, *low) == Some(sought) => Some(behind),
            [byte, behind @ ..] if *byte == sought => Some(behind),
            [_, behind @ ..] => {
                rest = behind;
                None
            }
            [] => return None,
        };
        if let Some(behind) = behind {
            return Some((bytes.get(..bytes.len().checked_sub(before.len())?)?, behind));
        }
    }
}

/// A caller: [`Value::caller_id`].
///
/// | value | name | number |
/// |---|---|---|
/// | `"Alice" <100>`, `Alice <100>` | `Alice` | `100` |
/// | `<100>`, `"" <100>`, `100`, `+41 (44) 000-00.00` | none | all of it |
/// | `"Alice"`, `"Alice" <>`, `Alice` | `Alice` | none |
/// | `<unknown>`, and an empty one | none | none |
///
/// The last bracket begins the number, and without brackets it is digits and `*#+()-.` and blanks, as Asterisk has it: `"a <b>" <5>` is
/// the caller `a <b>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct CallerId<'a> {
    /// The name as it is written, less its quotes.
    pub name: Option<Value<'a>>,
    /// The number.
    pub number: Option<Value<'a>>,
    /// The name was in quotes.
    pub quoted: bool,
}

impl<'a> CallerId<'a> {
    fn of(value: Value<'a>) -> Self {
        let text = value.as_bytes().trim_ascii();
        if text.eq_ignore_ascii_case(b"<unknown>") {
            return Self::default();
        }
        let bracket = text.iter().rposition(|&byte| byte == b'<').filter(|_| text.ends_with(b">"));
        let (name, number) = match bracket.and_then(|at| text.split_at_checked(at)) {
            Some((name, [b'<', number @ .., b'>'])) => (name, number),
            _ if text.iter().all(|byte| {
                matches!(byte, b'0'..=b'9' | b'*' | b'#' | b'+' | b'(' | b')' | b'-' | b'.' | b' ')
            }) =>
            {
                (&[][..], text)
            }
            _ => (text, &[][..]),
        };
        let name = name.trim_ascii();
        let (name, quoted) = match name {
            [b'"', inner @ .., b'"'] => (inner, true),
            _ => (name, false),
        };
        let some = |bytes: &'a [u8]| Some(Value::new(bytes)).filter(|value| !value.is_empty());
        Self { name: some(name), number: some(number), quoted }
    }

    /// The name with the backslashes undone that protect bytes in quotes, as in `"Quoted \"inner\"" <2>`: such as a phone or
    /// configuration file says it, and as `CallerID` of an Originate is read. Empty without a name.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    /// let caller = Value::new(br#""Quoted \"inner\"" <2>"#).caller_id();
    /// assert!(caller.unescaped_name().eq(*b"Quoted \"inner\""));
    /// ```
    pub fn unescaped_name(&self) -> Unescaped<'a> {
        let rest = self.name.unwrap_or_default().as_bytes();
        Unescaped { rest, decode: if self.quoted { Some } else { |_| None } }
    }
}

/// A date and time, by the server's clock: [`Value::to_date_time`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// The year.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60.
    pub second: u8,
    /// Microseconds; finer digits are dropped.
    pub micros: u32,
    /// Minutes east of UTC, where the value says it.
    pub offset: Option<i16>,
}

impl DateTime {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (date, rest) = bytes.split_at_checked(10)?;
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
        let (time, mut rest) = rest.split_at_checked(9)?;
        let [b' ' | b'T', h1, h2, b':', n1, n2, b':', s1, s2] = *time else { return None };
        let mut micros = 0;
        if let [b'.', fraction @ ..] = rest {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (fraction, behind) = fraction.split_at_checked(digits).filter(|_| digits > 0)?;
            let six = fraction.iter().chain(core::iter::repeat(&b'0')).take(6);
            micros = six.fold(0_u32, |number, &byte| {
                number.saturating_mul(10).saturating_add(u32::from(byte.saturating_sub(b'0')))
            });
            rest = behind;
        }
        let offset = match *rest {
            [] => None,
            [b'Z'] => Some(0),
            [sign @ (b'+' | b'-'), h1, h2, m1, m2] | [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
                let minutes = i16::from(pair(h1, h2, 0, 23)?).checked_mul(60)?;
                let minutes = minutes.checked_add(pair(m1, m2, 0, 59)?.into())?;
                Some(if sign == b'-' { minutes.checked_neg()? } else { minutes })
            }
            _ => return None,
        };
        Some(Self {
            year: Value::new(&[y1, y2, y3, y4]).to_u32()?.try_into().ok()?,
            month: pair(m1, m2, 1, 12)?,
            day: pair(d1, d2, 1, 31)?,
            hour: pair(h1, h2, 0, 23)?,
            minute: pair(n1, n2, 0, 59)?,
            second: pair(s1, s2, 0, 60)?,
            micros,
            offset,
        })
    }
}

/// A number of two digits.
fn pair(tens: u8, ones: u8, least: u8, most: u8) -> Option<u8> {
    let number = Value::new(&[tens, ones]).to_u32()?.try_into().ok()?;
    (least..=most).contains(&number).then_some(number)
}
