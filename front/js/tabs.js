// On a narrow screen the tab one is on is brought into sight; the page itself does not move.
export function watchTabs() {
  for (const here of document.querySelectorAll(".tabs-line [aria-current]")) {
    const line = here.parentElement;
    line.scrollLeft = here.offsetLeft - line.offsetLeft - (line.clientWidth - here.offsetWidth) / 2;
  }
}
