import { describe, expect, it } from "vitest";
import { checksOf, type LoweredProgram } from "../../lib/engine/pjrt/gpu-program";
import { HLO_TYPES, type HloComputation, type HloInstruction, readHlo } from "../../lib/engine/pjrt/hlo";

const { bfloat16, float32, float64 } = HLO_TYPES;

const instruction = (id: number, opcode: string, types: number[], rest: Partial<HloInstruction> = {}) => ({
  id,
  opcode,
  types,
  operands: [],
  calls: [],
  target: "",
  config: "",
  ...rest,
});

/** A product of two parameters; in a Triton kernel, unless nothing calls it one. */
function productOf(type: number, kind = "__triton_nested_gemm_fusion"): HloComputation[] {
  const sides = [instruction(1, "parameter", [type]), instruction(2, "parameter", [type])];
  return [
    { id: 7, instructions: [...sides, instruction(3, "dot", [float32], { operands: [1, 2] })] },
    { id: 8, instructions: [instruction(4, "fusion", [float32], { calls: [7], config: `{"kind":"${kind}"}` })] },
  ];
}

const program: LoweredProgram = {
  name: "gradients",
  stablehlo: "",
  products: "bfloat16",
  aliased: 12,
  images: 8,
  beside: 0,
};

const failed = (of: LoweredProgram, computations: HloComputation[], aliased = 12) =>
  checksOf(of, computations, { aliased })
    .filter(({ holds }) => !holds)
    .map(({ what }) => what);

describe("a program for a GPU", () => {
  it("is as required: bfloat16 products by Triton or NVIDIA's library, variables in place", () => {
    expect(failed(program, productOf(bfloat16))).toEqual([]);
    const library = instruction(3, "custom-call", [bfloat16], { operands: [1, 2], target: "__cublas$gemm" });
    const sides = [instruction(1, "parameter", [bfloat16]), instruction(2, "parameter", [bfloat16])];
    expect(failed(program, [{ id: 1, instructions: [...sides, library] }])).toEqual([]);
  });

  it.each([
    ["a float32 product that was not asked for", productOf(float32), "its products are of bfloat16"],
    ["a product by neither", productOf(bfloat16, "kLoop"), "its products are calls of NVIDIA's library or Triton's"],
    [
      "a float64",
      [...productOf(bfloat16), { id: 9, instructions: [instruction(5, "add", [float32, float64])] }],
      "nothing is computed in float64",
    ],
    [
      "something sent to the host",
      [...productOf(bfloat16), { id: 9, instructions: [instruction(5, "outfeed", [])] }],
      "nothing is sent to the host or comes from it",
    ],
  ])("fails for %s", (_, computations, what) => {
    expect(failed(program, computations)).toEqual([what]);
  });

  it("fails where a variable is copied, or a float32 product was rounded", () => {
    expect(failed(program, productOf(bfloat16), 11)).toEqual(["variables become their next values in place"]);
    expect(failed({ ...program, products: "float32" }, productOf(bfloat16))).toEqual(["its products are of float32"]);
  });
});

/** A length-delimited field of a protobuf message. */
const field = (number: number, ...bytes: number[]) => {
  const tag = number * 8 + 2;
  return [...(tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7]), bytes.length, ...bytes];
};
const text = (value: string) => [...Buffer.from(value)];
const varint = (number: number, value: number) => {
  const tag = number * 8;
  return [...(tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7]), value];
};

describe("readHlo", () => {
  it("reads an instruction, by hand from its bytes", () => {
    const tuple = field(3, ...field(4, ...varint(2, float32)), ...field(4, ...varint(2, bfloat16)));
    const one = [
      ...field(1, ...text("dot.3")),
      ...field(2, ...text("dot")),
      ...tuple,
      ...field(28, ...text("target")),
      ...varint(35, 3),
      ...field(36, 1, 0x80, 1),
      ...varint(38, 9),
      ...field(43, ...text("{}")),
    ];
    const computation = [...field(1, ...text("main")), ...field(2, ...one), ...varint(5, 7)];
    const module = field(1, ...field(3, ...computation));
    expect(readHlo(Uint8Array.from(module))).toEqual([
      {
        id: 7,
        instructions: [
          {
            id: 3,
            opcode: "dot",
            types: [float32, bfloat16],
            operands: [1, 128],
            calls: [9],
            target: "target",
            config: "{}",
          },
        ],
      },
    ]);
  });
});
