import { describe, expect, it } from "vitest";
import { createMessage } from "../../lib/jupyter";
import { CellOutputs, DisplayRegistry } from "../../lib/notebook";

const say = (type: string, content: Record<string, unknown>) => createMessage(type, content, "session");
const stream = (name: string, text: string) => say("stream", { name, text });
const display = (text: string, id?: string, type = "display_data") =>
  say(type, { data: { "text/plain": text }, metadata: {}, transient: id ? { display_id: id } : {} });

describe("CellOutputs", () => {
  it("joins neighboring text of one stream and keeps the order of the rest", () => {
    const outputs = new CellOutputs(new DisplayRegistry());
    for (const text of ["a", "b\n"]) outputs.add(stream("stdout", text));
    outputs.add(stream("stderr", "e"));
    outputs.add(display("shown"));
    outputs.add(stream("stdout", "c"));
    expect(outputs.list.map((output) => output.text ?? output.data)).toEqual([
      "ab\n",
      "e",
      { "text/plain": "shown" },
      "c",
    ]);
  });

  it("replaces a named display in whichever cell it is", () => {
    const displays = new DisplayRegistry();
    const first = new CellOutputs(displays);
    const second = new CellOutputs(displays);
    first.add(display("old", "id"));
    second.add(display("new", "id", "update_display_data"));
    expect(first.list[0]?.data).toEqual({ "text/plain": "new" });
    expect(second.list).toEqual([]);
    expect(second.latest).toBe("new");
  });

  it("clears at once, or when the next output comes", () => {
    const outputs = new CellOutputs(new DisplayRegistry());
    outputs.add(stream("stdout", "a"));
    outputs.add(say("clear_output", { wait: true }));
    expect(outputs.list).toHaveLength(1);
    outputs.add(stream("stdout", "b"));
    expect(outputs.list.map((output) => output.text)).toEqual(["b"]);
    outputs.add(say("clear_output", { wait: false }));
    expect(outputs.list).toEqual([]);
  });

  it("tells the last line that was printed, also of a line that is drawn over", () => {
    const outputs = new CellOutputs(new DisplayRegistry());
    outputs.add(stream("stdout", "step 1\rstep 2\r"));
    expect(outputs.latest).toBe("step 2");
  });

  it("keeps a result with its count and an error with its trace", () => {
    const outputs = new CellOutputs(new DisplayRegistry());
    outputs.add(say("execute_result", { data: { "text/plain": "2" }, metadata: {}, execution_count: 3 }));
    outputs.add(say("error", { ename: "E", evalue: "v", traceback: ["E: v"] }));
    expect(outputs.list).toEqual([
      { output_type: "execute_result", execution_count: 3, data: { "text/plain": "2" }, metadata: {} },
      { output_type: "error", ename: "E", evalue: "v", traceback: ["E: v"] },
    ]);
  });
});
