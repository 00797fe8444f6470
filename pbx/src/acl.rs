//! Access control lists: the `permit` and `deny` lines of a user.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The rules that decide from which addresses a user may log in, in the order of the file.
///
/// As in Asterisk, the last rule that matches an address decides, and an address that no rule
/// matches is permitted. Rules for IPv4 match only IPv4 addresses, rules for IPv6 only IPv6
/// addresses. An IPv4 address inside an IPv6 address (`::ffff:10.0.0.1`) counts as IPv4.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Acl {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    permits: bool,
    network: Network,
}

/// A network: all addresses that have the bits of the mask in common with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    V4 { address: u32, mask: u32 },
    V6 { address: u128, mask: u128 },
}

impl Acl {
    /// Adds the rules of a line: networks separated by commas. A `!` before a network turns
    /// `permit` into `deny` and `deny` into `permit`.
    ///
    /// # Errors
    ///
    /// Returns the first network that cannot be parsed. Asterisk ignores the whole user then.
    pub(crate) fn add<'t>(&mut self, permits: bool, networks: &'t str) -> Result<(), &'t str> {
        for text in networks.split(',') {
            let (permits, network) = match text.strip_prefix('!') {
                Some(network) => (!permits, network),
                None => (permits, text),
            };
            let network = Network::parse(network).ok_or(text)?;
            self.rules.push(Rule { permits, network });
        }
        Ok(())
    }

    /// Returns whether a user with these rules may log in from this address.
    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let last = self.rules.iter().rfind(|rule| rule.network.contains(address));
        last.is_none_or(|rule| rule.permits)
    }
}

impl Network {
    /// Parses an address with an optional mask, which is a prefix length or an address, as in
    /// `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.1` and `fe80::/10`.
    fn parse(text: &str) -> Option<Self> {
        let (address, mask) = match text.split_once('/') {
            Some((address, mask)) => (address, Some(mask)),
            None => (text, None),
        };
        let length = |most: u32| match mask {
            None => Some(most),
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
            Some(_) => None,
        };
        let mask = mask.filter(|mask| mask.contains(['.', ':'])).map(parse_address);
        match (parse_address(address)?, mask) {
            (IpAddr::V4(address), None) => {
                let zeros = Ipv4Addr::BITS.checked_sub(length(Ipv4Addr::BITS)?)?;
                Some(Self::v4(address, u32::MAX.checked_shl(zeros).unwrap_or(0)))
            }
            (IpAddr::V6(address), None) => {
                let zeros = Ipv6Addr::BITS.checked_sub(length(Ipv6Addr::BITS)?)?;
                Some(Self::v6(address, u128::MAX.checked_shl(zeros).unwrap_or(0)))
            }
            (IpAddr::V4(address), Some(Some(IpAddr::V4(mask)))) => Some(Self::v4(address, mask.to_bits())),
            (IpAddr::V6(address), Some(Some(IpAddr::V6(mask)))) => Some(Self::v6(address, mask.to_bits())),
            _ => None,
        }
    }

    fn v4(address: Ipv4Addr, mask: u32) -> Self {
        Self::V4 { address: address.to_bits() & mask, mask }
    }

    fn v6(address: Ipv6Addr, mask: u128) -> Self {
        Self::V6 { address: address.to_bits() & mask, mask }
    }

    fn contains(self, other: IpAddr) -> bool {
        match (self, other) {
            (Self::V4 { address, mask }, IpAddr::V4(other)) => other.to_bits() & mask == address,
            (Self::V6 { address, mask }, IpAddr::V6(other)) => other.to_bits() & mask == address,
            _ => false,
        }
    }
}

/// Parses an address. IPv6 may be in square brackets, and IPv4 inside IPv6 becomes IPv4.
pub(crate) fn parse_address(text: &str) -> Option<IpAddr> {
    match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse().ok().map(IpAddr::V6),
        None => text.parse().ok(),
    }
    .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns an access control list of lines such as `deny=0.0.0.0/0`.
    fn acl(lines: &[&str]) -> Acl {
        let mut acl = Acl::default();
        for line in lines {
            let (sense, networks) = line.split_once('=').unwrap();
            acl.add(sense == "permit", networks).unwrap();
        }
        acl
    }

    #[test]
    fn the_last_rule_that_matches_decides() {
        // The lines, and whether each address is permitted.
        type Case = (&'static [&'static str], &'static [(&'static str, bool)]);
        let cases: &[Case] = &[
            (&[], &[("1.2.3.4", true), ("::1", true)]),
            // FreePBX. Its rules are for IPv4, so that no rule matches IPv6.
            (
                &["deny=0.0.0.0/0.0.0.0", "permit=127.0.0.1/255.255.255.0"],
                &[
                    ("127.0.0.1", true),
                    ("127.0.0.255", true),
                    ("127.0.1.1", false),
                    ("10.0.0.1", false),
                    ("::ffff:127.0.0.9", true),
                    ("::ffff:10.0.0.1", false),
                    ("::1", true),
                ],
            ),
            (&["permit=127.0.0.1/255.255.255.0", "deny=0.0.0.0/0.0.0.0"], &[("127.0.0.1", false)]),
            (&["permit=10.0.0.0/8"], &[("10.0.0.1", true), ("192.0.2.1", true)]),
            (
                &["deny=0.0.0.0/0,::/0", "permit=10.1.0.0/16,!10.1.2.3,fe80::/10"],
                &[
                    ("10.1.2.2", true),
                    ("10.1.2.3", false),
                    ("10.2.0.0", false),
                    ("fe80::1", true),
                    ("febf:ffff::", true),
                    ("fec0::1", false),
                    ("::1", false),
                ],
            ),
            (&["deny=!10.0.0.1"], &[("10.0.0.1", true), ("10.0.0.2", true)]),
            (&["permit=!10.0.0.1"], &[("10.0.0.1", false), ("10.0.0.2", true)]),
            // The bits of a mask need not be contiguous.
            (&["deny=10.0.0.5/255.0.0.255"], &[("10.9.9.5", false), ("10.9.9.4", true), ("11.9.9.5", true)]),
            (
                &["deny=::ffff:10.0.0.1", "deny=[2001:db8::1]/ffff:ffff::"],
                &[("10.0.0.1", false), ("2001:db8:7::1", false), ("2001:db9::1", true)],
            ),
            (&["deny=10.0.0.1/32", "deny=10.0.0.2/31"], &[("10.0.0.1", false), ("10.0.0.0", true)]),
            (&["deny=10.0.0.2/31"], &[("10.0.0.3", false), ("10.0.0.1", true), ("10.0.0.4", true)]),
            (&["deny=::1/128"], &[("::1", false), ("::2", true)]),
        ];
        for (lines, addresses) in cases {
            for (address, permitted) in *addresses {
                assert_eq!(acl(lines).permits(address.parse().unwrap()), *permitted, "{lines:?}: {address}");
            }
        }
    }

    /// The rules of 15 users, and whether Asterisk 22 let them log in from five addresses.
    #[test]
    fn asterisk_22_decides_in_the_same_way() {
        let addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.1.1", "127.9.9.5"];
        let users: [(&[&str], &str); 15] = [
            (&["deny=0.0.0.0/0.0.0.0", "permit=127.0.0.1/255.255.255.0"], "yyynn"),
            (&["permit=127.0.0.1/255.255.255.0", "deny=0.0.0.0/0.0.0.0"], "nnnnn"),
            (&["permit=127.0.0.2"], "yyyyy"),
            (&["deny=127.0.0.2"], "ynyyy"),
            (&["deny=127.0.0.0/8", "permit=!127.0.0.2,127.0.1.0/24"], "nnnyn"),
            (&["deny=!127.0.0.2"], "yyyyy"),
            (&["deny=0.0.0.0/0", "permit=127.0.0.2/31"], "nyynn"),
            (&["deny=::/0"], "yyyyy"),
            (&["deny=::ffff:127.0.0.2"], "ynyyy"),
            (&["deny=127.0.0.5/255.0.0.255"], "yyyyn"),
            (&["deny=[::1]", "deny=127.0.0.1/32"], "nyyyy"),
            (&["deny=0.0.0.0/0", "permit=127.0.0.3,127.0.1.1"], "nnyyn"),
            (&["permit=!0.0.0.0/0", "permit=127.0.0.1"], "ynnnn"),
            (&["deny=127.0.0.1/0"], "nnnnn"),
            (&["deny=127.0.0.1/8", "permit=127.0.0.1/8"], "yyyyy"),
        ];
        for (lines, expected) in users {
            let acl = acl(lines);
            let decide = |address: &&str| if acl.permits(address.parse().unwrap()) { 'y' } else { 'n' };
            assert_eq!(addresses.iter().map(decide).collect::<String>(), expected, "{lines:?}");
        }
    }

    #[test]
    fn every_prefix_length_matches_the_mask_with_as_many_bits() {
        for length in 0..=32_u32 {
            let mask = Ipv4Addr::from_bits(u32::MAX.checked_shl(32 - length).unwrap_or(0));
            let prefix = Network::parse(&format!("198.51.100.77/{length}"));
            assert_eq!(prefix, Network::parse(&format!("198.51.100.77/{mask}")), "{length}");
            assert!(prefix.unwrap().contains("198.51.100.77".parse().unwrap()));
        }
        for length in 0..=128_u32 {
            let mask = Ipv6Addr::from_bits(u128::MAX.checked_shl(128 - length).unwrap_or(0));
            let prefix = Network::parse(&format!("2001:db8::5a/{length}"));
            assert_eq!(prefix, Network::parse(&format!("2001:db8::5a/{mask}")), "{length}");
            assert!(prefix.unwrap().contains("2001:db8::5a".parse().unwrap()));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "!",
            "/",
            "localhost",
            "10.0.0",
            "10",
            "010.0.0.1",
            "10.0.0.1:5038",
            "10.0.0.1/",
            "10.0.0.1/33",
            "10.0.0.1/-1",
            "10.0.0.1/+8",
            "10.0.0.1/8 ",
            "10.0.0.1/8/8",
            "10.0.0.1/255.255.255",
            "10.0.0.1/ffff::",
            "10.0.0.1/0x8",
            "10.0.0.1/4294967304",
            "::1/129",
            "::1/255.0.0.0",
            "[::1",
            "[10.0.0.1]",
            "[::1]:5038",
            "fe80::1%eth0",
            "::ffff:10.0.0.1/104",
            "!!10.0.0.1",
            " 10.0.0.1",
            "10.0.0.1 ",
            "0x7f.1",
        ] {
            assert_eq!(Acl::default().add(true, text), Err(text));
        }
        assert_eq!(Acl::default().add(true, "10.0.0.1, 10.0.0.2"), Err(" 10.0.0.2"));
        assert_eq!(Acl::default().add(true, "10.0.0.1,"), Err(""));
    }
}
