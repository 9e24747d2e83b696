// The grid of a division's budget: what is typed is added up at once, by the same arithmetic as the server's.
import { figuresOf, plain, propose, readCell, shown } from "./budget.js";

const form = document.getElementById("grid");
const staffCell = form.elements.staff;
const cells = [...form.querySelectorAll("input[data-kind]")];
const kinds = [...new Set(cells.map((cell) => cell.dataset.kind))];
const days = form.dataset.days === "" ? null : BigInt(form.dataset.days);
const weights = form.dataset.weights.split(" ").map(BigInt);
const DASH = "–";

const show = (name, tenths) => {
  const place = form.querySelector(`[data-figure="${name}"]`);
  if (place) place.textContent = tenths === undefined || tenths === null ? DASH : shown(tenths);
};

function fill(text, values) {
  return text.replace(/\{(\w+)\}/gu, (_, name) => values[name]);
}

/** Read one cell, mark what is wrong with it, and return its tenths (null when empty or wrong). */
function read(cell, whole, most) {
  const found = readCell(cell.value, whole);
  const values = { value: found.value };
  let { fault } = found;
  if (!fault && most !== null && found.tenths !== null && found.tenths > most) {
    fault = "cell-over-total";
    Object.assign(values, { value: plain(found.tenths), total: plain(most) });
  }
  const place = document.getElementById(cell.getAttribute("aria-describedby"));
  place.textContent = fault ? fill(form.getAttribute(`data-fault-${fault}`), values) : "";
  if (fault) cell.setAttribute("aria-invalid", "true");
  else cell.removeAttribute("aria-invalid");
  return found.fault ? null : found.tenths;
}

function showProposals(staff) {
  for (const kind of kinds) {
    const own = cells.filter((cell) => cell.dataset.kind === kind);
    const heads = BigInt(form.getAttribute(`data-heads-${kind}`));
    const known = own.every((cell) => cell.dataset.sum !== undefined);
    const rows = known ? propose(own.map((cell) => BigInt(cell.dataset.sum)), heads, staff) : null;
    own.forEach((cell, place) => {
      const button = form.querySelector(`button[data-take="${cell.name}"]`);
      if (!button) return;
      button.hidden = rows === null;
      if (rows === null) return;
      button.textContent = shown(rows[place]);
      button.dataset.days = plain(rows[place]);
    });
    if (known) show(`proposed.${kind}`, rows === null ? null : rows.reduce((sum, each) => sum + each, 0n));
  }
}

function recompute() {
  const staffTenths = read(staffCell, true, null);
  const staff = staffTenths === null ? null : staffTenths / 10n;
  const most = staff === null || days === null ? null : days * staff * 10n;
  const rows = Object.fromEntries(kinds.map((kind) => [kind, []]));
  let empty = staff === null ? 1 : 0;
  for (const cell of cells) {
    const tenths = read(cell, false, most);
    if (tenths === null) empty += 1;
    rows[cell.dataset.kind].push(tenths ?? 0n);
  }
  const found = figuresOf({ days, staff, kinds: rows, weights });
  for (const kind of kinds) show(`sum.${kind}`, found.sums[kind]);
  show("total", found.total);
  show("supervision", found.supervision);
  ["key", "general", "reserve"].forEach((name, place) => show(`part.${name}`, found.parts?.[place]));
  [...kinds, "supervision"].forEach((name, place) => {
    const share = found.shares?.[place];
    form.querySelector(`[data-figure="share.${name}"]`).textContent =
      share === undefined ? DASH : `${share / 10n}.${share % 10n} %`;
  });
  form.querySelector('[data-figure="missing"]').textContent = empty;
  const over = document.getElementById("fault-sum");
  over.textContent = found.over === undefined ? "" : fill(form.getAttribute("data-fault-draft-over-total"), {
    spent: plain(found.spent), total: plain(found.total), over: plain(found.over),
  });
  showProposals(staff);
}

function take(button) {
  form.elements[button.dataset.take].value = button.dataset.days;
}

form.addEventListener("input", recompute);
form.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-take], button[data-take-all]");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.take) take(button);
  else for (const each of form.querySelectorAll("button[data-take]:not([hidden])")) take(each);
  recompute();
});

// Arrows and Enter go from cell to cell, as in the spreadsheet this grid takes the place of.
form.addEventListener("keydown", (event) => {
  const column = [staffCell, ...cells];
  const place = column.indexOf(event.target);
  const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
  if (place < 0 || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const next = column[place + step];
  if (next) {
    next.focus();
    next.select();
  }
});

recompute();
