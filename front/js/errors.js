// The summary of errors takes the focus when it arrives, at load or through htmx.
import { say } from "./toasts.js";

function focusSummary(root) {
  root.querySelector?.("[data-error-summary]:not(.style-section *)")?.focus();
}

export function watchErrors() {
  focusSummary(document);
  document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target));
  document.addEventListener("htmx:sendError", () =>
    say("Le réseau ne répond pas. Rien n’a été perdu : réessayez dans un instant."),
  );
  document.addEventListener("htmx:responseError", () =>
    say("Le service n’a pas pu répondre. Réessayez dans un instant."),
  );
}
