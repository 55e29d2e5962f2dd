// Dropping a file on a .file-drop zone, its name and size, and the upload's progress.
const UNITS = ["octets", "Ko", "Mo", "Go"];

function readableSize(bytes) {
  let rank = 0;
  let size = bytes;
  while (size >= 1000 && rank < UNITS.length - 1) {
    size /= 1000;
    rank += 1;
  }
  const figure = size.toLocaleString("fr-FR", { maximumFractionDigits: rank ? 1 : 0 });
  return `${figure}\u00a0${UNITS[rank]}`;
}

function showChosen(zone) {
  const input = zone.querySelector("input[type=file]");
  const output = zone.querySelector("[data-file-chosen]");
  const files = [...input.files];
  output.textContent = files.map((file) => `${file.name} (${readableSize(file.size)})`).join(", ");
}

function showProgress(event) {
  const track = event.target.querySelector?.("[data-upload-progress]");
  if (!track || !event.detail.lengthComputable) return;
  track.hidden = false;
  track.max = event.detail.total;
  track.value = event.detail.loaded;
}

export function watchFileDrops() {
  const zoneOf = (event) => event.target.closest?.(".file-drop");
  document.addEventListener("change", (event) => {
    const zone = zoneOf(event);
    if (zone) showChosen(zone);
  });
  document.addEventListener("dragover", (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.add("is-over");
  });
  document.addEventListener("dragleave", (event) => zoneOf(event)?.classList.remove("is-over"));
  document.addEventListener("drop", (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("is-over");
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("htmx:xhr:progress", showProgress);
}
