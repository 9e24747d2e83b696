// The live draw on "How it works": other digits, another order.
import { lotNumber, seedOf, selectKey } from "./protocol.js";

const form = document.getElementById("example");
const digits = document.getElementById("digits");
const list = document.getElementById("lots");
const command = document.querySelector("#command .code");
const roll = document.getElementById("roll");

function draw() {
  if (!/^[0-9]{20}$/.test(digits.value)) {
    digits.setAttribute("aria-invalid", "true");
    return;
  }
  digits.removeAttribute("aria-invalid");
  const seed = seedOf(form.dataset.manifest, [["dice", digits.value]]);
  const key = selectKey(seed);
  document.getElementById("seed").textContent = seed;
  document.getElementById("key").textContent = key;
  const lots = [...list.children].map((item) => [lotNumber(key, item.dataset.code), item]);
  lots.sort(([a], [b]) => (a < b ? -1 : 1));
  lots.forEach(([ticket, item], rank) => {
    item.className = rank < Number(form.dataset.take) ? "drawn" : "";
    item.querySelector(".rank").textContent = rank + 1;
    item.querySelector(".lot").textContent = ticket;
    item.querySelector(".p-accent").setAttribute("width", (parseInt(ticket.slice(0, 4), 16) * 100) / 65536);
    list.append(item);
  });
  const [[, first]] = lots;
  command.textContent = `printf '%s:%s' ${key} ${first.dataset.code} | sha256sum`;
}

function rollDice() {
  const faces = [];
  while (faces.length < 20) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < 250) faces.push(byte % 10);
  }
  digits.value = faces.join("");
  draw();
}

form.addEventListener("submit", (event) => { event.preventDefault(); draw(); });
digits.addEventListener("input", draw);
roll.addEventListener("click", rollDice);
roll.hidden = false;
