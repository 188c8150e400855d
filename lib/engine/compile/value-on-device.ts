import { EngineError } from "../../errors";
import type { DeviceValue, EngineVariable } from "../ops/variable";
import type { ProgramDevice } from "../pjrt/device";
import type { DeviceBuffer, DeviceTensors } from "../pjrt/device-tensors";

/** A variable's value in a buffer, where a program finds what an earlier call produced. */
export class ValueOnDevice implements DeviceValue {
  /** The program that runs and takes the memory for the variable's next value. */
  takenBy: string | null = null;

  constructor(
    readonly buffer: DeviceBuffer,
    private readonly name: string,
    private readonly tensors: DeviceTensors,
  ) {}

  copy() {
    if (this.takenBy === null) return this.tensors.copy(this.buffer);
    throw new EngineError(
      `The variable ${this.name} was read while ${this.takenBy} updates it in place: await that call first.`,
    );
  }

  free(): void {
    this.tensors.release(this.buffer);
  }
}

/** The variable's value on the device; it is copied there if it is in TensorFlow's memory. */
export function valueOnDevice(variable: EngineVariable, { tensors }: ProgramDevice): ValueOnDevice {
  const { name, shape } = variable;
  // Only programs put a variable's value on a device.
  return variable.toDevice(({ id }) => new ValueOnDevice(tensors.upload(id, shape), name, tensors)) as ValueOnDevice;
}
