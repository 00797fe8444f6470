use core::time::Duration;

use crate::wire::Value;

impl<'a> Value<'a> {
    /// Parses a time of the form `HH:MM:SS`: the time since midnight, as in `CoreStartupTime`, or
    /// the length of a call, as in the `Duration` of `CoreShowChannel`. The hours may have more
    /// than two digits. Returns `None` for any other form.
    ///
    /// ```
    /// use core::time::Duration;
    /// use embedded_ami::wire::Value;
    ///
    /// assert_eq!(Value::new(b"01:00:07").to_clock(), Some(Duration::from_secs(3607)));
    /// ```
    #[must_use]
    pub fn to_clock(self) -> Option<Duration> {
        let (hours, rest) = self.split_once(b':')?;
        let [m1, m2, b':', s1, s2] = *rest.as_bytes() else { return None };
        let below_60 = |digits: [u8; 2]| Value::new(&digits).to_u64().filter(|&number| number < 60);
        let minutes = hours.to_u64()?.checked_mul(60)?.checked_add(below_60([m1, m2])?)?;
        Some(Duration::from_secs(minutes.checked_mul(60)?.checked_add(below_60([s1, s2])?)?))
    }

    /// Parses a date and time of the form `2026-11-23 14:27:07`, as in the `StartTime` of a call
    /// detail record, or `2026-11-23T14:27:07.123+0100`, as in the `EventTV` of a security event.
    /// Returns `None` for any other form.
    ///
    /// ```
    /// use embedded_ami::wire::Value;
    ///
    /// let time = Value::new(b"2026-11-23T14:27:07.123+0100").to_date_time().unwrap();
    /// assert_eq!((time.year, time.month, time.day), (2026, 11, 23));
    /// assert_eq!((time.hour, time.minute, time.second, time.micros), (14, 27, 7, 123_000));
    /// assert_eq!(time.offset, Some(60));
    /// ```
    #[must_use]
    pub fn to_date_time(self) -> Option<DateTime> {
        DateTime::parse(self.as_bytes())
    }
}

/// A date and time by the server's clock, parsed by [`Value::to_date_time`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DateTime {
    /// The year.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, 1 to 31.
    pub day: u8,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// The second, 0 to 60.
    pub second: u8,
    /// The microsecond, 0 to 999,999. Finer digits are dropped.
    pub micros: u32,
    /// The offset of the clock in minutes east of UTC, if the value has one.
    pub offset: Option<i16>,
}

impl DateTime {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (date, rest) = bytes.split_at_checked(10)?;
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
        let (time, mut rest) = rest.split_at_checked(9)?;
        let [b' ' | b'T', h1, h2, b':', n1, n2, b':', s1, s2] = *time else { return None };
        let mut micros = 0;
        if let [b'.', fraction @ ..] = rest {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let (fraction, zone) = fraction.split_at_checked(digits).filter(|_| digits > 0)?;
            let six = fraction.iter().chain(core::iter::repeat(&b'0')).take(6);
            micros = six.fold(0_u32, |number, &byte| {
                number.saturating_mul(10).saturating_add(u32::from(byte.saturating_sub(b'0')))
            });
            rest = zone;
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

/// Parses a number of two digits that is in this range.
fn pair(tens: u8, ones: u8, least: u8, most: u8) -> Option<u8> {
    let number = Value::new(&[tens, ones]).to_u32()?.try_into().ok()?;
    (least..=most).contains(&number).then_some(number)
}
