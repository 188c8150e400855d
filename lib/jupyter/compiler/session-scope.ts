import type ts from "typescript";
import { BindingTargets } from "./binding-targets";
import { type BoundFile, cellTypeScript, symbolNamed } from "./typescript";

/**
 * Makes each name of the session a property of one object: a cell's `total += x`, also in its functions, becomes
 * `session.total += x`. So there is one variable per name, whichever cell writes or reads it.
 *
 * It works on the type-checked tree, which knows what each name refers to.
 *
 * @param file the cell
 * @param before the declarations of all cells before it
 */
export function sessionScope(
  file: BoundFile,
  before: readonly BoundFile[],
  checker: ts.TypeChecker,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (root) => (root === file ? new Rewriter(file, before, checker, context).file() : root);
}

class Rewriter {
  readonly #typescript = cellTypeScript();
  readonly #factory: ts.NodeFactory;
  readonly #targets: BindingTargets;
  /** Names in call position: `(0, session.f)()`, so that `this` is not the session. */
  readonly #called = new Set<ts.Node>();

  constructor(
    readonly source: BoundFile,
    readonly before: readonly BoundFile[],
    readonly checker: ts.TypeChecker,
    readonly context: ts.TransformationContext,
  ) {
    this.#factory = context.factory;
    this.#targets = new BindingTargets(context.factory, (node) => this.visit(node) as ts.Expression);
  }

  file(): ts.SourceFile {
    const { source } = this;
    const typescript = this.#typescript;
    // We added the last statement: the exports.
    const last = source.statements.at(-2);
    const functions: ts.Statement[] = [];
    const statements = source.statements.flatMap((statement): ts.Statement[] => {
      if (typescript.isFunctionDeclaration(statement) && statement.body && statement.name)
        functions.push(this.#declared(statement, statement.name));
      return this.#statement(statement, statement === last);
    });
    return this.#factory.updateSourceFile(source, [...functions, ...statements]);
  }

  #statement(statement: ts.Statement, last: boolean): ts.Statement[] {
    const typescript = this.#typescript;
    if (typescript.isImportDeclaration(statement) || typescript.isExportDeclaration(statement)) return [statement];
    if (last && typescript.isExpressionStatement(statement)) {
      const value = this.#factory.createArrayLiteralExpression([this.visit(statement.expression) as ts.Expression]);
      return [typescript.setTextRange(this.#factory.createReturnStatement(value), statement)];
    }
    const visited = this.visit(statement) as ts.Statement | undefined;
    const out = visited === undefined ? [] : [visited];
    if (typescript.isVariableStatement(statement) && visited !== statement) {
      const names = this.#targets.names(statement.declarationList);
      return [...out, this.#assigned(names, statement)];
    }
    const named = this.#valueDeclared(statement);
    return named === undefined
      ? out
      : [...out, this.#declared(statement, named), this.#assigned([named.text], statement)];
  }

  /** The name of a class, enum or namespace that exists at run time. */
  #valueDeclared(statement: ts.Statement): ts.Identifier | undefined {
    const typescript = this.#typescript;
    const is =
      typescript.isClassDeclaration(statement) ||
      typescript.isEnumDeclaration(statement) ||
      typescript.isModuleDeclaration(statement);
    if (!is || statement.name === undefined || !typescript.isIdentifier(statement.name)) return undefined;
    const { ValueModule, ConstEnum, Class, RegularEnum } = typescript.SymbolFlags;
    const flags = symbolNamed(statement.name.text, this.source)?.flags ?? 0;
    const isThere = (flags & (ValueModule | Class | RegularEnum)) !== 0 && (flags & ConstEnum) === 0;
    return isThere && !this.#ambient(statement) ? statement.name : undefined;
  }

  #ambient(node: ts.Node): boolean {
    const typescript = this.#typescript;
    const modifiers = typescript.canHaveModifiers(node) ? typescript.getModifiers(node) : undefined;
    return modifiers?.some(({ kind }) => kind === typescript.SyntaxKind.DeclareKeyword) ?? false;
  }

  /** `session.f = f;` */
  #declared(statement: ts.Node, name: ts.Identifier): ts.Statement {
    const copy = this.#factory.createIdentifier(name.text);
    const assignment = this.#factory.createAssignment(this.#targets.property(name.text), copy);
    return this.#typescript.setTextRange(this.#factory.createExpressionStatement(assignment), statement);
  }

  /** Tells the kernel that a declaration is complete: `cell.assigned("x")`. */
  #assigned(names: readonly string[], statement: ts.Node): ts.Statement {
    const call = this.#targets.cellCall(
      "assigned",
      names.map((name) => this.#factory.createStringLiteral(name)),
    );
    return this.#typescript.setTextRange(this.#factory.createExpressionStatement(call), statement);
  }

  readonly visit = (node: ts.Node): ts.Node | undefined => {
    const typescript = this.#typescript;
    const factory = this.#factory;
    if (typescript.isIdentifier(node)) return this.#identifier(node);
    if (typescript.isExpressionWithTypeArguments(node)) {
      const heritage = node.parent as ts.HeritageClause;
      return heritage.token === typescript.SyntaxKind.ImplementsKeyword ? node : this.#children(node);
    }
    if (
      typescript.isTypeNode(node) ||
      typescript.isInterfaceDeclaration(node) ||
      typescript.isTypeAliasDeclaration(node)
    )
      return node;
    if (typescript.isStatement(node) && this.#ambient(node)) return node;
    if (typescript.isShorthandPropertyAssignment(node)) return this.#shorthand(node);
    if (typescript.isVariableStatement(node) && this.#isSession(node.declarationList)) {
      const assignments = this.#targets.assignments(node.declarationList);
      return typescript.setTextRange(factory.createExpressionStatement(assignments), node);
    }
    if (typescript.isForStatement(node) && node.initializer && this.#isSession(node.initializer)) {
      const start = this.#targets.assignments(node.initializer as ts.VariableDeclarationList);
      const rest = [node.condition, node.incrementor].map((part) => part && (this.visit(part) as ts.Expression));
      return factory.updateForStatement(node, start, rest[0], rest[1], this.visit(node.statement) as ts.Statement);
    }
    if ((typescript.isForInStatement(node) || typescript.isForOfStatement(node)) && this.#isSession(node.initializer)) {
      const target = this.#targets.target(
        (node.initializer as ts.VariableDeclarationList).declarations[0]?.name as ts.BindingName,
      );
      const list = this.visit(node.expression) as ts.Expression;
      const body = this.visit(node.statement) as ts.Statement;
      if (typescript.isForInStatement(node)) return factory.updateForInStatement(node, target, list, body);
      return factory.updateForOfStatement(node, node.awaitModifier, target, list, body);
    }
    if (typescript.isCallExpression(node)) {
      if (node.expression.kind === typescript.SyntaxKind.ImportKeyword) {
        return typescript.setTextRange(
          this.#targets.cellCall(
            "import",
            node.arguments.map((argument) => this.visit(argument) as ts.Expression),
          ),
          node,
        );
      }
      this.#called.add(typescript.skipOuterExpressions(node.expression));
    } else if (typescript.isTaggedTemplateExpression(node)) this.#called.add(typescript.skipOuterExpressions(node.tag));
    if (typescript.isMetaProperty(node) && node.keywordToken === typescript.SyntaxKind.ImportKeyword)
      return this.#targets.cellProperty("meta");
    if (typescript.isBinaryExpression(node)) return this.#binary(node);
    if (typescript.isCatchClause(node)) return this.#catch(node);
    return this.#children(node);
  };

  #children(node: ts.Node): ts.Node {
    return this.#typescript.visitEachChild(node, this.visit, this.context);
  }

  #identifier(node: ts.Identifier): ts.Node {
    if (
      !this.#typescript.isExpressionNode(node) ||
      !this.#refersToSession(node, () => this.checker.getSymbolAtLocation(node))
    )
      return node;
    const property = this.#typescript.setTextRange(this.#targets.property(node.text), node);
    if (!this.#called.has(node)) return property;
    const bare = this.#factory.createComma(this.#factory.createNumericLiteral(0), property);
    return this.#typescript.setTextRange(this.#factory.createParenthesizedExpression(bare), node);
  }

  #shorthand(node: ts.ShorthandPropertyAssignment): ts.Node {
    if (!this.#refersToSession(node.name, () => this.checker.getShorthandAssignmentValueSymbol(node)))
      return this.#children(node);
    const property = this.#typescript.setTextRange(this.#targets.property(node.name.text), node.name);
    const preset = node.objectAssignmentInitializer;
    const value = preset ? this.#factory.createAssignment(property, this.visit(preset) as ts.Expression) : property;
    const name = this.#factory.createIdentifier(node.name.text);
    return this.#typescript.setTextRange(this.#factory.createPropertyAssignment(name, value), node);
  }

  /** An assignment; an anonymous function assigned to a name takes that name. */
  #binary(node: ts.BinaryExpression): ts.Node {
    const visited = this.#children(node) as ts.BinaryExpression;
    const { left, right } = node;
    const isSet = node.operatorToken.kind === this.#typescript.SyntaxKind.EqualsToken;
    if (!isSet || !this.#typescript.isIdentifier(left) || visited.left === left) return visited;
    const isAwaited = this.#typescript.isAwaitExpression(visited.right) && node.parent.parent === this.source;
    const named = isAwaited
      ? this.#targets.kept(left.text, visited.right as ts.AwaitExpression)
      : this.#targets.named(left.text, right, visited.right);
    return this.#factory.updateBinaryExpression(visited, visited.left, visited.operatorToken, named);
  }

  /** Makes messages of caught errors name things as the cell does: `cell.caught(error)`. */
  #catch(node: ts.CatchClause): ts.Node {
    const visited = this.#children(node) as ts.CatchClause;
    const name = node.variableDeclaration?.name;
    if (name === undefined || !this.#typescript.isIdentifier(name)) return visited;
    const call = this.#targets.cellCall("caught", [this.#factory.createIdentifier(name.text)]);
    const body = this.#factory.updateBlock(visited.block, [
      this.#factory.createExpressionStatement(call),
      ...visited.block.statements,
    ]);
    return this.#factory.updateCatchClause(visited, visited.variableDeclaration, body);
  }

  #isSession(list: ts.Node): boolean {
    if (!this.#typescript.isVariableDeclarationList(list)) return false;
    const [name] = this.#targets.identifiers(list);
    return name !== undefined && this.#refersToSession(name, () => this.checker.getSymbolAtLocation(name));
  }

  #refersToSession(node: ts.Identifier, resolve: () => ts.Symbol | undefined): boolean {
    const { text } = node;
    const known = [this.source, ...this.before].flatMap((file) => symbolNamed(text, file) ?? []);
    if (known.length === 0) return false;
    const declarations = resolve()?.declarations ?? [];
    const found = known.some((symbol) => symbol.declarations?.some((one) => declarations.includes(one)));
    return found && !declarations.some((declaration) => this.#isWithin(node, declaration));
  }

  /** Inside a class, enum or namespace, its name means that thing, whatever the session's variable holds by then. */
  #isWithin(node: ts.Node, declaration: ts.Node): boolean {
    const typescript = this.#typescript;
    if (
      !typescript.isClassDeclaration(declaration) &&
      !typescript.isEnumDeclaration(declaration) &&
      !typescript.isModuleDeclaration(declaration)
    )
      return false;
    return (
      declaration.pos <= node.pos &&
      node.end <= declaration.end &&
      declaration.getSourceFile() === this.source &&
      node !== declaration.name
    );
  }
}
