/** An address in TensorFlow's memory; koffi passes pointers as bigint. */
export type Pointer = bigint;

/** One output of one operation of a graph under construction (TF_Output). */
export interface GraphOutput {
  oper: Pointer;
  index: number;
}
