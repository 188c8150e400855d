/** Cells, and what the expression gives after them: the value that it has where all cells are one program. */
export interface BindingCase {
  readonly what: string;
  readonly cells: readonly string[];
  readonly expression: string;
  readonly value: unknown;
  /** Declares a name twice, or is written in a way that a function body may not be: it is not tried as one program. */
  readonly notOneProgram?: boolean;
}

const adder = "let total = 0;\nfunction add(x: number) { total += x }";
const one = (what: string, cells: string[], expression: string, value: unknown): BindingCase => ({
  ...{ what, cells, expression, value },
});
const again = (...of: Parameters<typeof one>): BindingCase => ({ ...one(...of), notOneProgram: true });

export const bindingCases: readonly BindingCase[] = [
  one("= reaches a function", [adder, "add(5);", "total = 0;\nadd(1);"], "total", 1),
  one(
    "= reaches an arrow",
    ["let scale = 0.1; const lossOf = (v: number) => v * scale;", "scale = 10;"],
    "lossOf(2)",
    20,
  ),
  one("+=", [adder, "total += 3; add(1);"], "total", 4),
  one("-= *= /= **= %=", [adder, "add(10); total -= 2; total *= 3; total /= 4; total **= 2; total %= 7;"], "total", 1),
  one(
    "<<= |= &= ^= >>=",
    [adder, "total = 1; total <<= 4; total |= 3; total &= 18; total ^= 1; total >>= 1;"],
    "total",
    9,
  ),
  one(
    "??= ||= &&=",
    ["let maybe: any; const look = () => maybe;", "maybe ??= 1;", "maybe &&= 0;", "maybe ||= 5;"],
    "look()",
    5,
  ),
  one("++ and --", [adder, "total++; ++total; total--; add(1);"], "total", 2),
  one("the value of a postfix", [adder, "const was = total++;"], "[was, total]", [0, 1]),
  one("array destructuring", ["let a = 1, b = 2; const sum = () => 10 * a + b;", "[a, b] = [b, a];"], "sum()", 21),
  one("object destructuring", ["let p = 1; const q = () => p;", "({ p } = { p: 8 });"], "q()", 8),
  one("destructuring with a default", ["let p = 1; const q = () => p;", "({ p = 6 } = {} as any);"], "q()", 6),
  one(
    "destructuring under another name",
    ["let p = 1; const q = () => p;", "({ z: p, y: [p] } = { z: 3, y: [4] });"],
    "q()",
    4,
  ),
  one("rest in destructuring", ["let r: number[] = []; const n = () => r.length;", "[, ...r] = [1, 2, 3];"], "n()", 2),
  one("declaration by pattern", ["const { m, k: { j = 4 } = {} as any, ...o } = { m: 1, l: 2 } as any;"], "[m, j, o]", [
    1,
    4,
    { l: 2 },
  ]),
  one(
    "for-of over a variable",
    ["let x = 0; const seen: number[] = []; const see = () => seen.push(x);", "for (x of [1, 2]) see();"],
    "[x, seen]",
    [2, [1, 2]],
  ),
  one(
    "for-in over a variable",
    ["let key = ''; const get = () => key;", "for (key in { u: 1, v: 2 }) ;"],
    "get()",
    "v",
  ),
  one("for with a variable", ["let i = 9; const at = () => i;", "for (i = 0; i < 3; i++) ;"], "at()", 3),
  one(
    "for await",
    ["let y = 0; const last = () => y; async function* two() { yield 1; yield 2 }", "for await (y of two()) ;"],
    "last()",
    2,
  ),
  one("after await", [adder, "await Promise.resolve(); total = 4; add(1);"], "total", 5),
  one("from a promise", [adder, "await Promise.resolve(6).then((v) => { total = v }); add(1);"], "total", 7),
  one(
    "from a timer",
    [adder, "await new Promise<void>((end) => setTimeout(() => { total = 2; end() }, 5)); add(1);"],
    "total",
    3,
  ),
  one("from a microtask", [adder, "queueMicrotask(() => { total = 11 });", "await null;"], "total", 11),
  one(
    "a class reads",
    ["let step = 1; class Counter { n = 0; next() { return (this.n += step) } }", "step = 5;"],
    "new Counter().next()",
    5,
  ),
  one(
    "a class writes",
    [
      "let hits = 0; class Hit { constructor() { hits += 1 } static { hits += 10 } }",
      "new Hit(); hits *= 2;",
      "new Hit();",
    ],
    "hits",
    23,
  ),
  one(
    "a getter and a setter",
    ["let g = 1; const box = { get v() { return g }, set v(x) { g = x } };", "g = 4; const was = box.v; box.v = 9;"],
    "[was, g]",
    [4, 9],
  ),
  one(
    "a generator sees writes between",
    ["let s = 1; function* many() { for (;;) yield s }  const it = many();", "const first = it.next().value; s = 7;"],
    "[first, it.next().value]",
    [1, 7],
  ),
  one(
    "an async generator",
    [
      "let s = 1; async function* many() { yield s; s = 3; yield s } const it = many();",
      "await it.next(); s = 2; await it.next();",
    ],
    "s",
    3,
  ),
  one(
    "a callback of an earlier cell",
    [
      "let n = 0; const each = (f: (v: number) => void) => [1, 2].forEach(f); const inc = (v: number) => { n += v };",
      "each(inc); n = 100; each((v) => { n += v });",
    ],
    "n",
    103,
  ),
  one(
    "a closure's own variable stays its own",
    [
      "const make = () => { let total = 0; return () => ++total }; let total = 50; const count = make();",
      "count(); total = 7; count();",
    ],
    "[count(), total]",
    [3, 7],
  ),
  one("a parameter hides the variable", ["let v = 1; const id = (v: number) => v;", "v = 2;"], "[id(9), v]", [9, 2]),
  one("a block hides the variable", ["let w = 1; const read = () => w;", "{ let w = 5; w++; }\nw += 1;"], "read()", 2),
  one("shorthand properties", ["let sh = 1; const pack = () => ({ sh });", "sh = 3;"], "[pack(), { sh }]", [
    { sh: 3 },
    { sh: 3 },
  ]),
  one(
    "a template and a tag",
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell's own template
      "let t = 'a'; const say = () => `<${t}>`; const tag = (s: TemplateStringsArray, v: string) => s[0] + v;",
      "t = 'b';",
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the cell's own template
    "say() + tag`=${t}`",
    "<b>=b",
  ),
  one("typeof", ["let ty: any = 1; const kind = () => typeof ty;", "ty = 'text';"], "kind()", "string"),
  one("a default of a parameter", ["let d = 1; const f = (x = d) => x;", "d = 2;"], "f()", 2),
  one(
    "a function that is a variable",
    ["let fn = () => 1; const call = () => fn();", "fn = () => 2;"],
    "[call(), fn.name]",
    [2, "fn"],
  ),
  one("this of a called name", ["function self(this: any) { return this === undefined }"], "self()", true),
  one(
    "optional call",
    ["let cb: undefined | (() => number); const tryIt = () => cb?.();", "const none = tryIt(); cb = () => 3;"],
    "[none, tryIt()]",
    [undefined, 3],
  ),
  one(
    "a name hoisted from below",
    ["const early = () => later() + lateValue;", "function later() { return 1 }\nlet lateValue = 2;"].reverse(),
    "early()",
    3,
  ),
  one(
    "var in a block",
    ["if (true) { var inner = 3 }\nconst readInner = () => inner;", "inner = 4;"],
    "readInner()",
    4,
  ),
  one("var of a loop", ["for (var li = 0, ln = 3; li < ln; li++) ;"], "[li, ln]", [3, 3]),
  one(
    "functions that call each other",
    [
      "function even(n: number): boolean { return n === 0 || odd(n - 1) }\nfunction odd(n: number): boolean { return n > 0 && even(n - 1) }",
    ],
    "[even(4), odd(4)]",
    [true, false],
  ),
  one(
    "enums and namespaces",
    ["enum Color { Red, Green }\nnamespace N { export const z = Color.Green; export let w = 1 }", "N.w = 5;"],
    "[Color.Green, Color[0], N.z, N.w]",
    [1, "Red", 1, 5],
  ),
  one(
    "exports",
    ["export let ex = 1;\nexport function readEx() { return ex }", "ex = 2; export { ex };"],
    "readEx()",
    2,
  ),
  one(
    "imports stay",
    ["import path, { basename as base } from 'node:path';\nconst name = () => base(path.join('a', 'b'));"],
    "name()",
    "b",
  ),
  one(
    "an exception leaves what was written",
    [
      "let ok = 1; const readOk = () => ok;",
      "try { ok = 2; throw new Error('x') } catch (e) { ok *= 10 } finally { ok += 1 }",
    ],
    "readOk()",
    21,
  ),
  one(
    "labels and switches",
    [
      "let sw = 0; const put = (v: number) => { switch (v) { case 1: sw = 1; break; default: sw = 9 } };",
      "out: for (;;) { put(1); sw += 1; break out }",
    ],
    "sw",
    2,
  ),
  one(
    "recursion through a variable",
    ["let fact = (n: number): number => (n < 2 ? 1 : n * fact(n - 1)); const keep = fact;", "fact = () => 0;"],
    "keep(3)",
    0,
  ),
  again("a variable again", ["let re = 1; const readRe = () => re;", "let re = 2;"], "readRe()", 2),
  again(
    "a variable again with another type",
    ["let re: any = 1; const readRe = () => re;", "const re = 'text';"],
    "[readRe(), re.length]",
    ["text", 4],
  ),
  again(
    "a function again",
    ["function f() { return 1 }\nfunction g() { return f() }", "function f() { return 2 }"],
    "g()",
    2,
  ),
  again("a class again", ["class K { v = 1 }\nconst build = () => new K().v;", "class K { v = 2 }"], "build()", 2),
  again("a cell again", [adder, "add(5);", adder, "add(1);"], "total", 1),
  again(
    "a function becomes a variable",
    ["function h() { return 1 }\nconst callH = () => (h as any)();", "const h = () => 3;"],
    "callH()",
    3,
  ),
  again(
    "an import again",
    ["let sep = 'x'; const readSep = () => sep;", "import { sep } from 'node:path';"],
    "readSep()",
    "/",
  ),
];
