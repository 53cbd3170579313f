//! Who asks: a few threads, each with all the addresses of one host at a time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use url::Url;

use super::Limits;
use super::ask::{Answer, Client};

/// Asks for all, and returns the answers in the order of the addresses; those that the time did not
/// suffice for are left out.
pub(super) fn ask_all<'a>(
    urls: &[&'a Url],
    limits: &Limits,
    done: impl Fn(usize) + Sync,
) -> Vec<(&'a Url, Answer)> {
    let mut hosts: BTreeMap<Option<&str>, Vec<&'a Url>> = BTreeMap::new();
    for url in urls {
        hosts.entry(url.host_str()).or_default().push(url);
    }
    let mut hosts: Vec<Vec<&Url>> = hosts.into_values().collect();
    // The host with the most takes the longest: it goes first.
    hosts.sort_by_key(|urls| std::cmp::Reverse(urls.len()));

    let client = Client::new(*limits);
    let end = Instant::now() + limits.total;
    let (next, count) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let answers = Mutex::new(Vec::with_capacity(urls.len()));
    let work = || {
        while let Some(host) = hosts.get(next.fetch_add(1, Ordering::Relaxed)) {
            for &url in host {
                if Instant::now() >= end {
                    return;
                }
                let answer = client.ask(url);
                answers.lock().unwrap_or_else(PoisonError::into_inner).push((url, answer));
                done(count.fetch_add(1, Ordering::Relaxed) + 1);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..limits.at_once.clamp(1, hosts.len().max(1)) {
            scope.spawn(work);
        }
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_by_key(|(url, _)| *url);
    answers
}
