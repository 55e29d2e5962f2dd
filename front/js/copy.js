// A button with data-copy="#id" puts the text of that element on the clipboard.
import { say } from "./toasts.js";

export function watchCopyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.querySelector(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
      say("Copié dans le presse-papiers.");
    } catch {
      say("La copie est bloquée par le navigateur : sélectionnez le texte puis Ctrl + C.");
    }
  });
}
