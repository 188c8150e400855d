import type * as tf from "@tensorflow/tfjs-core";
import { EngineError, ShapeError } from "../../errors";
import type { CapturedGraph } from "../graph/capture";
import { ATTRIBUTE } from "../native/attributes";
import { TF } from "../native/dtype";
import type { TensorMetadata } from "../native/op-sink";
import type { GraphOutput, Pointer } from "../native/pointer";
import { theRuntime } from "../runtime";

let created = 0;

/** What a capture knows of a variable it touches. */
interface Touched {
  resource: GraphOutput;
  /** Its value at the beginning, if anything reads that. */
  before: GraphOutput | null;
  /** The value it has at this point of the function: what was read, or last assigned. */
  value: number | null;
  assigned: boolean;
  /** How many checks its value is guarded by. */
  guards: number;
}

const touched = new WeakMap<CapturedGraph, Map<EngineVariable, Touched>>();

/**
 * A tensor that lives in TensorFlow and is updated in place, eagerly or by a compiled function that closes over it.
 * It is no tf.Variable: TensorFlow.js does not list or save it.
 */
export class EngineVariable {
  /** The handle of the resource, as the eager sink numbers it. */
  readonly resource: number;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly dtype: tf.DataType,
    private readonly tfDtype: number,
  ) {
    const [handle] = theRuntime().eager.executeOp(
      "VarHandleOp",
      [
        { name: "container", type: ATTRIBUTE.string, value: "" },
        { name: "shared_name", type: ATTRIBUTE.string, value: `${name}#${created++}` },
        { name: "dtype", type: ATTRIBUTE.type, value: tfDtype },
        { name: "shape", type: ATTRIBUTE.shape, value: [...shape] },
      ],
      [],
      1,
    );
    this.resource = (handle as TensorMetadata).id;
    theRuntime().leakFinalizer.watch(this, this.resource, destroy);
  }

  /** The variable's value now, as a tensor the caller disposes; inside a compiled function, its value at that point. */
  read(): tf.Tensor {
    const { backend, eager, capture } = theRuntime();
    if (capture) return backend.createOutputTensor(this.readCaptured(capture));
    const [value] = eager.executeOp("ReadVariableOp", [this.dtypeAttribute], [this.resource], 1);
    return backend.createOutputTensor(value as TensorMetadata);
  }

  /** Replaces the value. @throws {ShapeError} when shape or dtype differ */
  assign(value: tf.Tensor): void {
    if (value.dtype !== this.dtype || value.shape.join() !== this.shape.join()) {
      throw new ShapeError(
        `The variable ${this.name} is ${this.dtype} [${this.shape}]; it was assigned ${value.dtype} [${value.shape}].`,
      );
    }
    const { backend, eager, capture } = theRuntime();
    const [id] = backend.getInputTensorIds([value]) as [number];
    if (!capture) {
      eager.executeOp("AssignVariableOp", [this.dtypeAttribute], [this.resource, id], 0);
      return;
    }
    const state = this.touch(capture);
    // A number of its own, since the tensor that was assigned is disposed when the captured function's tidy ends.
    state.value = capture.register(this.settled(capture, capture.output(id)), "assign").id;
    state.assigned = true;
  }

  /** What is assigned as what is read afterwards and what remains: one value, which a broken call does not change. */
  private settled(capture: CapturedGraph, next: GraphOutput): GraphOutput {
    const { checks } = capture;
    this.touch(capture).guards = checks.count;
    return capture.barrier(checks.count === 0 ? next : checks.guard(next, this.valueBefore(capture)));
  }

  /** Frees the memory. The variable must not be used afterwards. */
  dispose(): void {
    destroy(this.resource);
  }

  private get dtypeAttribute() {
    return { name: "dtype", type: ATTRIBUTE.type, value: this.tfDtype };
  }

  private touch(capture: CapturedGraph): Touched {
    const variables = touched.get(capture) ?? new Map<EngineVariable, Touched>();
    touched.set(capture, variables);
    let state = variables.get(this);
    if (!state) {
      const { id } = capture.placeholder([], TF.resource);
      state = { resource: capture.output(id), before: null, value: null, assigned: false, guards: 0 };
      variables.set(this, state);
    }
    return state;
  }

  private readCaptured(capture: CapturedGraph): TensorMetadata {
    const state = this.touch(capture);
    state.value ??= capture.register(this.valueBefore(capture), "ReadVariableOp").id;
    return capture.register(capture.output(state.value), "ReadVariableOp");
  }

  /** What a captured function finds in the variable. */
  valueBefore(capture: CapturedGraph): GraphOutput {
    const state = this.touch(capture);
    if (state.before) return state.before;
    state.before = capture.builder.addOp("ReadVariableOp", [this.dtypeAttribute], [state.resource]);
    // The placeholder of a resource does not say what shape lies behind it.
    capture.builder.setShape(state.before, this.shape);
    return state.before;
  }
}

/** Frees a variable's memory; false if it was freed before. */
function destroy(resource: number): boolean {
  const { eager } = theRuntime();
  if (!eager.has(resource)) return false;
  const quietly = { name: "ignore_lookup_error", type: ATTRIBUTE.bool, value: true };
  eager.executeOp("DestroyResourceOp", [quietly], [resource], 0);
  return eager.forget(resource);
}

/**
 * The variables that a captured function touched, in the order of their placeholders, after their assignments were
 * added to the graph: one per variable, after its read, since the last value is what remains.
 */
export function sealVariables(capture: CapturedGraph): { variables: EngineVariable[]; effects: Pointer[] } {
  const states = touched.get(capture) ?? new Map<EngineVariable, Touched>();
  const effects: Pointer[] = [];
  for (const [variable, state] of states) {
    if (!state.assigned || state.value === null) continue;
    const next = capture.output(state.value);
    // Checks that were added after the assignment.
    const guarded =
      capture.checks.count === state.guards ? next : capture.checks.guard(next, variable.valueBefore(capture));
    const dtype = { name: "dtype", type: ATTRIBUTE.type, value: TF[variable.dtype as keyof typeof TF] };
    const after = state.before === null ? [] : [state.before.oper];
    effects.push(capture.builder.addOp("AssignVariableOp", [dtype], [state.resource, guarded], after).oper);
  }
  return { variables: [...states.keys()], effects };
}

/**
 * A variable with a first value; `initial` is not disposed.
 *
 * @throws {EngineError} inside a compiled function: what it made would be lost at the end of the capture
 */
export function createVariable(initial: tf.Tensor, name: string): EngineVariable {
  if (theRuntime().capture) {
    throw new EngineError(
      `The variable "${name}" was made inside a compiled function; make it outside and close over it.`,
    );
  }
  const dtype = TF[initial.dtype as keyof typeof TF];
  const variable = new EngineVariable(name, [...initial.shape], initial.dtype, dtype);
  variable.assign(initial);
  return variable;
}
