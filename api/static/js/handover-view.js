// Calls that the voice guide hands to the operators: told wherever the operator is, until he looks or a while is over.

import { byId } from "./dom.js";
import { about, moment, NO_CALLER } from "./labels.js";

const TOLD_MS = 5 * 60_000;
const NOTES = [[880, 0], [1175, 0.18]]; // Hz, seconds
const NOTE_S = 0.16;

const isHanded = (call) => call.transfer === "operator";
const handed = (calls) => calls.filter(isHanded).map((call) => call.info.call_id);

export class HandoverView {
  #told = null; // ids of calls in the list that are no news
  #waiting = new Map();
  #title = document.title;
  #sound = null;
  #isWanted;

  /**
   * @param isWanted whether this operator takes calls
   * @param go shows a call
   */
  constructor({ isWanted, go }) {
    this.#isWanted = isWanted;
    const goToNewest = () => { if (this.#waiting.size) go([...this.#waiting.keys()].at(-1)); };
    byId("summons-go").onclick = goToNewest;
    byId("summons-dismiss").onclick = () => { this.#waiting.clear(); this.#show(); };
    addEventListener("keydown", (event) => {
      if (event.key !== "F2") return;
      event.preventDefault();
      goToNewest();
    });
    for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => this.#unlock());
  }

  /** Takes the list of calls; what ended before the page was opened, or before this operator took calls, is no news. */
  take({ live, recent }, chosen) {
    this.#told ??= new Set(handed(recent));
    const wanted = this.#isWanted();
    for (const call of [...recent, ...live].filter(isHanded)) {
      const id = call.info.call_id;
      if (this.#told.has(id) || (!wanted && live.includes(call))) continue;
      this.#told.add(id);
      if (wanted) this.#tell(call, chosen);
    }
    this.#told = new Set(handed([...recent, ...live]).filter((id) => this.#told.has(id)));
    this.#show();
  }

  #tell(call, chosen) {
    const id = call.info.call_id;
    this.#ring();
    if (id === chosen) return; // he is looking
    this.#waiting.set(id, call);
    setTimeout(() => this.visit(id), TOLD_MS);
  }

  /** The operator has come to the call. */
  visit(callId) {
    if (this.#waiting.delete(callId)) this.#show();
  }

  #show() {
    const newest = [...this.#waiting.values()].at(-1);
    byId("summons").hidden = !newest;
    document.title = newest ? `☎ 转来电话 · ${this.#title}` : this.#title;
    if (!newest) return;
    const more = this.#waiting.size > 1 ? `，另有 ${this.#waiting.size - 1} 通` : "";
    const facts = [newest.info.caller || NO_CALLER, `来电 ${moment(newest.started_at)}`, about(newest.fields)];
    byId("summons-text").textContent = `转来电话：${facts.filter(Boolean).join(" · ")}${more}`;
  }

  /** Browsers let a page sound only after somebody has touched it. */
  #unlock() {
    this.#sound ??= new AudioContext();
    if (this.#sound.state === "suspended") this.#sound.resume();
  }

  #ring() {
    if (this.#sound?.state !== "running") return;
    for (const [pitch, after] of NOTES) {
      const [tone, volume] = [this.#sound.createOscillator(), this.#sound.createGain()];
      const start = this.#sound.currentTime + after;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S);
      tone.connect(volume).connect(this.#sound.destination);
      tone.start(start);
      tone.stop(start + NOTE_S);
    }
  }
}
