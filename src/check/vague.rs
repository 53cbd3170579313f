//! Link texts that say nothing by themselves, in the languages of the region's portals.

/// In lower case, without punctuation around them. They are looked up whatever the page's language:
/// pages mix them.
const TEXTS: &[&str] = &[
    // English
    "click",
    "click here",
    "click this link",
    "continue reading",
    "details",
    "find out more",
    "follow this link",
    "here",
    "learn more",
    "link",
    "more",
    "more details",
    "more info",
    "more information",
    "read",
    "read here",
    "read more",
    "see here",
    "see more",
    "this",
    "this link",
    "this page",
    // Russian
    "далее",
    "здесь",
    "нажмите здесь",
    "нажмите сюда",
    "перейти",
    "перейти по ссылке",
    "по ссылке",
    "по этой ссылке",
    "подробнее",
    "подробнее здесь",
    "подробности",
    "смотреть здесь",
    "ссылка",
    "сюда",
    "тут",
    "узнать больше",
    "узнать подробнее",
    "читать",
    "читать далее",
    "читать дальше",
    "читать полностью",
    "эта ссылка",
    "ещё",
    "еще",
    // Kazakh
    "осы жерде",
    "осы жерден",
    "осы сілтеме",
    "осы сілтеме бойынша",
    "осында",
    "осыдан",
    "мұнда",
    "мына жерде",
    "мына жерден",
    "мына сілтеме",
    "мына сілтеме бойынша",
    "мына сілтемеден",
    "сілтеме",
    "сілтеме бойынша",
    "толық",
    "толық оқу",
    "толығырақ",
    "толығырақ оқу",
    "көбірек",
    "әрі қарай",
    "әрі қарай оқу",
];

/// The longest of [`TEXTS`] in bytes: most link texts are longer, and need no look.
const LONGEST: usize = 40;

/// Whether a link text is one of those, whatever its case and the quotation marks, dots and arrows
/// around it.
pub(super) fn is_vague(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    if text.is_empty() || text.len() > LONGEST {
        return false;
    }
    let lower = text.to_lowercase();
    let words = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    TEXTS.contains(&words.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_recognised_in_three_languages_and_whatever_surrounds_them() {
        for text in ["here", "Click  here!", "«Здесь»", "Подробнее →", "ТОЛЫҒЫРАҚ…", "мына жерде", "Осында."]
        {
            assert!(is_vague(text), "{text}");
        }
        for text in ["the founding of the council", "here and there", "§", "42", "Әрі қарай қарау жоспары"]
        {
            assert!(!is_vague(text), "{text}");
        }
    }

    #[test]
    fn the_list_is_as_it_is_looked_up() {
        for text in TEXTS {
            assert!(text.len() <= LONGEST && text.to_lowercase() == *text && is_vague(text), "{text}");
        }
        assert!(TEXTS.iter().any(|text| text.len() > LONGEST - 10));
    }
}
