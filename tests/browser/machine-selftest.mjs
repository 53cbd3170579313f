// Proves that the checks of machine.mjs can fail: node machine-selftest.mjs

import assert from "node:assert/strict";
import { checkCalendar } from "./calendars.mjs";
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
console.log(`${DESCRIPTIONS.length + 1} descriptions were told apart`);
