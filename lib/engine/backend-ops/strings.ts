import { attribute, type BackendOp, oneOp } from "./backend-op";

/** Ops on strings. */
export const strings: BackendOp[] = [
  oneOp("StringNGrams", ["data", "dataSplits"], (attrs) => ({
    outputs: 2,
    attributes: [
      attribute.string("separator", attrs.separator),
      attribute.int("ngram_widths", attrs.nGramWidths),
      attribute.string("left_pad", attrs.leftPad),
      attribute.string("right_pad", attrs.rightPad),
      attribute.int("pad_width", attrs.padWidth),
      attribute.bool("preserve_short_sequences", attrs.preserveShortSequences),
    ],
  })),
  oneOp("StringSplit", ["input", "delimiter"], (attrs) => ({
    outputs: 3,
    attributes: [attribute.bool("skip_empty", attrs.skipEmpty)],
  })),
  oneOp("StringToHashBucketFast", ["input"], (attrs) => ({
    attributes: [attribute.int("num_buckets", attrs.numBuckets)],
  })),
];
