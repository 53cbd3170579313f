// Proves that the checks of machine.mjs can fail: node machine-selftest.mjs

import assert from "node:assert/strict";
import { checkCalendar } from "./calendars.mjs";
import { checkCitation } from "./citations.mjs";
import { checkFeeds } from "./feeds.mjs";
import { checkJsonLd, readVocabulary } from "./vocabulary.mjs";

const vocabulary = readVocabulary();
const context = { "@context": "https://schema.org" };

const DESCRIPTIONS = [
  [{ "@type": "Legislation", legislationIdentifier: "1", legislationLegalForce: "https://schema.org/InForce" }, 0],
  [{ "@type": "Legislation", legislationLegalForce: "https://schema.org/Sometimes" }, 1],
  [{ "@type": "Legislation", legislationDate: "next year" }, 1],
  [{ "@type": "Legislation", legislationPassedBy: { "@type": "GovernmentOrganization", name: "Council" } }, 0],
  [{ "@type": "Legislation", legislationPassedBy: { "@type": "Event", name: "Meeting" } }, 1],
  [{ "@type": "Person", inLanguage: "en" }, 1],
  [{ "@type": "Persn" }, 1],
  [{ "@type": "Event", attendee: [{ "@type": "Person", name: "A", headline: "B" }] }, 1],
  [{ "@type": "Organization", sameAs: "nowhere" }, 1],
  [{ "@type": "WebPage", description: "" }, 1],
  [{ "@type": "Dataset", distribution: { "@type": "DataDownload", contentUrl: "https://kenes.example/a.csv" } }, 0],
  [{ "@type": "Dataset", distribution: { "@type": "WebPage", name: "A" } }, 1],
  [{ "@type": "Dataset", dateModified: "today" }, 1],
  [{ "@graph": [{ "@type": "WebPage", legislationType: "law" }, { "@type": "ListItem", position: 1 }] }, 1],
];

for (const [own, count] of DESCRIPTIONS) {
  const wrong = checkJsonLd({ ...context, ...own }, vocabulary);
  assert.equal(wrong.length, count, `${JSON.stringify(own)}: ${wrong.join("; ")}`);
}
assert.equal(checkJsonLd({ "@type": "WebPage" }, vocabulary).length, 1);

const EVENT = ["UID:1", "DTSTAMP:20250101T000000Z", "DTSTART;VALUE=DATE:20250102", "SUMMARY:A\\, b", "STATUS:CONFIRMED"];
const calendar = (event, end = "\r\n") =>
  Buffer.from(
    ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", ...event, "END:VEVENT", "END:VCALENDAR", ""].join(end),
  );
const CALENDARS = [
  [calendar(EVENT), /^$/],
  [calendar(EVENT, "\n"), /CRLF/],
  [calendar([...EVENT, `DESCRIPTION:${"a".repeat(80)}`]), /octets/],
  [calendar([...EVENT, "DTEND:20250103T000000Z"]), /begins on a day/],
  [calendar([...EVENT, "DTEND;VALUE=DATE:20250102"]), /ends before/],
  [calendar([...EVENT, "END:VEVENT", "BEGIN:VEVENT", ...EVENT]), /has its UID/],
  [calendar(EVENT.slice(1)), /uid does not/],
  [calendar([...EVENT.slice(0, 4), "STATUS:MAYBE"]), /no such status/],
  [calendar([...EVENT.slice(0, 3), "SUMMARY:A\\\\, b", EVENT[4]]), /escaped twice/],
];
for (const [bytes, expected] of CALENDARS) assert.match(checkCalendar(bytes).wrong.join("; "), expected);
console.log(`${CALENDARS.length} calendars were told apart`);

const ITEM = { id: "x", type: "report", title: "A & b", language: "en", URL: "https://kenes.example/x/" };
const BIB = `@techreport{x,
  title = {{A \\& b}},
  language = {en},
  url = {https://kenes.example/x/},
}
`;
const CITATIONS = [
  [BIB, [ITEM], /^$/],
  [BIB, [{ ...ITEM, type: "legislaton" }], /type/],
  [BIB, [{ ...ITEM, colour: "red" }], /CSL has no colour/],
  [BIB, [{ ...ITEM, title: undefined }], /no title/],
  [BIB, [{ ...ITEM, number: { text: "1" } }], /number cannot be/],
  [BIB, [{ ...ITEM, issued: { "date-parts": [["2025"]] } }], /issued cannot be/],
  [BIB.replace("A", "B"), [ITEM], /title is/],
  [BIB.replace("\n}", ""), [ITEM], /BibTeX/],
  [BIB, [ITEM, ITEM], /one document/],
  [BIB.replace("  url", "  number = {A\\_1},\n  url"), [{ ...ITEM, number: "A_1" }], /^$/],
  [BIB.replace("  url", "  number = {A-2},\n  url"), [{ ...ITEM, number: "A-1" }], /number is "A-2"/],
  [BIB, [{ ...ITEM, number: "A-1" }], /number is "undefined"/],
];
for (const [bibtex, items, expected] of CITATIONS) {
  assert.match(checkCitation(bibtex, JSON.stringify(items)).join("; "), expected);
}
console.log(`${CITATIONS.length} citations were told apart`);

const ATOM = `<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>a</id><updated>2025-01-01T00:00:00Z</updated>
<link rel="self" href="a"/><entry><id>1</id><title>E</title><updated>2025-01-01T00:00:00Z</updated>
<link rel="alternate" href="https://kenes.example/"/><summary>S</summary></entry></feed>`;
const ENTRY = {
  id: "1",
  url: "https://kenes.example/",
  title: "E",
  content_text: "S",
  date_modified: "2025-01-01T00:00:00Z",
};
const FEED = { version: "https://jsonfeed.org/version/1.1", title: "T", feed_url: "j", items: [ENTRY] };
const FEEDS = [
  [FEED, /^$/],
  [{ ...FEED, version: "1" }, /not of version|invalid/i],
  [{ ...FEED, items: [] }, /differ/],
  [{ ...FEED, items: [{ ...ENTRY, id: "2" }] }, /differ/],
  [{ ...FEED, items: [ENTRY, ENTRY] }, /no id of its own/],
  [{ ...FEED, items: [{ ...ENTRY, content_text: undefined }] }, /no content/],
  [{ ...FEED, feed_url: "x" }, /its address/],
];
for (const [feed, expected] of FEEDS) {
  assert.match(checkFeeds(ATOM, JSON.stringify(feed), "a", "j").wrong.join("; "), expected);
}
console.log(`${FEEDS.length} feeds were told apart`);
console.log(`${DESCRIPTIONS.length + 1} descriptions were told apart`);
