import type ts from "typescript";
import { cellTypeScript } from "./typescript";

/** The name in compiled cells of the object that holds the session's variables. */
export const session = "__session";
/** The name in compiled cells of the kernel's side of the cell. */
export const cell = "__cell";

/** Declarations of the session's variables as assignments to properties of the session's object. */
export class BindingTargets {
  readonly #typescript = cellTypeScript();

  constructor(
    readonly factory: ts.NodeFactory,
    readonly visit: (node: ts.Node) => ts.Expression,
  ) {}

  property(name: string): ts.Expression {
    return this.factory.createPropertyAccessExpression(this.factory.createIdentifier(session), name);
  }

  cellProperty(name: string): ts.Expression {
    return this.factory.createPropertyAccessExpression(this.factory.createIdentifier(cell), name);
  }

  cellCall(name: string, args: readonly ts.Expression[]): ts.Expression {
    return this.factory.createCallExpression(this.cellProperty(name), undefined, args);
  }

  /** The names that a declaration list declares. */
  identifiers(list: ts.VariableDeclarationList): ts.Identifier[] {
    const of = (name: ts.BindingName): ts.Identifier[] =>
      this.#typescript.isIdentifier(name)
        ? [name]
        : name.elements.flatMap((element) => (this.#typescript.isOmittedExpression(element) ? [] : of(element.name)));
    return list.declarations.flatMap(({ name }) => of(name));
  }

  names(list: ts.VariableDeclarationList): string[] {
    return this.identifiers(list).map(({ text }) => text);
  }

  /** `let a = 1, { b } = c` as `session.a = 1, { b: session.b } = c`. */
  assignments(list: ts.VariableDeclarationList): ts.Expression {
    const isVar = (list.flags & this.#typescript.NodeFlags.BlockScoped) === 0;
    const parts = list.declarations.flatMap(({ name, initializer }) => {
      // A `var` without a value keeps the current one.
      if (initializer === undefined) return isVar ? [] : [this.#assign(name, this.factory.createVoidZero())];
      const value = this.visit(initializer);
      if (this.#typescript.isIdentifier(name) && this.#typescript.isAwaitExpression(value))
        return [this.#assign(name, this.kept(name.text, value))];
      return [
        this.#assign(name, this.#typescript.isIdentifier(name) ? this.named(name.text, initializer, value) : value),
      ];
    });
    const [first = this.factory.createVoidZero(), ...rest] = parts;
    return rest.reduce((before, part) => this.factory.createComma(before, part), this.#safe(first));
  }

  #assign(name: ts.BindingName, value: ts.Expression): ts.Expression {
    return this.#typescript.setTextRange(this.factory.createAssignment(this.target(name), value), name.parent);
  }

  /** A statement must not begin with a brace. */
  #safe(expression: ts.Expression): ts.Expression {
    const left = (expression as Partial<ts.BinaryExpression>).left;
    return left && this.#typescript.isObjectLiteralExpression(left)
      ? this.factory.createParenthesizedExpression(expression)
      : expression;
  }

  /** `await cell.kept("x", promise)`: what was made before a stop goes to the variable. */
  kept(name: string, value: ts.AwaitExpression): ts.Expression {
    const call = this.cellCall("kept", [this.factory.createStringLiteral(name), value.expression]);
    return this.factory.updateAwaitExpression(value, call);
  }

  /** An anonymous function assigned to a variable takes its name: `{ f: () => 1 }.f`. */
  named(name: string, original: ts.Expression, value: ts.Expression): ts.Expression {
    const typescript = this.#typescript;
    const function_ = typescript.skipParentheses(original);
    const anonymous =
      typescript.isArrowFunction(function_) ||
      ((typescript.isFunctionExpression(function_) || typescript.isClassExpression(function_)) && !function_.name);
    if (!anonymous || name === "__proto__") return value;
    const holder = this.factory.createObjectLiteralExpression([this.factory.createPropertyAssignment(name, value)]);
    return this.factory.createPropertyAccessExpression(this.factory.createParenthesizedExpression(holder), name);
  }

  /** The left side of an assignment that corresponds to the left side of a declaration. */
  target(name: ts.BindingName): ts.Expression {
    const typescript = this.#typescript;
    if (typescript.isIdentifier(name)) return typescript.setTextRange(this.property(name.text), name);
    if (typescript.isObjectBindingPattern(name)) {
      return this.factory.createObjectLiteralExpression(name.elements.map((element) => this.#member(element)));
    }
    return this.factory.createArrayLiteralExpression(
      name.elements.map((element) => {
        if (typescript.isOmittedExpression(element)) return element;
        const target = this.#preset(element);
        return element.dotDotDotToken ? this.factory.createSpreadElement(target) : target;
      }),
    );
  }

  #member(element: ts.BindingElement): ts.ObjectLiteralElementLike {
    const { propertyName, name } = element;
    if (element.dotDotDotToken) return this.factory.createSpreadAssignment(this.target(name));
    const key = propertyName ?? this.factory.createIdentifier((name as ts.Identifier).text);
    const visited = this.#typescript.isComputedPropertyName(key)
      ? this.factory.updateComputedPropertyName(key, this.visit(key.expression))
      : key;
    return this.factory.createPropertyAssignment(visited, this.#preset(element));
  }

  #preset({ name, initializer }: ts.BindingElement): ts.Expression {
    const target = this.target(name);
    if (initializer === undefined) return target;
    const value = this.visit(initializer);
    return this.factory.createAssignment(
      target,
      this.#typescript.isIdentifier(name) ? this.named(name.text, initializer, value) : value,
    );
  }
}
