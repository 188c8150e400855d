import { describe, expect, it } from "vitest";
import { peakBytes, productFlops } from "../../lib/engine/lowering/program-cost";

const program = `module @njepa {
func.func public @main(%p0: tensor<8x4xf32>, %p1: tensor<4x2xf32>) -> (tensor<f32>) {
%1 = stablehlo.dot_general %p0, %p1, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<8x4xf32>, tensor<4x2xf32>) -> tensor<8x2xf32>
%2 = stablehlo.constant dense<0> : tensor<8x2xf32>
%3 = stablehlo.maximum %1, %2 : tensor<8x2xf32>
%4 = stablehlo.reshape %3 : (tensor<8x2xf32>) -> tensor<16xf32>
%5 = stablehlo.convert %4 : (tensor<16xf32>) -> tensor<16xbf16>
%6 = stablehlo.dot_general %5, %5, contracting_dims = [0] x [0] : (tensor<16xbf16>, tensor<16xbf16>) -> tensor<f32>
%7 = stablehlo.convert %5 : (tensor<16xbf16>) -> tensor<16xf32>
return %6 : tensor<f32>
}
}`;

describe("productFlops", () => {
  it("counts two operations for each term of each sum, whatever the shape of the result", () => {
    expect(productFlops(program)).toBe(2 * 4 * 16 + 2 * 16);
  });
});

describe("peakBytes", () => {
  it("counts what lives at the same time: constants are made in place, a reshape or a widened value is the same one", () => {
    // %1 and %3 are 64 bytes each and meet once; %3 lives on as %4 beside %5's 32; %6 is 4.
    expect(peakBytes(program)).toBe(128);
  });
});
