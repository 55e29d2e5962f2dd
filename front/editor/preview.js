// The preview frame and the list of checks: reloaded after each save, shown at three widths.
export function watchPreview(editor) {
  const frame = editor.querySelector("[data-preview]");
  const desk = editor.querySelector("[data-preview-desk]");
  const modes = editor.querySelector("[data-preview-modes]");
  const checks = editor.querySelector("[data-checks]");
  let mode = modes.querySelector("[aria-current]")?.dataset.mode ?? "";

  function load() {
    const address = frame.dataset.preview + (mode === "texte" ? "?vue=texte" : "");
    frame.src = address;
    desk.classList.toggle("is-phone", mode === "telephone");
  }

  modes.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-mode]");
    if (!chosen || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    mode = chosen.dataset.mode;
    for (const each of modes.querySelectorAll("[data-mode]")) each.removeAttribute("aria-current");
    chosen.setAttribute("aria-current", "true");
    load();
  });

  let last = 0;
  async function refresh() {
    load();
    const asked = ++last;
    const answer = await fetch(checks.dataset.checks, { credentials: "same-origin" });
    if (answer.ok && asked === last) checks.innerHTML = await answer.text();
  }

  return { refresh };
}
