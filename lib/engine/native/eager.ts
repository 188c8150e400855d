import { type OpAttribute, setAttributes } from "./attributes";
import type { CApi } from "./c-api";
import type { OpDefinitions } from "./op-definition";
import type { TensorMetadata, TensorStore } from "./op-sink";
import type { Pointer } from "./pointer";
import { check } from "./status";
import { TensorHandles } from "./tensor-handles";

/** An op, holding its inputs. Exactly one of the two methods is called, once. */
export interface PreparedOp {
  run(): Promise<TensorMetadata[]>;
  abandon(): void;
}

/** Runs ops eagerly, on the tensors that it holds. */
export class EagerOps extends TensorHandles implements TensorStore {
  /** Where the synchronous ops' outputs and their number arrive; kept, as making them takes longer than most calls. */
  private slots = new BigUint64Array(8);
  private readonly outputCount = new Int32Array(1);

  constructor(
    api: CApi,
    readonly context: Pointer,
    private readonly definitions: OpDefinitions,
    private readonly stats: { eagerOps: number },
  ) {
    super(api);
  }

  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    this.stats.eagerOps++;
    const { api, status, outputCount } = this;
    const op = this.prepare(name, this.stated(name, attributes), this.handlesOf(inputIds), status);
    try {
      if (outputs > this.slots.length) this.slots = new BigUint64Array(outputs);
      const { slots } = this;
      outputCount[0] = outputs;
      api.eager.execute(op, slots, outputCount, status);
      check(api, status, name);
      return this.adoptAll(slots, outputCount);
    } finally {
      api.eager.deleteOp(op);
    }
  }

  /** The attributes that TensorFlow does not infer from the inputs. */
  private stated(name: string, attributes: readonly OpAttribute[]): readonly OpAttribute[] {
    const { inferred } = this.definitions.of(name);
    return attributes.length === 0 ? attributes : attributes.filter((attribute) => !inferred.has(attribute.name));
  }

  private handlesOf(ids: readonly number[]): Pointer[] {
    const handles = new Array<Pointer>(ids.length);
    for (let place = 0; place < ids.length; place++) handles[place] = this.handle(ids[place] as number);
    return handles;
  }

  // A loop, since a subarray and an iterator would take a tenth of a small op's time.
  private adoptAll(slots: BigUint64Array, count: Int32Array): TensorMetadata[] {
    const adopted = new Array<TensorMetadata>(count[0] as number);
    for (let output = 0; output < adopted.length; output++) adopted[output] = this.adopt(slots[output] as Pointer);
    return adopted;
  }

  /** An op to be run on its own thread, with its own status, so that the event loop stays free. */
  prepareAsync(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Pointer[],
    outputs: number,
  ): PreparedOp {
    const { api } = this;
    const status = api.newStatus();
    let op: Pointer;
    try {
      op = this.prepare(name, attributes, inputs, status);
    } catch (error) {
      api.deleteStatus(status);
      throw error;
    }
    const abandon = () => {
      api.eager.deleteOp(op);
      api.deleteStatus(status);
    };
    const run = async () => {
      try {
        const slots = new BigUint64Array(Math.max(1, outputs));
        const count = Int32Array.of(outputs);
        await new Promise<void>((resolve, reject) =>
          api.eager.execute.async(op, slots, count, status, (error) => (error ? reject(error) : resolve())),
        );
        check(api, status, name);
        return this.adoptAll(slots, count);
      } finally {
        abandon();
      }
    };
    return { run, abandon };
  }

  private prepare(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Pointer[],
    status: Pointer,
  ): Pointer {
    const { api } = this;
    const op = api.eager.newOp(this.context, name, status);
    check(api, status, name);
    try {
      setAttributes(api.eager, op, attributes, status);
      for (const handle of inputs) {
        api.eager.addInput(op, handle, status);
        check(api, status, name);
      }
      return op;
    } catch (error) {
      api.eager.deleteOp(op);
      throw error;
    }
  }
}
