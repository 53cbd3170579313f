// Proves that the checks of machine.mjs can fail: node machine-selftest.mjs

import assert from "node:assert/strict";
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
console.log(`${DESCRIPTIONS.length + 1} descriptions were told apart`);
