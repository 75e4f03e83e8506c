// The console socket: comes back by itself and asks only for what it missed.

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 8000;

export class Connection {
  #socket = null;
  #pauseMs = FIRST_PAUSE_MS;
  #timer = null;
  #onMessage;
  #onState;
  #resume;

  /**
   * @param onMessage takes each message
   * @param onState "connecting", "open" or "lost"
   * @param resume the watch requests to send when the line is (again) open
   */
  constructor({ onMessage, onState, resume }) {
    this.#onMessage = onMessage;
    this.#onState = onState;
    this.#resume = resume;
    addEventListener("online", () => this.open());
  }

  open() {
    clearTimeout(this.#timer);
    this.close();
    this.#onState("connecting");
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/v1/console`);
    this.#socket = socket;
    socket.onopen = () => {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.#onState("open");
      this.#resume().forEach((watch) => this.send(watch));
    };
    socket.onmessage = (message) => this.#onMessage(JSON.parse(message.data));
    socket.onclose = () => {
      this.#onState("lost");
      this.#timer = setTimeout(() => this.open(), this.#pauseMs * (0.75 + Math.random() / 2));
      this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    };
  }

  close() {
    if (!this.#socket) return;
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  /** Sends a request now; while the line is down nothing is lost, because `resume` asks again. */
  send(request) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(request));
  }
}
