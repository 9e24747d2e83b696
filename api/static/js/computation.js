// Asks how far a computation is, again and again, and keeps its bar and words fresh.
const EVERY = 400;
const PATIENCE = 5; // answers that may fail one after the other before the reader is left to reload

export function follow(box, { shown = () => {}, ended = () => {} }) {
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-words]");
  let seen = Number(box.dataset.shown);
  let failed = 0;
  let stopped = false;

  async function ask() {
    if (stopped) return;
    let state;
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      state = await answer.json();
      failed = 0;
    } catch {
      failed += 1;
      if (failed < PATIENCE && !stopped) setTimeout(ask, EVERY * 4);
      return;
    }
    if (stopped) return;
    bar.value = state.percent;
    if (words.textContent !== state.text) words.textContent = state.text;
    if (state.shown > seen) {
      seen = state.shown;
      shown(state);
    }
    if (state.state === "running") setTimeout(ask, EVERY);
    else ended(state);
  }

  setTimeout(ask, EVERY / 2);
  return () => { stopped = true; };
}
