//! Parts of a file, as media players ask for them (RFC 9110, section 14).

/// What to send of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: nothing else was asked for, or in a way that may be ignored.
    Whole,
    /// This many bytes from here.
    Some {
        /// The first byte.
        start: u64,
        /// How many.
        length: u64,
    },
    /// Nothing of it is where the request asks.
    Outside,
}

/// Reads a `Range` header for a file of this size. Several ranges at once are answered with the
/// whole file, which is allowed and which no player needs.
pub(super) fn parse(header: Option<&str>, size: u64) -> Part {
    let Some(range) = header.and_then(|header| header.trim().strip_prefix("bytes=")) else {
        return Part::Whole;
    };
    let Some((first, last)) = range.split_once('-') else { return Part::Whole };
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse::<u64>().unwrap_or(u64::MAX))
    };
    let (start, end) = match (number(first), number(last), first, last) {
        (Some(first), Some(last), ..) if first <= last => (first, last.min(size.saturating_sub(1))),
        (Some(first), None, _, "") => (first, size.saturating_sub(1)),
        (None, Some(last), "", _) if last > 0 => (size.saturating_sub(last), size.saturating_sub(1)),
        (None, Some(_), "", _) => return Part::Outside,
        _ => return Part::Whole,
    };
    if start >= size { Part::Outside } else { Part::Some { start, length: end - start + 1 } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let some = |start, length| Part::Some { start, length };
        for (header, expected) in [
            ("bytes=0-499", some(0, 500)),
            ("bytes=500-", some(500, 500)),
            ("bytes=-100", some(900, 100)),
            ("bytes=-5000", some(0, 1000)),
            ("bytes=999-99999999999999999999999", some(999, 1)),
            ("bytes=1000-", Part::Outside),
            ("bytes=-0", Part::Outside),
            ("bytes=5-4", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=-", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("lines=1-2", Part::Whole),
        ] {
            assert_eq!(parse(Some(header), 1000), expected, "{header}");
        }
        assert_eq!(parse(None, 1000), Part::Whole);
        assert_eq!(parse(Some("bytes=0-0"), 0), Part::Outside);
    }
}
