//! One address: HEAD, and GET where a server does not care for that; redirects by hand.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ureq::{Agent, Error};
use url::{Host, Url};

use super::Limits;

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// A server answered, with this status in the end.
    Status(u16),
    /// A server answered, and what it said is not followed.
    Refused(String),
    /// No server answered.
    Unreachable(String),
    /// No server answered in time.
    TimedOut,
}

/// Asks servers, each by one request at a time.
pub(super) struct Client {
    agent: Agent,
    limits: Limits,
    hosts: Mutex<HashMap<String, Arc<Mutex<()>>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Method {
    Head,
    Get,
}

/// A request that led to no status.
enum Fault {
    /// The server hung up without a word: some do so on HEAD.
    HungUp,
    Other(Answer),
}

impl Client {
    pub(super) fn new(limits: Limits) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A server may drop a kept connection at any moment: that would look like a fault of it.
            .max_idle_connections(0)
            // Some servers turn away whoever does not claim to be a browser; the name is true.
            .user_agent(concat!(
                "Mozilla/5.0 (compatible; kenes/",
                env!("CARGO_PKG_VERSION"),
                "; link check)"
            ))
            .build();
        Self { agent: config.new_agent(), limits, hosts: Mutex::default() }
    }

    /// Asks for an address.
    ///
    /// Many servers answer HEAD with 403, 404, 405 or 501 where GET finds the page: no bad status is
    /// believed before GET gave it too. (Who says "too many requests" gets no further one.)
    pub(super) fn ask(&self, url: &Url) -> Answer {
        if is_inner(url) && !names_this_machine(url) {
            return Answer::Refused(
                "it is a private address, which readers elsewhere do not have".to_owned(),
            );
        }
        let first = self.walk(Method::Head, url);
        let last = match first {
            Ok(400..=428 | 430..) | Err(Fault::HungUp) => self.walk(Method::Get, url),
            first => first,
        };
        match last {
            Ok(status) => Answer::Status(status),
            Err(Fault::HungUp) => Answer::Unreachable("the server closed the connection".to_owned()),
            Err(Fault::Other(answer)) => answer,
        }
    }

    /// Follows redirects to the first answer that is none.
    fn walk(&self, method: Method, start: &Url) -> Result<u16, Fault> {
        let refused = |why: String| Err(Fault::Other(Answer::Refused(why)));
        let mut seen = vec![start.clone()];
        let mut left = self.limits.timeout;
        loop {
            let url = &seen[seen.len() - 1];
            let (status, location) = self.request(method, url, &mut left)?;
            let (301 | 302 | 303 | 307 | 308, Some(location)) = (status, location) else { return Ok(status) };
            let Ok(mut next) = url.join(&location) else {
                return refused(format!("it redirects to `{location}`, which is no address"));
            };
            next.set_fragment(None);
            if !matches!(next.scheme(), "http" | "https") {
                return refused(format!(
                    "it redirects to `{}:`, which no browser follows from the web",
                    next.scheme()
                ));
            }
            if is_inner(&next) && !names_this_machine(start) {
                return refused(format!(
                    "it redirects to `{}`, a private address",
                    next.host_str().unwrap_or_default()
                ));
            }
            if seen.contains(&next) {
                return refused("it redirects in a circle".to_owned());
            }
            if seen.len() > self.limits.redirects {
                return refused(format!("it redirects more than {} times", self.limits.redirects));
            }
            seen.push(next);
        }
    }

    /// One request: the status, and where it leads on. The body is not read.
    fn request(
        &self,
        method: Method,
        url: &Url,
        left: &mut Duration,
    ) -> Result<(u16, Option<String>), Fault> {
        let turn = self.turn(url);
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        if left.is_zero() {
            return Err(Fault::Other(Answer::TimedOut));
        }
        // Waiting for one's turn is no fault of the server.
        let started = Instant::now();
        let request = match method {
            Method::Head => self.agent.head(url.as_str()),
            Method::Get => self.agent.get(url.as_str()),
        };
        let mut config = request.config().timeout_global(Some(*left));
        if names_this_machine(url) {
            config = config.proxy(None);
        }
        let response = config.build().call().map_err(|error| fault(url, &error))?;
        *left = left.saturating_sub(started.elapsed());
        let location = response.headers().get("location");
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        Ok((response.status().as_u16(), location))
    }

    fn turn(&self, url: &Url) -> Arc<Mutex<()>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.entry(url.host_str().unwrap_or_default().to_owned()).or_default().clone()
    }
}

fn fault(url: &Url, error: &Error) -> Fault {
    use std::io::ErrorKind;
    let host = url.host_str().unwrap_or_default();
    let why = match error {
        Error::Timeout(_) => return Fault::Other(Answer::TimedOut),
        Error::HostNotFound => format!("there is no server `{host}`"),
        Error::Rustls(error) => return insecure(error),
        Error::Tls(error) => return insecure(error),
        Error::Io(error) => match error.kind() {
            ErrorKind::UnexpectedEof
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe => {
                return Fault::HungUp;
            }
            ErrorKind::TimedOut | ErrorKind::WouldBlock => return Fault::Other(Answer::TimedOut),
            ErrorKind::ConnectionRefused => "the server refused the connection".to_owned(),
            // Where rustls reports through the stream.
            ErrorKind::InvalidData => return insecure(error),
            // The standard library has no kind of its own for a failed look-up of a name.
            _ if error.to_string().contains("lookup address") => format!("there is no server `{host}`"),
            _ => error.to_string(),
        },
        Error::Protocol(error) => {
            return Fault::Other(Answer::Refused(format!("the server does not speak HTTP: {error}")));
        }
        error => error.to_string(),
    };
    Fault::Other(Answer::Unreachable(why))
}

fn insecure(error: &dyn std::fmt::Display) -> Fault {
    let mut why = error.to_string();
    // The commonest, in words: the roots are Mozilla's, and some states' own are not among them.
    if why.contains("UnknownIssuer") {
        "its certificate comes from an issuer that browsers do not know".clone_into(&mut why);
    }
    Fault::Other(Answer::Refused(format!("there is no secure connection: {why}")))
}

/// `localhost` and its addresses.
fn names_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Names and addresses that mean another machine, or none, to a reader elsewhere. Only what is
/// written is looked at, not what a name resolves to.
pub(super) fn is_inner(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(a)) => a.is_loopback() || a.is_private() || a.is_link_local() || a.is_unspecified(),
        Some(Host::Ipv6(a)) => {
            a.is_loopback() || a.is_unique_local() || a.is_unicast_link_local() || a.is_unspecified()
        }
        _ => names_this_machine(url),
    }
}
