// Comforts within a page: copying of citations and of links to headings, and a list of contents that
// follows the reader. Without it everything is there but the copying.

const { copied } = document.body.dataset;
const status = document.createElement("p");
status.role = "status";
status.className = "unseen";
document.body.append(status);

async function copy(text, element) {
  await navigator.clipboard.writeText(text);
  const before = element.textContent;
  status.textContent = copied;
  element.textContent = element.matches("button") ? copied : "✓";
  setTimeout(() => {
    status.textContent = "";
    element.textContent = before;
  }, 2000);
}

// Only a secure page may write to the clipboard.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", () => {
      // A browser that refuses leaves the words selected, for the reader to copy.
      if (button.textContent !== copied) copy(source.textContent.trim(), button).catch(() => getSelection().selectAllChildren(source));
    });
  }
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest?.("a.anchor");
    if (anchor?.textContent === "#") copy(anchor.href, anchor).catch(() => {});
  });
}

const contents = document.querySelector(".toc");
const parts = [...(contents?.querySelectorAll("a") ?? [])].flatMap((link) => {
  const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return heading ? [{ link, heading }] : [];
});

let current;
let waiting = false;
function follow() {
  waiting = false;
  // The part that is being read began above the upper quarter of the screen. At the very end of the
  // page it is the last one, however short it is.
  const line = innerHeight / 4;
  const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  const begun = parts.filter(({ heading }) => heading.getBoundingClientRect().top <= (atEnd ? innerHeight : line));
  const next = begun.at(-1)?.link;
  if (next === current) return;
  current?.removeAttribute("aria-current");
  next?.setAttribute("aria-current", "true");
  current = next;
  // Within its own box only: the page itself must not move.
  if (next && contents.scrollHeight > contents.clientHeight) {
    contents.scrollTop = next.offsetTop - contents.clientHeight / 2;
  }
}

if (parts.length > 0) {
  const soon = () => {
    if (!waiting) requestAnimationFrame(follow);
    waiting = true;
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon, { passive: true });
  // With the next picture of the page: asked for now, its places would be worked out twice.
  soon();
}
