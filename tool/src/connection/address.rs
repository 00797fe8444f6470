//! The forms in which a server can be named.

use std::net::Ipv6Addr;

/// A server as `--host` and its relatives name it. Parts that the text leaves out are `None`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    /// Whether the connection uses TLS, if the text is a URL.
    pub(super) tls: Option<bool>,
}

impl Address {
    /// Parses a name or address, `HOST:PORT`, `[::1]:PORT`, or a URL `ami://USER@HOST:PORT` or
    /// `amis://...`.
    ///
    /// # Errors
    ///
    /// The reason. It never contains the part of the text that precedes an `@`, since that may have
    /// a password.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let Some((scheme, rest)) = text.split_once("://") else {
            if text.contains('@') {
                return Err("to name a user with the host, write ami://USER@HOST".into());
            }
            let (host, port) = host_and_port(text)?;
            return Ok(Self { host, port, user: None, tls: None });
        };
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "ami" => false,
            "amis" => true,
            _ => return Err("a URL begins with ami:// or, for TLS, with amis://".into()),
        };
        // The last `@` ends the user, so that no part of a password is taken for the host.
        let (user, server) = match rest.rsplit_once('@') {
            Some((user, server)) => (Some(user), server),
            None => (None, rest),
        };
        let user = match user {
            Some(user) if user.contains(':') => {
                return Err(
                    "a URL with a secret is refused, because other users of this machine can see it; \
                            use --secret-file"
                        .into(),
                );
            }
            Some("") => return Err("no user before the @".into()),
            Some(user) => Some(percent_decoded(user)?),
            None => None,
        };
        let server = server.strip_suffix('/').unwrap_or(server);
        if server.contains(['/', '?', '#']) {
            return Err("nothing may follow the host and the port of a URL".into());
        }
        let (host, port) = host_and_port(server)?;
        Ok(Self { host, port, user, tls: Some(tls) })
    }
}

fn host_and_port(text: &str) -> Result<(String, Option<u16>), String> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or("the closing bracket is missing")?;
        if !is_ipv6(host) {
            return Err("only an IPv6 address may have brackets".into());
        }
        match after.strip_prefix(':') {
            None if !after.is_empty() => return Err("only :PORT may follow the bracket".into()),
            port => (host, port),
        }
    } else if is_ipv6(text) {
        (text, None)
    } else {
        match text.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err("neither HOST:PORT nor an IPv6 address".into());
            }
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    if host.is_empty() {
        return Err("the host is missing".into());
    }
    if let Some(odd) =
        host.chars().find(|char| char.is_whitespace() || char.is_control() || "/?#".contains(*char))
    {
        return Err(format!("{host:?} is not a host: it contains {odd:?}"));
    }
    Ok((host.into(), port.map(self::port).transpose()?))
}

/// Parses the number of a port.
pub(super) fn port(text: &str) -> Result<u16, String> {
    let number = text.parse().ok().filter(|&number: &u16| number > 0);
    number.filter(|_| !text.starts_with('+')).ok_or_else(|| format!("{text:?} is not a port (1 to 65535)"))
}

/// Returns whether the text is an IPv6 address, which may have a zone as in `fe80::1%eth0`.
fn is_ipv6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').unwrap_or((text, "0"));
    !zone.is_empty() && address.parse::<Ipv6Addr>().is_ok()
}

/// Returns the host and the port as a user writes them.
pub(crate) fn joined(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Replaces `%41` and the like, which make it possible to have any character in the user.
fn percent_decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digit = |at| after.get(at).and_then(|&digit| char::from(digit).to_digit(16));
        match (byte, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((16 * high + low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'%', ..) => return Err("a % in the user must precede two hexadecimal digits".into()),
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| "the user is not UTF-8".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_parsed() {
        for (text, host, port, user, tls) in [
            ("pbx", "pbx", None, None, None),
            ("pbx.example.com:5039", "pbx.example.com", Some(5039), None, None),
            ("192.0.2.1", "192.0.2.1", None, None, None),
            ("192.0.2.1:1", "192.0.2.1", Some(1), None, None),
            ("::1", "::1", None, None, None),
            ("::1:5038", "::1:5038", None, None, None),
            ("fe80::1%eth0", "fe80::1%eth0", None, None, None),
            ("[::1]", "::1", None, None, None),
            ("[::1]:65535", "::1", Some(65535), None, None),
            ("[fe80::1%2]:7", "fe80::1%2", Some(7), None, None),
            ("ami://pbx", "pbx", None, None, Some(false)),
            ("amis://pbx/", "pbx", None, None, Some(true)),
            ("AMI://[::1]:7", "::1", Some(7), None, Some(false)),
            ("ami://admin@pbx:5038/", "pbx", Some(5038), Some("admin"), Some(false)),
            ("amis://a%40b%3Ac%c3%bc@[::1]", "::1", None, Some("a@b:c\u{fc}"), Some(true)),
            ("ami://a@b@pbx", "pbx", None, Some("a@b"), Some(false)),
        ] {
            let expected = Address { host: host.into(), port, user: user.map(str::to_owned), tls };
            assert_eq!(Address::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn errors_tell_the_reason_and_no_secret() {
        for (text, reason) in [
            ("", "host is missing"),
            (":5038", "host is missing"),
            ("ami://", "host is missing"),
            ("ami://admin@", "host is missing"),
            ("ami://@pbx", "no user"),
            ("pbx:", "\"\" is not a port"),
            ("pbx:0", "\"0\" is not a port"),
            ("pbx:+5", "\"+5\" is not a port"),
            ("pbx:65536", "\"65536\" is not a port"),
            ("pbx:abc", "\"abc\" is not a port"),
            ("pbx:1:2", "neither HOST:PORT nor an IPv6 address"),
            ("[::1", "bracket is missing"),
            ("[pbx]:1", "only an IPv6 address"),
            ("[::1]5038", "may follow the bracket"),
            ("p b", "contains ' '"),
            ("pbx/x", "contains '/'"),
            ("ami://pbx/x", "nothing may follow"),
            ("ami://pbx?x=hush", "nothing may follow"),
            ("ami://a%4@pbx", "two hexadecimal digits"),
            ("ami://a%ff@pbx", "not UTF-8"),
            ("admin@pbx", "ami://USER@HOST"),
            ("admin:hush@pbx", "ami://USER@HOST"),
            ("http://admin:hush@pbx", "amis://"),
            ("ami://admin:hush@pbx", "secret is refused"),
            ("ami://admin:@pbx", "secret is refused"),
            ("ami://admin:hu@sh@pbx", "secret is refused"),
            ("amis://:hush@pbx", "secret is refused"),
        ] {
            let error = Address::parse(text).expect_err(text);
            assert!(error.contains(reason) && !error.contains("hush"), "{text}: {error}");
        }
    }
}
