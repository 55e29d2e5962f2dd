// The slider of a circle changes its token while one drags; the map follows at once.
import { circleToken, kilometres, readToken } from "./geometry.js";

export function watchRadius(form, redraw) {
  form.addEventListener("input", (event) => {
    const slider = event.target.closest?.("[data-radius-for]");
    if (!slider) return;
    const box = document.getElementById(slider.dataset.radiusFor);
    const circle = readToken(box.value);
    box.value = circleToken({ ...circle, metres: Number(slider.value) * 1000 });
    const text = `${kilometres(slider.value * 1000)} autour de ${circle.label || "un point de la carte"}`;
    box.labels[0].textContent = text;
    slider.setAttribute("aria-valuetext", kilometres(slider.value * 1000));
    redraw();
  });
}
