//! Comparisons of versions: for each version and the one before it, in each language that has both.

use crate::base::path::UrlPath;
use crate::relate::{ItemId, Library, Lineage};

/// The comparisons that there will be: the address, the new text and the old one.
pub(super) fn comparisons(library: &Library) -> impl Iterator<Item = (UrlPath, ItemId, ItemId)> {
    library.lineages().iter().flat_map(move |lineage| {
        let languages = 0..library.config().languages.len();
        languages.flat_map(move |language| of_language(library, lineage, language))
    })
}

fn of_language(
    library: &Library,
    lineage: &Lineage,
    language: usize,
) -> impl Iterator<Item = (UrlPath, ItemId, ItemId)> {
    (0..lineage.versions.len()).filter_map(move |version| {
        let (text, before) = lineage.compared(version, language)?;
        let sound = !library.item(text).broken && !library.item(before).broken;
        sound.then(|| (library.item(text).url.join("changes/"), text, before))
    })
}
