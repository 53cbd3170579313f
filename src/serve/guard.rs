//! Who may ask: a preview holds drafts, and any page in the author's browser can send it requests.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Uri, header};

/// The two ends of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    /// Who asks.
    pub(super) remote: SocketAddr,
    /// The address that was asked.
    pub(super) local: SocketAddr,
}

impl Peer {
    /// Whether who asks sits at this machine: only then may an editor be opened on it.
    pub(super) fn is_here(self) -> bool {
        let remote = self.remote.ip().to_canonical();
        remote.is_loopback() || remote == self.local.ip().to_canonical()
    }
}

/// Which requests are answered.
pub(super) struct Guard;

impl Guard {
    /// Whether the request was sent to a name of this server.
    ///
    /// A foreign name means DNS rebinding: a web page has its own name resolve to this machine, and
    /// so passes for the same origin. The port may be another one, where it is forwarded.
    pub(super) fn knows_host(uri: &Uri, headers: &HeaderMap, peer: Peer) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let in_line = uri.authority().is_none_or(|authority| Self::allows(authority.as_str(), peer));
        in_line && host.to_str().is_ok_and(|host| Self::allows(host, peer))
    }

    fn allows(authority: &str, peer: Peer) -> bool {
        let Some(host) = host_of(authority) else { return false };
        if host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let Ok(address) = bare.parse::<IpAddr>() else { return false };
        // The address that was reached is one of this machine.
        address.is_loopback() || address == peer.local.ip().to_canonical()
    }

    /// Whether the request was made by a page of this server, and says so: what changes something
    /// is done for no other.
    pub(super) fn is_surely_own_page(headers: &HeaderMap) -> bool {
        headers.contains_key(header::ORIGIN) && Self::is_own_page(headers)
    }

    /// Whether the request comes from a page of this server, or from no page at all.
    pub(super) fn is_own_page(headers: &HeaderMap) -> bool {
        let text =
            |name| headers.get(name).map(|value: &axum::http::HeaderValue| value.to_str().unwrap_or("?"));
        let origin = text("origin").is_none_or(|origin| {
            let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
            authority.is_some() && authority == text("host")
        });
        origin && text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
    }
}

/// The host of `host` or `host:port`; IPv6 addresses in brackets.
fn host_of(authority: &str) -> Option<&str> {
    let after_host = if authority.starts_with('[') { authority.find(']')? + 1 } else { 0 };
    let (host, port) = match authority[after_host..].find(':') {
        Some(colon) => (&authority[..after_host + colon], Some(&authority[after_host + colon + 1..])),
        None => (authority, None),
    };
    let port_is_sound = port.is_none_or(|port| port.parse::<u16>().is_ok());
    (port_is_sound && !host.is_empty()).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_known() {
        let peer =
            |local: &str| Peer { remote: "10.0.0.9:5".parse().unwrap(), local: local.parse().unwrap() };
        let here = peer("127.0.0.1:1111");
        for good in
            ["localhost", "localhost:1111", "LocalHost:80", "127.0.0.1:1111", "[::1]:1111", "127.0.0.2"]
        {
            assert!(Guard::allows(good, here), "{good}");
        }
        for bad in [
            "",
            ":80",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.168.1.5",
            "localhost:x",
            "[::1",
            "user@localhost",
            "localhost:1:2",
            "0.0.0.0:1111",
            "[localhost]",
        ] {
            assert!(!Guard::allows(bad, here), "{bad}");
        }
        let reached = peer("[::ffff:10.0.0.2]:1111");
        for good in ["10.0.0.2:1111", "10.0.0.2", "localhost"] {
            assert!(Guard::allows(good, reached), "{good}");
        }
        for bad in ["evil.example", "192.168.1.5", "10.0.0.9"] {
            assert!(!Guard::allows(bad, reached), "{bad}");
        }
        assert!(!reached.is_here() && Peer { remote: "[::1]:5".parse().unwrap(), ..reached }.is_here());
        assert!(Peer { remote: "10.0.0.2:5".parse().unwrap(), ..reached }.is_here());
    }

    #[test]
    fn other_pages_are_told_by_their_origin() {
        let from = |pairs: &[(&'static str, &str)]| {
            let headers = pairs
                .iter()
                .map(|(name, value)| (axum::http::HeaderName::from_static(name), value.parse().unwrap()));
            Guard::is_own_page(&headers.collect())
        };
        let host = ("host", "localhost:1111");
        assert!(from(&[host]));
        assert!(from(&[host, ("origin", "http://localhost:1111"), ("sec-fetch-site", "same-origin")]));
        assert!(!from(&[host, ("origin", "http://localhost:2222")]));
        assert!(!from(&[host, ("origin", "null")]));
        assert!(!from(&[host, ("origin", "https://evil.example")]));
        assert!(!from(&[host, ("sec-fetch-site", "cross-site")]));
        let silent = HeaderMap::from_iter([(header::HOST, "localhost:1111".parse().unwrap())]);
        assert!(Guard::is_own_page(&silent) && !Guard::is_surely_own_page(&silent));
    }
}
