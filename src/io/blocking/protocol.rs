use std::fmt;

/// The most bytes of the first line that are kept. A banner is shorter.
const LINE: usize = 256;

/// A protocol other than AMI that a peer uses, as far as the beginning of its first line tells.
///
/// ```
/// # use std::io::{self, Read, Write};
/// # use std::time::Duration;
/// use embedded_ami::io::blocking::{Client, Error, Protocol};
///
/// # struct Recorded(&'static [u8]);
/// # impl Read for Recorded {
/// #     fn read(&mut self, to: &mut [u8]) -> io::Result<usize> { self.0.read(to) }
/// # }
/// # impl Write for Recorded {
/// #     fn write(&mut self, from: &[u8]) -> io::Result<usize> { Ok(from.len()) }
/// #     fn flush(&mut self) -> io::Result<()> { Ok(()) }
/// # }
/// # let transport = Recorded(b"SSH-2.0-OpenSSH_9.2\r\n");
/// match Client::new(transport, Duration::from_secs(5)) {
///     Err(Error::NotAsterisk { protocol: Some(Protocol::Ssh), .. }) => println!("SSH answers"),
///     Err(error) => println!("{error}"),
///     Ok(_) => {}
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Protocol {
    /// HTTP. Asterisk itself has an HTTP server, on port 8088 unless set.
    Http,
    /// RTSP.
    Rtsp,
    /// SIP over TCP.
    Sip,
    /// SSH.
    Ssh,
    /// SMTP or FTP, whose first lines look alike: a number of three digits and a text.
    SmtpOrFtp,
    /// POP3.
    Pop3,
    /// IMAP.
    Imap,
    /// TLS. Most TLS servers send nothing before the client does, so they are not recognised.
    Tls,
    /// Telnet.
    Telnet,
}

impl Protocol {
    /// Recognises the protocol by a complete first line.
    pub(super) fn of_line(line: &[u8]) -> Option<Self> {
        let begins: [(&[u8], Self); 13] = [
            (b"HTTP/", Self::Http),
            (b"<html", Self::Http),
            (b"<!doctype html", Self::Http),
            (b"RTSP/", Self::Rtsp),
            (b"SIP/", Self::Sip),
            (b"SSH-", Self::Ssh),
            (b"+OK", Self::Pop3),
            (b"-ERR", Self::Pop3),
            (b"* OK", Self::Imap),
            (b"* PREAUTH", Self::Imap),
            (b"* BYE", Self::Imap),
            (b"\xff\xfb", Self::Telnet),
            (b"\xff\xfd", Self::Telnet),
        ];
        let has_begin =
            |begin: &[u8]| line.get(..begin.len()).is_some_and(|own| own.eq_ignore_ascii_case(begin));
        let known = begins.into_iter().find(|(begin, _)| has_begin(begin));
        match line {
            // The type and the version of a record: a handshake or an alert of SSL 3.0 or TLS.
            [0x15 | 0x16, 3, 0..=4, ..] => Some(Self::Tls),
            [b'1'..=b'5', b'0'..=b'5', b'0'..=b'9', b' ' | b'-', ..] => Some(Self::SmtpOrFtp),
            _ => known.map(|(_, protocol)| protocol),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http => "HTTP",
            Self::Rtsp => "RTSP",
            Self::Sip => "SIP",
            Self::Ssh => "SSH",
            Self::SmtpOrFtp => "SMTP or FTP",
            Self::Pop3 => "POP3",
            Self::Imap => "IMAP",
            Self::Tls => "TLS",
            Self::Telnet => "Telnet",
        })
    }
}

/// The first line that a peer sends, collected as it arrives.
#[derive(Default)]
pub(super) struct FirstLine {
    bytes: std::vec::Vec<u8>,
    is_complete: bool,
}

impl FirstLine {
    /// Adds the bytes of a read. Empty lines before the first line are skipped.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            match byte {
                _ if self.is_complete => return,
                b'\r' | b'\n' if self.bytes.is_empty() => {}
                b'\n' => self.is_complete = true,
                _ => self.bytes.push(byte),
            }
            self.is_complete |= self.bytes.len() >= LINE;
        }
    }

    /// Returns whether the line has ended, or is longer than any banner.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Returns whether the line is longer than any banner.
    pub(super) fn is_too_long(&self) -> bool {
        self.bytes.len() >= LINE
    }

    /// Returns the protocol if it is recognised, which it is before the end of the line only if the
    /// protocol has no lines.
    pub(super) fn protocol(&self) -> Option<Protocol> {
        let protocol = Protocol::of_line(&self.bytes)?;
        (self.is_complete || matches!(protocol, Protocol::Tls | Protocol::Telnet)).then_some(protocol)
    }

    /// Returns whether the line is the beginning of a banner of Asterisk.
    pub(super) fn is_cut_banner(&self) -> bool {
        let begin = b"Asterisk";
        !self.is_complete
            && !self.bytes.is_empty()
            && self.bytes.iter().zip(begin).all(|(own, begin)| own == begin)
    }

    /// Returns the line without its end.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.strip_suffix(b"\r").unwrap_or(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::{FirstLine, Protocol};

    #[test]
    fn the_first_lines_of_common_services_are_recognised_and_banners_are_not() {
        for (line, protocol) in [
            (&b"HTTP/1.1 400 Bad Request\r\n"[..], Protocol::Http),
            (b"http/1.0 408 x\n", Protocol::Http),
            (b"<html>\r\n", Protocol::Http),
            (b"RTSP/1.0 400 Bad Request\r\n", Protocol::Rtsp),
            (b"SIP/2.0 400 Bad Request\r\n", Protocol::Sip),
            (b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", Protocol::Ssh),
            (b"\r\nSSH-1.99-x\n", Protocol::Ssh),
            (b"220 x ESMTP Postfix (Debian/GNU)\r\n", Protocol::SmtpOrFtp),
            (b"220-FileZilla Server 1.8/x\r\n", Protocol::SmtpOrFtp),
            (b"421 Too many connections\r\n", Protocol::SmtpOrFtp),
            (b"+OK Dovecot ready.\r\n", Protocol::Pop3),
            (b"* OK [CAPABILITY IMAP4rev1] ready.\r\n", Protocol::Imap),
            (b"\x15\x03\x01\0\x02\x02\x46", Protocol::Tls),
            (b"\xff\xfd\x18", Protocol::Telnet),
        ] {
            let mut first = FirstLine::default();
            let mut found = None;
            for byte in line {
                assert_eq!(found.filter(|_| line.ends_with(b"\n")), None);
                first.push(&[*byte]);
                found = first.protocol();
            }
            assert_eq!(found, Some(protocol), "{}", line.escape_ascii());
        }
        for banner in
            ["Asterisk Call Manager/1.0", "Asterisk Call Manager/11.0.0", "Call Manager Proxy/1.21", "220"]
        {
            let mut first = FirstLine::default();
            first.push(banner.as_bytes());
            first.push(b"\r\nHTTP/1.1\r\n");
            assert_eq!((first.is_complete(), first.protocol()), (true, None));
            assert_eq!(first.as_bytes(), banner.as_bytes());
        }
    }

    #[test]
    fn a_cut_banner_begins_like_asterisk_and_has_no_end() {
        for (text, expected) in [
            ("", false),
            ("\r\n", false),
            ("A", true),
            ("Asteris", true),
            ("Asterisk Call Manager/1", true),
            ("Asterisk Call Manager/1.1\r\n", false),
            ("B", false),
            ("Asterix", false),
            ("HTTP/1.1", false),
        ] {
            let mut first = FirstLine::default();
            first.push(text.as_bytes());
            assert_eq!(first.is_cut_banner(), expected, "{text:?}");
        }
    }
}
