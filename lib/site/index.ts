/** The documentation site: pages, the API with an example for each public word, executed notebooks. */
export { buildSite, type Site } from "./build-site";
export { readExamples } from "./examples";
export { sectionsOf } from "./sections";
