// What axe-core could not decide by itself ("incomplete") and a person did.
// Each entry: the rule, the key of axe's message (any, if it has none), optionally a part of the
// element's selector or how its HTML begins, and the reason why it is fine. An entry that matches
// nothing any more is reported, so that the list does not outlive its reasons.

export const EXPLAINED = [
  // The text of the link is an arrow, a picture rather than words that a reader would say; its name is the aria-label.
  { rule: "label-content-name-mismatch", key: "", target: ".footnote-backref" },
  // Words in charts stand on the page's ground with a seam of its colour around them; axe-core does not look behind
  // SVG. tests/theme.rs holds the contrast of their colours.
  { rule: "color-contrast", html: "<text " },
];

/** The entry that explains an undecided result, if one does. */
export function explanationOf({ rule, key, target, html }) {
  return EXPLAINED.find(
    (entry) =>
      entry.rule === rule &&
      (entry.key === undefined || entry.key === key) &&
      (!entry.target || target.includes(entry.target)) &&
      (!entry.html || html.startsWith(entry.html)),
  );
}
