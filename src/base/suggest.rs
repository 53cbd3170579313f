//! "Did you mean": the nearest of the names that would have been right.

/// The nearest candidate to `name`, if any is near enough to be what was meant.
///
/// Near enough is a Jaro–Winkler similarity of 0.8 or an edit distance of at most a third of the
/// name, ignoring case; ties go to the candidate that comes first.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_many(name, candidates, 1).into_iter().next()
}

/// Up to `most` near candidates, best first.
#[must_use]
pub fn nearest_many<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    // That both are pages makes no two of them alike.
    let plain = |name: &str| name.strip_suffix(".md").unwrap_or(name).to_lowercase();
    let wanted = plain(name);
    let limit = (wanted.chars().count() / 3).max(1);
    let mut scored: Vec<(f64, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = plain(candidate);
            // Names of very different lengths are no slip of the finger, and comparing them costs most.
            if lower.len().abs_diff(wanted.len()) > limit.max(8) * 2 {
                return None;
            }
            let similarity = strsim::jaro_winkler(&wanted, &lower);
            let close = similarity >= 0.8 || strsim::damerau_levenshtein(&wanted, &lower) <= limit;
            close.then_some((similarity, candidate))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(most);
    scored.into_iter().map(|(_, candidate)| candidate).collect()
}

/// The help line `did you mean `x`?` for the nearest candidate.
#[must_use]
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|near| format!("did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_slip_of_the_finger_and_nothing_far() {
        let keys = ["title", "description", "date", "draft"];
        assert_eq!(nearest("titel", keys), Some("title"));
        assert_eq!(nearest("Descripton", keys), Some("description"));
        assert_eq!(nearest("zzz", keys), None);
        assert_eq!(nearest("nowhere.md", ["one.md", "about.md"]), None);
    }
}
