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
    let changed = |item: &Item| item.parsed.page().and_then(|page| page.updated).or(item.date);
    let day = |item: &Item| {
        let moment = if by == SortBy::UpdateDate { changed(item) } else { item.date };
        // Those without a date come last.
        (moment.is_none(), Reverse(moment.map(|moment| moment.instant())))
    };
    // Those without a weight come last.
    let weight = |item: &Item| item.parsed.meta().weight.unwrap_or(i64::MAX);
    let key = |id: ItemId| {
        let item = library.item(id);
        match by {
            SortBy::Date | SortBy::UpdateDate => (0, Some(day(item))),
            SortBy::Weight => (weight(item), None),
            SortBy::Unsaid => (weight(item), Some(day(item))),
            SortBy::Title | SortBy::Slug | SortBy::Permalink | SortBy::None => (0, None),
        }
    };
    let ties = |a: &Item, b: &Item| match by {
        SortBy::Slug => a.slug.cmp(&b.slug),
        SortBy::Permalink | SortBy::None => Ordering::Equal,
        _ => locale.compare(&a.title, &b.title),
    };
    // Each key is worked out once, not for each comparison.
    let mut keyed: Vec<_> = ids.iter().map(|&id| (key(id), id)).collect();
    keyed.sort_by(|(x, a), (y, b)| {
        x.cmp(y).then_with(|| {
            let (left, right) = (library.item(*a), library.item(*b));
            ties(left, right).then_with(|| left.url.cmp(&right.url)).then_with(|| a.cmp(b))
        })
    });
    for (place, (_, id)) in ids.iter_mut().zip(keyed) {
        *place = id;
    }
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
