//! The orders that pages are listed in.

use std::cmp::{Ordering, Reverse};

use super::{Item, ItemId, Library};
use crate::content::SortBy;

/// Sorts pages for a reader of `language`. Whatever the order, equal pages stand in the order of
/// their addresses, so that no list depends on chance.
pub(super) fn sort(library: &Library, ids: &mut [ItemId], by: SortBy, language: usize) {
    if by == SortBy::None {
        ids.sort_unstable();
        return;
    }
    let locale = library.locale(language);
    let title = |a: &Item, b: &Item| locale.compare(&a.title, &b.title);
    let dates = |a: &Item, b: &Item| newest_first(a.date.map(|d| d.instant()), b.date.map(|d| d.instant()));
    let compare = |a: &Item, b: &Item| -> Ordering {
        match by {
            SortBy::Date => dates(a, b).then_with(|| title(a, b)),
            SortBy::UpdateDate => {
                let changed = |item: &Item| {
                    item.parsed.page().and_then(|page| page.updated).or(item.date).map(|date| date.instant())
                };
                newest_first(changed(a), changed(b)).then_with(|| title(a, b))
            }
            SortBy::Title => title(a, b),
            SortBy::Weight => weights(a, b).then_with(|| title(a, b)),
            SortBy::Unsaid => weights(a, b).then_with(|| dates(a, b)).then_with(|| title(a, b)),
            SortBy::Slug => a.slug.cmp(&b.slug),
            SortBy::Permalink | SortBy::None => Ordering::Equal,
        }
    };
    ids.sort_by(|&a, &b| {
        let (x, y) = (library.item(a), library.item(b));
        compare(x, y).then_with(|| x.url.cmp(&y.url)).then_with(|| a.cmp(&b))
    });
}

/// Those without a date come last.
fn newest_first<T: Ord>(a: Option<T>, b: Option<T>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => Reverse(a).cmp(&Reverse(b)),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// Those without a weight come last.
fn weights(a: &Item, b: &Item) -> Ordering {
    let weight = |item: &Item| item.parsed.meta().weight.unwrap_or(i64::MAX);
    weight(a).cmp(&weight(b))
}

/// Whether a list in this order begins with the highest, so that `lower` is the next one in it.
/// (Zola: for dates, `lower` is the earlier page; for weights and titles, the one before.)
pub(super) fn begins_with_highest(library: &Library, pages: &[ItemId], by: SortBy) -> bool {
    match by {
        SortBy::Date | SortBy::UpdateDate => true,
        // Without weights it is the dates that such a list is sorted by, if there are any.
        SortBy::Unsaid => pages.iter().all(|&id| {
            let item = library.item(id);
            item.date.is_some() && item.parsed.meta().weight.is_none()
        }),
        _ => false,
    }
}
