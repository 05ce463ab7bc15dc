//! The TCP peers that may speak for people.

use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The widest IPv4 network that is taken, as a prefix length. Assumed because 10.0.0.0/8 is the widest one in private
/// use; if it is wrong, the server says so at start and the administrator names narrower networks.
const WIDEST_V4: u8 = 8;

/// The same for IPv6: the unique local addresses, `fc00::/7`.
const WIDEST_V6: u8 = 7;

/// Where the addresses of IPv4 stand among those of IPv6, <https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2>.
const MAPPED: (Ipv6Addr, u8) = (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96);

/// The networks whose members are trusted. IPv4 addresses inside IPv6 ones count as IPv4.
#[derive(Clone, Debug, Default)]
pub(crate) struct Peers(Vec<IpNet>);

impl Peers {
    /// The networks as written: addresses, or networks in CIDR form.
    ///
    /// # Errors
    /// What is wrong with one of them, or that together they are as good as everybody.
    pub(crate) fn parse(written: &[String]) -> Result<Self, String> {
        let networks = written.iter().map(|one| parse(one.trim())).collect::<Result<Vec<_>, _>>()?;
        // Two halves of all addresses are all addresses.
        match IpNet::aggregate(&networks).into_iter().find(is_too_wide) {
            Some(wide) => Err(too_wide(&wide.to_string())),
            None => Ok(Self(networks)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contain(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.0.iter().any(|network| network.contains(&peer))
    }
}

fn parse(written: &str) -> Result<IpNet, String> {
    if written.contains('*') {
        return Err(too_wide(written));
    }
    let network = written
        .parse::<IpNet>()
        .or_else(|_| written.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| format!("\"{written}\" is neither an address nor a network like 10.1.2.0/24"))?;
    if network.trunc() != network {
        return Err(format!(
            "\"{written}\" has an address inside its network: write {} or {}",
            network.trunc(),
            network.addr()
        ));
    }
    let network = match network {
        IpNet::V6(network) => unmap(network).ok_or_else(|| too_wide(written))?,
        network @ IpNet::V4(_) => network,
    };
    if is_too_wide(&network) { Err(too_wide(written)) } else { Ok(network) }
}

/// The network as IPv4 where it is a part of the mapped ones; `None` where the mapped ones are a part of it.
fn unmap(network: Ipv6Net) -> Option<IpNet> {
    let (base, prefix) = MAPPED;
    match (network.addr().to_ipv4_mapped(), network.prefix_len().checked_sub(prefix)) {
        (Some(address), Some(prefix)) => Ipv4Net::new(address, prefix).ok().map(IpNet::V4),
        _ if network.contains(&base) => None,
        _ => Some(IpNet::V6(network)),
    }
}

fn is_too_wide(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < WIDEST_V4,
        IpNet::V6(network) => network.prefix_len() < WIDEST_V6,
    }
}

fn too_wide(written: &str) -> String {
    format!(
        "{written} would let (nearly) everybody say who they are: name the addresses of the proxy alone, e.g. 127.0.0.1"
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;

    fn parse(written: &[&str]) -> Result<Peers, String> {
        Peers::parse(&written.iter().map(|&one| one.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a1_everybody_is_no_peer() {
        for written in [
            &["*"][..],
            &["10.0.0.*"],
            &["0.0.0.0/0"],
            &["::/0"],
            &["127.0.0.1", "0.0.0.0/0"],
            &["0.0.0.0/1", "128.0.0.0/1"],
            &["0.0.0.0/4"],
            &["::/1", "8000::/1"],
            &["2000::/3"],
            &["::ffff:0:0/96"],
            &["::ffff:0.0.0.0/96"],
            &["::ffff:0:0/97", "::ffff:128.0.0.0/97"],
            &["::/64"],
            &["::/80"],
        ] {
            assert!(parse(written).unwrap_err().contains("everybody"), "{written:?}");
        }
    }

    #[test]
    fn what_is_no_network_is_said() {
        for written in ["", "proxy.example", "10.0.0.0/33", "10.0.0", "fe80::1%eth0", "10.0.0.1:80", "all"] {
            assert!(parse(&[written]).unwrap_err().contains("neither"), "{written}");
        }
        assert!(parse(&["10.0.0.5/8"]).unwrap_err().contains("write 10.0.0.0/8 or 10.0.0.5"));
    }

    #[test]
    fn a_peer_is_trusted_where_a_network_has_its_address() {
        for (written, peer, expected) in [
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            (" 10.1.0.0/16 ", "10.1.255.255", true),
            ("10.1.0.0/16", "10.2.0.0", false),
            ("10.1.0.0/16", "::ffff:10.1.0.1", true),
            ("::ffff:10.1.0.0/112", "10.1.0.1", true),
            ("::ffff:10.1.0.1", "10.1.0.1", true),
            ("::ffff:10.1.0.1", "::ffff:10.1.0.1", true),
            ("::1", "::1", true),
            ("::1", "127.0.0.1", false),
            ("fd00::/8", "fd12::1", true),
            ("fd00::/8", "fe80::1", false),
            // The old form of IPv4 inside IPv6 is no IPv4.
            ("10.1.0.1", "::10.1.0.1", false),
        ] {
            assert_eq!(parse(&[written]).unwrap().contain(peer.parse().unwrap()), expected, "{written} {peer}");
        }
        assert!(!parse(&[]).unwrap().contain("127.0.0.1".parse().unwrap()));
    }
}
