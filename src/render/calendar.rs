//! Calendars (iCalendar, RFC 5545): what takes place, and the days that something opens or closes.
//!
//! Nothing of the day of the build stands in them but states: a calendar is the same bytes until somebody
//! changes a document, or a document's state changes.

use std::fmt::Write as _;

use jiff::tz::Offset;

use super::Renderer;
use super::facts::Subject;
use crate::base::clock::Moment;
use crate::base::path::encode_path;
use crate::policy::field::Value;
use crate::policy::kind::Kind;
use crate::policy::lifecycle::Stage;
use crate::policy::when::{Precision, When};
use crate::relate::ItemId;

/// The longest line, in octets, without its end (section 3.1).
const LINE: usize = 75;

impl Renderer {
    /// The calendar of a language.
    pub(super) fn render_calendar(&self, language: usize, url: &str) -> String {
        let config = self.reader.config();
        let own = &config.languages[language];
        let mut out = Lines::default();
        out.add("BEGIN:VCALENDAR");
        out.add("VERSION:2.0");
        out.add("PRODID:-//Kenes//Kenes//EN");
        out.add("CALSCALE:GREGORIAN");
        // What programs show of a calendar that they subscribe to, and how often they ask (RFC 7986).
        out.text("NAME", own.lang.as_str(), &own.title);
        out.add(&format!("X-WR-CALNAME:{}", escape(&own.title)));
        if let Some(description) = &own.description {
            out.text("DESCRIPTION", own.lang.as_str(), description);
        }
        let permalink = config.permalink(url);
        out.add(&format!("SOURCE;VALUE=URI:{permalink}"));
        out.add("REFRESH-INTERVAL;VALUE=DURATION:P1D");
        for id in self.reader.calendar(language) {
            self.events(id, &mut out);
        }
        out.add("END:VCALENDAR");
        out.0
    }

    fn events(&self, id: ItemId, out: &mut Lines) {
        let subject = self.subject(id);
        let Some(kind) = subject.kind else { return };
        let Some(calendar) = &kind.calendar else { return };
        let date = |at: usize| match &subject.document?.values[at].as_ref()?.value {
            Value::Date(when) if when.precision() == Precision::Day => Some(*when),
            _ => None,
        };
        if let Some(starts) = calendar.starts.and_then(date) {
            let times = times(starts, calendar.ends.and_then(date));
            self.event(&subject, kind, None, starts, &times, out);
        }
        for &at in &calendar.days {
            if let Some(day) = date(at) {
                let times = whole_days(day, day);
                self.event(&subject, kind, Some(at), day, &times, out);
            }
        }
    }

    /// One entry; `day` is the field that it is the day of.
    fn event(
        &self,
        subject: &Subject<'_>,
        kind: &Kind,
        day: Option<usize>,
        starts: When,
        times: &[String],
        out: &mut Lines,
    ) {
        let (reader, config) = (&self.reader, self.reader.config());
        let item = reader.item(subject.id);
        let language = item.language();
        let lang = config.languages[language].lang.as_str();
        let day = day.map(|at| &kind.fields[at]);
        out.add("BEGIN:VEVENT");
        // It stays when title, date and address change: the file's name without its language does not.
        let key = item.parsed.key.trim_end_matches(".md");
        let own = day.map(|field| format!("/{}", field.name)).unwrap_or_default();
        let host = config.base_url.split("://").last().unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or_default();
        out.add(&format!("UID:{}", escape(&format!("{lang}/{}{own}@{host}", encode_path(key)))));
        out.add(&format!("DTSTAMP:{}", utc(&self.stamp(subject, starts))));
        for time in times {
            out.add(time);
        }
        let title = match day {
            Some(field) => format!("{}: {}", item.title, self.label(&field.label, &field.name, language)),
            None => item.title.clone(),
        };
        out.text("SUMMARY", lang, &title);
        if let Some(description) = &item.parsed.meta().description {
            out.text("DESCRIPTION", lang, description);
        }
        let place = kind.calendar.as_ref().and_then(|calendar| calendar.place).filter(|_| day.is_none());
        if let Some(Value::Text(place)) =
            place.and_then(|at| Some(&subject.document?.values[at].as_ref()?.value))
        {
            out.text("LOCATION", lang, place);
        }
        out.text("CATEGORIES", lang, self.label(&kind.label, &kind.name, language));
        out.add(&format!("URL:{}", config.permalink(item.url.as_str())));
        out.add(&format!("STATUS:{}", self.status(subject, kind)));
        // A last day to comment keeps nobody busy.
        if day.is_some() {
            out.add("TRANSP:TRANSPARENT");
        }
        out.add("END:VEVENT");
    }

    fn status(&self, subject: &Subject<'_>, kind: &Kind) -> &'static str {
        let current =
            subject.document.and_then(|document| document.history.on(self.reader.day_of(subject.owner)));
        let Some(current) = current else { return "CONFIRMED" };
        let stage = kind.lifecycle.as_ref().and_then(|lifecycle| lifecycle.state(current.state));
        let tentative = kind.calendar.as_ref().map_or(&[][..], |calendar| &calendar.tentative);
        match stage.map(|state| state.stage) {
            Some(Stage::Withdrawn) => "CANCELLED",
            _ if tentative.iter().any(|state| state == current.state) => "TENTATIVE",
            _ => "CONFIRMED",
        }
    }

    /// When what is said of an event was last changed: by the document's own dates, not by any clock.
    fn stamp(&self, subject: &Subject<'_>, starts: When) -> Moment {
        let page = self.reader.item(subject.id).parsed.page();
        let day = self.reader.day_of(subject.owner);
        let steps = subject.document.map_or(&[][..], |document| document.history.steps()).iter();
        let written = steps.filter(|step| step.field.is_none() && step.from <= day);
        let updated = page.and_then(|page| page.updated);
        let latest =
            written.map(|step| Moment::from_date(step.from)).chain(updated).max_by_key(Moment::instant);
        latest.or_else(|| page.and_then(|page| page.date)).unwrap_or_else(|| starts.moment())
    }
}

/// When an event begins and ends. Both are days, or both have a time (section 3.8.2.2).
fn times(starts: When, ends: Option<When>) -> Vec<String> {
    let from = starts.moment();
    // An end before the begin is a slip of the pen that no program should see.
    let ends =
        ends.filter(|ends| ends.moment().instant() >= from.instant() || ends.first() == starts.first());
    let exact = |when: &When| when.moment().has_time();
    match ends {
        // An end is later than its begin (section 3.8.2.2); without one it is a moment.
        Some(ends) if exact(&starts) && exact(&ends) && ends.moment().instant() > from.instant() => {
            vec![format!("DTSTART:{}", utc(&from)), format!("DTEND:{}", utc(&ends.moment()))]
        }
        Some(ends) if !exact(&starts) || ends.first() != starts.first() => whole_days(starts, ends),
        _ if exact(&starts) => vec![format!("DTSTART:{}", utc(&from))],
        _ => whole_days(starts, starts),
    }
}

/// Whole days from one to another; `DTEND` is the first day after them.
fn whole_days(first: When, last: When) -> Vec<String> {
    let day = |date: jiff::civil::Date| date.to_string().replace('-', "");
    let mut times = vec![format!("DTSTART;VALUE=DATE:{}", day(first.first()))];
    times.extend(last.first().tomorrow().ok().map(|after| format!("DTEND;VALUE=DATE:{}", day(after))));
    times
}

fn utc(moment: &Moment) -> String {
    let time = Offset::UTC.to_datetime(moment.instant());
    let date = time.date().to_string().replace('-', "");
    format!("{date}T{:02}{:02}{:02}Z", time.hour(), time.minute(), time.second())
}

/// A text (section 3.3.11), without control characters, which no line may have.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Lines of a calendar.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A text in a language.
    fn text(&mut self, name: &str, lang: &str, text: &str) {
        self.add(&format!("{name};LANGUAGE={lang}:{}", escape(text)));
    }

    /// A line, folded where it is too long, between characters.
    fn add(&mut self, line: &str) {
        let mut length = 0;
        for c in line.chars() {
            if length + c.len_utf8() > LINE {
                self.0.push_str("\r\n ");
                length = 1;
            }
            self.0.push(c);
            length += c.len_utf8();
        }
        let _ = write!(self.0, "\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn when(text: &str) -> When {
        When::parse(text).unwrap()
    }

    #[test]
    fn days_are_whole_and_times_exact() {
        let day = ["DTSTART;VALUE=DATE:20250514", "DTEND;VALUE=DATE:20250515"];
        assert_eq!(times(when("2025-05-14"), None), day);
        assert_eq!(times(when("2025-05-14"), Some(when("2025-05-13"))), day);
        let days = ["DTSTART;VALUE=DATE:20250514", "DTEND;VALUE=DATE:20250517"];
        assert_eq!(times(when("2025-05-14"), Some(when("2025-05-16"))), days);
        assert_eq!(times(when("2025-05-14T10:00:00+05:00"), Some(when("2025-05-16"))), days);
        let exact = ["DTSTART:20250514T050000Z", "DTEND:20250514T073000Z"];
        let (from, to) = (when("2025-05-14T10:00:00+05:00"), when("2025-05-14T12:30:00+05:00"));
        assert_eq!(times(from, Some(to)), exact);
        assert_eq!(times(from, Some(when("2025-05-14"))), exact[..1]);
        assert_eq!(times(from, Some(from)), exact[..1]);
        assert_eq!(times(when("9999-12-31"), None), ["DTSTART;VALUE=DATE:99991231"]);
    }

    #[test]
    fn texts_keep_their_words_apart() {
        assert_eq!(escape("a\tb; c,\nd\u{7}"), "a b\\; c\\,\\nd");
    }

    proptest! {
        /// No line is too long, none is split within a character, and unfolded it is what it was.
        #[test]
        fn lines_are_folded(line in "[a-zқҰ漢🙂 ;]{0,300}") {
            let mut lines = Lines::default();
            lines.add(&line);
            prop_assert!(lines.0.ends_with("\r\n"));
            prop_assert!(lines.0.trim_end_matches("\r\n").split("\r\n").all(|line| line.len() <= LINE));
            prop_assert_eq!(lines.0.trim_end_matches("\r\n").replace("\r\n ", ""), line);
        }
    }
}
