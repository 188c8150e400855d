import { TF } from "../native/dtype";
import type { Value } from "./module";
import type { Lowering } from "./op";

/** Complex numbers and Fourier transforms along the last axis. */

const part =
  (op: "real" | "imag" | "abs"): Lowering =>
  ({ module, inputs, shape }) => {
    const [x] = inputs as [Value];
    return module.emit(`stablehlo.${op} ${x.name}`, shape, TF.float32, [x]);
  };

const transform =
  (type: "FFT" | "IFFT"): Lowering =>
  ({ module, inputs, shape, dtype }) => {
    const [x] = inputs as [Value];
    return module.emit(`stablehlo.fft ${x.name}, type = ${type}, length = [${shape.at(-1)}]`, shape, dtype, [x]);
  };

export const complex: Record<string, Lowering> = {
  Complex: ({ module, inputs, shape, dtype }) => {
    const [real, imaginary] = inputs as [Value, Value];
    return module.emit(`stablehlo.complex ${real.name}, ${imaginary.name}`, shape, dtype, [real, imaginary]);
  },
  Real: part("real"),
  Imag: part("imag"),
  ComplexAbs: part("abs"),
  FFT: transform("FFT"),
  IFFT: transform("IFFT"),
};
