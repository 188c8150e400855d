import { rmSync } from "node:fs";
import { join } from "node:path";
import type * as TypeDoc from "typedoc";
import { readExamples } from "./examples";
import { nameLandmarks } from "./landmarks";
import { copyNotebooks } from "./notebooks";
import { sectionsOf } from "./sections";

export interface Site {
  index: string;
  /** Number of public words with a page. */
  words: number;
  /** Number of executed notebooks. */
  notebooks: number;
  /** TypeDoc's warnings. */
  warnings: string[];
}

interface SiteOptions {
  root: string;
  out: string;
  reports: string;
}

/** Builds the whole site from scratch. */
export async function buildSite({ root, out, reports }: SiteOptions): Promise<Site> {
  const typedoc = await import("typedoc");
  const order = [...new Set(sectionsOf(join(root, "lib/index.ts")).values())];
  const app = await typedoc.Application.bootstrap(
    { options: join(root, "typedoc.json"), out, categoryOrder: order, navigationLinks: navigation },
    [new typedoc.TypeDocReader()],
  );
  const warnings: string[] = [];
  const { warn, error } = app.logger;
  app.logger.warn = (text: string) => void warnings.push(text);
  app.logger.error = (text: string) => void warnings.push(text);
  app.converter.on(typedoc.Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    arrange(typedoc, project, root);
  });
  const project = await app.convert();
  if (!project) throw new Error(warnings.join("\n"));
  rmSync(out, { recursive: true, force: true });
  await app.generateDocs(project, out);
  Object.assign(app.logger, { warn, error });
  const notebooks = copyNotebooks(reports, out);
  nameLandmarks(out);
  return { index: join(out, "index.html"), words: wordsOf(project).length, notebooks, warnings };
}

/** Where the header's links lead; `copyNotebooks` makes them relative to each page. */
const navigation = { Start: "njepa:documents/Start_in_five_minutes.html", Notebooks: "njepa:notebooks/index.html" };

/** The public words; if there are documents, TypeDoc keeps them in a module named after the entry point. */
function wordsOf(project: TypeDoc.ProjectReflection): readonly TypeDoc.DeclarationReflection[] {
  const [only, ...more] = project.children ?? [];
  return (only?.name === "index" || only?.name === "API") && more.length === 0
    ? (only.children ?? [])
    : (project.children ?? []);
}

/** Puts every word into its section of `lib/index.ts`, with its examples; pages are named after their headings. */
function arrange(typedoc: typeof TypeDoc, project: TypeDoc.ProjectReflection, root: string): void {
  const sections = sectionsOf(join(root, "lib/index.ts"));
  const examples = readExamples(join(root, "docs/examples"));
  for (const word of wordsOf(project)) {
    const documented = word.signatures?.[0] ?? word;
    documented.comment ??= new typedoc.Comment();
    const section = sections.get(word.name);
    if (section)
      documented.comment.blockTags.push(new typedoc.CommentTag("@category", [{ kind: "text", text: section }]));
    for (const { setup, code } of examples.filter(({ words }) => words.includes(word.name)))
      documented.comment.blockTags.push(
        new typedoc.CommentTag("@example", [{ kind: "code", text: `\`\`\`ts\n${setup}\n\n${code}\n\`\`\`` }]),
      );
  }
  const [module] = project.children ?? [];
  if (module?.name === "index") module.name = "API";
  for (const document of project.documents ?? []) {
    const [first] = document.content;
    const heading = /^# (.+)$/m.exec(first?.text ?? "");
    if (heading) document.name = heading[1] as string;
  }
}
