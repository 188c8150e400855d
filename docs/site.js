// A link inside a summary is two controls in one: the link steps out, to the head of the list that the summary opens.
new MutationObserver(() => {
  for (const link of document.querySelectorAll("summary > a")) {
    const details = link.closest("details");
    const list = details?.querySelector("ul");
    const text = document.createElement("span");
    text.append(...link.childNodes);
    const own = document.createElement("li");
    link.textContent = `All of ${text.textContent.trim()}`;
    link.replaceWith(text);
    own.append(link);
    list?.prepend(own);
  }
  // What scrolls must be reached by keys.
  for (const code of document.querySelectorAll("pre:not([tabindex]), .tsd-typography table:not([tabindex])"))
    if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
}).observe(document.documentElement, { childList: true, subtree: true });
