import { dirname, join } from "node:path";
import type { OpAttribute } from "njepa/engine";
import type { EagerOps } from "../../lib/engine/native/eager";
import type { TensorMetadata } from "../../lib/engine/native/op-sink";
import type { Runtime } from "../../lib/engine/runtime";

/** One op that a test ran, its inputs and outputs by their numbers in the trace. */
export interface TracedOp {
  name: string;
  attributes: readonly OpAttribute[];
  inputs: readonly number[];
  outputs: readonly number[];
}

/** The ops of one test in their order, and every tensor that they took or gave, held. */
export interface Trace {
  ops: TracedOp[];
  tensors: TensorMetadata[];
}

/** The running engine's own parts, which the library does not export. */
export function engineParts(): Runtime {
  const file = join(dirname(require.resolve("njepa/engine")), "runtime.js");
  return (require(file) as { theRuntime(): Runtime }).theRuntime();
}

/** Notes every op that runs eagerly, from `take` to `take`. */
export class Tracer {
  private trace: Trace = { ops: [], tensors: [] };
  private readonly places = new Map<number, number>();
  private isOn = true;

  constructor(private readonly eager: EagerOps) {
    const execute = eager.executeOp.bind(eager);
    eager.executeOp = (name, attributes, inputIds, outputs) => {
      if (!this.isOn) return execute(name, attributes, inputIds, outputs);
      const inputs = inputIds.map((id) => this.placeOf(id));
      const made = execute(name, attributes, inputIds, outputs);
      this.trace.ops.push({ name, attributes, inputs, outputs: made.map(({ id }) => this.placeOf(id)) });
      return made;
    };
  }

  /** What was traced since the last call; `free` is to be called on it. */
  take(): Trace {
    const { trace } = this;
    this.trace = { ops: [], tensors: [] };
    this.places.clear();
    return trace;
  }

  free({ tensors }: Trace): void {
    for (const { id } of tensors) this.eager.forget(id);
  }

  /** Without a trace. */
  async aside<T>(work: () => Promise<T>): Promise<T> {
    this.isOn = false;
    try {
      return await work();
    } finally {
      this.isOn = true;
    }
  }

  private placeOf(id: number): number {
    const known = this.places.get(id);
    if (known !== undefined) return known;
    const place = this.trace.tensors.push(this.eager.share(id)) - 1;
    this.places.set(id, place);
    return place;
  }
}
