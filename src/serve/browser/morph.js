// ---- the page, changed in place
//
// Three versions meet: what the server sent before (`known`), what it sends now, and the page as it
// has become under the hands of its reader and its scripts. Only what is different between the two
// that were sent is done to the page; all else on it stays as it is: what is typed, opened,
// focused, scrolled or selected, and what scripts have made.

let known = null;
// From each node of `known` to the one on the page.
const shownAs = new WeakMap();

const parse = (html) => new DOMParser().parseFromString(html, "text/html");
const isSheet = (node) => node.nodeName === "LINK" && /\bstylesheet\b/i.test(node.rel);
// What is in these is not looked into: it is no part of the page's tree, or other than in `known`.
const isClosed = (node) => /^(NOSCRIPT|TEMPLATE|IFRAME|OBJECT)$/.test(node.nodeName);
const text = (node) => node.outerHTML ?? node.data ?? "";

function learn(html) {
  known = parse(html);
  pair(known.documentElement, document.documentElement);
}

function pair(old, shown) {
  shownAs.set(old, shown);
  if (isClosed(old)) return;
  const [ours, theirs] = [[...shown.childNodes], [...old.childNodes]];
  align(ours, theirs).forEach((at, i) => at < 0 || pair(theirs[i], ours[at]));
}

/** For each of `fresh` which of `old` it was, or -1; in order. */
function align(old, fresh) {
  const match = fresh.map(() => -1);
  let [from, oldEnd, end] = [0, old.length, fresh.length];
  const same = (i, j) => old[i].isEqualNode(fresh[j]);
  while (from < oldEnd && from < end && same(from, from)) match[from] = from++;
  while (oldEnd > from && end > from && same(oldEnd - 1, end - 1)) match[--end] = --oldEnd;
  const [a, b] = [old.slice(from, oldEnd).map(text), fresh.slice(from, end).map(text)];
  if (a.length * b.length && a.length * b.length < 1e6) {
    // The longest common sequence, in which a paragraph counts for more than the space around it.
    const best = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
    const worth = (text) => (text.trim() ? 4 : 1);
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        const without = Math.max(best[i + 1][j], best[i][j + 1]);
        best[i][j] = a[i] === b[j] ? Math.max(without, best[i + 1][j + 1] + worth(a[i])) : without;
      }
    }
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] === b[j] && best[i][j] === best[i + 1][j + 1] + worth(a[i])) match[from + j++] = from + i++;
      else if (best[i][j] === best[i + 1][j]) i++;
      else j++;
    }
  }
  // Between what is the same: those of one kind, in order, are the same thing with other contents.
  const absent = (node, id) => !node.ownerDocument.getElementById(id);
  const alike = (one, other) =>
    one.nodeName === other.nodeName && one.rel === other.rel && one.type === other.type &&
    (one.id === other.id || (absent(other, one.id) && absent(one, other.id)));
  for (let j = from, next = from; j < end; j++) {
    if (match[j] >= 0) next = match[j] + 1;
    else {
      let limit = oldEnd;
      for (let k = j + 1; k < end; k++) if (match[k] >= 0) { limit = match[k]; break; }
      for (let i = next; i < limit; i++) if (alike(old[i], fresh[j])) { match[j] = i; next = i + 1; break; }
    }
  }
  return match;
}

function morph(html) {
  const [loading, leaving] = [[], []];
  become(known.documentElement, html.documentElement, { loading, leaving });
  // Old styles go when the new ones have come: between the two the page would be bare.
  const late = new Promise((resolve) => setTimeout(resolve, 3000));
  Promise.race([Promise.all(loading), late]).then(() => leaving.forEach((sheet) => sheet.remove()));
  document.dispatchEvent(new CustomEvent("kenes:change"));
}

function become(old, fresh, sheets) {
  if (old.isEqualNode(fresh) && !isClosed(old)) return;
  const shown = shownAs.get(old);
  if (!old.attributes) {
    if (shown) retype(shown, fresh.data);
    old.data = fresh.data;
  } else if (isClosed(old) ? text(old) !== text(fresh) : isSheet(old)) {
    const copy = adopt(fresh.cloneNode(true), sheets);
    old.replaceWith(fresh);
    shownAs.set(fresh, copy);
    shown?.after(copy);
    if (shown) leave(shown, sheets);
  } else {
    attributes(old, fresh, shown);
    if (!isClosed(old)) children(old, fresh, shown, sheets);
  }
}

/** Changes the part of a text that is different: a selection in the rest of it stays. */
function retype(node, text) {
  const was = node.data;
  let [start, end] = [0, 0];
  const most = Math.min(was.length, text.length);
  while (start < most && was[start] === text[start]) start++;
  while (end < most - start && was[was.length - 1 - end] === text[text.length - 1 - end]) end++;
  node.replaceData(start, was.length - start - end, text.slice(start, text.length - end));
}

function attributes(old, fresh, shown) {
  for (const { name } of [...old.attributes]) {
    if (fresh.hasAttribute(name)) continue;
    old.removeAttribute(name);
    shown?.removeAttribute(name);
  }
  for (const attribute of fresh.attributes) {
    const { name, value } = attribute;
    if (old.getAttribute(name) === value) continue;
    if (name === "class" && shown && shown.getAttribute(name) !== old.getAttribute(name)) {
      // Scripts add classes of their own.
      const now = fresh.classList;
      shown.classList.remove(...[...old.classList].filter((each) => !now.contains(each)));
      shown.classList.add(...now);
    } else shown?.setAttributeNode(attribute.cloneNode());
    old.setAttributeNode(attribute.cloneNode());
  }
}

function children(old, fresh, shown, sheets) {
  const [was, now] = [[...old.childNodes], [...fresh.childNodes]];
  const match = align(was, now);
  was.forEach((child, i) => {
    if (match.includes(i)) return;
    const gone = shownAs.get(child);
    if (gone) leave(gone, sheets);
    child.remove();
  });
  // The child of `old` that comes before.
  let before = null;
  now.forEach((child, j) => {
    if (match[j] >= 0) {
      const next = was[match[j]].nextSibling;
      become(was[match[j]], child, sheets);
      before = next ? next.previousSibling : old.lastChild;
      return;
    }
    const copy = adopt(child.cloneNode(true), sheets);
    remember(child, copy);
    old.insertBefore(child, before ? before.nextSibling : old.firstChild);
    before = child;
    if (!shown) return;
    let anchor = child.previousSibling;
    while (anchor && shownAs.get(anchor)?.parentNode !== shown) anchor = anchor.previousSibling;
    shown.insertBefore(copy, anchor ? shownAs.get(anchor).nextSibling : shown.firstChild);
  });
}

function remember(node, copy) {
  shownAs.set(node, copy);
  if (!isClosed(node)) node.childNodes.forEach((child, i) => remember(child, copy.childNodes[i]));
}

function adopt(node, { loading }) {
  const copy = document.importNode(node, true);
  if (isSheet(copy)) loading.push(new Promise((done) => { copy.onload = copy.onerror = done; }));
  return copy;
}

function leave(node, { leaving }) {
  if (isSheet(node)) leaving.push(node);
  else node.remove();
}
