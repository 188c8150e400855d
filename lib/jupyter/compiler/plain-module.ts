import type ts from "typescript";
import { BindingTargets } from "./binding-targets";
import { cellTypeScript } from "./typescript";

/** Turns the imports that remain once types are erased into calls to the kernel, placed first, and drops exports. */
export function plainModule(context: ts.TransformationContext): (file: ts.SourceFile) => ts.SourceFile {
  const typescript = cellTypeScript();
  const { factory } = context;
  const targets = new BindingTargets(factory, (node) => node as ts.Expression);
  const imported = (statement: ts.ImportDeclaration): ts.Statement => {
    const { importClause: clause, moduleSpecifier } = statement;
    const text = (value: string) => factory.createStringLiteral(value);
    const names: [string, string][] = clause?.name ? [[clause.name.text, "default"]] : [];
    const named = clause?.namedBindings;
    if (named && typescript.isNamespaceImport(named)) names.push([named.name.text, "*"]);
    else
      for (const { name, propertyName } of named?.elements ?? []) names.push([name.text, (propertyName ?? name).text]);
    const pairs = names.map(([name, from]) => factory.createPropertyAssignment(text(name), text(from)));
    const call = targets.cellCall("bind", [moduleSpecifier, factory.createObjectLiteralExpression(pairs)]);
    return typescript.setTextRange(factory.createExpressionStatement(call), statement);
  };
  return (file) => {
    const imports = file.statements.filter((statement) => typescript.isImportDeclaration(statement));
    const rest = file.statements.filter(
      (statement) =>
        !typescript.isImportDeclaration(statement) &&
        !typescript.isExportDeclaration(statement) &&
        !typescript.isExportAssignment(statement),
    );
    return factory.updateSourceFile(file, [...imports.map((one) => imported(one as ts.ImportDeclaration)), ...rest]);
  };
}
