//! The parts of RTCP events that are not plain headers.

use core::iter::FusedIterator;
use core::time::Duration;

use super::first;
use crate::wire::{Message, Value};

/// The largest number of report blocks in an RTCP packet, whose header has five bits for it.
const MOST_REPORTS: u8 = 31;

/// A report block of an RTCP packet: the author of the packet reports how well it receives one RTP
/// stream. Asterisk 12 and later.
///
/// It is an item of [`RtcpReceived::reports`](super::RtcpReceived::reports) and
/// [`RtcpSent::reports`](super::RtcpSent::reports).
///
/// The accessors mention the headers of the first block, which begin with `Report0`. Those of the
/// second block begin with `Report1`, and so on. An accessor returns `None` if the event does not
/// have its header.
#[derive(Debug, Clone, Copy)]
pub struct RtcpReport<'a> {
    message: Message<'a>,
    number: u8,
}

impl<'a> RtcpReport<'a> {
    /// Returns the number of the block in its packet, from 0 to 30.
    pub fn number(&self) -> u8 {
        self.number
    }

    /// The stream that the block is about: its synchronization source in hexadecimal, as in
    /// `0x1b2c3d4e`. From the `Report0SourceSSRC` header.
    pub fn source_ssrc(&self) -> Option<Value<'a>> {
        self.get("SourceSSRC")
    }

    /// The share of packets lost since the previous report, in 256ths. From the
    /// `Report0FractionLost` header.
    pub fn fraction_lost(&self) -> Option<i64> {
        self.get("FractionLost")?.to_i64()
    }

    /// The number of packets lost since the stream began. From the `Report0CumulativeLost` header.
    pub fn cumulative_lost(&self) -> Option<i64> {
        self.get("CumulativeLost")?.to_i64()
    }

    /// The highest sequence number received, of 16 bits. From the `Report0HighestSequence` header.
    pub fn highest_sequence(&self) -> Option<i64> {
        self.get("HighestSequence")?.to_i64()
    }

    /// The number of times that the sequence numbers began again from 0. From the
    /// `Report0SequenceNumberCycles` header.
    pub fn sequence_number_cycles(&self) -> Option<i64> {
        self.get("SequenceNumberCycles")?.to_i64()
    }

    /// The interarrival jitter, in units of the RTP timestamp. From the `Report0IAJitter` header.
    pub fn ia_jitter(&self) -> Option<i64> {
        self.get("IAJitter")?.to_i64()
    }

    /// The middle 32 bits of the NTP time of the last sender report; 0 if there was none. From the
    /// `Report0LSR` header.
    pub fn lsr(&self) -> Option<i64> {
        self.get("LSR")?.to_i64()
    }

    /// The time between the last sender report and this report. From the `Report0DLSR` header, in
    /// seconds.
    pub fn dlsr(&self) -> Option<Duration> {
        self.get("DLSR")?.to_seconds()
    }

    /// Returns the value of the header of this block whose name ends so.
    fn get(&self, name: &str) -> Option<Value<'a>> {
        let digits = [self.number.wrapping_div(10), self.number.wrapping_rem(10)]
            .map(|digit| b'0'.wrapping_add(digit));
        let digits = digits.get(usize::from(self.number < 10)..)?;
        // The longest name, `Report30SequenceNumberCycles`, has 28 bytes.
        let mut whole = [0; 32];
        let mut length = 0_usize;
        let bytes = b"Report".iter().chain(digits).chain(name.as_bytes());
        for (to, from) in whole.iter_mut().zip(bytes) {
            *to = *from;
            length = length.saturating_add(1);
        }
        self.message.get(core::str::from_utf8(whole.get(..length)?).ok()?)
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for RtcpReport<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "RtcpReport({=u8})", self.number);
    }
}

/// An iterator over the report blocks of an RTCP packet, from
/// [`RtcpReceived::reports`](super::RtcpReceived::reports) and
/// [`RtcpSent::reports`](super::RtcpSent::reports).
#[derive(Debug, Clone)]
pub struct RtcpReports<'a> {
    message: Message<'a>,
    next: u8,
    count: u8,
}

impl<'a> RtcpReports<'a> {
    pub(crate) fn new(message: Message<'a>) -> Self {
        let count = first(message, &["ReportCount"]).and_then(Value::to_u64).unwrap_or(0);
        let count = u8::try_from(count).unwrap_or(MOST_REPORTS).min(MOST_REPORTS);
        Self { message, next: 0, count }
    }
}

impl<'a> Iterator for RtcpReports<'a> {
    type Item = RtcpReport<'a>;

    fn next(&mut self) -> Option<RtcpReport<'a>> {
        let report = RtcpReport { message: self.message, number: self.next };
        if self.next >= self.count || report.source_ssrc().is_none() {
            return None;
        }
        self.next = self.next.saturating_add(1);
        Some(report)
    }
}

impl FusedIterator for RtcpReports<'_> {}

/// Parses a round-trip time. Asterisk 12 and later write seconds. Asterisk 1.6.0 to 11 write whole
/// milliseconds followed by `(sec)`: the code divides microseconds by 1,000 once, where it would
/// have to divide twice.
pub(crate) fn round_trip(value: Value<'_>) -> Option<Duration> {
    match value.as_bytes().strip_suffix(b"(sec)") {
        Some(number) => Some(Duration::from_millis(Value::new(number).to_u64()?)),
        None => value.to_seconds(),
    }
}
