// "Compute it here": the lot number of one enterprise, computed again in the reader's browser.
import { lotNumber } from "./protocol.js";

for (const box of document.querySelectorAll(".recompute")) {
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    const lot = lotNumber(box.dataset.key, box.dataset.code);
    box.querySelector("output").textContent = lot;
    box.querySelector(".same").hidden = lot !== box.dataset.ticket;
    box.querySelector(".other").hidden = lot === box.dataset.ticket;
  });
}
