// The theme form posts by itself; with a script the page changes at once, without a reload.
function apply(choice) {
  if (choice === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = choice;
  for (const button of document.querySelectorAll("[data-theme-form] button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === choice));
  }
}

export function watchTheme() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    apply(body.get("theme"));
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  });
}
