import type { BindingCase } from "./binding-cases";

/** Forms of the language over several cells, each with its value where all cells are one program. */
export const languageCases: readonly BindingCase[] = [
  {
    what: "static block + private static",
    cells: [
      "class A { static #n = 1; static x = 0; static { A.x = A.#n + 1 } static bump() { return ++A.#n } }",
      "A.bump(); A.x += 5",
    ],
    expression: "[A.x, A.bump()]",
    value: [7, 3],
  },
  {
    what: "accessor pairs",
    cells: ["let store = 1; const o = { get v() { return store }, set v(x) { store = x * 2 } };", "o.v = 5; o.v++"],
    expression: "[store, o.v]",
    value: [22, 22],
  },
  {
    what: "enum + const enum + reverse",
    cells: [
      "enum Color { Red = 1, Green = Red << 2 } const enum K { A = 3 }",
      "const names = [Color[1], Color.Green, K.A];",
    ],
    expression: "names",
    value: ["Red", 4, 3],
  },
  {
    what: "enum merging namespace",
    cells: ["enum E { A } namespace E { export function f() { return E.A + 10 } }"],
    expression: "E.f()",
    value: 10,
    notOneProgram: true,
  },
  {
    what: "namespace nested exports mutable",
    cells: [
      "namespace N { export let c = 0; export namespace M { export const inc = () => ++c } }",
      "N.M.inc(); N.c += 10; N.M.inc()",
    ],
    expression: "N.c",
    value: 12,
    notOneProgram: true,
  },
  {
    what: "decorators legacy",
    cells: [
      "const log: string[] = []; function d(t: any, k: string, desc: PropertyDescriptor) { const f = desc.value; desc.value = function (...a: any[]) { log.push(k); return f.apply(this, a) } }",
      "class D { v = 4; @d m(x: number) { return x + this.v } }",
      "const r = new D().m(3);",
    ],
    expression: "[r, log]",
    value: [7, ["m"]],
    notOneProgram: true,
  },
  {
    what: "class decorator replaces",
    cells: [
      "function tag(c: any) { return class extends c { tag = 'T' } as any }",
      "@tag class Q { a = 1 }",
      "const q: any = new Q()",
    ],
    expression: "[q.tag, q.a]",
    value: ["T", 1],
    notOneProgram: true,
  },
  {
    what: "parameter properties",
    cells: ["class P { constructor(readonly a: number, private b = a * 2) {} sum() { return this.a + this.b } }"],
    expression: "new P(2).sum()",
    value: 6,
  },
  {
    what: "generics constraint default",
    cells: [
      "function pick<T extends object, K extends keyof T = keyof T>(o: T, k: K): T[K] { return o[k] }",
      "const got = pick({ a: 1, b: 'x' }, 'b').toUpperCase()",
    ],
    expression: "got",
    value: "X",
  },
  {
    what: "overloads across cell",
    cells: [
      "function f(x: number): number; function f(x: string): string; function f(x: any) { return x + x }",
      "const a = f(2) * 1, b = f('q').length",
    ],
    expression: "[a,b]",
    value: [4, 2],
  },
  {
    what: "labeled break continue",
    cells: [
      "let hits = 0; outer: for (let i = 0; i < 5; i++) { for (let j = 0; j < 5; j++) { if (j === 3) continue outer; if (i === 3) break outer; hits++ } }",
    ],
    expression: "hits",
    value: 9,
  },
  {
    what: "closures per iteration",
    cells: [
      "const fs: (() => number)[] = []; for (let i = 0; i < 3; i++) fs.push(() => i)",
      "for (const k of [7, 8]) fs.push(() => k)",
    ],
    expression: "fs.map((f) => f())",
    value: [0, 1, 2, 7, 8],
  },
  {
    what: "top for let closes over per iteration w update",
    cells: ["const gs: (() => number)[] = []; for (let i = 0; i < 3; i++) { gs.push(() => i); i += 0 }"],
    expression: "gs.map((g) => g())",
    value: [0, 1, 2],
  },
  {
    what: "timers and later writes",
    cells: [
      "let t = 1; const seen: number[] = []; setTimeout(() => seen.push(t++), 300)",
      "t = 10; await new Promise((d) => setTimeout(d, 600))",
    ],
    expression: "[t, seen]",
    value: [11, [10]],
  },
  {
    what: "destructuring nested defaults rename rest",
    cells: [
      "const { a: { b: [first, ...others] = [9], c = first } = {} as any, ...remaining } = { a: { b: [1, 2, 3] }, z: 5 } as any",
    ],
    expression: "[first, others, c, remaining]",
    value: [1, [2, 3], 1, { z: 5 }],
  },
  {
    what: "swap via destructuring",
    cells: ["let l = 1, m = 2;", "[l, m] = [m, l]; ({ l, m } = { l: l + 10, m: m + 20 })"],
    expression: "[l, m]",
    value: [12, 21],
  },
  {
    what: "new.target, super, static inheritance",
    cells: [
      "class Base { static make() { return new this() } name() { return 'base' } }",
      "class Derived extends Base { override name() { return super.name() + '+' } }",
    ],
    expression: "Derived.make().name()",
    value: "base+",
  },
  {
    what: "abstract + implements + interface merging",
    cells: [
      "interface I { a: number } interface I { b: number } abstract class Ab implements I { a = 1; abstract b: number }",
      "class Cc extends Ab { b = 2 }",
    ],
    expression: "new Cc()",
    value: { a: 1, b: 2 },
  },
  {
    what: "try finally override, catch without binding",
    cells: ["function ff() { try { throw 1 } catch { return 'c' } finally { fin++ } } let fin = 0", "const fr = ff()"],
    expression: "[fr, fin]",
    value: ["c", 1],
  },
  {
    what: "var hoisting in blocks & functions hoisted use",
    cells: ["const early = hoisted(); function hoisted() { return typeof vv } if (true) { var vv = 3 }"],
    expression: "[early, vv]",
    value: ["undefined", 3],
  },
  {
    what: "closure counter object methods reassign",
    cells: ["let impl = () => 1; const call = () => impl()", "impl = () => 2"],
    expression: "call()",
    value: 2,
  },
  {
    what: "name inference",
    cells: ["const fnA = () => {}, clsA = class {}; let later; later = function () {}"],
    expression: "[fnA.name, clsA.name, later.name]",
    value: ["fnA", "clsA", "later"],
  },
  {
    what: "iife with shadow",
    cells: [
      "let shadow = 1; const inner = (() => { let shadow = 2; { let shadow = 3; shadow++ } return shadow })(); (function () { shadow += 5 })()",
    ],
    expression: "[inner, shadow]",
    value: [2, 6],
  },
  {
    what: "param shadows, default refers outer",
    cells: ["let dd = 4; const pf = (x = dd, dd2 = x) => { dd += 1; return [x, dd2] }"],
    expression: "[pf(), pf(), dd]",
    value: [[4, 4], [5, 5], 6],
  },
  {
    what: "class field arrow reads session",
    cells: ["let factor = 2; class Sc { f = (x: number) => x * factor; static s = factor }", "factor = 5"],
    expression: "[new Sc().f(3), Sc.s]",
    value: [15, 2],
  },
  {
    what: "object spread, computed, methods",
    cells: ["let kk = 'dyn'; const os = { [kk + 1]: 1, ...{ q: 2 }, m() { return kk } }", "kk = 'new'"],
    expression: "[os, os.m()].map((x) => JSON.stringify(x))",
    value: ['{"dyn1":1,"q":2}', '"new"'],
  },
  {
    what: "using session name as property/label/type",
    cells: [
      "let dup = 1; type dup = number; interface Holder { dup: dup } const h: Holder = { dup }; dup: for (;;) break dup",
    ],
    expression: "[dup, h.dup]",
    value: [1, 1],
  },
  {
    what: "await in args and conditions",
    cells: [
      "const pr = async (x: number) => x; let acc = 0; if (await pr(1)) acc += await pr(2); acc = (await pr(3)) + acc; while (await pr(acc < 8 ? 1 : 0)) acc++",
    ],
    expression: "acc",
    value: 8,
  },
  {
    what: "Proxy + Reflect + WeakMap",
    cells: [
      "const wm = new WeakMap(); class Wk { constructor() { wm.set(this, 7) } get w() { return wm.get(this) } } const px = new Proxy(new Wk(), { get: (t, k) => k === 'z' ? 1 : Reflect.get(t, k) })",
    ],
    expression: "[px.w, (px as any).z]",
    value: [7, 1],
  },
  {
    what: "private brand check",
    cells: ["class Br { #p = 1; static is(o: object) { return #p in o } }"],
    expression: "[Br.is(new Br()), Br.is({})]",
    value: [true, false],
  },
  {
    what: "names that begin with two underscores",
    cells: [
      "let __n = 1; const readN = () => __n; class __C { v = __n }",
      "__n = 4; function __f() { return new __C().v }",
    ],
    expression: "[readN(), __f()]",
    value: [4, 4],
  },
  {
    what: "additions to the globals and to a module",
    cells: [
      'declare global { interface Array<T> { second(): T } var shared: number }\ndeclare module "node:path" { interface ParsedPath { drive: string } }',
      "globalThis.shared = 4; Array.prototype.second = function () { return this[1] }",
      'import { parse } from "node:path"; const drive: string | undefined = parse("/a").drive',
    ],
    expression: "[[1, 2].second(), shared, drive ?? 'none']",
    value: [2, 4, "none"],
    notOneProgram: true,
  },
  {
    what: "await in what a class extends, in computed names and in decorators",
    cells: [
      "class Later extends (await Promise.resolve(Array)) {} const later = new Later(); later.push(4)",
      "const computed = { [await Promise.resolve('m')]() { return 5 } }",
      "const mark = (p: object, k: string) => { (p as any).marked = k }; class Marked { @(await Promise.resolve(mark)) m() {} }",
    ],
    expression: "[later[0], computed.m(), (Marked.prototype as any).marked]",
    value: [4, 5, "m"],
    notOneProgram: true,
  },
];
