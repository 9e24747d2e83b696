// What if: asks for an answer whenever a field changes, and shows it beside the form as soon as it is there.
import { follow } from "./computation.js";

const PAUSE = 400; // a number is typed in one go
const form = document.getElementById("what-if");
const answer = document.getElementById("answer");
const bar = document.getElementById("bar");
const refused = document.getElementById("refused");
const keep = document.getElementById("keep");
let stop = () => {};
let running = "";
let asked = 0;
let timer = 0;

function refuse(text) {
  refused.replaceChildren();
  if (!text) return;
  const notice = document.createElement("div");
  notice.className = "notice refused";
  notice.setAttribute("role", "alert");
  notice.textContent = text;
  refused.append(notice);
}

async function load(address, turn) {
  const sent = await fetch(address);
  if (!sent.ok || turn !== asked) return;
  const page = new DOMParser().parseFromString(await sent.text(), "text/html");
  if (turn !== asked) return;
  answer.replaceChildren(...page.body.childNodes);
  answer.parentElement.classList.remove("waiting");
  if (keep) {
    keep.action = `${address}/keep`;
    keep.hidden = answer.querySelector("[data-unmended]") !== null;
  }
}

function wait(address, turn) {
  const box = bar.querySelector("[data-progress]");
  if (!box) return;
  answer.parentElement.classList.add("waiting");
  let loaded = -1;
  stop = follow(box, {
    shown: (state) => {
      loaded = state.shown;
      load(address, turn);
    },
    ended: async (state) => {
      running = "";
      if (turn !== asked) return;
      if (state.error) refuse(state.error);
      if (state.shown !== loaded) await load(address, turn);
      answer.parentElement.classList.remove("waiting");
      bar.replaceChildren();
    },
  });
}

async function ask() {
  asked += 1;
  const turn = asked;
  stop();
  if (keep) keep.hidden = true; // what is shown is no longer what the form asks
  const body = new FormData(form);
  if (running) body.set("replaces", running);
  let told;
  try {
    const sent = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    told = await sent.json();
  } catch {
    told = { error: form.dataset.failed };
  }
  if (turn !== asked) return;
  refuse(told.error);
  if (told.error) {
    answer.parentElement.classList.remove("waiting");
    bar.replaceChildren();
    return;
  }
  running = told.id;
  const page = new DOMParser().parseFromString(told.progress, "text/html");
  bar.replaceChildren(...page.body.childNodes);
  wait(told.answer, turn);
}

function mark(input) {
  const entry = input.closest(".entry");
  if (entry) entry.classList.toggle("changed", input.value.trim() !== input.dataset.stands);
}

form.addEventListener("input", (event) => {
  mark(event.target);
  clearTimeout(timer);
  timer = setTimeout(ask, PAUSE);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(timer);
  ask();
});
if (answer.dataset.answer) wait(answer.dataset.answer, asked);
