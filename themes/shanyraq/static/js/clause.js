// Copies the citation of a clause. Without this its link leads to the clause in its version.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.(".clause-cite");
  if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const words = link.textContent;
  try {
    await navigator.clipboard.writeText(`${link.dataset.citation}, ${link.href}`);
    link.textContent = "✓";
    setTimeout(() => (link.textContent = words), 2000);
  } catch {
    location.href = link.href;
  }
});
