// <details class="menu-drop"> closes on Escape, on a click elsewhere, and when another opens.
function closeAll(except) {
  for (const menu of document.querySelectorAll("details.menu-drop[open]")) {
    if (menu !== except) menu.open = false;
  }
}

export function watchMenus() {
  document.addEventListener("click", (event) => closeAll(event.target.closest("details.menu-drop")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.activeElement?.closest("details.menu-drop[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
