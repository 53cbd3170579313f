//! Which pages have a card, the picture of link previews, and whose card stands for those that have none.

use super::record::{Key, note};
use super::{ItemId, Library, Reader};
use crate::base::digest::fingerprint;
use crate::config::SocialCards;

impl Library {
    /// Whether a page or section has a card of its own: the settings and its front matter want one, and it is
    /// published.
    #[must_use]
    pub fn has_card(&self, id: ItemId) -> bool {
        let item = self.item(id);
        let asks = item.parsed.meta().social_card;
        let is_wanted = match self.config.social_cards {
            SocialCards::None => false,
            SocialCards::Asked => asks == Some(true),
            SocialCards::All => asks != Some(false),
        };
        let leads_away = item.parsed.section().is_some_and(|section| section.redirect_to.is_some());
        is_wanted && !item.draft && !item.broken && !leads_away
    }

    /// Whose card is shown for a page: its own, that of the document it is a version of, that of the nearest section
    /// above, or that of the home. None for a draft, and none in another language.
    fn card(&self, id: ItemId) -> Option<ItemId> {
        let item = self.item(id);
        if item.draft {
            return None;
        }
        let language = item.language();
        let document = self.lineages.version(id).and_then(|(lineage, _)| lineage.document[language]);
        let above = self.ancestors(id).into_iter().rev();
        let all = std::iter::once(id).chain(document).chain(above).chain(self.home(language));
        all.filter(|&id| self.item(id).language() == language).find(|&id| self.has_card(id))
    }
}

impl Reader {
    /// Whose card is shown for a page or section, if any.
    #[must_use]
    pub fn card(&self, id: ItemId) -> Option<ItemId> {
        note(|| Key::Card(id));
        self.library.card(id)
    }

    pub(super) fn print_card(&self, id: ItemId) -> u64 {
        let shown = |id: ItemId| {
            let item = self.library.item(id);
            fingerprint(&(self.print_item(id), &item.title, &item.url))
        };
        fingerprint(&self.library.card(id).map(shown))
    }
}
