import type { CellRecord } from "../../session/kernel-bridge";
import type { ChannelLink } from "./channel-link";

const remembered = 1000;

/** Measures the time and memory that cells take. */
export class CellMeter {
  readonly #records: CellRecord[] = [];
  readonly #link: Pick<ChannelLink, "watchMemory">;
  #running: (() => CellRecord) | undefined;

  constructor(link: Pick<ChannelLink, "watchMemory">) {
    this.#link = link;
  }

  get records(): readonly CellRecord[] {
    return this.#running === undefined ? this.#records : [...this.#records, this.#running()];
  }

  /** @returns to be called at the end; a second call does nothing */
  start(count: number, code: string): (ok: boolean) => void {
    const began = performance.now();
    const cpu = process.cpuUsage();
    const before = process.memoryUsage.rss();
    const peak = this.#link.watchMemory();
    const record = (status: CellRecord["status"]): CellRecord => {
      const { user, system } = process.cpuUsage(cpu);
      const after = process.memoryUsage.rss();
      const memory = { before, after, peak: Math.max(before, after, peak()) };
      return {
        count,
        code,
        status,
        seconds: (performance.now() - began) / 1000,
        cpuSeconds: (user + system) / 1e6,
        memory,
      };
    };
    const running = () => record("running");
    this.#running = running;
    return (ok) => {
      if (this.#running !== running) return;
      this.#running = undefined;
      this.#records.push(record(ok ? "ok" : "error"));
      this.#records.splice(0, this.#records.length - remembered);
    };
  }
}
