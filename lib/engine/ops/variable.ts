import type * as tf from "@tensorflow/tfjs-core";
import { EngineError, ShapeError } from "../../errors";
import type { CapturedGraph } from "../graph/capture";
import { ATTRIBUTE } from "../native/attributes";
import { dtypeName } from "../native/dtype";
import type { TensorMetadata } from "../native/op-sink";
import type { GraphOutput } from "../native/pointer";
import { theRuntime } from "../runtime";

let created = 0;

/** A variable's value in a device's memory. */
export interface DeviceValue {
  /** A separate tensor with the value. */
  copy(): TensorMetadata;
  free(): void;
}

/** What a variable holds outside JavaScript. */
interface Held {
  resource: number;
  /** Where the value is instead, once a PJRT program has used it. */
  onDevice: DeviceValue | null;
  /** The program that took the value and failed, until another value is assigned. */
  lostIn: string | null;
}

/** What a capture knows of a variable it touches. */
interface Touched {
  /** Its resource, or its value where the captured program takes values. */
  input: GraphOutput;
  /** Its initial value, if anything reads it. */
  before: GraphOutput | null;
  /** Its value at this point of the function: the one read, or last assigned. */
  value: number | null;
  assigned: boolean;
  /** How many checks guard its value. */
  guards: number;
}

const touched = new WeakMap<CapturedGraph, Map<EngineVariable, Touched>>();

/**
 * A tensor that lives in TensorFlow and is updated in place, eagerly or by a compiled function that closes over it.
 * It is not a tf.Variable: TensorFlow.js does not list or save it.
 */
export class EngineVariable {
  private readonly held: Held;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly dtype: tf.DataType,
    /** TensorFlow's number for its dtype. */
    readonly tfDtype: number,
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
    this.held = { resource: (handle as TensorMetadata).id, onDevice: null, lostIn: null };
    theRuntime().leakFinalizer.watch(this, this.held, destroy);
  }

  /** The eager tensor number of the resource handle. */
  private get resource(): number {
    const { resource } = this.held;
    if (theRuntime().eager.isHere(resource)) return resource;
    throw new EngineError(`The variable ${this.name} was used after it was disposed.`);
  }

  /** The current value, as a tensor the caller disposes; inside a compiled function, the value at that point. */
  read(): tf.Tensor {
    const { backend, eager, capture } = theRuntime();
    if (capture) return backend.createOutputTensor(this.readCaptured(capture));
    this.requireValue();
    if (this.held.onDevice) return backend.createOutputTensor(this.held.onDevice.copy());
    const [value] = eager.executeOp("ReadVariableOp", [this.dtypeAttribute], [this.resource], 1);
    return backend.createOutputTensor(value as TensorMetadata);
  }

  /** Replaces the value. @throws {ShapeError} when shape or dtype differ */
  assign(value: tf.Tensor): void {
    const { backend, eager, capture } = theRuntime();
    const [id] = backend.getInputTensorIds([value]) as [number];
    const dtype = (capture ?? eager).dtypeOf(id);
    if (dtype !== this.tfDtype || value.shape.join() !== this.shape.join()) {
      const [is, got] = [this.tfDtype, dtype].map(dtypeName);
      throw new ShapeError(
        `The variable ${this.name} is ${is} [${this.shape}]; it was assigned ${got} [${value.shape}].`,
      );
    }
    if (!capture) {
      this.held.onDevice?.free();
      this.held.onDevice = null;
      this.held.lostIn = null;
      eager.executeOp("AssignVariableOp", [this.dtypeAttribute], [this.resource, id], 0);
      return;
    }
    const state = this.touch(capture);
    // Its own number, since the assigned tensor is disposed when the captured function's tidy ends.
    state.value = capture.register(this.settled(capture, capture.output(id)), "assign").id;
    state.assigned = true;
  }

  /** The value to be both stored and read afterwards: a single one, which a failed call leaves unchanged. */
  private settled(capture: CapturedGraph, next: GraphOutput): GraphOutput {
    const { checks } = capture;
    this.touch(capture).guards = checks.count;
    return capture.barrier(checks.count === 0 ? next : checks.guard(next, this.valueBefore(capture)));
  }

  /** The value on a device, from now on only there; `put` copies TensorFlow's value there. */
  toDevice(put: (value: TensorMetadata) => DeviceValue): DeviceValue {
    this.requireValue();
    if (this.held.onDevice) return this.held.onDevice;
    const { eager } = theRuntime();
    const [value] = eager.executeOp("ReadVariableOp", [this.dtypeAttribute], [this.resource], 1) as [TensorMetadata];
    this.held.onDevice = put(value);
    eager.forget(value.id);
    // TensorFlow's copy of the value is freed; the resource stays and can take another.
    destroyValue(this.resource);
    return this.held.onDevice;
  }

  /** Replaces `before` by what a program computed from it; a value assigned meanwhile stays. */
  becomes(next: DeviceValue, before: DeviceValue): void {
    const isStill = this.held.onDevice === before;
    (isStill ? before : next).free();
    if (isStill) this.held.onDevice = next;
  }

  /** `before` is gone: a program on the device took its memory for the next value, and failed. */
  lose(program: string, before: DeviceValue): void {
    if (this.held.onDevice !== before) return;
    before.free();
    this.held.onDevice = null;
    this.held.lostIn = program;
  }

  private requireValue(): void {
    const { lostIn } = this.held;
    if (lostIn === null) return;
    throw new EngineError(
      `The variable ${this.name} has no value: ${lostIn} failed while it updated it in place. Assign it, or load the ` +
        `newest checkpoint.`,
    );
  }

  /** The resource holding the value, for a TensorFlow program. */
  toTensorFlow(): number {
    this.requireValue();
    if (this.held.onDevice) {
      const { eager } = theRuntime();
      const { id } = this.held.onDevice.copy();
      eager.executeOp("AssignVariableOp", [this.dtypeAttribute], [this.resource, id], 0);
      eager.forget(id);
      this.held.onDevice.free();
      this.held.onDevice = null;
    }
    return this.resource;
  }

  /** Frees the memory. The variable must not be used afterwards. */
  dispose(): void {
    destroy(this.held);
  }

  private get dtypeAttribute() {
    return { name: "dtype", type: ATTRIBUTE.type, value: this.tfDtype };
  }

  private touch(capture: CapturedGraph): Touched {
    const variables = touched.get(capture) ?? new Map<EngineVariable, Touched>();
    touched.set(capture, variables);
    let state = variables.get(this);
    if (!state) {
      const input = capture.variableInput(this.shape, this.tfDtype);
      state = { input, before: capture.holdsValues ? input : null, value: null, assigned: false, guards: 0 };
      variables.set(this, state);
    }
    return state;
  }

  private readCaptured(capture: CapturedGraph): TensorMetadata {
    const state = this.touch(capture);
    state.value ??= capture.register(this.valueBefore(capture), "ReadVariableOp").id;
    return capture.register(capture.output(state.value), "ReadVariableOp");
  }

  /** The value a captured function finds in the variable. */
  valueBefore(capture: CapturedGraph): GraphOutput {
    const state = this.touch(capture);
    if (state.before) return state.before;
    state.before = capture.builder.addOp("ReadVariableOp", [this.dtypeAttribute], [state.input]);
    // A resource's placeholder does not carry the value's shape.
    capture.builder.setShape(state.before, this.shape);
    return state.before;
  }
}

function destroyValue(resource: number): void {
  const quietly = { name: "ignore_lookup_error", type: ATTRIBUTE.bool, value: true };
  theRuntime().eager.executeOp("DestroyResourceOp", [quietly], [resource], 0);
}

/** Frees a variable's memory; false if it was freed before. */
function destroy(held: Held): boolean {
  const { eager } = theRuntime();
  if (!eager.isHere(held.resource)) return false;
  held.onDevice?.free();
  held.onDevice = null;
  destroyValue(held.resource);
  return eager.forget(held.resource);
}

/** A variable that a captured function touched. */
export interface TouchedVariable {
  variable: EngineVariable;
  input: GraphOutput;
  /** Its final value; null if it is only read. */
  next: GraphOutput | null;
  /** Its first read in the function, which must precede the assignment. */
  before: GraphOutput | null;
}

/** The variables that a captured function touched, in the order of their inputs, each with its last value. */
export function sealVariables(capture: CapturedGraph): TouchedVariable[] {
  const states = touched.get(capture) ?? new Map<EngineVariable, Touched>();
  return [...states].map(([variable, { input, before, value, assigned, guards }]) => {
    if (!assigned || value === null) return { variable, input, next: null, before };
    const next = capture.output(value);
    // False if checks were added after the assignment.
    const isGuarded = capture.checks.count === guards;
    return {
      variable,
      input,
      before,
      next: isGuarded ? next : capture.checks.guard(next, variable.valueBefore(capture)),
    };
  });
}
